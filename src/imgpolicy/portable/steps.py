"""The steps of an import: records in the order in which they go in, whatever order their file has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from imgpolicy.domain.consent import DENYING, ConsentState
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


def doubled(ids: Iterable[str]) -> frozenset[str]:
    """Those that come more than once."""
    return frozenset(name for name, count in Counter(ids).items() if count > 1)


def rank(state: ConsentState) -> int:
    """Where a statement goes among those of one moment: what others may be about first, denials late, errors last."""
    if state is ConsentState.ENTERED_IN_ERROR:
        return 3
    return 2 if state in DENYING else int(state is ConsentState.RENEWED)
