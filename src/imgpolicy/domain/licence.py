"""Licences to post a work, and the decision whether they cover a posting. Pure: no SQL, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from imgpolicy.domain.grant import Coverage, CoverStatus, endurance, weigh
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import NOTHING_LISTED, Scope, renamed, renamed_posting
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.phrase import phrase


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """That a licence is over, since when and why. It is final: what goes on needs a new licence."""

    at: dt.datetime = field(default_factory=_now)
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One licence to one work, given by `licensor`; it is never changed, only ended.

    It covers what a consent with the same scope would: the channels and purposes that it lists and no others, the
    words of a further dimension where it lists some, and nothing that is `excluded`; from `valid_from` to
    `valid_until`, both included, None being open, and for `max_publications` publications, of which there are `used`
    (counted when read).

    `terms` are in words and `url` is where they stand, either may be None. `credit` is the line by which its author
    is named; with `credit_required` a post must carry it. `at` says when it was recorded, with its time zone.
    """

    id: str = field(default_factory=lambda: new_id("l"))
    work: str
    licensor: str = field(repr=False)
    terms: str | None = field(default=None, repr=False)
    url: str | None = None
    scope: Scope = NOTHING_LISTED
    excluded: Scope = NOTHING_LISTED
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    max_publications: int | None = None
    credit: str | None = field(default=None, repr=False)
    credit_required: bool = False
    at: dt.datetime = field(default_factory=_now)
    end: End | None = None
    used: int = field(default=0, compare=False)

    @property
    def noun(self) -> str:
        """What messages call it."""
        return phrase("licence")


def licence_cover(licences: Iterable[Licence], posting: Posting, policy: ConsentPolicy = USUAL) -> Coverage:
    """Whether one work's licences cover the posting, and why; the order of `licences` is no matter.

    A licence that was ended covers nothing, and takes nothing from the others. Of several that cover, the one valid
    longest is relied on; when none does, the nearest of those that stand gives the reason. `policy` has the names that
    channels had before, and says whose days these are.
    """
    named = policy.former_channels
    posting = renamed_posting(posting, named)
    said = [replace(one, scope=renamed(one.scope, named), excluded=renamed(one.excluded, named)) for one in licences]
    coverage = weigh(standing(said), posting)
    if coverage is not None:
        return coverage
    over = [(licence.end, licence) for licence in said if licence.end is not None]
    if over:
        end, last = max(over, key=lambda pair: (pair[0].at, endurance(pair[1])))
        reason = phrase("licence was ended on {day}", day=str(policy.day(end.at)))
        return Coverage(status=CoverStatus.WITHDRAWN, reason=reason, record=last.id)
    return Coverage(status=CoverStatus.NONE, reason=phrase("no licence is on record"))


def standing(licences: Iterable[Licence]) -> list[Licence]:
    """Those that were not ended; their days are another matter."""
    return [licence for licence in licences if licence.end is None]
