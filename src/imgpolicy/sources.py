"""Where pictures come from: a path, a folder, standard input, a URL, bytes at hand, or a file that is open."""

from __future__ import annotations

import errno
import io
import lzma
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError, RequestError
from imgpolicy.files import read_at_most
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.picture import Picture, load

STDIN = "-"
BYTES = "<bytes>"
"""What a report calls a picture that has no name."""

_CHUNK = 1 << 20
_PIXELS = ("__array_interface__", "__array__", "__dlpack__")
"""One of these is what the images and arrays of all libraries have, Pillow's and numpy's among them."""

_READ_ERRORS = (
    *(OSError, EOFError, ValueError, TypeError, AttributeError, LookupError, RuntimeError),
    *(zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)
"""What the standard library's files raise when they are read; those inside of archives among them."""


class BinaryFile(Protocol):
    """A file that is open in binary mode, or what reads as one: an upload, a member of an archive, an answer's body."""

    def read(self, size: int, /) -> bytes | None:
        """At most `size` bytes, none at the end."""


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryFile
"""What a picture can be given as. A string is a path, an http or https URL, or `-` for standard input."""


def read(source: Source, *, allow_private_hosts: bool = False) -> tuple[str, bytes]:
    """The name and the bytes of one source. A file is read from where it stands, within the limit, and stays open.

    PictureError when it cannot be read, RequestError when it is nothing that a picture can be given as.
    """
    name = name_of(source)
    return name, _bytes_of(source, name, allow_private_hosts=allow_private_hosts)


def _bytes_of(source: Source, name: str, *, allow_private_hosts: bool) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, bytearray | memoryview):
        return _copied(source, name)
    if is_url(source):
        from imgpolicy.fetch import fetch

        return fetch(str(source), allow_private_hosts=allow_private_hosts)
    if isinstance(source, str) and source == STDIN:
        return _read_stdin()
    return _read_file(Path(_path(source))) if isinstance(source, str | os.PathLike) else _read_open(source, name)


def open_picture(source: Source, *, allow_private_hosts: bool = False) -> Picture:
    """The picture of one source, as `read` takes it; PictureError, too, when it is no picture."""
    name, data = read(source, allow_private_hosts=allow_private_hosts)
    return load(data, name)


def name_of(source: Source) -> str:
    """What a report calls this source; RequestError when it is nothing that a picture can be given as.

    A URL's name leaves out user, password, query and fragment. An open file has its own, where that is a text.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return BYTES
    if is_url(source):
        from imgpolicy.fetch import shown

        return shown(str(source))
    if isinstance(source, str | os.PathLike):
        return _path(source)
    _accept_file(source)
    own: object = getattr(source, "name", None)
    return name_of(own) if isinstance(own, str) and own else BYTES


def is_url(source: object) -> bool:
    """True for an http or https URL."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Found:
    """A file or a folder below a folder: a picture, or what is passed over, with the reason."""

    path: str
    passed_over: str | None = None


def expand(argument: str) -> tuple[list[str], list[str]]:
    """The pictures that one argument names, and what is skipped in a folder, each with the reason: see `walk`."""
    if argument == STDIN or is_url(argument) or not os.path.isdir(argument):  # noqa: PTH112  # says no to odd names
        return [argument], []
    found = list(walk(argument))
    pictures = [one.path for one in found if one.passed_over is None]
    return pictures, [
        phrase("{name}: {reason}", name=one.path, reason=one.passed_over) for one in found if one.passed_over
    ]


def walk(folder: str, after: Sequence[str] = ()) -> Iterator[Found]:
    """Every picture below the folder, and what is skipped: what lies in a folder by name, then its sub-folders by name.

    What counts is the file's ending or its first bytes. Hidden files and folders, and folders behind symbolic links,
    are skipped. A folder that cannot be read is given as if it were a picture: reading it then fails, and the others
    go on. `after` is the path below the folder, in its parts, of what was found last: what stands before it is not
    looked at again. At no time more is held than the names in one folder, and in those around it those of folders.
    """
    to_come = [(folder, tuple(after))]
    while to_come:
        here, last = to_come.pop()
        try:
            names, folders = _names_in(here)
        except OSError:
            yield Found(here)
            continue
        inside = len(last) > 1 or (bool(last) and last[0] in folders)
        if not inside:
            for name in names:
                if not last or name > last[0]:
                    yield _found(os.path.join(here, name), name)  # noqa: PTH118  # pathlib would drop a leading ./
        for name in reversed(folders):
            path = os.path.join(here, name)  # noqa: PTH118
            if not inside or name > last[0]:
                to_come.append((path, ()))
            elif name == last[0] and len(last) > 1:
                to_come.append((path, last[1:]))


def _names_in(folder: str) -> tuple[list[str], list[str]]:
    """The names in a folder, sorted: of what is found or skipped there, and of the folders to look into."""
    names: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for one in entries:
            goes_on = not one.name.startswith(".") and one.is_dir(follow_symlinks=False)
            (folders if goes_on else names).append(one.name)
    return sorted(names), sorted(folders)


def _found(path: str, name: str) -> Found:
    if name.startswith("."):
        is_folder = os.path.isdir(path)  # noqa: PTH112
        return Found(path, phrase("a hidden folder") if is_folder else phrase("a hidden file"))
    if os.path.islink(path) and os.path.isdir(path):  # noqa: PTH112, PTH114
        return Found(path, phrase("a link to a folder"))
    return Found(path) if _looks_like_picture(path) else Found(path, phrase("not a picture"))


def _looks_like_picture(path: str) -> bool:
    """True by ending or first bytes, and for what cannot be read: the check then says so."""
    if Path(path).suffix.lower() in formats.SUFFIXES:
        return True
    try:
        if not Path(path).is_file():
            return False
        with Path(path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return True
    return formats.is_marked(head)


def _path(source: str | os.PathLike[str]) -> str:
    """The path in words; a path of bytes is one too."""
    try:
        return os.fsdecode(source)
    except TypeError as error:
        raise RequestError(
            phrase("{kind} is no path: its __fspath__ gives no text", kind=type(source).__name__)
        ) from error


def _accept_file(source: object) -> None:
    """Nothing, when this reads as a binary file as far as can be seen; RequestError for anything else."""
    kind = type(source)
    if any(hasattr(kind, mark) for mark in _PIXELS):
        raise RequestError(
            phrase(
                "pixels alone cannot be checked: what is posted is a file with its metadata;"
                " save them to bytes first, or give the file that they came from"
            )
        )
    if isinstance(source, io.TextIOBase):
        raise _text_mode()
    if isinstance(source, type) or not callable(getattr(source, "read", None)):
        raise RequestError(
            phrase(
                "a picture is given as a path, an http(s) URL, bytes or a file open in binary mode, not as {kind}",
                kind=kind.__name__,
            )
        )


def _text_mode() -> RequestError:
    return RequestError(phrase('the file is open in text mode, which loses a picture: open it with mode "rb"'))


def _copied(source: bytearray | memoryview, name: str) -> bytes:
    try:
        return bytes(source)
    except ValueError as error:  # a view that was released
        raise _unreadable(name, type(error).__name__) from error


def _read_stdin() -> bytes:
    if sys.stdin is None or not hasattr(sys.stdin, "buffer"):
        raise _unreadable(STDIN, phrase("standard input is closed"))
    return _read_open(sys.stdin.buffer, STDIN)


def _read_open(file: BinaryFile, name: str) -> bytes:
    """What is left of an open file, however little it gives at a time."""
    data = io.BytesIO()
    while chunk := _chunk(file, name):
        data.write(chunk)
        if data.tell() > MAX_BYTES:
            raise _unreadable(name, _too_large())
    return data.getvalue()


def _chunk(file: BinaryFile, name: str) -> bytes:
    try:
        chunk: object = file.read(_CHUNK)
    except _READ_ERRORS as error:
        closed = getattr(file, "closed", False) is True
        own = error.strerror if isinstance(error, OSError) else None
        raise _unreadable(name, phrase("the file is closed") if closed else own or type(error).__name__) from error
    if isinstance(chunk, bytes | bytearray | memoryview):
        return chunk if isinstance(chunk, bytes) else _copied(chunk, name)
    if chunk is None:
        raise _unreadable(name, phrase("nothing has arrived yet: it does not wait for more"))
    if isinstance(chunk, str):
        raise _text_mode()
    raise RequestError(
        phrase(
            "a file is read in bytes: read() of {kind} gives {given}",
            kind=type(file).__name__,
            given=type(chunk).__name__,
        )
    )


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PictureError(phrase("{name}: {reason}", name=str(path), reason=_no_file(path)))
        return read_at_most(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise _unreadable(str(path), _why(error)) from error


def _unreadable(name: str, reason: str) -> PictureError:
    return PictureError(phrase("{name}: cannot be read ({reason})", name=name, reason=reason))


def _why(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return phrase("the name is not one a file can have")
    if error.errno == errno.EFBIG:
        return _too_large()
    return reason_of(error)


def _too_large() -> str:
    return phrase("more than the limit of {most} bytes", most=f"{MAX_BYTES:,}")


def _no_file(path: Path) -> str:
    if not path.exists():
        return phrase("there is no such file")
    return phrase("a folder that cannot be read") if path.is_dir() else phrase("not a file")
