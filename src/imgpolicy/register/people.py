"""People as the register knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the register. None means: not known.

    `relation` says in free words what ties the person to the organisation; `guardian` is the id of the person who
    speaks for this one. Whatever tells who it is stays out of the representation, and so out of logs.
    """

    id: str
    name: str = field(repr=False)
    relation: str | None = field(default=None, repr=False)
    born: dt.date | None = field(default=None, repr=False)
    guardian: str | None = None
