"""Where pictures come from: a path, a folder, standard input, a URL, or bytes at hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from imgpolicy import formats
from imgpolicy.errors import PictureError
from imgpolicy.phrase import phrase
from imgpolicy.picture import MAX_BYTES

STDIN = "-"


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
    """The pictures that one argument names, and what is passed over in a folder, each with the reason.

    A folder gives every picture below it, sorted; what counts is the file's ending or its first bytes. Hidden files
    and folders, and folders behind symbolic links, are passed over.
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
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else phrase("the name is not one a file can have")
        raise PictureError(
            phrase("{name}: cannot be read ({reason})", name=str(path), reason=reason or type(error).__name__)
        ) from error


def _no_file(path: Path) -> str:
    if not path.exists():
        return phrase("there is no such file")
    return phrase("a folder that cannot be read") if path.is_dir() else phrase("not a file")
