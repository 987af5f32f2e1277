"""`register import` and `register export`: files in, all or none of them; files out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.engines import FaceEngine
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.portable.document import read_document
from imgpolicy.portable.follow import UNCHANGED, Done
from imgpolicy.portable.steps import Step
from imgpolicy.portable.tables import TABLES, Found, Reading, named_table, read_book, read_sent, read_table, together
from imgpolicy.register.licences import licences
from imgpolicy.register.people import people
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import works
from imgpolicy.wire.consent import CONSENTS, consent_cells
from imgpolicy.wire.delimited import SUFFIXES
from imgpolicy.wire.grid import Problem
from imgpolicy.wire.licence import LICENCES, licence_cells
from imgpolicy.wire.person import PEOPLE, Change, person_cells
from imgpolicy.wire.sheets import read_bytes
from imgpolicy.wire.work import WORKS, work_cells
from imgpolicy.wire.workbook import SUFFIX

_OTHER_WORKBOOKS = frozenset({".xls", ".xlsb", ".xlsm", ".ods", ".numbers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did, or would have done, and what was wrong. With problems nothing was imported.

    `imported` counts new records and `changed` those that are another from now on, by the file or part that they came
    from; `notes` say as what files were read. `done` has what came of each record, by where it came from, and `state`
    is that of the register before.
    """

    imported: Mapping[str, int]
    changed: Mapping[str, int]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    done: tuple[tuple[str, Done], ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How files are imported.

    `accept` is shown each record as it was recorded, and raises RequestError for what may not be. `tell` is shown all
    changes before one of them is kept. With `update` what is on record is changed where it may be, and passed over
    where it says the same; without it an id that is taken is a problem. Without `keep` it is all tried and nothing
    stays. `expected` is the state that the register must be in, None for any.
    """

    accept: Callable[[object], None]
    tell: Callable[[Sequence[Change]], None] = lambda _: None
    update: bool = False
    keep: bool = True
    expected: str | None = None


class Undone(Exception):  # noqa: N818  # not an error: it takes back what was tried
    """Raised to leave a transaction without keeping it."""


def import_files(register: Register, path: Path, engine: FaceEngine, manner: Manner) -> Outcome:
    """Import a JSON document, a table, or a workbook or folder of tables; everything in it or nothing.

    RegisterError when there is nothing there to read.
    """
    return _import(register, _read(path, Reading(engine=engine, policy=register.policy, update=manner.update)), manner)


def import_sent(register: Register, name: str, data: bytes, engine: FaceEngine, manner: Manner) -> Outcome:
    """Import a table or workbook of people and consents that was sent; everything in it or nothing.

    RegisterError when it is none; RequestError when the register is in another state than is expected.
    """
    reading = Reading(engine=engine, policy=register.policy, update=manner.update)
    return _import(register, read_sent(name, data, reading), manner)


def _import(register: Register, found: Found, manner: Manner) -> Outcome:
    problems, changes, every = list(found.problems), list[Change](), list[tuple[str, Done]]()
    imported, changed = Counter[str](), Counter[str]()
    state = ""
    try:
        with register.writing() as unit:
            state = unit.state()
            if manner.expected not in {None, state}:
                raise RequestError(phrase("the register was changed since this was shown: look at it again"))
            for step in found.steps:
                done = _try(unit, step, manner, problems)
                every.append((step.file, done))
                imported[step.file] += done.added is not None
                changed[step.file] += bool(done.changes)
                changes += done.changes
            if changes and not problems:
                manner.tell(changes)
            undo_unless(not problems and manner.keep)
    except Undone:
        pass
    return Outcome(
        imported=imported,
        changed=changed,
        problems=tuple(problems),
        notes=found.notes,
        done=tuple(every),
        state=state,
    )


def _try(unit: UnitOfWork, step: Step, manner: Manner, problems: list[Problem]) -> Done:
    """What came of the step; a refusal goes into the problems."""
    try:
        done = step.apply(unit)
        manner.accept(done.added)
    except RequestError as error:
        problems.append(Problem(step.file, step.row, "", message_of(error)))
    except RegisterError as error:
        problems.append(Problem(step.file, step.row, step.column, message_of(error)))
    else:
        return done
    return UNCHANGED


def undo_unless(kept: bool) -> None:  # noqa: FBT001  # its one word
    """Raise Undone when nothing is to stay of what was tried."""
    if not kept:
        raise Undone


def export_tables(register: Register) -> dict[str, bytes]:
    """People, consents, works and licences as CSV files, by name."""
    with register.reading() as unit:
        return {
            PEOPLE.name: PEOPLE.write(map(person_cells, people(unit))),
            CONSENTS.name: CONSENTS.write(map(consent_cells, consents(unit))),
            WORKS.name: WORKS.write(row for work in works(unit) for row in work_cells(work)),
            LICENCES.name: LICENCES.write(map(licence_cells, licences(unit))),
        }


def _read(path: Path, reading: Reading) -> Found:
    if path.is_dir():
        return together([_table(table, reading) for table in _tables(path)])
    if path.suffix.lower() in {*SUFFIXES, SUFFIX}:
        return _table(path, reading)
    if path.suffix.lower() in _OTHER_WORKBOOKS:
        raise RegisterError(phrase("{path}: a workbook of another kind: save it as .xlsx or as CSV", path=str(path)))
    return Found(steps=tuple(read_document(path.name, read_bytes(path), update=reading.update)))


def _table(path: Path, reading: Reading) -> Found:
    return read_book(path, reading) if path.suffix.lower() == SUFFIX else read_table(path, reading)


def _tables(folder: Path) -> list[Path]:
    """The tables of a folder in the order in which they go in; RegisterError when there is none, or one twice."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        table = named_table(path.stem) if path.suffix.lower() in {*SUFFIXES, SUFFIX} else None
        if table is not None and table.name in found:
            raise RegisterError(
                phrase(
                    "{folder}: {found} and {path} are the same table: keep one",
                    folder=str(folder),
                    found=found[table.name].name,
                    path=path.name,
                )
            )
        if table is not None:
            found[table.name] = path
    if not found:
        raise RegisterError(
            phrase(
                "{folder}: holds none of {tables}", folder=str(folder), tables=", ".join(table.name for table in TABLES)
            )
        )
    return [found[table.name] for table in TABLES if table.name in found]
