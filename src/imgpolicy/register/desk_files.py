"""The pictures on the desk: a folder of files, each sealed and bound to the picture and the name that it has.

A file is written once, under a name that nothing had before, and never changed. It counts when a row of the register
names it; what no row names any more is removed after the transaction, or by `sweep`.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from imgpolicy.errors import RegisterError
from imgpolicy.files import write_whole
from imgpolicy.phrase import phrase, reason_of

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

_UNNAMED_SECONDS = 3600
"""So long a file may wait for the row that will name it: writing 200 MB takes seconds."""


def desk_folder(register: Path) -> Path:
    """Where the pictures are that lie on the desk of the register in this file."""
    return register.with_name(f"{register.name}-desk")


class DeskFiles:
    """The files in one folder, which is made when the first is written; its owner alone may enter it."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def write(self, item: str, data: bytes) -> str:
        """The name of a new file with these bytes of this picture, on the disk; RegisterError when it cannot be."""
        name = secrets.token_hex(16)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(self._folder / name, self._vault.seal(_place(item, name), data), mode=0o600)
        except OSError as error:
            raise RegisterError(
                phrase(
                    "{folder}: the picture cannot be kept ({reason})", folder=str(self._folder), reason=reason_of(error)
                )
            ) from error
        return name

    def read(self, item: str, name: str) -> bytes:
        """The bytes of a file of this picture; RegisterError when it is gone, altered, or another picture's."""
        try:
            sealed = (self._folder / name).read_bytes()
        except OSError as error:
            raise RegisterError(
                phrase(
                    "the picture of {item} is not there any more ({reason})", item=repr(item), reason=reason_of(error)
                )
            ) from error
        return self._vault.unseal(_place(item, name), sealed)

    def remove(self, names: Iterable[str]) -> None:
        """Remove these files, where they are there."""
        for name in names:
            with contextlib.suppress(OSError):  # whoever sweeps tries again
                (self._folder / name).unlink(missing_ok=True)

    def missing(self, names: Collection[str]) -> int:
        """How many of these files are not there."""
        return len(set(names) - self._there())

    def sweep(self, named: Collection[str], *, unnamed_for: float = _UNNAMED_SECONDS) -> int:
        """How many files were removed that no row names, older than so many seconds; half-written ones among them."""
        swept = 0
        for name in self._there() - set(named):
            file = self._folder / name
            with contextlib.suppress(OSError):  # gone since, or not ours to remove
                if file.stat().st_mtime < time.time() - unnamed_for:
                    file.unlink()
                    swept += 1
        return swept

    def _there(self) -> set[str]:
        with contextlib.suppress(FileNotFoundError):
            return {file.name for file in self._folder.iterdir()}
        return set()


def _place(item: str, name: str) -> str:
    return f"desk.file:{item}:{name}"
