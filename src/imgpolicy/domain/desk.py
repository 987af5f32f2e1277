"""Pictures on the desk: what an officer lays down together, what became of each, and what reviewers said of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Manner
from imgpolicy.domain.verdict import Finding, Verdict, VerdictWord
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase

MOST_PICTURES = 200
"""Pictures of one batch."""

MOST_BYTES = 200_000_000
"""Bytes of one file that is laid down."""

_LONGEST_ABOUT = 300

_SAME_PLACE = 0.5
"""Two boxes are of one place when they share more than this of their common area."""


class ItemState(StrEnum):
    """Where a picture on the desk stands."""

    WAITING = "waiting"
    """Not judged yet, or to be judged anew for another posting."""
    JUDGED = "judged"
    HANDED = "handed in"
    """In the reviewers' queue."""
    READY = "ready"
    """It was in the queue, and is a go now by itself."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    POSTED = "posted"
    FAILED = "failed"
    """Whoever judged it died on it, or ran out of time."""


STATE_WORDS: Mapping[ItemState, Phrase] = {
    ItemState.WAITING: phrase("waiting"),
    ItemState.JUDGED: phrase("judged"),
    ItemState.HANDED: phrase("handed in"),
    ItemState.READY: phrase("ready"),
    ItemState.ACCEPTED: phrase("accepted"),
    ItemState.REFUSED: phrase("refused"),
    ItemState.POSTED: phrase("posted"),
    ItemState.FAILED: phrase("failed"),
}
"""Where a picture stands, in words for people."""

DECIDED = frozenset({ItemState.ACCEPTED, ItemState.REFUSED, ItemState.POSTED})
"""What nobody judges anew: people decided."""

QUEUED = frozenset({ItemState.HANDED, ItemState.READY, ItemState.ACCEPTED, ItemState.REFUSED})
"""Where a reviewer's word stands until it is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one account laid down together, for one posting, which the policy completed; `profile` is its name."""

    id: str
    account: str
    at: dt.datetime
    profile: str | None
    posting: Posting = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """A batch with how many pictures it has, by verdict and by state; `gone` counts those that are not kept any more.

    Pictures that were not judged have no verdict.
    """

    batch: Batch
    pictures: int
    verdicts: Mapping[VerdictWord, int]
    states: Mapping[ItemState, int]
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture of a batch, the `number`-th from 1 on.

    `sha256` is that of the file as it was laid down. With `copy` there is a clean copy, which the verdict is on. When
    the picture is `gone`, its name and hash are too. `url` is where it was posted.
    """

    id: str
    batch: str
    account: str
    number: int
    state: ItemState
    verdict: VerdictWord | None
    at: dt.datetime
    changed: dt.datetime
    name: str = field(repr=False)
    sha256: str | None
    gone: bool
    copy: bool
    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one reviewer said: the account's id, the name that is shown, and why. Not all of them accept."""

    by: str
    name: str = field(repr=False)
    accept: bool
    reason: str = field(repr=False)
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """All that is shown of one picture. `answers` are reports as JSON, by the code of their language.

    `caption` is the one to post it with where cleaning gave it another; `approvals` are those that count, in their
    order; `note` is what whoever handed it in wrote, `why` what failed, `ways` are the ways out that were taken.
    """

    item: Item
    answers: Mapping[str, bytes] = field(repr=False)
    caption: str | None = field(repr=False)
    approvals: tuple[Approval, ...]
    note: str | None = field(repr=False)
    why: str | None = None
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A part of the queue, in the order in which pictures were handed in.

    `total` is how many are in all of it, `next` what the next part comes after; None at the end.
    """

    items: tuple[Item, ...]
    total: int
    next: str | None


class WayKind(StrEnum):
    """What somebody does about findings."""

    AUTOMATIC = "automatic"
    COVER = "cover"
    STRIP = "strip"
    CROP = "crop"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out that is taken.

    With `code`, and `box` where the rule finds several, it is taken for that finding; else for all that offer it.
    `keeps` is the part that a crop keeps, where it is not the one that a finding proposes; `also_covers` and `manner`
    are as cleaning takes them.
    """

    kind: WayKind
    code: str | None = None
    box: Box | None = None
    keeps: Box | None = None
    also_covers: tuple[str, ...] = ()
    manner: Manner = Manner.SOLID

    def __post_init__(self) -> None:
        """Give the kind its own type; RequestError when it is the word of none."""
        if self.kind not in set(WayKind):
            raise RequestError(
                phrase(
                    "there is no way out {kind}: name one of {waykind}",
                    kind=repr(str(self.kind)[:80]),
                    waykind=", ".join(WayKind),
                )
            )
        object.__setattr__(self, "kind", WayKind(self.kind))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reviewer has seen of a finding: enough to tell whether a later one is the same.

    `about` is who or what it is about; where there is no box, what it says.
    """

    code: str
    verdict: Verdict
    box: Box | None
    about: str


def seen_in(findings: Iterable[Finding]) -> tuple[Seen, ...]:
    """What whoever looks at these findings has seen, but for those that let the picture go."""
    return tuple(
        Seen(finding.code, finding.verdict, finding.box, _about(finding))
        for finding in findings
        if finding.verdict is not Verdict.GO
    )


def was_seen(fresh: Iterable[Seen], seen: Sequence[Seen]) -> bool:
    """Whether each of the fresh findings was seen: the same rule, at the same place, and then no less severe.

    What was seen once stands for one finding.
    """
    stands_for: dict[int, Seen] = {}

    def found(one: Seen, tried: set[int]) -> bool:
        """Give `one` a finding that was seen, another of the same to whom it stood for (an augmenting path)."""
        for place, other in enumerate(seen):
            if place in tried or not _is_same(one, other):
                continue
            tried.add(place)
            if place not in stands_for or found(stands_for[place], tried):
                stands_for[place] = one
                return True
        return False

    return all(found(one, set()) for one in fresh)


def _about(finding: Finding) -> str:
    if finding.box is None:
        # What a file says of itself may be long, and no valid text.
        message = finding.message.encode("utf-8", "backslashreplace")
        return message.decode() if len(message) <= _LONGEST_ABOUT else hashlib.sha256(message).hexdigest()
    named = (finding.evidence.get(key) for key in ("frame", "person", "work", "logo"))
    return ":".join("" if one is None else str(one) for one in named)


def _is_same(fresh: Seen, seen: Seen) -> bool:
    if fresh.code != seen.code or fresh.about != seen.about or fresh.verdict > seen.verdict:
        return False
    if fresh.box is None or seen.box is None:
        return fresh.box is seen.box
    return overlap(fresh.box, seen.box) > _SAME_PLACE
