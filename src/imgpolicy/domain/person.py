"""People as the register knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

ADULT = 18
"""Years at which a person speaks for themself."""


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

    @property
    def of_age(self) -> dt.date | None:
        """The day on which this person turns 18; None when the birth date is not known."""
        if self.born is None:
            return None
        year = self.born.year + ADULT
        if (self.born.month, self.born.day) == (2, 29):
            return dt.date(year, 3, 1)
        return self.born.replace(year=year)

    def child(self, on: dt.date) -> bool:
        """True for a minor on that day, and for somebody with a guardian whose birth date is not known."""
        return self.minor(on) or (self.born is None and self.guardian is not None)

    def minor(self, on: dt.date) -> bool:
        """True when the birth date is known and the person is not yet 18 on that day."""
        return self.of_age is not None and on < self.of_age
