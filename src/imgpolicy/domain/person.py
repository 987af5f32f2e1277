"""People as the register knows them, and at which age they speak for themself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")

ADULT = 18
"""Years at which a person speaks for themself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adulthood:
    """That somebody is of age, as the named person `by` stated on that day; their birth date is not asked for then."""

    by: str = field(repr=False)
    on: dt.date


class FormerGuardian(NamedTuple):
    """Somebody who spoke for a person until that day: what they said stays on record, and they say no more."""

    id: str
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the register. None means: not known.

    `relation` says in free words what ties the person to the organisation; `guardians` are the ids of the people who
    speak for this one, `former_guardians` those who did. `born` is asked of minors; of others `adult` says that they
    are of age. `email` is where they are asked and told. Whatever tells who it is stays out of the representation, and
    so out of logs.
    """

    id: str
    name: str = field(repr=False)
    relation: str | None = field(default=None, repr=False)
    born: dt.date | None = field(default=None, repr=False)
    guardians: frozenset[str] = frozenset()
    former_guardians: frozenset[FormerGuardian] = frozenset()
    adult: Adulthood | None = None
    email: str | None = field(default=None, repr=False)

    @property
    def of_age(self) -> dt.date | None:
        """The day on which this person turns 18; None when the birth date is not known."""
        return self.turns(ADULT)

    @property
    def age_known(self) -> bool:
        """True when the birth date is known, or that they are of age."""
        return self.born is not None or self.adult is not None

    def turns(self, years: int) -> dt.date | None:
        """The day on which this person is so many years old; None when the birth date is not known."""
        if self.born is None:
            return None
        year = self.born.year + years
        try:
            return self.born.replace(year=year)
        except ValueError:  # the 29th of February
            return dt.date(year, 3, 1)

    @property
    def had_guardians(self) -> bool:
        """True when somebody speaks for this person, or did."""
        return bool(self.guardians or self.former_guardians)

    def spoken_for_by(self, guardian: str, on: dt.date) -> bool:
        """True when the person with this id may speak for this one on that day, or might then."""
        return guardian in self.guardians or any(
            former.id == guardian and on <= former.until for former in self.former_guardians
        )

    def guarded_by(self, guardians: frozenset[str], on: dt.date) -> Person:
        """The same person with these guardians from that day on; those who are none any more were it until then."""
        still = {former for former in self.former_guardians if former.id not in guardians}
        gone = {FormerGuardian(one, on) for one in self.guardians - guardians}
        return replace(self, guardians=guardians, former_guardians=frozenset(still | gone))

    def child(self, on: dt.date) -> bool:
        """True for a minor on that day, and for somebody of unknown age who has or had a guardian."""
        return self.minor(on) or (not self.age_known and self.had_guardians)

    def minor(self, on: dt.date) -> bool:
        """True when the birth date is known and the person is not yet 18 on that day."""
        return self.younger_than(ADULT, on)

    def younger_than(self, years: int, on: dt.date) -> bool:
        """True when the birth date is known and the person is not yet so old on that day."""
        birthday = self.turns(years)
        return birthday is not None and on < birthday


def guardians_first(records: Iterable[_T], person_of: Callable[[_T], Person]) -> list[_T]:
    """The same records, each person's after those of the people who are or were their guardians.

    They stay as they came where somebody is their own guardian in the end.
    """
    waiting, ordered = list(records), list[_T]()
    while waiting:
        ids = {person_of(record).id for record in waiting}
        free = [record for record in waiting if not ids & _speakers(person_of(record))]
        ordered += free or waiting
        waiting = [record for record in waiting if ids & _speakers(person_of(record))] if free else []
    return ordered


def _speakers(person: Person) -> set[str]:
    return {*person.guardians, *(former.id for former in person.former_guardians)}
