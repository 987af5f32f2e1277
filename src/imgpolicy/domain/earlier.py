"""The forms in which logs written by earlier versions stand for records: compared with, and never written again.

Version 1 was the record as its dataclass was encoded on the day, every field with it. A form speaks only for a record
without what it has no place for; so nothing that was added later can be altered behind an older form.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields

import msgspec

from imgpolicy.domain.consent import Consent, ConsentState, LegalBasis
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal, Ending, Place
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.domain.work import KnownArtwork, KnownFingerprint, Work


class _Consent0(msgspec.Struct, frozen=True, kw_only=True):
    """As the first layout of the tables knew it: three dimensions, nothing excluded, and no basis but consent."""

    id: str
    person: str
    kind: str
    state: str
    channels: list[str]
    purposes: list[str]
    settings: list[str]
    valid_from: dt.date | None
    valid_until: dt.date | None
    collected: str | None
    reason: str | None
    at: dt.datetime


class _Scope1(msgspec.Struct, frozen=True, kw_only=True):
    channels: list[str]
    purposes: list[str]
    campaigns: list[str]
    audiences: list[str]
    territories: list[str]
    settings: list[str]
    events: list[str]
    edits: list[str]


class _Consent1(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    person: str
    kind: str
    state: str
    scope: _Scope1
    excluded: _Scope1
    valid_from: dt.date | None
    valid_until: dt.date | None
    max_publications: int | None
    basis: str
    given_by: str | None
    collected: str | None
    notice: str | None
    about: str | None
    reason: str | None
    at: dt.datetime
    used: int = 0


class _Licence1(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    work: str
    licensor: str
    terms: str | None
    url: str | None
    scope: _Scope1
    excluded: _Scope1
    valid_from: dt.date | None
    valid_until: dt.date | None
    max_publications: int | None
    credit: str | None
    credit_required: bool
    at: dt.datetime
    end: None = None
    used: int = 0


class _Artwork2(msgspec.Struct, frozen=True, kw_only=True, tag_field="form", tag="artwork/2"):
    """Without what was learnt from it."""

    work: str
    sha256: str
    picture: str


class _Decision2(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="decision/2"):
    """Without the people that it is kept with."""

    id: str
    at: dt.datetime
    policy: str
    head: str
    verdict: str
    picture: str | None = None
    report: str | None = None


_FIRST_STATES = frozenset({ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN})


def earlier_person_forms(person: Person) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this person."""
    if len(person.guardians) > 1 or person.former_guardians or person.adult is not None or person.email is not None:
        return
    yield msgspec.json.encode(
        {
            "id": person.id,
            "name": person.name,
            "relation": person.relation,
            "born": person.born,
            "guardian": min(person.guardians, default=None),
        }
    )


def earlier_consent_forms(consent: Consent) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this consent."""
    if consent.by is not None or consent.second is not None:
        return
    yield msgspec.json.encode(
        _Consent1(
            id=consent.id,
            person=consent.person,
            kind=consent.kind.value,
            state=consent.state.value,
            scope=_scope(consent.scope),
            excluded=_scope(consent.excluded),
            valid_from=consent.valid_from,
            valid_until=consent.valid_until,
            max_publications=consent.max_publications,
            basis=consent.basis.value,
            given_by=consent.given_by,
            collected=consent.collected,
            notice=consent.notice,
            about=consent.about,
            reason=consent.reason,
            at=consent.at,
        )
    )
    if _fits_the_first(consent):
        yield msgspec.json.encode(
            _Consent0(
                id=consent.id,
                person=consent.person,
                kind=consent.kind.value,
                state=consent.state.value,
                channels=sorted(consent.scope.channels),
                purposes=sorted(consent.scope.purposes),
                settings=sorted(consent.scope.settings),
                valid_from=consent.valid_from,
                valid_until=consent.valid_until,
                collected=consent.collected,
                reason=consent.reason,
                at=consent.at,
            )
        )


def earlier_licence_forms(licence: Licence) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this licence, its end left aside."""
    yield msgspec.json.encode(
        _Licence1(
            id=licence.id,
            work=licence.work,
            licensor=licence.licensor,
            terms=licence.terms,
            url=licence.url,
            scope=_scope(licence.scope),
            excluded=_scope(licence.excluded),
            valid_from=licence.valid_from,
            valid_until=licence.valid_until,
            max_publications=licence.max_publications,
            credit=licence.credit,
            credit_required=licence.credit_required,
            at=licence.at,
        )
    )


def earlier_end_forms(licence: str, end: End) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged the end of this licence."""
    yield msgspec.json.encode((licence, {"at": end.at, "reason": end.reason}))


def earlier_work_forms(work: Work) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this work, without features and with them."""
    if all(known.features is None for known in work.fingerprints):
        yield _work(work, [_hashes(known) for known in work.fingerprints])
    yield _work(work, [{**_hashes(known), "features": known.features} for known in work.fingerprints])


def earlier_artwork_forms(work: str, artwork: KnownArtwork) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this artwork; the template was no part of them."""
    digest = hashlib.sha256(artwork.picture).hexdigest()
    yield msgspec.json.encode(_Artwork2(work=work, sha256=artwork.sha256, picture=digest))
    yield msgspec.json.encode((artwork.sha256, artwork.picture))


def earlier_publication_forms(publication: Publication) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this post while it was up, without works and with them."""
    parts = {name: getattr(publication, name) for name in _PUBLICATION}
    people, works = _by_id(publication.people), _by_id(publication.works)
    end = {"at": publication.at, "down": None}
    yield msgspec.json.encode({**parts, "people": people, "works": works, **end})
    if not works:
        yield msgspec.json.encode({**parts, "people": people, **end})


def earlier_evidence_forms(evidence: Evidence) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this file, without a licence and with one."""
    person = {"person": evidence.person, "consent": evidence.consent}
    file = {"name": evidence.name, "sha256": evidence.sha256, "size": evidence.size, "at": evidence.at}
    yield msgspec.json.encode({"id": evidence.id, **person, "licence": evidence.licence, **file})
    if evidence.licence is None:
        yield msgspec.json.encode({"id": evidence.id, **person, **file})


def earlier_notice_forms(notice: Notice) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this notice."""
    yield msgspec.json.encode(
        {"id": notice.id, "version": notice.version, "language": notice.language, "text": notice.text}
    )


def earlier_decision_forms(decision: Decision) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this decision; whom it is kept with was no part of them."""
    report = None if decision.report is None else hashlib.sha256(decision.report).hexdigest()
    names = ("id", "at", "picture", "policy", "head", "verdict")
    parts = {name: getattr(decision, name) for name in names}
    yield msgspec.json.encode(_Decision2(**parts, report=report))
    yield msgspec.json.encode(tuple(parts.values())) + (decision.report or b"")


def earlier_release_forms(release: Release) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this release."""
    yield msgspec.json.encode({"by": release.by, "reason": release.reason, "second": release.second})


def earlier_dismissal_forms(dismissal: Dismissal) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this dismissal."""
    what = dismissal.what.value
    said = {"by": dismissal.by, "reason": dismissal.reason, "what": what, "place": _place(dismissal.place)}
    yield msgspec.json.encode((dismissal.id, dismissal.at, None, said))


def earlier_ending_forms(dismissal: str, ending: Ending, row: str) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged the ending of this dismissal, in the row of this id."""
    said = {"by": ending.by, "reason": ending.reason, "what": None, "place": None}
    yield msgspec.json.encode((row, ending.at, dismissal, said))


_PUBLICATION = (
    *("id", "picture", "url", "published", "channel", "purpose"),
    *("campaign", "audience", "territory", "setting", "event", "edit"),
)


def _work(work: Work, fingerprints: list[dict[str, object]]) -> bytes:
    return msgspec.json.encode(
        {
            "id": work.id,
            "kind": work.kind.value,
            "title": work.title,
            "owner": work.owner,
            "fingerprints": fingerprints,
        }
    )


def _hashes(known: KnownFingerprint) -> dict[str, object]:
    return {"sha256": known.sha256, "phash": known.phash, "pdq": known.pdq, "quality": known.quality}


def _place(place: Place) -> dict[str, object]:
    return {field.name: getattr(place, field.name) for field in fields(place)}


def _by_id(named: Mapping[str, str | None]) -> dict[str, str | None]:
    return dict(sorted(named.items()))


def _fits_the_first(consent: Consent) -> bool:
    """True when the first layout had a place for everything that the consent says."""
    known = {"channels", "purposes", "settings"}
    others = (getattr(consent.scope, name) for name in SCOPE_FIELDS.values() if name not in known)
    later = (consent.max_publications, consent.given_by, consent.notice, consent.about)
    plain = consent.state in _FIRST_STATES and consent.basis is LegalBasis.CONSENT and not consent.excluded
    return plain and not any(others) and all(value is None for value in later)


def _scope(scope: Scope) -> _Scope1:
    return _Scope1(**{SCOPE_FIELDS[dimension]: sorted(words) for dimension, words in scope.items()})
