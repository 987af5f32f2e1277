"""From records to the rows that stand for them, and back; here they are sealed and unsealed.

What tells of a person stands in one sealed document a row, so that a later field needs no new column and a row
does not show which fields are filled.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import NOTHING_LISTED, SCOPE_FIELDS, Scope
from imgpolicy.domain.work import Features, KnownFingerprint, Work, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Vector
from imgpolicy.register.rows import (
    ConsentRow,
    FaceRow,
    LicenceEndRow,
    LicenceRow,
    LicenceScopeRow,
    PersonRow,
    ScopeRow,
    WorkPictureRow,
    WorkRow,
)

if TYPE_CHECKING:
    from imgpolicy.register.vault import PersonKey, Vault

_PERSON = "person.details"
_NOT = "not "
"""Before the dimension of what is excluded."""


@dataclass(frozen=True, slots=True)
class _PersonDetails:
    name: str
    relation: str | None
    born: dt.date | None


@dataclass(frozen=True, slots=True)
class _ConsentDetails:
    """A later field has a default: what was sealed before has none."""

    collected: str | None
    reason: str | None
    max_publications: int | None = None
    basis: LegalBasis = LegalBasis.CONSENT
    given_by: str | None = None
    notice: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class _LicenceDetails:
    licensor: str
    terms: str | None
    url: str | None
    max_publications: int | None
    credit: str | None
    credit_required: bool


def person_row(person: Person, wrapped: bytes, key: PersonKey) -> PersonRow:
    """The row of a person whose key, wrapped, is given."""
    details = _PersonDetails(person.name, person.relation, person.born)
    return PersonRow(person.id, wrapped, key.seal(_PERSON, msgspec.json.encode(details)), person.guardian)


def person_from(row: PersonRow, key: PersonKey) -> Person:
    """The person of a row."""
    details = msgspec.json.decode(key.unseal(_PERSON, row.details), type=_PersonDetails)
    return Person(id=row.id, name=details.name, relation=details.relation, born=details.born, guardian=row.guardian)


def consent_rows(consent: Consent, key: PersonKey) -> tuple[ConsentRow, list[ScopeRow]]:
    """The rows of a consent and of its scope."""
    details = _ConsentDetails(
        consent.collected,
        consent.reason,
        consent.max_publications,
        consent.basis,
        consent.given_by,
        consent.notice,
        consent.about,
    )
    row = ConsentRow(
        id=consent.id,
        person=consent.person,
        kind=consent.kind.value,
        state=consent.state.value,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
        at=consent.at,
        details=key.seal(_consent_place(consent.id), msgspec.json.encode(details)),
    )
    return row, [ScopeRow(consent.id, *pair) for pair in _scope_pairs(consent.scope, consent.excluded)]


def consents_from(
    rows: Iterable[ConsentRow], scopes: Iterable[ScopeRow], keys: Mapping[str, PersonKey]
) -> tuple[Consent, ...]:
    """The consents of these rows, each person's in the order in which they were stated."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for scope in scopes:
        values[scope.consent][scope.dimension].add(scope.value)
    consents = (_consent_from(row, values.get(row.id, {}), keys[row.person]) for row in rows)
    return tuple(sorted(consents, key=lambda consent: (consent.person, consent.at, consent.id)))


def statements_from(rows: Iterable[ConsentRow]) -> tuple[Consent, ...]:
    """The consents of these rows by person and time, without scope and without what is sealed: for their dates."""
    bare = (
        Consent(
            id=row.id,
            person=row.person,
            kind=ConsentKind(row.kind),
            state=ConsentState(row.state),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            at=row.at,
        )
        for row in rows
    )
    return tuple(sorted(bare, key=lambda consent: (consent.person, consent.at, consent.id)))


def _consent_from(row: ConsentRow, values: Mapping[str, set[str]], key: PersonKey) -> Consent:
    details = msgspec.json.decode(key.unseal(_consent_place(row.id), row.details), type=_ConsentDetails)
    return Consent(
        id=row.id,
        person=row.person,
        kind=ConsentKind(row.kind),
        state=ConsentState(row.state),
        scope=_scope("", values),
        excluded=_scope(_NOT, values),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        max_publications=details.max_publications,
        basis=details.basis,
        given_by=details.given_by,
        collected=details.collected,
        notice=details.notice,
        about=details.about,
        reason=details.reason,
        at=row.at,
    )


def _scope_pairs(scope: Scope, excluded: Scope) -> Iterator[tuple[str, str]]:
    """Dimension and value of each word."""
    for prefix, listed in (("", scope), (_NOT, excluded)):
        for dimension, values in listed.items():
            yield from ((f"{prefix}{dimension}", value) for value in sorted(values))


def _scope(prefix: str, values: Mapping[str, set[str]]) -> Scope:
    if not values:
        return NOTHING_LISTED
    found = {name: values.get(f"{prefix}{dimension}", ()) for dimension, name in SCOPE_FIELDS.items()}
    return Scope(**{name: frozenset(words) for name, words in found.items()})


def licence_rows(licence: Licence, vault: Vault) -> tuple[LicenceRow, list[LicenceScopeRow]]:
    """The rows of a licence and of its scope; its end has one of its own."""
    details = _LicenceDetails(
        licence.licensor,
        licence.terms,
        licence.url,
        licence.max_publications,
        licence.credit,
        licence.credit_required,
    )
    row = LicenceRow(
        id=licence.id,
        work=licence.work,
        valid_from=licence.valid_from,
        valid_until=licence.valid_until,
        at=licence.at,
        details=vault.seal(_licence_place(licence.id), msgspec.json.encode(details)),
    )
    return row, [LicenceScopeRow(licence.id, *pair) for pair in _scope_pairs(licence.scope, licence.excluded)]


def licence_end_row(licence: str, end: End, vault: Vault) -> LicenceEndRow:
    """The row of a licence's end."""
    return LicenceEndRow(licence, end.at, vault.seal(_end_place(licence), end.reason.encode()))


def licences_from(
    rows: Iterable[LicenceRow], scopes: Iterable[LicenceScopeRow], ends: Iterable[LicenceEndRow], vault: Vault
) -> tuple[Licence, ...]:
    """The licences of these rows, each work's in the order in which they were recorded."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for scope in scopes:
        values[scope.licence][scope.dimension].add(scope.value)
    over = {
        row.licence: End(at=row.at, reason=vault.unseal(_end_place(row.licence), row.details).decode()) for row in ends
    }
    licences = (_licence_from(row, values.get(row.id, {}), over.get(row.id), vault) for row in rows)
    return tuple(sorted(licences, key=lambda licence: (licence.work, licence.at, licence.id)))


def _licence_from(row: LicenceRow, values: Mapping[str, set[str]], end: End | None, vault: Vault) -> Licence:
    details = msgspec.json.decode(vault.unseal(_licence_place(row.id), row.details), type=_LicenceDetails)
    return Licence(
        id=row.id,
        work=row.work,
        licensor=details.licensor,
        terms=details.terms,
        url=details.url,
        scope=_scope("", values),
        excluded=_scope(_NOT, values),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        max_publications=details.max_publications,
        credit=details.credit,
        credit_required=details.credit_required,
        at=row.at,
        end=end,
    )


def _licence_place(licence: str) -> str:
    return f"licence.details:{licence}"


def _end_place(licence: str) -> str:
    return f"licence_end.details:{licence}"


def _consent_place(consent: str) -> str:
    return f"consent.details:{consent}"


def face_row(consent: Consent, engine: str, vector: Vector, key: PersonKey) -> FaceRow:
    """The row of a face vector that rests on this biometric consent."""
    sealed = key.seal(_face_place(engine), vector.astype("<f4").tobytes())
    return FaceRow(consent.person, engine, consent.id, consent.kind.value, sealed)


def vectors_from(
    sealed: Iterable[tuple[str, bytes]], engine: str, keys: Mapping[str, PersonKey]
) -> NDArray[np.float32]:
    """The vectors of one engine that are sealed here, each beside its person: shape (n, d), (0, 0) when none is."""
    place = _face_place(engine)
    plain = [keys[person].unseal(place, vector) for person, vector in sealed]
    if len({len(data) for data in plain}) > 1:
        raise RegisterError("the register is damaged: face vectors of one engine differ in length")
    if not plain:
        return np.empty((0, 0), np.float32)
    return np.frombuffer(b"".join(plain), "<f4").astype(np.float32, copy=False).reshape(len(plain), -1)


def _face_place(engine: str) -> str:
    return f"face_vector.vector:{engine}"


def work_row(work: Work) -> WorkRow:
    """The row of a work, without its pictures."""
    return WorkRow(work.id, work.kind.value, work.title, work.owner)


def picture_rows(work: str, fingerprints: Iterable[KnownFingerprint]) -> list[WorkPictureRow]:
    """The rows of pictures of a work."""
    return [_picture_row(work, known) for known in fingerprints]


def _picture_row(work: str, known: KnownFingerprint) -> WorkPictureRow:
    kept = known.features
    return WorkPictureRow(
        work=work,
        sha256=known.sha256,
        phash=None if known.phash is None else f"{known.phash:016x}",
        pdq=None if known.pdq is None else f"{known.pdq:064x}",
        quality=known.quality,
        version=None if kept is None else kept.version,
        width=None if kept is None else kept.width,
        height=None if kept is None else kept.height,
        features=None if kept is None else kept.data,
    )


def works_from(rows: Iterable[WorkRow], pictures: Iterable[WorkPictureRow]) -> tuple[Work, ...]:
    """The works of these rows, in their order."""
    known: dict[str, list[KnownFingerprint]] = defaultdict(list)
    for row in pictures:
        known[row.work].append(_fingerprint_from(row))
    return tuple(
        Work(
            id=row.id,
            kind=WorkKind(row.kind),
            title=row.title,
            owner=row.owner,
            fingerprints=tuple(known.get(row.id, ())),
        )
        for row in rows
    )


def _fingerprint_from(row: WorkPictureRow) -> KnownFingerprint:
    features = None
    if row.features is not None:
        features = Features(
            version=row.version or "", width=row.width or 0, height=row.height or 0, data=bytes(row.features)
        )
    return KnownFingerprint(
        sha256=row.sha256,
        phash=None if row.phash is None else int(row.phash, 16),
        pdq=None if row.pdq is None else int(row.pdq, 16),
        quality=row.quality,
        features=features,
    )
