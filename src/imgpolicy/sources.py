"""Where pictures come from: a path, a folder, standard input, a URL, or bytes at hand."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from imgpolicy import formats
from imgpolicy.errors import PictureError
from imgpolicy.files import read_at_most
from imgpolicy.phrase import phrase
from imgpolicy.picture import MAX_BYTES, Picture, load

STDIN = "-"
BYTES = "<bytes>"
"""What a report calls a picture that has no name."""


def read(source: str | Path | bytes, *, allow_private_hosts: bool = False) -> tuple[str, bytes]:
    """The name and the bytes of one source; PictureError when it cannot be read.

    A string is a path, an http or https URL, or `-` for standard input.
    """
    return name_of(source), _bytes_of(source, allow_private_hosts=allow_private_hosts)


def _bytes_of(source: str | Path | bytes, *, allow_private_hosts: bool) -> bytes:
    if isinstance(source, bytes):
        return source
    if is_url(source):
        from imgpolicy.fetch import fetch

        return fetch(str(source), allow_private_hosts=allow_private_hosts)
    if source == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return _read_file(Path(source))


def open_picture(source: str | Path | bytes, *, allow_private_hosts: bool = False) -> Picture:
    """The picture of one source, as `read` takes it; PictureError when it cannot be read or is no picture."""
    name, data = read(source, allow_private_hosts=allow_private_hosts)
    return load(data, name)


def name_of(source: str | Path | bytes) -> str:
    """What a report calls this source. A URL's name leaves out user, password, query and fragment."""
    if isinstance(source, bytes):
        return BYTES
    if not is_url(source):
        return str(source)
    from imgpolicy.fetch import shown

    return shown(str(source))


def is_url(source: str | Path) -> bool:
    """True for an http or https URL."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def expand(argument: str) -> tuple[list[str], list[str]]:
    """The pictures that one argument names, and what is skipped in a folder, each with the reason.

    A folder gives every picture below it, sorted; what counts is the file's ending or its first bytes. Hidden files
    and folders, and folders behind symbolic links, are skipped.
    """
    if argument == STDIN or is_url(argument) or not os.path.isdir(argument):  # noqa: PTH112  # says no to odd names
        return [argument], []
    pictures: list[str] = []
    passed_over: list[str] = []
    # A folder that cannot be read is named as if it were a picture: the check of it then fails, and the others go on.
    for here, folders, files in os.walk(argument, onerror=lambda error: pictures.append(str(error.filename))):
        for name in sorted(folders):
            path = os.path.join(here, name)  # noqa: PTH118  # pathlib would drop a leading ./
            if name.startswith(".") or os.path.islink(path):  # noqa: PTH114
                what = phrase("a hidden folder") if name.startswith(".") else phrase("a link to a folder")
                passed_over.append(phrase("{name}: {reason}", name=path, reason=what))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(here, name)  # noqa: PTH118
            if name.startswith("."):
                passed_over.append(phrase("{name}: {reason}", name=path, reason=phrase("a hidden file")))
            elif _looks_like_picture(path):
                pictures.append(path)
            else:
                passed_over.append(phrase("{name}: {reason}", name=path, reason=phrase("not a picture")))
    return pictures, passed_over


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


def _read_file(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PictureError(phrase("{name}: {reason}", name=str(path), reason=_no_file(path)))
        return read_at_most(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise PictureError(phrase("{name}: cannot be read ({reason})", name=str(path), reason=_why(error))) from error


def _why(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return phrase("the name is not one a file can have")
    if error.errno == errno.EFBIG:
        return phrase("more than the limit of {most} bytes", most=f"{MAX_BYTES:,}")
    return error.strerror or type(error).__name__


def _no_file(path: Path) -> str:
    if not path.exists():
        return phrase("there is no such file")
    return phrase("a folder that cannot be read") if path.is_dir() else phrase("not a file")
