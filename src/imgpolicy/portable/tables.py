"""The steps by which CSV tables go into a register: people, consents, works, licences and photographs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from imgpolicy.domain.person import guardians_first
from imgpolicy.domain.speakers import ConsentPolicy
from imgpolicy.domain.validate import check_bare_hashes
from imgpolicy.domain.work import LOGOS, KnownFingerprint, Work, WorkKind
from imgpolicy.engines import FaceEngine, SeenFace
from imgpolicy.enrol import LogoFile, face_of, learn_faces, logo_of, work_picture
from imgpolicy.errors import ImgPolicyError, RegisterError
from imgpolicy.facts import Fingerprint
from imgpolicy.index.features import known_fingerprint
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.phrase import message_of, phrase
from imgpolicy.portable.follow import (
    UNCHANGED,
    Done,
    follow_consent,
    follow_licence,
    follow_person,
    is_enrolled,
    is_known_work,
)
from imgpolicy.portable.steps import Apply, Step, adding, doubled, rank
from imgpolicy.register.consents import record_consent
from imgpolicy.register.licences import add_licence
from imgpolicy.register.logos import add_artworks
from imgpolicy.register.people import add_person
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work
from imgpolicy.wire.consent import CONSENTS, consent_in, stated_in
from imgpolicy.wire.delimited import SUFFIXES, read_delimited
from imgpolicy.wire.grid import Grid, Problem
from imgpolicy.wire.headers import TABLE_WORDS, named
from imgpolicy.wire.licence import LICENCES, licence_in
from imgpolicy.wire.person import PEOPLE, PHOTOGRAPHS, PhotographRow, person_in, photograph_in
from imgpolicy.wire.sheets import Line, Sheet, Table, read_bytes
from imgpolicy.wire.work import WORKS, WorkRow, hashes_in, work_in
from imgpolicy.wire.workbook import SUFFIX, read_workbook

TABLES = (PEOPLE, CONSENTS, WORKS, LICENCES, PHOTOGRAPHS)
"""In the order in which they go in."""

SENT = (PEOPLE, CONSENTS)
"""Those of them that lead to no file, whatever stands in them."""

MOST_SENT = 1_000
"""Rows that are sent: somebody looks at what each of them does."""

Shown = Fingerprint | KnownFingerprint | LogoFile
"""What a row says that a work is recognised by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How tables are read: by which engine faces are, and whether what is on record already is followed or refused.

    Days are those of `policy`.
    """

    engine: FaceEngine
    policy: ConsentPolicy
    update: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file holds: the steps, everything that is wrong in it by itself, and how it was read."""

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read_table(path: Path, reading: Reading) -> Found:
    """What a table in a text holds, by its name (people.csv, …); RegisterError when it is none."""
    table = named_table(path.stem)
    if table is None:
        raise RegisterError(
            phrase(
                "{path}: a table to import is called {tables}",
                path=str(path),
                tables=", ".join(table.name for table in TABLES),
            )
        )
    return _found(table, table.read(path), path.parent, reading)


def read_book(path: Path, reading: Reading) -> Found:
    """What the sheets of a workbook hold, by their names, or that of the file where there is one.

    RegisterError when a sheet is no table.
    """
    tables = _book(path.name, read_bytes(path))
    found = [
        _found(table, table.of(grid, file), path.parent, reading)
        for table in TABLES
        if table in tables
        for file, grid in [tables[table]]
    ]
    return together(found)


def read_sent(name: str, data: bytes, reading: Reading) -> Found:
    """What a table or workbook of people and consents holds that was sent under this name; it leads to no file.

    RegisterError when it holds anything else, or more rows than anybody looks at.
    """
    tables = _book(name, data) if name.lower().endswith(SUFFIX) else _text(name, data)
    if isinstance(tables, Problem):
        return Found(problems=(tables,))
    if not tables or set(tables) - set(SENT):
        raise RegisterError(
            phrase("{file}: what is sent is called {tables}", file=name, tables=", ".join(one.name for one in SENT))
        )
    if sum(len(grid.rows) for _, grid in tables.values()) > MOST_SENT:
        raise RegisterError(
            phrase(
                "{file}: has more than {most} rows: import it with `imgpolicy register import`",
                file=name,
                most=f"{MOST_SENT:,}",
            )
        )
    found = [
        _found(table, table.of(grid, file), Path(), reading)
        for table in SENT
        if table in tables
        for file, grid in [tables[table]]
    ]
    return together(found)


def _text(name: str, data: bytes) -> dict[Table, tuple[str, Grid]] | Problem:
    """The table in a text, which is called like it; empty when it is called otherwise."""
    table = named_table(Path(name).stem) if Path(name).suffix.lower() in SUFFIXES else None
    if table is None:
        return {}
    grid = read_delimited(name, data)
    return grid if isinstance(grid, Problem) else {table: (name, grid)}


def _book(file: str, data: bytes) -> dict[Table, tuple[str, Grid]]:
    """The tables of a workbook, each with where it stands; RegisterError when a sheet is none."""
    sheets = read_workbook(file, data)
    tables: dict[Table, tuple[str, Grid]] = {}
    for name, grid in sheets:
        table = named_table(name) or (named_table(Path(file).stem) if len(sheets) == 1 else None)
        if table is None or table in tables:
            raise RegisterError(
                phrase(
                    "{file}: the sheet {sheet} is no table or one twice; each is called {tables}",
                    file=file,
                    sheet=repr(name[:40]),
                    tables=", ".join(map(_stem, TABLES)),
                )
            )
        tables[table] = (phrase("{path}, sheet {name}", path=file, name=name), grid)
    return tables


def together(found: Sequence[Found]) -> Found:
    """What several files hold, one after the other."""
    return Found(
        steps=tuple(step for one in found for step in one.steps),
        problems=tuple(problem for one in found for problem in one.problems),
        notes=tuple(note for one in found for note in one.notes),
    )


def named_table(name: str) -> Table | None:
    """The kind of table that a file or a sheet of this name, without its suffix, is."""
    stem = named(name, tuple(map(_stem, TABLES)), TABLE_WORDS)
    return next((table for table in TABLES if _stem(table) == stem), None)


def _stem(table: Table) -> str:
    return table.name.removesuffix(".csv")


def _found(table: Table, sheet: Sheet, folder: Path, reading: Reading) -> Found:
    steps = tuple(_steps(table, sheet.lines, folder, reading))
    wrong = (problem for line in sheet.lines for problem in line.problems)
    return Found(steps=steps, problems=(*sheet.problems, *wrong), notes=sheet.notes)


def _steps(table: Table, lines: Sequence[Line], folder: Path, reading: Reading) -> Iterator[Step]:
    if table is PEOPLE:
        return _person_steps(lines, reading)
    if table is CONSENTS:
        return _consent_steps(lines, reading)
    if table is WORKS:
        return _work_steps(lines, folder, reading)
    if table is LICENCES:
        return _licence_steps(lines, reading)
    return _face_steps(lines, folder, reading)


def _person_steps(lines: Sequence[Line], reading: Reading) -> Iterator[Step]:
    rows = [(line, person) for line in lines for person in [person_in(line)] if line.sound]
    twice = doubled(person.id for _, person in rows)
    for line, person in rows:
        if reading.update and person.id in twice:
            line.wrong("id", phrase("{id} stands in two rows", id=repr(person.id)))
    for line, person in guardians_first(rows, lambda row: row[1]):
        column = "guardian" if person.guardians else "id"
        follow = partial(follow_person, said=person)
        yield Step(line.file, line.number, column, follow if reading.update else adding(add_person, person))


def _consent_steps(lines: Sequence[Line], reading: Reading) -> Iterator[Step]:
    """In the order in which they were stated, so that the order of the rows says nothing."""
    rows = [(line, consent) for line in lines for consent in [consent_in(line, reading.policy)] if line.sound]
    for line, consent in sorted(rows, key=lambda row: (row[1].at, rank(row[1].state), sorted(row[0].cells.items()))):
        follow = partial(follow_consent, said=consent, times=stated_in(line, reading.policy))
        yield Step(line.file, line.number, "person", follow if reading.update else adding(record_consent, consent))


def _licence_steps(lines: Sequence[Line], reading: Reading) -> Iterator[Step]:
    for line in lines:
        licence = licence_in(line)
        if line.sound:
            follow = partial(follow_licence, said=licence, timed=line.text("at") is not None)
            yield Step(line.file, line.number, "work", follow if reading.update else adding(add_licence, licence))


def _work_steps(lines: Sequence[Line], folder: Path, reading: Reading) -> Iterator[Step]:
    """Rows with the same id are one work, and call it the same."""
    works: dict[str, list[tuple[Line, WorkRow, Shown]]] = defaultdict(list)
    for line in lines:
        line.need("kind")
        row = work_in(line)
        shown = _shown(line, row.kind, folder)
        before = works.get(row.id or "", ())
        if before and before[0][1] != row:
            line.wrong(
                "id", phrase("is that of row {number}, which calls the work something else", number=before[0][0].number)
            )
        if line.sound and shown is not None:
            works[row.id or phrase("row {number}", number=line.number)].append((line, row, shown))
    for rows in works.values():
        line, first, _ = rows[0]
        column = "file" if line.text("file") else "sha256"
        yield Step(line.file, line.number, column, _work_adder(first, [shown for _, _, shown in rows], reading))


def _work_adder(row: WorkRow, shown: Sequence[Shown], reading: Reading) -> Apply:
    fingerprints = [_known(picture.fingerprint if isinstance(picture, LogoFile) else picture) for picture in shown]
    artworks = [picture.artwork for picture in shown if isinstance(picture, LogoFile)]
    said = Work(
        id=row.id or "",
        kind=row.kind or WorkKind.WORK,
        title=row.title,
        owner=row.owner,
        fingerprints=(),
        words=row.words,
    )

    def add(unit: UnitOfWork) -> Done:
        if reading.update and is_known_work(unit, said, fingerprints):
            return UNCHANGED
        work = add_work(unit, row.title, fingerprints, kind=said.kind, owner=row.owner, work_id=row.id, words=row.words)
        add_artworks(unit, work.id, artworks)
        return Done(added=work)

    return add


def _known(picture: Fingerprint | KnownFingerprint) -> KnownFingerprint:
    return picture if isinstance(picture, KnownFingerprint) else known_fingerprint(picture)


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
        line.wrong("file", message_of(error))
        return None


def known_hashes(line: Line) -> KnownFingerprint | None:
    """The hashes in the row, when a picture can be recognised by them; None when not, which is noted."""
    known = hashes_in(line)
    if not line.sound:
        return None
    try:
        check_recognisable(known)
    except RegisterError as error:
        line.wrong("quality" if known.quality < MIN_QUALITY else "sha256", message_of(error))
        return None
    return known


def check_recognisable(known: KnownFingerprint) -> None:
    """Nothing, when a picture can be recognised by this; RegisterError for bare hashes of one that is too plain."""
    if known.sha256 is None and known.quality < MIN_QUALITY:
        raise RegisterError(
            phrase(
                "too plain to be recognised again (quality {quality} of 100, {least} needed)",
                quality=known.quality,
                least=MIN_QUALITY,
            )
        )
    check_bare_hashes(known)


def _face_steps(lines: Sequence[Line], folder: Path, reading: Reading) -> Iterator[Step]:
    for line in lines:
        row = photograph_in(line)
        if not line.sound:
            continue
        try:
            seen = face_of(reading.engine, str(folder / row.photograph), row.face)
        except ImgPolicyError as error:
            line.wrong("photograph", message_of(error))
            continue
        yield Step(line.file, line.number, "person", _enroller(row, seen, reading))


def _enroller(row: PhotographRow, seen: SeenFace, reading: Reading) -> Apply:
    def enrol(unit: UnitOfWork) -> Done:
        if reading.update and is_enrolled(unit, row.person, reading.engine.engine_id, seen.vector):
            return UNCHANGED
        learn_faces(unit, reading.engine, row.person, {row.photograph: seen}, confirmed=row.confirmed)
        return Done(added=row.person)

    return enrol
