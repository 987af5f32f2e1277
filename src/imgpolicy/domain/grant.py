"""What a yes covers, a person's or a licensor's: its scope, its days, and how many publications. Pure.

`consent` and `licence` say which grants stand; here those that do are held against a posting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import Scope, gaps
from imgpolicy.phrase import both, phrase


class Grant(Protocol):
    """A yes that stands. `noun` is what messages call it; the rest is as `Consent` has it."""

    @property
    def noun(self) -> str:
        """What messages call it."""
        ...

    @property
    def id(self) -> str:
        """The id of its record."""
        ...

    @property
    def scope(self) -> Scope:
        """What it covers."""
        ...

    @property
    def excluded(self) -> Scope:
        """What it leaves out of that."""
        ...

    @property
    def valid_from(self) -> dt.date | None:
        """Its first day; None where it has none."""
        ...

    @property
    def valid_until(self) -> dt.date | None:
        """Its last day; None where it has none."""
        ...

    @property
    def max_publications(self) -> int | None:
        """How many posts it covers; None for any number."""
        ...

    @property
    def used(self) -> int:
        """How many posts rest on it so far."""
        ...

    @property
    def at(self) -> dt.datetime:
        """When it was stated, with its time zone."""
        ...


class CoverStatus(StrEnum):
    """How consents or licences stand to a posting; revoked, invalidated, objected and ended count as withdrawn."""

    COVERED = "covered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUT_OF_SCOPE = "out of scope"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The decision: its status, why in words, the id of the record that decides, and the last day of the cover.

    `until` is None when the cover has no end, and whenever the posting is not covered.
    """

    status: CoverStatus
    reason: str
    record: str | None = None
    until: dt.date | None = None

    @property
    def covered(self) -> bool:
        """True when the posting is covered."""
        return self.status is CoverStatus.COVERED


def weigh(grants: Sequence[Grant], posting: Posting) -> Coverage | None:
    """Whether one of these covers the posting, and if not what is nearest to it; None when there are none.

    Of several that cover, the one valid longest is relied on. The order of `grants` is no matter.
    """
    in_scope = [grant for grant in grants if not any(_gaps(grant, posting))]
    if in_scope or not grants:
        return weigh_days(in_scope, posting.day)
    nearest = min(grants, key=lambda grant: (len(list(_gaps(grant, posting))), grant.id))
    return Coverage(status=CoverStatus.OUT_OF_SCOPE, reason=both(_gaps(nearest, posting)), record=nearest.id)


def weigh_days(grants: Sequence[Grant], on: dt.date) -> Coverage | None:
    """Whether one of these is valid on that day, their scopes left aside; None when there are none."""
    covering = [grant for grant in grants if valid(grant, on)]
    if covering:
        relied = max(covering, key=endurance)
        return Coverage(status=CoverStatus.COVERED, reason=_ends(relied), record=relied.id, until=relied.valid_until)
    return _outside_dates(grants, on) if grants else None


def valid(grant: Grant, on: dt.date) -> bool:
    """True when `on` lies within the dates, both included."""
    return not ended(grant, on) and (grant.valid_from is None or grant.valid_from <= on)


def ended(grant: Grant, on: dt.date) -> bool:
    """True when the last day lies before `on`."""
    return grant.valid_until is not None and grant.valid_until < on


def endurance(grant: Grant) -> tuple[dt.date, dt.datetime, str]:
    """By which of several grants the one valid longest is the greatest, whatever their order."""
    return (grant.valid_until or dt.date.max, grant.at, grant.id)


def _gaps(grant: Grant, posting: Posting) -> Iterator[str]:
    """In words, each way in which the grant does not reach the posting, its dates left aside."""
    yield from gaps(grant.scope, grant.excluded, posting, noun=grant.noun)
    most = grant.max_publications
    if most is not None and grant.used >= most:
        yield phrase(
            "{grant} is for {most} publication(s), and there are {used}", grant=grant.noun, most=most, used=grant.used
        )


def _outside_dates(in_scope: Sequence[Grant], on: dt.date) -> Coverage:
    """The decision when the scope fits and the day does not: that of the last to end, else of the first to start."""
    over = [grant for grant in in_scope if ended(grant, on)]
    if over:
        last = max(over, key=endurance)
        reason = phrase("{grant} ended on {day}", grant=last.noun, day=str(last.valid_until))
        return Coverage(status=CoverStatus.EXPIRED, reason=reason, record=last.id)
    first = min(in_scope, key=lambda grant: (grant.valid_from or dt.date.min, grant.id))
    return Coverage(
        status=CoverStatus.OUT_OF_SCOPE,
        reason=phrase("{grant} does not start before {day}", grant=first.noun, day=str(first.valid_from)),
        record=first.id,
    )


def _ends(grant: Grant) -> str:
    if grant.valid_until is None:
        return phrase("{grant} is valid without end", grant=grant.noun)
    return phrase("{grant} is valid until {day}", grant=grant.noun, day=str(grant.valid_until))
