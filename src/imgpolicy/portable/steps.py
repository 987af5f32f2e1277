"""The steps of an import: records in the order in which they go in, whatever order their file has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from imgpolicy.domain.consent import DENYING, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.portable.follow import Done
from imgpolicy.register.unit import UnitOfWork

_T = TypeVar("_T")

Apply = Callable[[UnitOfWork], Done]
"""Puts a record in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record to import: where it comes from, under which column a refusal is reported, and how it goes in."""

    file: str
    row: int
    column: str
    apply: Apply


def adding(add: Callable[[UnitOfWork, _T], object], record: _T) -> Apply:
    """Adds a record that must be new."""

    def apply(unit: UnitOfWork) -> Done:
        return Done(added=add(unit, record) or record)

    return apply


def guardians_first(named: Sequence[_T], person_of: Callable[[_T], Person]) -> Iterable[_T]:
    """The same, everybody behind those who speak for them; where these go round in a circle, as they stand."""
    left = list(named)
    while left:
        waiting = {person_of(one).id for one in left}
        ready = [person_of(one).guardian not in waiting for one in left]
        yield from (one for one, first in zip(left, ready, strict=True) if first or not any(ready))
        left = [one for one, first in zip(left, ready, strict=True) if not first] if any(ready) else []


def doubled(ids: Iterable[str]) -> frozenset[str]:
    """Those that come more than once."""
    return frozenset(name for name, count in Counter(ids).items() if count > 1)


def rank(state: ConsentState) -> int:
    """Where a statement goes among those of one moment: what others may be about first, and denials last."""
    return 2 if state in DENYING else int(state is ConsentState.RENEWED)
