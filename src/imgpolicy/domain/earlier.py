"""The forms in which logs written by earlier versions stand for records: compared with, and never written again.

Version 1 was the record as its dataclass was encoded on the day, every field with it. A form speaks only for a record
without what it has no place for; so nothing that was added later can be altered behind an older form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from imgpolicy.domain.consent import Consent, ConsentState, LegalBasis
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope


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


_FIRST_STATES = frozenset({ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN})


def earlier_person_forms(person: Person) -> Iterator[bytes]:
    """The bytes by which earlier versions may have logged this person."""
    if len(person.guardians) > 1 or person.former_guardians or person.adult is not None:
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


def _fits_the_first(consent: Consent) -> bool:
    """True when the first layout had a place for everything that the consent says."""
    known = {"channels", "purposes", "settings"}
    others = (getattr(consent.scope, name) for name in SCOPE_FIELDS.values() if name not in known)
    later = (consent.max_publications, consent.given_by, consent.notice, consent.about)
    plain = consent.state in _FIRST_STATES and consent.basis is LegalBasis.CONSENT and not consent.excluded
    return plain and not any(others) and all(value is None for value in later)


def _scope(scope: Scope) -> _Scope1:
    return _Scope1(**{SCOPE_FIELDS[dimension]: sorted(words) for dimension, words in scope.items()})
