"""Each record as the bytes that the log of a register keeps a digest of.

A form never changes: what was recorded years ago has the same bytes as on that day. A field that a record gains is
added at the end of its form with a default that means "empty", and what is empty is left out, so that older records
keep their bytes. Where that is not enough, a form of another version takes its place and the old one moves to
`earlier`, which is still compared with.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal, Ending
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import FormerGuardian, Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import words_of
from imgpolicy.domain.work import KnownArtwork, KnownFingerprint, Work

Words = dict[str, list[str]]
"""The words of each dimension of a scope in which some are listed, by the dimension's name."""


class _PersonForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="person/2"):
    id: str
    name: str
    relation: str | None = None
    born: dt.date | None = None
    guardian: str | None = None
    guardians: list[str] = []
    former_guardians: list[FormerGuardian] = []
    adult: tuple[str, dt.date] | None = None
    email: str | None = None


class _ConsentForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="consent/2"):
    id: str
    person: str
    kind: str
    state: str
    at: dt.datetime
    basis: str
    scope: Words = {}
    excluded: Words = {}
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    max_publications: int | None = None
    given_by: str | None = None
    collected: str | None = None
    notice: str | None = None
    about: str | None = None
    reason: str | None = None
    by: str | None = None
    second: str | None = None


class _LicenceForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="licence/2"):
    id: str
    work: str
    licensor: str
    at: dt.datetime
    terms: str | None = None
    url: str | None = None
    scope: Words = {}
    excluded: Words = {}
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    max_publications: int | None = None
    credit: str | None = None
    credit_required: bool = False


class _EndForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="end/2"):
    licence: str
    at: dt.datetime
    reason: str


class _FingerprintForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hashes in hex; `features` is the SHA-256 of the packed keypoints, the size of their picture before it."""

    quality: int
    sha256: str | None = None
    phash: str | None = None
    pdq: str | None = None
    version: str | None = None
    size: tuple[int, int] | None = None
    features: str | None = None


class _WorkForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="work/2"):
    id: str
    kind: str
    title: str
    owner: str | None = None
    fingerprints: list[_FingerprintForm] = []
    words: list[str] = []


class _ArtworkForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="artwork/3"):
    """`picture` is the SHA-256 of the PNG that is kept, `template` of what this version learnt from it."""

    work: str
    sha256: str
    picture: str
    version: str
    template: str | None = None


class _PublicationForm(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="publication/2"
):
    """Since when the post is down is no part of it: that has an entry of its own."""

    id: str
    picture: str
    url: str
    published: dt.date
    channel: str
    at: dt.datetime
    purpose: str | None = None
    campaign: str | None = None
    audience: str | None = None
    territory: str | None = None
    setting: str | None = None
    event: str | None = None
    edit: str | None = None
    pdq: str | None = None
    people: dict[str, str | None] = {}
    works: dict[str, str | None] = {}


class _EvidenceForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="evidence/2"):
    id: str
    name: str
    sha256: str
    size: int
    at: dt.datetime
    person: str | None = None
    consent: str | None = None
    licence: str | None = None


class _NoticeForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="notice/2"):
    id: str
    version: str
    language: str
    text: str


class _DecisionForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="decision/3"):
    """`report` is the SHA-256 of the report; none is left when somebody in it was erased. `people` it is kept with."""

    id: str
    at: dt.datetime
    policy: str
    head: str
    verdict: str
    picture: str | None = None
    report: str | None = None
    people: list[str] = []


class _ReleaseForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="release/2"):
    decision: str
    by: str
    reason: str
    second: str | None = None


class _PlaceForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    picture: str
    phash: str
    pdq: str
    quality: int
    width: int
    height: int
    box: tuple[float, float, float, float]
    look: str
    clarity: int
    frame: int = 0


class _DismissalForm(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="dismissal/2"
):
    id: str
    what: str
    place: _PlaceForm
    by: str
    reason: str
    at: dt.datetime


class _EndingForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="ending/2"):
    dismissal: str
    by: str
    reason: str
    at: dt.datetime


def person_form(person: Person) -> bytes:
    """The bytes that stand for a person; one guardian stands where there was room for no more."""
    one = len(person.guardians) == 1
    return _encoded(
        _PersonForm(
            id=person.id,
            name=person.name,
            relation=person.relation,
            born=person.born,
            guardian=min(person.guardians) if one else None,
            guardians=[] if one else sorted(person.guardians),
            former_guardians=sorted(person.former_guardians),
            adult=None if person.adult is None else (person.adult.by, person.adult.on),
            email=person.email,
        )
    )


def consent_form(consent: Consent) -> bytes:
    """The bytes that stand for a consent; how many publications rest on it is counted, and no part of it."""
    return _encoded(
        _ConsentForm(
            id=consent.id,
            person=consent.person,
            kind=consent.kind.value,
            state=consent.state.value,
            at=_utc(consent.at),
            basis=consent.basis.value,
            scope=words_of(consent.scope),
            excluded=words_of(consent.excluded),
            valid_from=consent.valid_from,
            valid_until=consent.valid_until,
            max_publications=consent.max_publications,
            given_by=consent.given_by,
            collected=consent.collected,
            notice=consent.notice,
            about=consent.about,
            reason=consent.reason,
            by=consent.by,
            second=consent.second,
        )
    )


def licence_form(licence: Licence) -> bytes:
    """The bytes that stand for a licence; its end has some of its own."""
    return _encoded(
        _LicenceForm(
            id=licence.id,
            work=licence.work,
            licensor=licence.licensor,
            at=_utc(licence.at),
            terms=licence.terms,
            url=licence.url,
            scope=words_of(licence.scope),
            excluded=words_of(licence.excluded),
            valid_from=licence.valid_from,
            valid_until=licence.valid_until,
            max_publications=licence.max_publications,
            credit=licence.credit,
            credit_required=licence.credit_required,
        )
    )


def end_form(licence: str, end: End) -> bytes:
    """The bytes that stand for the end of this licence."""
    return _encoded(_EndForm(licence=licence, at=_utc(end.at), reason=end.reason))


def work_form(work: Work) -> bytes:
    """The bytes that stand for a work with its fingerprints."""
    prints = [_fingerprint(known) for known in work.fingerprints]
    return _encoded(
        _WorkForm(
            id=work.id,
            kind=work.kind.value,
            title=work.title,
            owner=work.owner,
            fingerprints=prints,
            words=sorted(work.words),
        )
    )


def artwork_form(work: str, artwork: KnownArtwork) -> bytes:
    """The bytes that stand for artwork of a logo."""
    return _encoded(
        _ArtworkForm(
            work=work,
            sha256=artwork.sha256,
            picture=_sha256(artwork.picture),
            version=artwork.version,
            template=None if artwork.template is None else _sha256(artwork.template),
        )
    )


def publication_form(publication: Publication) -> bytes:
    """The bytes that stand for a post."""
    return _encoded(
        _PublicationForm(
            id=publication.id,
            picture=publication.picture,
            url=publication.url,
            published=publication.published,
            channel=publication.channel,
            at=_utc(publication.at),
            purpose=publication.purpose,
            campaign=publication.campaign,
            audience=publication.audience,
            territory=publication.territory,
            setting=publication.setting,
            event=publication.event,
            edit=publication.edit,
            pdq=publication.pdq,
            people=_sorted(publication.people),
            works=_sorted(publication.works),
        )
    )


def evidence_form(evidence: Evidence) -> bytes:
    """The bytes that stand for a stored file."""
    return _encoded(
        _EvidenceForm(
            id=evidence.id,
            name=evidence.name,
            sha256=evidence.sha256,
            size=evidence.size,
            at=_utc(evidence.at),
            person=evidence.person,
            consent=evidence.consent,
            licence=evidence.licence,
        )
    )


def notice_form(notice: Notice) -> bytes:
    """The bytes that stand for a notice."""
    return _encoded(msgspec.convert(notice, _NoticeForm, from_attributes=True))


def decision_form(decision: Decision, people: Iterable[str] = ()) -> bytes:
    """The bytes that stand for a decision that is kept as one on these people; its release has some of its own."""
    return _encoded(
        _DecisionForm(
            id=decision.id,
            at=_utc(decision.at),
            policy=decision.policy,
            head=decision.head,
            verdict=decision.verdict,
            picture=decision.picture,
            report=None if decision.report is None else _sha256(decision.report),
            people=sorted(people),
        )
    )


def release_form(decision: str, release: Release) -> bytes:
    """The bytes that stand for the release in this decision."""
    return _encoded(_ReleaseForm(decision=decision, by=release.by, reason=release.reason, second=release.second))


def dismissal_form(dismissal: Dismissal) -> bytes:
    """The bytes that stand for a dismissal; its ending has some of its own."""
    return _encoded(
        _DismissalForm(
            id=dismissal.id,
            what=dismissal.what.value,
            place=msgspec.convert(dismissal.place, _PlaceForm, from_attributes=True),
            by=dismissal.by,
            reason=dismissal.reason,
            at=_utc(dismissal.at),
        )
    )


def ending_form(dismissal: str, ending: Ending) -> bytes:
    """The bytes that stand for the ending of this dismissal."""
    return _encoded(_EndingForm(dismissal=dismissal, by=ending.by, reason=ending.reason, at=_utc(ending.at)))


def _encoded(form: msgspec.Struct) -> bytes:
    return msgspec.json.encode(form)


def _utc(moment: dt.datetime) -> dt.datetime:
    """The moment as it is read back, whatever the zone that it was stated in."""
    return moment.astimezone(dt.UTC)


def _sorted(named: Mapping[str, str | None]) -> dict[str, str | None]:
    return dict(sorted(named.items()))


def _fingerprint(known: KnownFingerprint) -> _FingerprintForm:
    form = _FingerprintForm(
        quality=known.quality,
        sha256=known.sha256,
        phash=None if known.phash is None else f"{known.phash:016x}",
        pdq=None if known.pdq is None else f"{known.pdq:064x}",
    )
    kept = known.features
    if kept is None:
        return form
    return msgspec.structs.replace(
        form, version=kept.version, size=(kept.width, kept.height), features=_sha256(kept.data)
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
