"""Photographs of many people: a folder, or a ZIP archive, with a sub-folder for each of them.

They are read where they are, one at a time. Nothing of an archive is written to the disk, so no name in it leads
anywhere; one that would lead out of a folder, or that nobody made by packing one, has the whole archive refused.
"""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError, RequestError
from imgpolicy.others import Other, other
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.sources import expand, read

MOST_FILES = 10_000
"""Files and folders of one archive."""

MOST_UNPACKED = 2_000_000_000
"""Bytes that the files of an archive may unpack to, all together."""

_AT_ONCE = 4_000_000
"""Bytes that are read of an archive in one piece; its list of files is, and this is ten times a usual one."""

_PIECE = 1 << 20
_HEAD = 1024
"""Bytes of a file that tell what it is."""

_MAC_EXTRAS = "__MACOSX"
"""The folder in which macOS packs what other systems' files cannot hold; no photograph lies there."""

_ENCRYPTED = 0x1
_IN_UTF8 = 0x800
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, OverflowError, struct.error),
    *(NotImplementedError, RuntimeError),
)
"""What the standard library raises for archives that are none, or not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """A photograph by its path below the folder or in the archive, and how its bytes are read.

    `read` raises PictureError when they cannot be, or are more than a picture may have.
    """

    name: str
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFolder:
    """A sub-folder, which is called like the person whom all its photographs show."""

    name: str
    photographs: tuple[Photograph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The sub-folders by name, and a line for each file that is passed over, with the reason."""

    folders: tuple[PersonFolder, ...]
    passed_over: tuple[str, ...]


@contextlib.contextmanager
def open_folders(place: Path | bytes) -> Iterator[Folders]:
    """What a folder or a ZIP archive, by its path or its bytes, holds; the photographs can be read within the block.

    A folder around all the others of an archive is looked through. Raises RequestError for what is neither, and for an
    archive that is encrypted, too large, or was not made by packing folders.
    """
    if isinstance(place, Path) and place.is_dir():
        yield _in_folder(place)
        return
    with contextlib.ExitStack() as stack:
        try:
            file = io.BytesIO(place) if isinstance(place, bytes) else stack.enter_context(place.open("rb"))
            archive = stack.enter_context(zipfile.ZipFile(_Doled(file)))
            found = _in_archive(archive)
        except _DAMAGE as error:
            said = reason_of(error) if isinstance(error, OSError) else message_of(error)
            name = phrase("the archive") if isinstance(place, bytes) else str(place)
            raise RequestError(
                phrase("{name}: neither a folder nor a whole ZIP archive ({reason})", name=name, reason=said)
            ) from error
        yield found


class _Doled(io.RawIOBase):
    """A file of which nobody reads more than so many bytes at once: a list of millions of files is never held."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        found = self._file.read(min(size, _AT_ONCE + 1) if size >= 0 else _AT_ONCE + 1)
        if len(found) > _AT_ONCE:
            raise ValueError(phrase("it lists too many files"))
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _in_folder(folder: Path) -> Folders:
    paths, passed_over = expand(str(folder))
    names = [one.name for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink()]
    own: dict[str, list[Photograph]] = {name: [] for name in names if not name.startswith(".")}
    for path in paths:
        name = Path(path).relative_to(folder).as_posix()
        first = PurePosixPath(name).parts[0]
        if first in own:
            own[first].append(Photograph(name=name, read=partial(_file_of, path)))
        else:
            passed_over.append(_passed(name, phrase("lies in no person's folder")))
    return _together(own, passed_over)


def _file_of(path: str) -> bytes:
    return read(path)[1]


def _together(own: dict[str, list[Photograph]], passed_over: Sequence[str]) -> Folders:
    folders = [PersonFolder(name=name, photographs=tuple(found)) for name, found in sorted(own.items())]
    return Folders(folders=tuple(folders), passed_over=tuple(passed_over))


def _in_archive(archive: zipfile.ZipFile) -> Folders:
    members = {name: one for name, one in _members(archive) if _MAC_EXTRAS not in PurePosixPath(name).parts}
    _accept_sizes(members.values())
    around = _around([name for name, one in members.items() if not one.is_dir()])
    own: defaultdict[str, list[Photograph]] = defaultdict(list)
    passed_over: list[str] = []
    for whole, one in members.items():
        parts = PurePosixPath(whole).parts[around:]
        if any(part.startswith(".") for part in parts):
            passed_over.append(_passed(whole, phrase("a hidden file")))
        elif len(parts) > 1 or (parts and one.is_dir()):
            own[parts[0]] += [] if one.is_dir() else _photographs(archive, one, "/".join(parts), passed_over)
        elif parts:
            passed_over.append(_passed(whole, phrase("lies in no person's folder")))
    return _together(own, passed_over)


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The files and folders by their names; RequestError for what nobody gets who packs folders."""
    every = archive.infolist()
    if len(every) > MOST_FILES:
        raise RequestError(phrase("the archive holds more than {most} files: make several", most=f"{MOST_FILES:,}"))
    seen: set[str] = set()
    for one in every:
        name = _name_of(one)
        parts = name.rstrip("/").split("/")
        if not name.isprintable() or ":" in parts[0] or any(part.strip() in {"", ".", ".."} for part in parts):
            raise RequestError(
                phrase(
                    "the archive holds a name that no folder has ({name}): pack the folder anew", name=ascii(name[:80])
                )
            )
        if name.rstrip("/") in seen:
            raise RequestError(phrase("the archive holds {name} twice: pack the folder anew", name=repr(name[:80])))
        if one.flag_bits & _ENCRYPTED:
            raise RequestError(phrase("the archive is encrypted: make one without a password"))
        if one.compress_type not in _PACKED:
            raise RequestError(phrase("the archive is packed in an unusual way: make a plain ZIP archive"))
        seen.add(name.rstrip("/"))
        yield name, one


def _name_of(one: zipfile.ZipInfo) -> str:
    """The name as it was meant: macOS writes UTF-8 and does not say so, Windows the letters of DOS and backslashes."""
    name = one.orig_filename
    if not one.flag_bits & _IN_UTF8:
        written = name.encode("cp437")
        try:
            name = written.decode()
        except UnicodeDecodeError:
            name = written.decode("cp850")
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _accept_sizes(members: Iterable[zipfile.ZipInfo]) -> None:
    """Nothing, or RequestError for too much; what unpacks to more than it says is cut off there by the reader."""
    if sum(one.file_size for one in members) > MOST_UNPACKED:
        raise RequestError(
            phrase("the archive unpacks to more than {most} bytes: make several", most=f"{MOST_UNPACKED:,}")
        )


def _around(names: Sequence[str]) -> int:
    """1 where a single folder lies around all the others, else 0."""
    paths = [PurePosixPath(name).parts for name in names]
    return int(bool(paths) and len({parts[0] for parts in paths}) == 1 and min(map(len, paths)) > 2)


def _photographs(
    archive: zipfile.ZipFile, one: zipfile.ZipInfo, name: str, passed_over: list[str]
) -> Iterator[Photograph]:
    """The photograph that this file is, if it is one; else it is passed over."""
    if stat.S_ISLNK(one.external_attr >> 16):
        passed_over.append(_passed(name, phrase("a link")))
        return
    with archive.open(one) as member:
        head = member.read(_HEAD)
    if other(head) is Other.ARCHIVE:
        passed_over.append(_passed(name, phrase("an archive in the archive")))
    elif PurePosixPath(name).suffix.lower() in formats.SUFFIXES or formats.is_marked(head):
        yield Photograph(name=name, read=partial(_unpacked, archive, one, name))
    else:
        passed_over.append(_passed(name, phrase("not a picture")))


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo, name: str) -> bytes:
    if one.file_size > MAX_BYTES:
        raise PictureError(phrase("{name}: more than the limit of {most} bytes", name=name, most=f"{MAX_BYTES:,}"))
    try:
        with archive.open(one) as member:
            return b"".join(iter(partial(member.read, _PIECE), b""))
    except _DAMAGE as error:
        raise PictureError(
            phrase("{name}: cannot be read ({reason})", name=name, reason=type(error).__name__)
        ) from error


def _passed(name: str, reason: str) -> str:
    return phrase("{name}: {reason}", name=name, reason=reason)
