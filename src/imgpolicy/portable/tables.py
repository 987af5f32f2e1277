"""The steps by which CSV tables go into a register: people, consents, works, licences and photographs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from imgpolicy.domain.person import guardians_first
from imgpolicy.domain.validate import check_bare_hashes
from imgpolicy.domain.work import LOGOS, KnownFingerprint, WorkKind
from imgpolicy.enrol import LogoFile, logo_of, work_picture
from imgpolicy.errors import ImgPolicyError, RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.licences import add_licence
from imgpolicy.register.logos import add_artworks
from imgpolicy.register.people import add_person
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work
from imgpolicy.wire.consent import CONSENTS, consent_in
from imgpolicy.wire.licence import LICENCES, licence_in
from imgpolicy.wire.person import PEOPLE, PHOTOGRAPHS, person_in, photograph_in
from imgpolicy.wire.sheets import Line, Problem, Table
from imgpolicy.wire.work import WORKS, WorkRow, hashes_in, work_in

TABLES = (PEOPLE, CONSENTS, WORKS, LICENCES, PHOTOGRAPHS)
"""In the order in which they go in."""

_T = TypeVar("_T")

Apply = Callable[[UnitOfWork], object]
"""Puts a record in, and gives it as it was recorded."""
Vectors = Callable[[Path], tuple[str, Vector]]
"""From a photograph to the engine's id and the one face in it."""

Shown = Fingerprint | KnownFingerprint | LogoFile
"""What a row says that a work is recognised by."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record to import: where it comes from, under which column a refusal is reported, and how it goes in."""

    file: str
    row: int
    column: str
    apply: Apply


def read_table(path: Path, vectors: Vectors) -> tuple[list[Step], list[Problem]]:
    """What the table holds, by its name (people.csv, …), and everything that is wrong in it by itself."""
    table = table_named(path)
    lines, problems = table.read(path)
    steps = list(_steps(table, lines, path.parent, vectors))
    return steps, [*problems, *(problem for line in lines for problem in line.problems)]


def table_named(path: Path) -> Table:
    """The kind of table that a file of this name is; RegisterError when it is none."""
    for table in TABLES:
        if table.name == path.name:
            return table
    raise RegisterError(f"{path}: a table to import is called {', '.join(table.name for table in TABLES)}")


def _steps(table: Table, lines: Sequence[Line], folder: Path, vectors: Vectors) -> Iterator[Step]:
    if table is PEOPLE:
        return _person_steps(lines)
    if table is CONSENTS:
        return _consent_steps(lines)
    if table is WORKS:
        return _work_steps(lines, folder)
    if table is LICENCES:
        return _licence_steps(lines)
    return _face_steps(lines, folder, vectors)


def _person_steps(lines: Sequence[Line]) -> Iterator[Step]:
    """Guardians go before those whom they speak for."""
    named = [(line, person) for line in lines for person in [person_in(line)] if line.sound]
    for line, person in guardians_first(named, lambda pair: pair[1]):
        column = "guardian" if person.guardians else "id"
        yield Step(line.file, line.number, column, _adding(add_person, person))


def _consent_steps(lines: Sequence[Line]) -> Iterator[Step]:
    for line in lines:
        consent = consent_in(line)
        if line.sound:
            yield Step(line.file, line.number, "person", _adding(record_consent, consent))


def _licence_steps(lines: Sequence[Line]) -> Iterator[Step]:
    for line in lines:
        licence = licence_in(line)
        if line.sound:
            yield Step(line.file, line.number, "work", _adding(add_licence, licence))


def _adding(add: Callable[[UnitOfWork, _T], object], record: _T) -> Apply:
    def apply(unit: UnitOfWork) -> object:
        return add(unit, record)

    return apply


def _work_steps(lines: Sequence[Line], folder: Path) -> Iterator[Step]:
    """Rows with the same id are one work, called as in the first of them."""
    works: dict[str, list[tuple[Line, WorkRow, Shown]]] = defaultdict(list)
    for line in lines:
        line.need("kind")
        row = work_in(line)
        shown = _shown(line, row.kind, folder)
        if line.sound and shown is not None:
            works[row.id or f"row {line.number}"].append((line, row, shown))
    for rows in works.values():
        line, first, _ = rows[0]
        column = "file" if line.text("file") else "sha256"
        yield Step(line.file, line.number, column, _work_adder(first, [shown for _, _, shown in rows]))


def _work_adder(row: WorkRow, shown: Sequence[Shown]) -> Apply:
    fingerprints = [picture.fingerprint if isinstance(picture, LogoFile) else picture for picture in shown]
    artworks = [picture.artwork for picture in shown if isinstance(picture, LogoFile)]

    def add(unit: UnitOfWork) -> None:
        kind = row.kind or WorkKind.WORK
        work = add_work(unit, row.title, fingerprints, kind=kind, owner=row.owner, work_id=row.id)
        add_artworks(unit, work.id, artworks)

    return add


def _shown(line: Line, kind: WorkKind | None, folder: Path) -> Shown | None:
    """From the picture that the row names, or from the hashes in it; None when that is noted as wrong."""
    name = line.text("file")
    if name is None:
        return known_hashes(line)
    try:
        if kind in LOGOS:
            return logo_of(str(folder / name))
        return work_picture(str(folder / name))
    except ImgPolicyError as error:
        line.wrong("file", str(error))
        return None


def known_hashes(line: Line) -> KnownFingerprint | None:
    """The hashes in the row, when a picture can be recognised by them; None when not, which is noted."""
    known = hashes_in(line)
    if not line.sound:
        return None
    try:
        check_recognisable(known)
    except RegisterError as error:
        line.wrong("quality" if known.quality < MIN_QUALITY else "sha256", str(error))
        return None
    return known


def check_recognisable(known: KnownFingerprint) -> None:
    """Nothing, when a picture can be recognised by this and no other is; RegisterError for one that is too plain."""
    if known.quality < MIN_QUALITY:
        raise RegisterError(f"too plain to be recognised again (quality {known.quality} of 100, {MIN_QUALITY} needed)")
    check_bare_hashes(known)


def _face_steps(lines: Sequence[Line], folder: Path, vectors: Vectors) -> Iterator[Step]:
    for line in lines:
        person, photograph = photograph_in(line)
        if not line.sound:
            continue
        try:
            engine, vector = vectors(folder / photograph)
        except ImgPolicyError as error:
            line.wrong("photograph", str(error))
            continue
        yield Step(line.file, line.number, "person", _enroller(person, engine, vector))


def _enroller(person: str, engine: str, vector: Vector) -> Apply:
    def enrol(unit: UnitOfWork) -> None:
        add_faces(unit, person, engine, [vector])

    return enrol
