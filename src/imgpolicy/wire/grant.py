"""What the records of consents and of licences share: scope, exceptions, days, and how many publications."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from imgpolicy.domain.grant import Grant
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.phrase import phrase
from imgpolicy.wire.sheets import Line, day, join_words, whole

_NAMES = tuple(SCOPE_FIELDS.values())
_NOT = "not_"

LIMIT_COLUMNS = (*_NAMES, *(f"{_NOT}{name}" for name in _NAMES), "from", "until", "max_publications")
"""The columns of a table, in the order of `limit_cells`."""


class ValidityWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The days on which a consent or licence holds, both included; null is open."""

    from_: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a row of a table says of how far a consent or licence reaches."""

    scope: Scope
    excluded: Scope
    valid_from: dt.date | None
    valid_until: dt.date | None
    max_publications: int | None


def validity_wire(grant: Grant) -> ValidityWire:
    """The days as they are written."""
    return ValidityWire(from_=grant.valid_from, until=grant.valid_until)


def scope_words(scope: Scope) -> dict[str, list[str]]:
    """The words of each dimension in which some are listed."""
    return {SCOPE_FIELDS[dimension]: sorted(words) for dimension, words in scope.items() if words}


def scope_from(words: dict[str, list[str]]) -> Scope:
    """The scope that was written so; ValueError when it has a dimension that is not known."""
    for name in words:
        if name not in _NAMES:
            raise ValueError(
                phrase("{name} is no part of a scope; it has {names}", name=repr(name), names=", ".join(_NAMES))
            )
    return Scope(**{name: frozenset(listed) for name, listed in words.items()})


def limit_cells(grant: Grant) -> tuple[str, ...]:
    """The cells for the scope, what is excluded, the days, and how many publications."""
    return (
        *(join_words(words) for scope in (grant.scope, grant.excluded) for _, words in scope.items()),
        *(str(grant.valid_from or ""), str(grant.valid_until or ""), str(grant.max_publications or "")),
    )


def limits_in(line: Line) -> Limits:
    """What the row says of them; what is wrong with a cell is noted."""
    return Limits(
        scope=Scope(**{name: line.words(name) for name in _NAMES}),
        excluded=Scope(**{name: line.words(f"{_NOT}{name}") for name in _NAMES}),
        valid_from=line.read("from", day),
        valid_until=line.read("until", day),
        max_publications=line.read("max_publications", whole),
    )
