"""A register in a file where nothing can be written: a medium or folder that is only read, or a disk that is full.

SQLite reads a database with a write-ahead log only with files of its own beside it. Where these cannot be made the file
is read as one that does not change (`immutable`, sqlite.org/uri.html), which takes no locks. So that is done only where
no changes wait beside the file, and each reading sees to it that nobody changed the file meanwhile.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase


class _State(NamedTuple):
    """What changes whenever somebody writes to the file."""

    inode: int
    size: int
    modified: int


def still_engine(file: Path) -> sa.Engine:
    """The engine that reads the file as one that does not change; RegisterError when changes wait beside it."""
    address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    _check_settled(file)
    # A connection kept would not see what somebody else changed between two readings.
    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool, hide_parameters=True)


@contextlib.contextmanager
def unchanged(file: Path) -> Iterator[None]:
    """The file is the same at the end of the block as at its beginning, or what was read is a RegisterError."""
    before = _state(file)
    _check_settled(file)
    try:
        yield
    finally:
        # Also in place of what an error says that comes of reading half a change.
        if _state(file) != before:
            raise RegisterError(phrase("{file}: somebody wrote to it while it was read; try again", file=str(file)))


def _check_settled(file: Path) -> None:
    """RegisterError when the newest state of the register is not in its file alone."""
    for ending in ("-wal", "-journal"):
        beside = file.with_name(f"{file.name}{ending}")
        if beside.exists() and beside.stat().st_size:
            raise RegisterError(
                phrase(
                    "{file}: the last changes stand in {beside} and cannot be read where nothing can be written;"
                    " copy both into a folder of your own, or try again when nobody writes",
                    file=str(file),
                    beside=beside.name,
                )
            )


def _state(file: Path) -> _State:
    found = file.stat()
    return _State(found.st_ino, found.st_size, found.st_mtime_ns)
