"""People as JSON and as rows of a table, photographs to learn their faces from, and all that is held about one."""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.person import Person
from imgpolicy.facts import Vector
from imgpolicy.wire.consent import ConsentWire
from imgpolicy.wire.decision import CheckWire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire
from imgpolicy.wire.publication import PublicationWire, TakedownWire
from imgpolicy.wire.sheets import Line, Table

PEOPLE = Table(name="people.csv", columns=("id", "name", "relation", "born", "guardian"), needed=("id", "name"))
PHOTOGRAPHS = Table(name="faces.csv", columns=("person", "photograph"), needed=("person", "photograph"))
"""Read only: the photographs are not kept."""

_LITTLE_ENDIAN = "<f4"


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
    return person.id, person.name, person.relation or "", str(person.born or ""), person.guardian or ""


def person_in(line: Line) -> Person:
    """The person in a row of `PEOPLE`; what is wrong with it is noted."""
    return Person(
        id=line.read("id", check_id) or line.need("id"),
        name=line.need_text("name"),
        relation=line.text("relation"),
        born=line.read("born", dt.date.fromisoformat),
        guardian=line.read("guardian", check_id),
    )


def photograph_in(line: Line) -> tuple[str, str]:
    """The person and the photograph's file in a row of `PHOTOGRAPHS`; what is wrong with it is noted."""
    return line.read("person", check_id) or line.need("person"), line.need("photograph")
