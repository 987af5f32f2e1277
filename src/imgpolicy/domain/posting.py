"""What the editor declares about a planned posting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.phrase import Phrase, phrase


class Role(StrEnum):
    """In which role somebody posts."""

    PRIVATE = "private"
    EMPLOYEE = "employee"
    OFFICIAL = "official"


LOGO_ROLES = (Role.EMPLOYEE, Role.OFFICIAL)
"""Who uses the organisation's logo, where its policy does not say."""


class Origin(StrEnum):
    """Where the picture comes from, as the editor says."""

    OWN = "own"
    LICENSED = "licensed"
    UNKNOWN = "unknown"


ROLE_WORDS: Mapping[Role, Phrase] = {
    Role.PRIVATE: phrase("private"),
    Role.EMPLOYEE: phrase("employee"),
    Role.OFFICIAL: phrase("official"),
}
"""The roles in words for people."""

ORIGIN_WORDS: Mapping[Origin, Phrase] = {
    Origin.OWN: phrase("own"),
    Origin.LICENSED: phrase("licensed"),
    Origin.UNKNOWN: phrase("unknown"),
}
"""The origins in words for people."""


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
    def stated(self) -> tuple[Phrase, ...]:
        """What reports repeat of it in words, such as ``channel website``; what was not stated is left out."""
        words = (
            phrase("channel {name}", name=self.channel) if self.channel else None,
            phrase("role {name}", name=ROLE_WORDS[self.role]) if self.role else None,
            phrase("actor {name}", name=self.actor) if self.actor else None,
            phrase("purpose {name}", name=self.purpose) if self.purpose else None,
            phrase("audience {name}", name=self.audience) if self.audience else None,
            phrase("setting {name}", name=self.setting) if self.setting else None,
            phrase("origin {name}", name=ORIGIN_WORDS[self.origin]) if self.origin else None,
        )
        return tuple(word for word in words if word is not None)
