"""A file is taken out of one folder, and what came of it put into others: all of it or nothing, also after a crash.

written beside where it goes, synced ─► the plan, written whole ─► each gets its name ─► the source goes ─► the plan

Whoever is killed before the plan stands has changed nothing, but for files that `sweep` takes away. Whoever is killed
after it does with `finish` what is left of it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote_from_bytes, unquote_to_bytes

import msgspec

from imgpolicy.errors import ImgPolicyError
from imgpolicy.files import give_new_name, sync_folder, write_whole
from imgpolicy.phrase import phrase

_CHUNK = 1 << 20
_LONGEST = 255
"""Bytes of a file's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A file that was written beside where it goes, with its SHA-256; `name` is the one that it is to have there."""

    temporary: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file that is taken out: where it is, and the SHA-256 of what was read of it."""

    path: Path
    sha256: str


class _Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    folder: str
    temporary: str
    name: str


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths and names are percent-encoded bytes: not all that a file can be called is text."""

    source: str
    sha256: str
    moves: list[_Move]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where plans are written, and how files are called that have no name yet.

    `folder` belongs to whoever delivers alone: what stands in its plan is done. Every folder has a file called
    `there` in it: one without is the empty place of a share that has gone.
    """

    folder: Path
    mark: str
    there: str

    @property
    def _file(self) -> Path:
        return self.folder / f"{self.mark}plan"

    def stage(self, folder: Path, name: str, chunks: Iterable[bytes], mode: int) -> Staged:
        """A file in the folder with these bytes and permission bits, synced; OSError, and then nothing is left."""
        temporary = folder / f"{self.mark}{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Staged(temporary=temporary, name=name, sha256=digest.hexdigest())

    def deliver(self, source: Source, staged: Collection[Staged]) -> None:
        """Give each its name, in this order, and take the source out; it stays when it is not what was read any more.

        A name that somebody else gave to a file of theirs by now gets a number. OSError when something cannot be done:
        `finish` goes on with it then, or `drop` does where no plan was written.
        """
        folders = {source.path.parent, *(one.temporary.parent for one in staged)}
        self.accept(folders)
        for one in staged:
            sync_folder(one.temporary.parent)
        moves = [_Move(_quoted(one.temporary.parent), _quoted(one.temporary.name), _quoted(one.name)) for one in staged]
        plan = _Plan(source=_quoted(source.path), sha256=source.sha256, moves=moves)
        write_whole(self._file, msgspec.json.encode(plan), mode=0o600, prefix=self.mark)
        self.finish(folders)

    def drop(self, staged: Iterable[Staged]) -> None:
        """Take away files for which no plan was written."""
        if not self._file.exists():
            for one in staged:
                one.temporary.unlink(missing_ok=True)

    def finish(self, folders: Collection[Path]) -> None:
        """Do what is left of the plan, where there is one.

        ImgPolicyError when it is of other folders than these, OSError when something cannot be done.
        """
        plan = self._read()
        if plan is None:
            return
        places = [_path(plan.source).parent, *(_path(move.folder) for move in plan.moves)]
        if not {*places} <= {*folders}:
            raise ImgPolicyError(
                phrase("{file} is half done, with other folders: start with those that it names", file=str(self._file))
            )
        self.accept(places)
        for move in plan.moves:
            folder = _path(move.folder)
            _name(folder / _path(move.temporary), folder, os.fsdecode(_path(move.name)))
        source = _path(plan.source)
        if source.is_file() and not source.is_symlink() and digest_of(source) == plan.sha256:
            source.unlink()
            sync_folder(source.parent)
        self.accept(places)  # or the source only seems to be gone
        self._file.unlink()
        sync_folder(self.folder)

    def accept(self, folders: Iterable[Path]) -> None:
        """Nothing, when all of these folders are there; ImgPolicyError that names one which is not."""
        for folder in folders:
            if not (folder / self.there).is_file():
                raise ImgPolicyError(phrase("{folder} is not there: is its share connected?", folder=str(folder)))

    def sweep(self, folders: Iterable[Path]) -> None:
        """Take away what somebody left in these folders who was killed before the plan stood; after `finish`."""
        for folder in folders:
            for name in os.listdir(folder):  # noqa: PTH208  # names of any bytes
                if name.startswith(self.mark):
                    (folder / name).unlink(missing_ok=True)

    def _read(self) -> _Plan | None:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Plan)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise ImgPolicyError(
                phrase("{file} is damaged: look at what is in the folders, and remove it", file=str(self._file))
            ) from error


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file from where it stands, a part at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_name(folder: Path, name: str, endings: Collection[str]) -> str:
    """The name, with a number where it needs one, by which nothing is in the folder with any of these endings."""
    room = _LONGEST - max(len(ending) for ending in endings)
    return next(
        one
        for one in _numbered(name, room)
        if not any(os.path.lexists(folder / f"{one}{ending}") for ending in endings)
    )


def _numbered(name: str, room: int) -> Iterator[str]:
    """The name, then with numbers from 2 on before its ending, cut to as many bytes."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122  # a name of any bytes
    number = 1
    while True:
        tail = os.fsencode(ending if number == 1 else f"-{number}{ending}")[-room:]
        yield os.fsdecode(os.fsencode(stem)[: room - len(tail)] + tail)
        number += 1


def _name(temporary: Path, folder: Path, name: str) -> None:
    """Give the file its name, where it does not have it yet."""
    for one in _numbered(name, _LONGEST):
        if not os.path.lexists(temporary):
            return
        target = folder / one
        if os.path.lexists(target) and os.path.samestat(target.lstat(), temporary.lstat()):  # killed in between
            temporary.unlink()
            sync_folder(folder)
            return
        try:
            give_new_name(temporary, target)
        except FileExistsError:
            continue


def _quoted(path: Path | str) -> str:
    return quote_from_bytes(os.fsencode(path), safe="/")


def _path(quoted: str) -> Path:
    return Path(os.fsdecode(unquote_to_bytes(quoted)))
