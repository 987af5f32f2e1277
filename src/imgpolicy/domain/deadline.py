"""The days on which something ends or was due, as a calendar shows them: nobody is named in them but by an id. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class DeadlineKind(StrEnum):
    """What ends, or is due: see `Deadline.about` for what each is about."""

    CONSENT = "consent"
    RECOGNITION = "recognition"
    OF_AGE = "of age"
    OWN_CONSENT = "own consent"
    LICENCE = "licence"
    LINK = "link"
    TAKEDOWN = "take-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day of something, or of a take-down the one since which it is due.

    `record` is the id of what ends: a consent, a licence, a request, a task. `about` is the id of the person, work or
    post that it is about, None for a link that many use.
    """

    kind: DeadlineKind
    record: str
    day: dt.date
    about: str | None
