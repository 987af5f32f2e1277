"""Found faces of which a named reviewer said that they are none, or artwork, in one picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from imgpolicy.domain.ids import new_id
from imgpolicy.domain.terms import DismissedAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a picture, so that it is found again in a copy that was resized or encoded anew.

    `picture` is the file's SHA-256; `phash`, `pdq` and `quality` are those of the picture as it stands, 16 and 64 hex
    digits and 0 to 100; `width` and `height` its size. `box` is left, top, right and bottom as shares of that size, 0
    to 1; `look` and `clarity` are PDQ and its quality of what is inside. `frame` is the frame or page, 0 the first.
    """

    picture: str
    phash: str
    pdq: str
    quality: int
    width: int
    height: int
    box: tuple[float, float, float, float]
    look: str
    clarity: int
    frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A dismissal taken back: who answers for that, why and when."""

    by: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """What a reviewer said of one found face; `by` answers for it. `ending` is None while it holds."""

    id: str = field(default_factory=lambda: new_id("f"))
    what: DismissedAs
    place: Place
    by: str = field(repr=False)
    reason: str = field(repr=False)
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    ending: Ending | None = None
