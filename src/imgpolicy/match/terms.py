"""How a policy regards the people in one picture, as far as matching needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.report import PeopleMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is done about people, and which faces a policy waves through.

    A face of nobody in the register that is lower than `incidental_below` pixels of the picture at full scale is
    incidental where each frame that shows it shows `crowd_from` faces or more, dismissed ones left out. The
    defaults let no face be incidental. `audience` is the channel's own, where the posting declares another: consents
    and licences are then weighed for both.
    """

    mode: PeopleMode = PeopleMode.IDENTIFY
    incidental_below: float = 0.0
    crowd_from: int = 1
    audience: str | None = None


STRICT = Terms()
"""Everybody is identified, and nobody is waved through."""
