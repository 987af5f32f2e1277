"""`register import` and `register export`: files in, all or none of them; files out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.engines import FaceEngine
from imgpolicy.enrol import face_of
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.facts import Vector
from imgpolicy.portable.document import read_document
from imgpolicy.portable.tables import TABLES, Step, read_table
from imgpolicy.register.licences import licences
from imgpolicy.register.people import people
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents
from imgpolicy.register.works import works
from imgpolicy.wire.consent import CONSENTS, consent_cells
from imgpolicy.wire.licence import LICENCES, licence_cells
from imgpolicy.wire.person import PEOPLE, person_cells
from imgpolicy.wire.sheets import Problem, read_bytes
from imgpolicy.wire.work import WORKS, work_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did, or would have done: records by the file or part that they came from, and what was wrong.

    With problems nothing was imported.
    """

    imported: Mapping[str, int]
    problems: tuple[Problem, ...]


class Undone(Exception):  # noqa: N818  # not an error: it takes back what was tried
    """Raised to leave a transaction without keeping it."""


def import_files(
    register: Register, path: Path, engine: FaceEngine, *, accept: Callable[[object], None], keep: bool = True
) -> Outcome:
    """Import a JSON document, one CSV table, or a folder of tables; everything in it or nothing.

    `accept` is shown each record as it was recorded, and raises RequestError for what may not be. Without `keep` it is
    all tried and nothing stays. RegisterError when there is nothing there to read.
    """
    steps, problems = _read(path, engine)
    counts: Counter[str] = Counter()
    try:
        with register.writing() as unit:
            for step in steps:
                try:
                    accept(step.apply(unit))
                except RequestError as error:
                    problems.append(Problem(step.file, step.row, "", str(error)))
                except RegisterError as error:
                    problems.append(Problem(step.file, step.row, step.column, str(error)))
                else:
                    counts[step.file] += 1
            undo_unless(not problems and keep)
    except Undone:
        pass
    return Outcome(imported=counts, problems=tuple(problems))


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


def _read(path: Path, engine: FaceEngine) -> tuple[list[Step], list[Problem]]:
    def vectors(photograph: Path) -> tuple[str, Vector]:
        return engine.engine_id, face_of(engine, str(photograph))

    if path.is_dir():
        names = [table.name for table in TABLES]
        tables = [path / name for name in names if (path / name).is_file()]
        if not tables:
            raise RegisterError(f"{path}: holds none of {', '.join(names)}")
        read = [read_table(table, vectors) for table in tables]
        return [step for steps, _ in read for step in steps], [problem for _, found in read for problem in found]
    if path.suffix.lower() == ".csv":
        return read_table(path, vectors)
    return read_document(path.name, read_bytes(path)), []
