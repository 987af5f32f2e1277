"""People as JSON and as rows of a table, photographs to learn their faces from, and all that is held about one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.person import Person
from imgpolicy.facts import Vector
from imgpolicy.text import printable
from imgpolicy.wire.consent import ConsentWire
from imgpolicy.wire.decision import CheckWire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire
from imgpolicy.wire.publication import PublicationWire, TakedownWire
from imgpolicy.wire.sheets import Line, Table, day, whole

_CELLS: Mapping[str, Callable[[Person], str]] = {
    "id": lambda person: person.id,
    "name": lambda person: person.name,
    "relation": lambda person: person.relation or "",
    "born": lambda person: str(person.born or ""),
    "guardian": lambda person: person.guardian or "",
}
"""What stands in each column of a person's row; `person_in` reads them again."""

PEOPLE = Table(name="people.csv", columns=tuple(_CELLS), needed=("id", "name"))
PHOTOGRAPHS = Table(name="faces.csv", columns=("person", "photograph", "face"), needed=("person", "photograph"))
"""Read only: the photographs are not kept."""

_LITTLE_ENDIAN = "<f4"


@dataclass(frozen=True, slots=True)
class Change:
    """That something is from now on another in a record: the cells of its column, before and after."""

    record: str
    column: str
    before: str = field(repr=False)
    after: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.record}: {self.column} {_shown(self.before)} -> {_shown(self.after)}"


class PersonWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody in the register; null is not known."""

    id: str
    name: str
    relation: str | None = None
    born: dt.date | None = None
    guardian: str | None = None


class FaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enrolled face: little-endian float32 in base64."""

    person: str
    engine: str
    vector: bytes


class FaceVectorWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enrolled face of the person whom a document is about: little-endian float32 in base64."""

    engine: str
    consent: str
    vector: bytes


class EntryWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the register's log says was done, and the hash of it and all before it."""

    seq: int
    at: str
    action: str
    hash: str


class DossierWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy person export` prints."""

    schema: str
    made_at: dt.datetime
    person: PersonWire
    guardian_of: tuple[str, ...]
    consents: list[ConsentWire]
    privacy_notices: list[NoticeWire]
    evidence: list[EvidenceWire]
    faces: list[FaceVectorWire]
    publications: list[PublicationWire]
    takedowns: list[TakedownWire]
    decisions: list[CheckWire]
    log: list[EntryWire]


def person_wire(person: Person) -> PersonWire:
    """The person as it is written."""
    return PersonWire(
        id=person.id, name=person.name, relation=person.relation, born=person.born, guardian=person.guardian
    )


def person_from(wire: PersonWire) -> Person:
    """The person as it was written."""
    return Person(id=wire.id, name=wire.name, relation=wire.relation, born=wire.born, guardian=wire.guardian)


def vector_bytes(vector: Vector) -> bytes:
    """The numbers of a face as they are written."""
    return vector.astype(_LITTLE_ENDIAN).tobytes()


def vector_from(data: bytes) -> Vector:
    """The numbers as they were written; ValueError when the bytes are no such numbers."""
    return np.frombuffer(data, _LITTLE_ENDIAN).astype(np.float32)


def person_cells(person: Person) -> tuple[str, ...]:
    """The person as a row of `PEOPLE`."""
    return tuple(cell(person) for cell in _CELLS.values())


def person_changes(old: Person, new: Person) -> tuple[Change, ...]:
    """What a person's row would show differently."""
    cells = ((column, cell(old), cell(new)) for column, cell in _CELLS.items())
    return tuple(Change(old.id, column, before, after) for column, before, after in cells if before != after)


def person_in(line: Line) -> Person:
    """The person in a row of `PEOPLE`; what is wrong with it is noted."""
    return Person(
        id=line.read("id", check_id) or line.need("id"),
        name=line.need_text("name"),
        relation=line.text("relation"),
        born=line.read("born", day),
        guardian=line.read("guardian", check_id),
    )


def photograph_in(line: Line) -> tuple[str, str, int | None]:
    """The person, the photograph's file, and which face in it, in a row of `PHOTOGRAPHS`; what is wrong is noted.

    Faces count from the left, from 1; None where there is one.
    """
    person = line.read("person", check_id) or line.need("person")
    return person, line.need("photograph"), line.read("face", whole)


def _shown(cell: str) -> str:
    return f"'{printable(cell, limit=100)}'" if cell else "nothing"
