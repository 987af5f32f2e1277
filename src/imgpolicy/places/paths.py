"""Files, folders, and lists of files and URLs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from imgpolicy.errors import PictureError
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.places.names import (
    Listed,
    ListedPicture,
    Skipped,
    is_bucket,
    name_of,
    parts_below,
    path_name,
    resumed,
)
from imgpolicy.sources import is_url, walk
from imgpolicy.text import printable

LIST = "@"
"""How the name of a list begins; a file that is called so is written ./@…"""

_LONGEST = 16_384
"""Bytes of a line: four times the longest path."""
_HEAD = 1 << 16


def in_file(path: str, after: str | None) -> Iterator[Listed]:
    """The one picture; PictureError when there is no such file."""
    return resumed(partial(_file, path), after)


def _file(path: str) -> Iterator[Listed]:
    try:
        os.stat(path)  # noqa: PTH116  # to pathlib no name is a name: this folder's
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    yield _picture(path_name("", path), path)


def in_folder(given: str, after: str | None) -> Iterator[Listed]:
    """The pictures below the folder, and what is skipped: see `sources.walk`. PictureError when nobody may read it."""
    folder = given.rstrip("/") or "/"
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise _unreadable(given, error) from error
    real = os.path.realpath(folder).rstrip("/") + "/"
    for found in walk(folder, () if after is None else parts_below(folder, after)):
        name = path_name(folder, found.path)
        if found.passed_over is not None:
            yield Skipped(name=name, reason=found.passed_over)
        elif os.path.islink(found.path) and not os.path.realpath(found.path).startswith(real):  # noqa: PTH114
            yield Skipped(name=name, reason=phrase("a link that leads out of the folder"))
        else:
            yield _picture(name, found.path)


def in_list(file: str, after: str | None) -> Iterator[Listed]:
    """What the lines of a text file name, in their order: each the path or URL of a picture, as one would type it.

    So a path is relative to where one stands, not to the list. Blank lines and those that begin with # say nothing. A
    name may come more than once. PictureError when the file is no list that can be read.
    """
    return resumed(partial(_lines, file), after)


def _lines(file: str) -> Iterator[Listed]:
    try:
        with Path(file).open("rb") as lines:
            head = lines.peek(_HEAD)
            if b"\0" in head:
                raise PictureError(
                    phrase("{name}: not a list: write a path or URL a line, as text in UTF-8", name=printable(file))
                )
            yield from _listed(file, lines)
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def _listed(file: str, lines: BinaryIO) -> Iterator[Listed]:
    number = 0
    while line := lines.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = lines.readline(_LONGEST)
            yield Skipped(name=_line_name(file, number), reason=phrase("too long for a path or URL"))
            continue
        text = os.fsdecode((line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).rstrip(b"\r\n"))
        if text.strip() and not text.startswith("#"):
            yield _entry(text.strip() if is_url(text.strip()) else text)


def _line_name(file: str, number: int) -> str:
    return phrase("{file}, line {number}", file=path_name("", file), number=number)


def _entry(text: str) -> Listed:
    name = name_of(text)
    if is_url(text) or is_bucket(text):
        return ListedPicture(name=name, address=text)
    if text.startswith(LIST):
        return Skipped(name=name, reason=phrase("a list in a list: name it by itself"))
    return _picture(name, text, folders=phrase("a folder: name it by itself"))


def _picture(name: str, path: str, folders: str | None = None) -> Listed:
    """The picture, with its size, when it was written, and when anything of it was changed, as its stamp.

    What cannot be looked at is given without one: reading it says why.
    """
    try:
        state = Path(path).stat()
    except (OSError, ValueError):
        return ListedPicture(name=name, address=path)
    if stat.S_ISDIR(state.st_mode):
        return Skipped(name=name, reason=folders or phrase("a folder that cannot be read"))
    return ListedPicture(name=name, address=path, stamp=f"{state.st_size}-{state.st_mtime_ns}-{state.st_ctime_ns}")


def _unreadable(path: str, error: OSError | ValueError) -> PictureError:
    reason = reason_of(error) if isinstance(error, OSError) else phrase("the name is not one a file can have")
    return PictureError(phrase("{name}: cannot be read ({reason})", name=printable(path), reason=reason))
