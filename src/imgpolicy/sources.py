"""Where pictures come from: a path, a folder, standard input, a URL, or bytes at hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from imgpolicy.errors import PictureError
from imgpolicy.picture import MAX_BYTES

STDIN = "-"

_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".heic", ".heif", ".hif", ".avif", ".jxl", ".svg", ".jp2", ".psd", ".dng"}
)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")


def read(source: str | Path | bytes, *, allow_private_hosts: bool = False) -> tuple[str, bytes]:
    """The name and the bytes of one source; PictureError when it cannot be read.

    A string is a path, an http or https URL, or `-` for standard input. A URL's name leaves out user, password,
    query and fragment.
    """
    if isinstance(source, bytes):
        return "<bytes>", source
    if is_url(source):
        from imgpolicy.fetch import fetch

        return name_of(str(source)), fetch(str(source), allow_private_hosts=allow_private_hosts)
    if source == STDIN:
        return STDIN, sys.stdin.buffer.read(MAX_BYTES + 1)
    return str(source), _read_file(Path(source))


def name_of(source: str) -> str:
    """What a report calls this source."""
    if not is_url(source):
        return source
    from imgpolicy.fetch import shown

    return shown(source)


def is_url(source: str | Path) -> bool:
    """True for an http or https URL."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def expand(argument: str) -> tuple[list[str], list[str]]:
    """The pictures that one argument names, and the files of a folder that are passed over as no pictures.

    A folder gives every picture below it, sorted; what counts is the file's ending or its first bytes. Hidden
    files, and folders behind symbolic links, are left alone.
    """
    if argument == STDIN or is_url(argument) or not Path(argument).is_dir():
        return [argument], []
    pictures: list[str] = []
    others: list[str] = []
    for path in _files_below(argument):
        (pictures if _looks_like_picture(path) else others).append(path)
    return pictures, others


def _files_below(folder: str) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise PictureError(f"{error.filename}: the folder cannot be read ({error.strerror})")

    for here, folders, files in os.walk(folder, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(here, name) for name in sorted(files) if not name.startswith("."))  # noqa: PTH118  # names stay as given


def _looks_like_picture(path: str) -> bool:
    if Path(path).suffix.lower() in _SUFFIXES:
        return True
    try:
        with Path(path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return head.startswith(_MAGIC) or head[8:12] == b"WEBP" or head[4:8] == b"ftyp"


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PictureError(f"{path}: {'not a file' if path.exists() else 'there is no such file'}")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is not one a file can have"
        raise PictureError(f"{path}: cannot be read ({reason})") from error
