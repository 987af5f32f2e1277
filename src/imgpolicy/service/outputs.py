"""The one writer of every file that somebody names for a result: a report, an export, a clean picture.

path ─► laws ─► (the work is done) ─► laws again ─► written whole

What stands there already stays, unless it may be replaced; what a command reads or stands on is never replaced, not by
`--force` either; and no link is followed out of the folder that was named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from imgpolicy import formats
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.files import write_new, write_whole
from imgpolicy.phrase import phrase, reason_of

_HEAD = 2000
"""Bytes by which a report or a picture is known."""

_REPORTS = re.compile(
    rb'\s*(?:\{\s*"schema":\s*"imgpolicy\.'
    rb'|\{\s*"\$schema":\s*"https://docs\.oasis-open\.org/sarif/[^{]*\{\s*"tool":\s*\{\s*"driver":\s*\{\s*"name":\s*"imgpolicy"'
    rb'|<\?xml[^>]*>\s*<testsuites name="imgpolicy"'
    rb'|<!DOCTYPE html>\s*<html[^>]*><head>(?:<meta[^>]*>)*<meta name="generator" content="imgpolicy report">)'
)
"""How the reports begin that say who wrote them: JSON, SARIF, JUnit and HTML. Text says it nowhere."""


class Replaces(Enum):
    """What of the files that are there already an output takes the place of."""

    NOTHING = auto()
    REPORTS = auto()
    """An earlier report of ours, which is what a report is written over again and again."""
    PICTURES = auto()
    """Any picture: what `--force` is for where a picture is written."""
    ANYTHING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that somebody named for a result.

    `keeps` are the paths of files that are never replaced: what the command reads, and what the register stands on.
    `mode` has the permission bits of the file; None keeps those that are there, or gives those of a new file.
    """

    path: Path
    keeps: frozenset[str]
    replaces: Replaces = Replaces.NOTHING
    mode: int | None = None


PRIVATE = 0o600
"""The mode of whatever names people."""


def output(
    path: Path, keeps: Iterable[str], *, replaces: Replaces = Replaces.NOTHING, mode: int | None = PRIVATE
) -> Output:
    """The output to this file, which may be written; RequestError as `accept` does."""
    made = Output(path=path, keeps=frozenset(keeps), replaces=replaces, mode=mode)
    accept(made)
    return made


def accept(made: Output) -> None:
    """Nothing, when the output may be written.

    RequestError when it would replace what it must not, leads out of its folder, or is a folder; ImgPolicyError when
    nobody may look there.
    """
    try:
        _accept(made)
    except OSError as error:
        raise ImgPolicyError(
            phrase("{path}: cannot be written ({reason})", path=str(made.path), reason=reason_of(error))
        ) from error


def _accept(made: Output) -> None:
    path = made.path
    if is_one_of(path, made.keeps):
        raise RequestError(phrase("{path} is read or kept by this command: name another file", path=str(path)))
    if path.is_dir():
        raise RequestError(phrase("{path} is a folder: name a file in it", path=str(path)))
    there = Path(os.path.realpath(path))
    if there.exists() and not there.is_file():
        return  # a device or a pipe, which holds nothing
    if there.parent != Path(os.path.realpath(path.parent)):
        raise RequestError(phrase("{path} is a link that leads out of its folder: name a file", path=str(path)))
    if os.path.lexists(path) and not _replaceable(there, made.replaces):
        raise RequestError(phrase("{path} is there already{advice}", path=str(path), advice=_ADVICE[made.replaces]))


def write(made: Output, data: bytes) -> None:
    """Write the output, whole or not at all; ImgPolicyError when it cannot be, RequestError as `accept` does."""
    accept(made)
    try:
        if made.replaces is Replaces.NOTHING:
            write_new(made.path, data, mode=made.mode)
        else:
            write_whole(made.path, data, mode=made.mode)
    except FileExistsError as error:
        raise RequestError(
            phrase("{path} is there already{advice}", path=str(made.path), advice=_ADVICE[made.replaces])
        ) from error
    except OSError as error:
        raise ImgPolicyError(
            phrase("{path}: cannot be written ({reason})", path=str(made.path), reason=reason_of(error))
        ) from error


def is_one_of(path: Path, files: Iterable[str]) -> bool:
    """True when the file is one of these, also by another name: a link of either kind."""
    return any(
        os.path.realpath(path) == os.path.realpath(other)
        or (os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other))  # noqa: PTH110, PTH121  # says no to odd names
        for other in files
    )


_ADVICE = {
    Replaces.NOTHING: phrase(": name another file, or replace it with --force"),
    Replaces.REPORTS: phrase(" and no report that says it is ours: name another file, or replace it with --force"),
    Replaces.PICTURES: phrase(" and no picture: name another file"),
    Replaces.ANYTHING: "",
}


def _replaceable(path: Path, replaces: Replaces) -> bool:
    """Whether what stands at the path, perhaps nothing behind a link, may be replaced."""
    if replaces in {Replaces.NOTHING, Replaces.ANYTHING}:
        return replaces is Replaces.ANYTHING
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    if replaces is Replaces.REPORTS:
        return _REPORTS.match(head) is not None
    return formats.format_of(head) is not None
