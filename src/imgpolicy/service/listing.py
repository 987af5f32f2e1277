"""The pictures of an archive, named one after the other, and read when it is their turn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.checker import Checker
from imgpolicy.domain.posting import Posting
from imgpolicy.picture import Picture
from imgpolicy.report import Report
from imgpolicy.sources import expand


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A picture by its name; `stamp` changes when its content does, and is None where nobody knows."""

    name: str
    stamp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What is no picture, or could not be listed: then it `hides` what may be in it."""

    name: str
    reason: str
    hides: bool = False


def listed(place: str, after: str | None = None) -> Iterator[Listed | Skipped]:
    """What is in a place, in an order that stays the same, from the name after `after` on."""
    names, skipped = expand(place)
    for reason in skipped:
        yield Skipped(name=reason, reason=reason)
    for name in sorted(names):
        if after is None or name > after:
            yield Listed(name=name, stamp=stamp_of(name))


def read(one: Listed, checker: Checker, posting: Posting, *, allow_private_hosts: bool) -> Picture | Report:
    """The picture, or the report that says why it cannot be read."""
    return checker.opened(one.name, posting, allow_private_hosts=allow_private_hosts)


def stamp_of(name: str) -> str | None:
    """What changes when the content of this picture does; None where nobody knows."""
    try:
        found = Path(os.fsdecode(name)).stat()
    except OSError:
        return None
    return f"{found.st_size}:{found.st_mtime_ns}"
