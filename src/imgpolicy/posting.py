"""What the editor declares about a planned posting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """In which role somebody posts."""

    PRIVATE = "private"
    EMPLOYEE = "employee"
    OFFICIAL = "official"


class Origin(StrEnum):
    """Where the picture comes from, as the editor says."""

    OWN = "own"
    LICENSED = "licensed"
    UNKNOWN = "unknown"


def today() -> dt.date:
    """The date here and now."""
    return dt.datetime.now().astimezone().date()


@dataclass(frozen=True, kw_only=True)
class Posting:
    """Where, in which role, for what and when a picture is to be posted. None means: not stated.

    `people` are register ids of those whom the editor says are in the picture; `event` is where it was taken,
    `edit` what was done to it; `territory` is where it can be seen; `actor` is the name of whoever posts it. `on` is
    the day of posting.
    """

    channel: str | None = None
    role: Role | None = None
    purpose: str | None = None
    audience: str | None = None
    setting: str | None = None
    origin: Origin | None = None
    caption: str | None = None
    actor: str | None = None
    people: tuple[str, ...] = ()
    campaign: str | None = None
    territory: str | None = None
    event: str | None = None
    edit: str | None = None
    on: dt.date = field(default_factory=today)

    @property
    def stated(self) -> tuple[str, ...]:
        """What reports repeat of it in words, such as ``channel website``; what was not stated is left out."""
        words = ("channel", "role", "actor", "purpose", "audience", "setting", "origin")
        values = (self.channel, self.role, self.actor, self.purpose, self.audience, self.setting, self.origin)
        return tuple(f"{word} {value}" for word, value in zip(words, values, strict=True) if value)
