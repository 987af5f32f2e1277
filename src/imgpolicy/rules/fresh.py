"""R107: what is new on a channel whose readers are to see new material."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.facts import Fingerprint
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE


class PostedBefore(Rule):
    """A note, which keeps nothing from being posted unless the policy says review. Only asked of a channel that has
    `fresh_days`; a picture that was taken down counts for nothing.
    """

    code = "R107"
    title = phrase("Posted on this channel lately")
    asks = "Where the policy asks for new material (fresh_days of a channel), a picture is not posted twice so soon."
    why = "Readers turn away from what they have seen."
    default = Verdict.GO
    uses = (Fingerprint,)
    passes = (
        examples.nobody(),
        examples.posted_before(days=40, fresh_days=30),
        examples.posted_before(days=3, fresh_days=None),
    )
    fails = (
        examples.posted_before(days=30, fresh_days=30),
        examples.posted_before(days=0, fresh_days=30),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        channel, days = case.posting.channel, case.channel.fresh_days if case.channel else None
        if channel is None or days is None:
            return
        since = case.posting.day - dt.timedelta(days=days)
        lately = [one for one in case.matches.posted if since <= one.published <= case.posting.day]
        if lately:
            last = max(lately, key=lambda one: (one.published, one.publication))
            yield self.finding(
                phrase(
                    "this picture, or one like it, was posted on {channel} on {day}, and is to be new for {days} days",
                    channel=channel,
                    day=str(last.published),
                    days=days,
                ),
                evidence={"publication": last.publication, "published": str(last.published)},
                remedies=(REPLACE,),
            )
