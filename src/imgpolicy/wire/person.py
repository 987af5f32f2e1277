"""People as JSON and as rows of a table, photographs to learn their faces from, and all that is held about one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np

from imgpolicy.domain.dossier import Archived, InArchive
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.verdict import VerdictWord
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Vector
from imgpolicy.phrase import message_of, phrase
from imgpolicy.text import printable
from imgpolicy.wire.consent import ConsentWire
from imgpolicy.wire.decision import CheckWire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire
from imgpolicy.wire.publication import PublicationWire, TakedownWire
from imgpolicy.wire.request import AnswerWire, RequestWire
from imgpolicy.wire.sheets import Line, Table, day, join_words, whole, yes_or_no
from imgpolicy.wire.values import safe_text

_CELLS: Mapping[str, Callable[[Person], str]] = {
    "id": lambda person: person.id,
    "name": lambda person: person.name,
    "relation": lambda person: person.relation or "",
    "born": lambda person: str(person.born or ""),
    "guardian": lambda person: join_words(person.guardians),
    "former_guardian": lambda person: " ".join(one.id for one in sorted(person.former_guardians)),
    "former_until": lambda person: " ".join(str(one.until) for one in sorted(person.former_guardians)),
    "adult": lambda person: "yes" if person.adult else "",
    "adult_by": lambda person: person.adult.by if person.adult else "",
    "adult_on": lambda person: str(person.adult.on) if person.adult else "",
    "email": lambda person: person.email or "",
}
"""What stands in each column of a person's row; `person_in` reads them again."""

PEOPLE = Table(name="people.csv", columns=tuple(_CELLS), needed=("id", "name"))
PHOTOGRAPHS = Table(
    name="faces.csv", columns=("person", "photograph", "face", "confirmed"), needed=("person", "photograph")
)
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


class FormerGuardianWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who was a guardian until that day."""

    id: str
    until: dt.date


class AdulthoodWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who stated that somebody is of age, and when."""

    by: str
    on: dt.date


class PersonWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody in the register; null is not known. `guardian` is the first of `guardians`, who are all of them."""

    id: str
    name: str
    relation: str | None = None
    born: dt.date | None = None
    guardian: str | None = None
    guardians: list[str] = []
    former_guardians: list[FormerGuardianWire] = []
    adult: AdulthoodWire | None = None
    email: str | None = None


class FaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enrolled face: little-endian float32 in base64."""

    person: str
    engine: str
    vector: bytes


class FaceVectorWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enrolled face of the person whom a document is about, and how many numbers are kept of it.

    The numbers themselves tell a person nothing, and whoever has them can recognise the person by them.
    """

    engine: str
    consent: str
    numbers: int


class EntryWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the register's log says was done, and the hash of it and all before it."""

    seq: int
    at: str
    action: str
    hash: str


class InArchiveWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture of the archive that shows the person, or may, without what is said of others in it."""

    name: str
    at: dt.datetime
    verdict: VerdictWord


class ArchivedWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture of the archive: `people` are the ids of those whom it shows, or may."""

    id: str
    name: str
    verdict: VerdictWord
    codes: list[str]
    people: list[str]
    until: dt.date | None
    at: dt.datetime
    readable: bool


def archived_wire(one: Archived) -> ArchivedWire:
    """The picture as programs read it."""
    return ArchivedWire(
        id=one.id,
        name=safe_text(one.name),
        verdict=one.verdict.word,
        codes=list(one.codes),
        people=list(one.people),
        until=one.until,
        at=one.at,
        readable=one.readable,
    )


def in_archive_wire(one: InArchive) -> InArchiveWire:
    """The picture as programs read it."""
    return InArchiveWire(name=safe_text(one.name), at=one.at, verdict=one.verdict)


class LaidDownWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture on the desk whose answer or posting names the person, without the answer, which says of others too."""

    id: str
    at: dt.datetime
    verdict: VerdictWord | None


class DossierWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy person export` prints."""

    schema: str
    made_at: dt.datetime
    controller: str | None
    rights: list[str]
    retention: dict[str, str]
    person: PersonWire
    guardian_of: tuple[str, ...]
    consents: list[ConsentWire]
    privacy_notices: list[NoticeWire]
    evidence: list[EvidenceWire]
    faces: list[FaceVectorWire]
    publications: list[PublicationWire]
    takedowns: list[TakedownWire]
    decisions: list[CheckWire]
    desk: list[LaidDownWire]
    archive: list[InArchiveWire]
    requests: list[RequestWire]
    answers: list[AnswerWire]
    log: list[EntryWire]


def person_wire(person: Person) -> PersonWire:
    """The person as it is written."""
    former = sorted(person.former_guardians)
    return PersonWire(
        id=person.id,
        name=person.name,
        relation=person.relation,
        born=person.born,
        guardian=min(person.guardians, default=None),
        guardians=sorted(person.guardians),
        former_guardians=[FormerGuardianWire(id=one.id, until=one.until) for one in former],
        adult=None if person.adult is None else AdulthoodWire(by=person.adult.by, on=person.adult.on),
        email=person.email,
    )


def person_from(wire: PersonWire) -> Person:
    """The person as it was written."""
    return Person(
        id=wire.id,
        name=wire.name,
        relation=wire.relation,
        born=wire.born,
        guardians=frozenset(wire.guardians) | ({wire.guardian} if wire.guardian is not None else frozenset()),
        former_guardians=frozenset(FormerGuardian(one.id, one.until) for one in wire.former_guardians),
        adult=None if wire.adult is None else Adulthood(by=wire.adult.by, on=wire.adult.on),
        email=wire.email,
    )


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
        guardians=frozenset(_ids(line, "guardian")),
        former_guardians=frozenset(_former_guardians(line)),
        adult=_adulthood(line),
        email=line.text("email"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographRow:
    """Whose face a photograph shows; `face` counts from the left, from 1, None where there is one.

    `confirmed` says that somebody looked at a face that is masked, or unlike the person's others.
    """

    person: str
    photograph: str
    face: int | None
    confirmed: bool


def photograph_in(line: Line) -> PhotographRow:
    """What a row of `PHOTOGRAPHS` says; what is wrong with it is noted."""
    return PhotographRow(
        person=line.read("person", check_id) or line.need("person"),
        photograph=line.need("photograph"),
        face=line.read("face", whole),
        confirmed=bool(line.read("confirmed", yes_or_no)),
    )


def _ids(line: Line, column: str) -> list[str]:
    """The ids in a cell, in their order; what is none is noted."""
    ids = (line.text(column) or "").replace(";", " ").split()
    for one in ids:
        try:
            check_id(one)
        except RegisterError as error:
            line.wrong(column, message_of(error))
    return ids


def _former_guardians(line: Line) -> Iterator[FormerGuardian]:
    """Those who were guardians: a column has their ids, and the next for each the last day."""
    ids, days = _ids(line, "former_guardian"), (line.text("former_until") or "").replace(";", " ").split()
    if len(ids) != len(days):
        line.wrong(
            "former_until",
            phrase("has {count} day(s) for {people} former guardian(s)", count=len(days), people=len(ids)),
        )
        return
    for one, until in zip(ids, days, strict=True):
        try:
            yield FormerGuardian(one, day(until))
        except ValueError as error:
            line.wrong("former_until", message_of(error))


def _adulthood(line: Line) -> Adulthood | None:
    """That somebody is of age, where the row says yes: stated today by whoever made the table, unless it says more."""
    if not line.read("adult", yes_or_no):
        return None
    on = line.read("adult_on", day) or today()
    return Adulthood(by=line.text("adult_by") or line.file, on=on)


def _shown(cell: str) -> str:
    return f"'{printable(cell, limit=100)}'" if cell else "nothing"
