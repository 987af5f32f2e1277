"""A consistent copy of a register in a SQLite file, while others go on writing."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.register.sql.base import Cell, metadata

_BATCH = 1000
_ALONE_SECONDS = 5.0

Fill = Callable[[Path], None]


def write_backup(target: Path, fill: Fill) -> None:
    """Have `fill` write the copy beside `target`, readable by its owner alone, and put it there when it is whole.

    RegisterError when something is there already, or the copy cannot be written; then nothing is left behind.
    """
    temporary = target.parent / f".imgpolicy-{secrets.token_hex(8)}"
    try:
        if target.exists():
            raise RegisterError(phrase("{target}: there is a file already; it is not overwritten", target=str(target)))
        temporary.touch(mode=0o600, exist_ok=False)
        fill(temporary)
        temporary.rename(target)
    except OSError as error:
        raise RegisterError(
            phrase("{target}: the copy cannot be written ({reason})", target=str(target), reason=reason_of(error))
        ) from error
    except sqlite3.Error as error:
        raise RegisterError(
            phrase("{target}: the copy cannot be written ({error})", target=str(target), error=str(error))
        ) from error
    finally:
        for left in target.parent.glob(f"{temporary.name}*"):
            left.unlink(missing_ok=True)


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """SQLite's own online backup: pages that others change meanwhile are copied again."""
    with contextlib.closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, without a write-ahead log beside it; the register that is opened from it sets its own.
        copy.execute("PRAGMA journal_mode=DELETE")


def copy_file(source: Path, target: Path) -> None:
    """Copy a SQLite file into one that is there and empty, as it stands at one moment; the source stays as it is.

    RegisterError when there is none, or it cannot be read.
    """
    if not source.is_file():
        raise RegisterError(phrase("{source}: there is no such file", source=str(source)))
    try:
        with contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            copy_sqlite(connection, target)
    except sqlite3.Error as error:
        raise RegisterError(
            phrase(
                "{source}: this is no copy of a register, or it is damaged ({error})",
                source=str(source),
                error=str(error),
            )
        ) from error


@contextlib.contextmanager
def set_aside(file: Path, copy: Path) -> Iterator[bool]:
    """Copy a SQLite file into one that is there and empty; nobody changes it or reads it as long as the block lasts.

    True is given, and beside the file nothing of it stands then; False for a file that is no database any more, of
    which nothing is copied. RegisterError while another program has it open. When the block fails, the file is as it
    was.
    """
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=_ALONE_SECONDS)) as connection:
        try:
            (before,) = connection.execute("PRAGMA journal_mode").fetchone()
            # Refused while anybody else has the file open; afterwards no log of writes stands beside it.
            connection.execute("PRAGMA journal_mode=DELETE")
            _copy_and_lock(connection, copy)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise RegisterError(
                    phrase("{file}: another program has the register open; end it first", file=str(file))
                ) from error
            if error.sqlite_errorcode not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise RegisterError(
                    phrase("{file}: cannot be set aside ({error})", file=str(file), error=str(error))
                ) from error
            yield False
            return
        try:
            yield True
        except BaseException:
            connection.execute("ROLLBACK")
            connection.execute(f"PRAGMA journal_mode={before}")
            raise


def _copy_and_lock(connection: sqlite3.Connection, copy: Path) -> None:
    """Copy, and lock: in this order, since SQLite copies nothing for whoever writes. Once more when others wrote."""
    while True:
        (before,) = connection.execute("PRAGMA data_version").fetchone()
        copy_sqlite(connection, copy)
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("PRAGMA data_version").fetchone() == (before,):
            return
        connection.execute("ROLLBACK")


def seal_copy(file: Path) -> None:
    """Make a register of a copy that nobody has open: others can read beside a writer, and it is on the disk."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    """Every row of a server's register into the empty tables of a SQLite one."""
    target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in metadata.sorted_tables:
        for rows in _batches(source, table.name):
            target.execute(table.insert(), rows)


def _batches(source: sa.Connection, name: str) -> Iterator[list[dict[str, Cell]]]:
    table = metadata.tables[name]
    query = sa.select(table).execution_options(yield_per=_BATCH)
    rows = (dict(zip(table.columns.keys(), row, strict=True)) for row in source.execute(query))
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch
