"""The last head of a register, kept beside its key: an older copy that is put in the register's place is noticed.

The file holds a number and a hash for each register that the key opens; it may lag behind the log, and may be deleted.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from imgpolicy.domain.log import Entry
from imgpolicy.files import read_at_most, write_whole

_LARGEST = 1_000_000


class Head(NamedTuple):
    """The number and the hash of an entry of the log."""

    seq: int
    hash: str


class HeadFile:
    """The heads that are kept in this file; `only_read` leaves it as it is, whatever is written."""

    def __init__(self, path: Path, *, only_read: bool = False) -> None:
        self._path = path
        self._only_read = only_read

    def read(self, register: str) -> Head | None:
        """The head that is kept of a register, by a name that its key gives it; None when none is or it is not read."""
        return self._all().get(register)

    def keep(self, register: str, entry: Entry) -> None:
        """Keep the head of this register; nothing is done where that cannot be written."""
        if self._only_read:
            return
        heads = self._all() | {register: Head(entry.seq, entry.hash)}
        with contextlib.suppress(OSError):
            write_whole(self._path, msgspec.json.encode(heads) + b"\n", mode=0o600)

    def _all(self) -> dict[str, Head]:
        try:
            if not self._path.is_file():  # a pipe would be waited for
                return {}
            return msgspec.json.decode(read_at_most(self._path, _LARGEST), type=dict[str, Head])
        except (OSError, msgspec.DecodeError):
            return {}


def head_path(key_file: Path) -> Path:
    """Where the heads of the registers are kept that this key opens."""
    return key_file.with_name(f"{key_file.name}.head")
