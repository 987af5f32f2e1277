"""What people said, as it is kept: read and sealed. `consents` records it, with all that follows from it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.people import all_keys, person_key
from imgpolicy.register.publications import forget_asker
from imgpolicy.register.scopes import Pairs, scope_pairs, scopes_of
from imgpolicy.register.sql.consents import ConsentRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

if TYPE_CHECKING:
    from imgpolicy.register.vault import PersonKey


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed. A later field has a default: what was sealed before has none."""

    state: ConsentState
    scope: Pairs
    valid_from: dt.date | None
    valid_until: dt.date | None
    collected: str | None
    reason: str | None
    max_publications: int | None = None
    basis: LegalBasis = LegalBasis.CONSENT
    given_by: str | None = None
    notice: str | None = None
    about: str | None = None
    by: str | None = None
    second: str | None = None


def consents(unit: UnitOfWork, person_id: str | None = None, kind: ConsentKind | None = None) -> tuple[Consent, ...]:
    """The consents of one person, or of everybody, by person and in the order in which they were stated.

    Each with how many publications rest on it; those of one kind, where one is named.
    """
    keys = all_keys(unit) if person_id is None else {person_id: person_key(unit, person_id)}
    consents = _in_order(_consent(row, keys) for row in unit.sql.consents.of(person_id, kind))
    limited = [consent.id for consent in consents if consent.max_publications is not None]
    if not limited:
        return consents
    uses = unit.sql.publications.uses(limited)
    return tuple(dataclasses.replace(consent, used=uses.get(consent.id, 0)) for consent in consents)


def consent(unit: UnitOfWork, consent_id: str) -> Consent:
    """The one record; RegisterError when there is none with this id."""
    owner = unit.sql.consents.owner(consent_id)
    if owner is None:
        raise RegisterError(
            phrase(
                "there is no consent {consent}; `imgpolicy consent list` shows them",
                consent=repr(consent_id[:80]),
            )
        )
    return next(one for one in consents(unit, owner) if one.id == consent_id)


def forget_consents(unit: UnitOfWork, person_id: str) -> None:
    """Remove what was said about a person; tasks that it asked for stay, without saying who asked."""
    for row in unit.sql.consents.of(person_id):
        forget_asker(unit, row.id)
        unit.sql.consents.delete(ConsentRow, "id", row.id)


def sealed_row(consent: Consent, key: PersonKey) -> ConsentRow:
    """The row of a consent."""
    details = _Details(
        consent.state,
        scope_pairs(consent.scope, consent.excluded),
        consent.valid_from,
        consent.valid_until,
        consent.collected,
        consent.reason,
        consent.max_publications,
        consent.basis,
        consent.given_by,
        consent.notice,
        consent.about,
        consent.by,
        consent.second,
    )
    return ConsentRow(
        id=consent.id,
        person=consent.person,
        kind=consent.kind.value,
        at=consent.at,
        details=key.seal(_place(consent.id), padded(msgspec.json.encode(details))),
    )


def _consent(row: ConsentRow, keys: Mapping[str, PersonKey]) -> Consent:
    details = msgspec.json.decode(keys[row.person].unseal(_place(row.id), row.details), type=_Details)
    scope, excluded = scopes_of(details.scope)
    return Consent(
        id=row.id,
        person=row.person,
        kind=ConsentKind(row.kind),
        state=details.state,
        scope=scope,
        excluded=excluded,
        valid_from=details.valid_from,
        valid_until=details.valid_until,
        max_publications=details.max_publications,
        basis=details.basis,
        given_by=details.given_by,
        collected=details.collected,
        notice=details.notice,
        about=details.about,
        reason=details.reason,
        by=details.by,
        second=details.second,
        at=row.at,
    )


def _in_order(found: Iterable[Consent]) -> tuple[Consent, ...]:
    return tuple(sorted(found, key=lambda consent: (consent.person, consent.at, consent.id)))


def _place(consent: str) -> str:
    return f"consent.details:{consent}"
