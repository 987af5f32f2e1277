"""The words in which a policy speaks of people, and of what it accepts in single pictures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Finding


class PeopleMode(StrEnum):
    """What is done about the people in a picture.

    `off`: faces are not looked for. `count`: they are counted. `declared`: they are counted, and the editor names who
    they are. `verify`: each is held against the people whom the editor names (1:1). `identify`: each is held against
    everybody in the register (1:N).
    """

    OFF = "off"
    COUNT = "count"
    DECLARED = "declared"
    VERIFY = "verify"
    IDENTIFY = "identify"

    @property
    def compares(self) -> bool:
        """True when face vectors are made and compared, which is biometric processing (GDPR article 9)."""
        return self in {PeopleMode.VERIFY, PeopleMode.IDENTIFY}


class FaceStatus(StrEnum):
    """What became of one face.

    `doubtful` is what may be no person's face. `unconfirmed` is somebody who is, or may be, a child, and of whom a
    likeness is not enough. `incidental` is exempt as the policy says, `counted` and `declared` were not compared with
    anybody; `artwork` and `not a face` is what a reviewer saw there.
    """

    COVERED = "covered"
    NO_CONSENT = "no consent"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    TOO_POOR = "too poor to identify"
    DOUBTFUL = "doubtful"
    UNCONFIRMED = "unconfirmed"
    INCIDENTAL = "incidental"
    COUNTED = "counted"
    DECLARED = "declared"
    ARTWORK = "artwork"
    NOT_A_FACE = "not a face"


class Doubt(StrEnum):
    """Why a likeness does not say that a face is somebody's who is, or may be, a child."""

    NOT_NAMED = "not named"
    UNLIKE = "unlike"
    TOO_YOUNG = "too young"
    AGE_UNKNOWN = "age unknown"


class DismissedAs(StrEnum):
    """What a reviewer saw where a face was found."""

    ARTWORK = "artwork"
    NOT_A_FACE = "not-a-face"


class StripMode(StrEnum):
    """What is taken out of a file: all that is not the picture, or its location alone."""

    ALL = "all"
    LOCATION = "location"


class Manner(StrEnum):
    """How a place in a picture is made unreadable. There is no blur: a blur can be undone."""

    SOLID = "solid"
    MOSAIC = "mosaic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """What the policy accepts in one picture, named by the SHA-256 of its file: by whom, why, up to and with which day.

    `box` says where, in pixels of the upright picture; None where the rule finds one thing alone.
    """

    picture: str
    code: str
    by: str
    reason: str
    until: dt.date
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A finding that does not count for the verdict, and the waiver by which it does not."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePolicy:
    """What is done about people, and which faces a policy exempts.

    A face of nobody in the register that is lower than `incidental_below` pixels of the picture at full scale is
    incidental where each frame that shows it shows `crowd_from` faces or more, dismissed ones left out. The
    defaults let no face be incidental. `audience` is the channel's own, where the posting declares another: consents
    and licences are then weighed for both.
    """

    mode: PeopleMode = PeopleMode.IDENTIFY
    incidental_below: float = 0.0
    crowd_from: int = 1
    audience: str | None = None


STRICT = PeoplePolicy()
"""Everybody is identified, and nobody is exempt."""
