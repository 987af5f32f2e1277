"""Who speaks about a person's picture: they themselves, their guardians, or all of them; and on which day that is.

Pure but for `ConsentPolicy.today`, which asks the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.person import Person

OWN_CONSENT_FROM = 15
"""Years from which the Danish data protection authority takes most young people to be able to consent themselves."""

KEEP_DAYS = 365
"""For how long a person is kept on whom nothing rests, unless the organisation says otherwise: our own choice."""

CLOCKS_DIFFER = dt.timedelta(minutes=5)
"""By how much the clocks of two machines may differ before a time counts as one in the future."""


class Guardians(StrEnum):
    """How many of a child's guardians must say yes."""

    ONE = "one"
    ALL = "all"


class AfterErasure(StrEnum):
    """What becomes of a post that shows nobody but people who were erased, once it is down."""

    KEEP = "keep"
    REMOVE = "remove"


class Stage(StrEnum):
    """Who speaks on a day: a child's guardians; those and the young person; or the person alone."""

    CHILD = "child"
    YOUNG = "young"
    ADULT = "adult"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPolicy:
    """What an organisation lays down about consents.

    From `own_from` years on a young person's own yes is needed besides that of their `guardians`, and until 18 theirs
    besides the young person's; what guardians gave ends so many `grace_days` after the eighteenth birthday. A person is
    kept for `keep_days` after the last thing that they said, or that rested on them; `after_erasure` says what becomes
    of posts then. Days are those of the time zone `zone`, None being the system's. `channels` are those of the policy,
    None where it is not known which there are, and `former_channels` the names that they had before, each with the
    present one; both folded.
    """

    own_from: int = OWN_CONSENT_FROM
    guardians: Guardians = Guardians.ONE
    grace_days: int = 0
    keep_days: int = KEEP_DAYS
    after_erasure: AfterErasure = AfterErasure.KEEP
    zone: dt.tzinfo | None = None
    channels: frozenset[str] | None = None
    former_channels: Mapping[str, str] = field(default_factory=dict)

    def today(self) -> dt.date:
        """The day here and now."""
        return self.day(dt.datetime.now(dt.UTC))

    def first_moment(self, day: dt.date) -> dt.datetime:
        """The moment at which a day begins here: what was said on it was said no earlier."""
        return dt.datetime.combine(day, dt.time()).replace(tzinfo=self.zone).astimezone(dt.UTC)

    def last_moment(self, day: dt.date) -> dt.datetime:
        """The last moment of a day here, or now where that is still to come."""
        end = self.first_moment(day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)
        return min(end, max(dt.datetime.now(dt.UTC), self.first_moment(day)))

    def day(self, moment: dt.datetime) -> dt.date:
        """The day on which a moment with a time zone falls here."""
        return moment.astimezone(self.zone).date()


USUAL = ConsentPolicy()
"""What holds where an organisation lays nothing down."""


def stage(about: Person, on: dt.date, policy: ConsentPolicy) -> Stage:
    """Who speaks about this person on that day; of unknown age, a child where there are guardians."""
    if about.minor(on):
        return Stage.CHILD if about.younger_than(policy.own_from, on) else Stage.YOUNG
    return Stage.CHILD if about.child(on) else Stage.ADULT


def of_age_since(about: Person) -> dt.date | None:
    """The day from which this person speaks alone: the eighteenth birthday, else that on which somebody stated it."""
    if about.of_age is not None:
        return about.of_age
    return None if about.adult is None else about.adult.on


def guardians_word_ends(about: Person, policy: ConsentPolicy) -> dt.date | None:
    """The last day on which what guardians gave for this person covers anything; None when no such day is known."""
    since = of_age_since(about)
    return None if since is None else since + dt.timedelta(days=policy.grace_days - 1)
