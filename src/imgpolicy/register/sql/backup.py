"""A consistent copy of a register in a SQLite file, while others go on writing."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from imgpolicy.errors import RegisterError
from imgpolicy.register.sql.base import Cell, metadata

_TRIGGER = "face_vector_needs_consent"
_BATCH = 1000

Fill = Callable[[Path], None]


def write_backup(target: Path, fill: Fill) -> None:
    """Have `fill` write the copy beside `target`, readable by its owner alone, and put it there when it is whole.

    RegisterError when something is there already, or the copy cannot be written; then nothing is left behind.
    """
    temporary = target.parent / f".imgpolicy-{secrets.token_hex(8)}"
    try:
        if target.exists():
            raise RegisterError(f"{target}: there is a file already; it is not overwritten")
        temporary.touch(mode=0o600, exist_ok=False)
        fill(temporary)
        temporary.rename(target)
    except OSError as error:
        raise RegisterError(f"{target}: the copy cannot be written ({error.strerror})") from error
    except sqlite3.Error as error:
        raise RegisterError(f"{target}: the copy cannot be written ({error})") from error
    finally:
        for left in target.parent.glob(f"{temporary.name}*"):
            left.unlink(missing_ok=True)


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """SQLite's own online backup: pages that others change meanwhile are copied again."""
    with contextlib.closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, without a write-ahead log beside it; the register that is opened from it sets its own.
        copy.execute("PRAGMA journal_mode=DELETE")


def copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    """Every row of a server's register into the empty tables of a SQLite one."""
    (trigger,) = target.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (_TRIGGER,)).one()
    # A consent may have ended since its faces were taken, which is no reason to lose them in a copy.
    target.exec_driver_sql(f"DROP TRIGGER {_TRIGGER}")
    target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in metadata.sorted_tables:
        for rows in _batches(source, table.name):
            target.execute(table.insert(), rows)
    target.exec_driver_sql(trigger)


def _batches(source: sa.Connection, name: str) -> Iterator[list[dict[str, Cell]]]:
    table = metadata.tables[name]
    query = sa.select(table).execution_options(yield_per=_BATCH)
    rows = (dict(zip(table.columns.keys(), row, strict=True)) for row in source.execute(query))
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch
