"""Enrolled faces: vectors that rest on a biometric consent, and the gallery of those who may be recognised on a day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgpolicy.domain.changes import face_form
from imgpolicy.domain.consent import Consent, ConsentKind
from imgpolicy.domain.cover import biometric_consent
from imgpolicy.domain.dossier import FaceVector
from imgpolicy.domain.log import Action, Entry
from imgpolicy.errors import RegisterError
from imgpolicy.index.gallery import Gallery
from imgpolicy.phrase import phrase
from imgpolicy.register.people import alias, all_keys, log_on, people, person, person_key, person_row
from imgpolicy.register.sql.faces import FaceRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imgpolicy.facts import Vector
    from imgpolicy.register.vault import PersonKey

_LONGEST_ENGINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceCount:
    """How many vectors of one engine the register holds of one person."""

    person: str
    engine: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledFace:
    """One enrolled face without its vector: its number, whose it is, and the consent that it rests on."""

    face: int
    person: str
    engine: str
    consent: str


def add_faces(unit: UnitOfWork, person_id: str, engine: str, vectors: Sequence[Vector]) -> None:
    """Enrol face vectors, all of them or none, on the biometric consent that the person has today."""
    check_vectors(engine, vectors)
    key = person_key(unit, person_id)
    statements = consents(unit, person_id, ConsentKind.BIOMETRIC)
    basis = biometric_consent(person(unit, person_id), statements, unit.today(), unit.policy)
    if basis is None:
        raise RegisterError(
            phrase("{person} has no biometric consent that is valid today; grant one first", person=repr(person_id))
        )
    plain = [FaceVector(id=0, engine=engine, consent=basis.id, vector=_packed(vector)) for vector in vectors]
    rows = [sealed_row(basis, engine, vector, key) for vector in vectors]
    if unit.sql.faces.sealed_length(engine) not in {None, len(rows[0].vector)}:
        raise RegisterError(
            phrase(
                "these face vectors are of another length than those of {engine} in the register", engine=repr(engine)
            )
        )
    unit.sql.faces.insert(rows)
    for face in plain:
        log_on(unit, Action.ADD_FACES, person_id, face_form(face))


def remove_faces(unit: UnitOfWork, person_id: str, ids: Sequence[int] = ()) -> int:
    """Forget the person's face vectors, or those of them with these ids; how many there were."""
    held = {face.id: face for face in face_vectors(unit, person_id)}
    for number in ids:
        if number not in held:
            raise RegisterError(
                phrase(
                    "{person} has no face {number}; `imgpolicy face list {id}` shows them",
                    person=repr(person_id),
                    number=number,
                    id=person_id,
                )
            )
    wanted = set(ids) or set(held)
    for number in sorted(wanted):
        unit.sql.faces.delete(FaceRow, "id", number)
        log_on(unit, Action.REMOVE_FACES, person_id, face_form(held[number]))
    unit.unmatched.add(person_id)
    return len(wanted)


def forget_faces(unit: UnitOfWork, person_id: str) -> None:
    """Remove the person's face vectors without an entry of their own."""
    unit.sql.faces.delete(FaceRow, "person", person_id)
    unit.unmatched.add(person_id)


def faces(unit: UnitOfWork, person_id: str | None = None) -> tuple[FaceCount, ...]:
    """How many face vectors there are of one person, or of everybody, by person and engine."""
    if person_id is not None:
        person_row(unit, person_id)
    counts = unit.sql.faces.counts(person_id)
    return tuple(FaceCount(person=person, engine=engine, count=count) for person, engine, count in counts)


def enrolled_faces(unit: UnitOfWork, person_id: str | None = None) -> tuple[EnrolledFace, ...]:
    """The enrolled faces of one person or of everybody, as they were enrolled."""
    if person_id is not None:
        person_row(unit, person_id)
    rows = unit.sql.faces.listed(person_id)
    return tuple(
        EnrolledFace(face=number, person=person, engine=engine, consent=consent)
        for number, person, engine, consent in rows
    )


def learnt(unit: UnitOfWork, person_id: str) -> dict[int, Entry]:
    """The entry of the log by which each face of this person was enrolled, by its number.

    Without those of which an earlier version logged no more than how many they were. Of faces that are the same to the
    last number, the first ones count as removed.
    """
    known = alias(unit, person_id)
    added: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in unit.sql.journal.entries_on(known.name):
        if entry.action == Action.ADD_FACES:
            added[entry.payload].append(entry)
        elif entry.action == Action.REMOVE_FACES and added[entry.payload]:
            added[entry.payload].pop(0)
    found: dict[int, Entry] = {}
    for face in face_vectors(unit, person_id):
        entries = added[unit.vault.digest(face_form(face), known.salt)]
        if entries:
            found[face.id] = entries.pop(0)
    return found


def face_vectors(unit: UnitOfWork, person_id: str) -> tuple[FaceVector, ...]:
    """The enrolled faces of this person, as they were enrolled."""
    key = person_key(unit, person_id)
    return tuple(
        FaceVector(
            id=number,
            engine=engine,
            consent=consent,
            vector=key.unseal(_place(engine), unit.sql.faces.vector(number)),
        )
        for number, _, engine, consent in unit.sql.faces.listed(person_id)
    )


def gallery(unit: UnitOfWork, engine: str, on: dt.date, among: Collection[str] | None = None) -> Gallery:
    """The vectors of one engine of everybody whose biometric consent is valid on that day, or of these people.

    No other vector is opened.
    """
    keys = all_keys(unit)
    known = {one.id: one for one in people(unit)}
    by_person = itertools.groupby(consents(unit, kind=ConsentKind.BIOMETRIC), key=lambda consent: consent.person)
    allowed = {one for one, own in by_person if biometric_consent(known[one], own, on, unit.policy) is not None}
    allowed &= allowed if among is None else set(among)
    sealed = [(person, vector) for person, vector in unit.sql.faces.vectors(engine) if person in allowed]
    return Gallery(engine=engine, owners=tuple(person for person, _ in sealed), vectors=_unsealed(sealed, engine, keys))


def to_enrol_again(counts: Collection[FaceCount], engine: str) -> tuple[str, ...]:
    """The people who have vectors of other engines only, by id: this engine cannot know them."""
    known = {count.person for count in counts if count.engine == engine}
    return tuple(sorted({count.person for count in counts} - known))


def check_vectors(engine: str, vectors: Sequence[Vector]) -> None:
    """Refuse anything but one or more vectors of one length, all of finite numbers."""
    import numpy as np

    if not engine or len(engine) > _LONGEST_ENGINE:
        raise RegisterError(phrase("the id of a face engine has 1 to {most} characters", most=_LONGEST_ENGINE))
    if not vectors:
        raise RegisterError(phrase("there is no face vector to enrol"))
    if any(vector.ndim != 1 or not vector.size or not np.isfinite(vector).all() for vector in vectors):
        raise RegisterError(phrase("a face vector is one row of finite numbers"))
    if len({vector.size for vector in vectors}) > 1:
        raise RegisterError(phrase("the face vectors differ in length; enrol those of one engine at a time"))


def sealed_row(basis: Consent, engine: str, vector: Vector, key: PersonKey) -> FaceRow:
    """The row of a face vector that rests on this biometric consent."""
    sealed = key.seal(_place(engine), _packed(vector))
    return FaceRow(basis.person, engine, basis.id, basis.kind.value, sealed)


def _unsealed(sealed: Iterable[tuple[str, bytes]], engine: str, keys: dict[str, PersonKey]) -> NDArray[np.float32]:
    """The vectors of one engine that are sealed here, each beside its person: shape (n, d), (0, 0) when none is."""
    import numpy as np

    place = _place(engine)
    plain = [keys[person].unseal(place, vector) for person, vector in sealed]
    if len({len(data) for data in plain}) > 1:
        raise RegisterError(phrase("the register is damaged: face vectors of one engine differ in length"))
    if not plain:
        return np.empty((0, 0), np.float32)
    return np.frombuffer(b"".join(plain), "<f4").astype(np.float32, copy=False).reshape(len(plain), -1)


def _packed(vector: Vector) -> bytes:
    return vector.astype("<f4").tobytes()


def _place(engine: str) -> str:
    return f"face_vector.vector:{engine}"
