"""How far a consent, a denial or a licence reaches: eight dimensions, and when a posting lies within them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.words import folded
from imgpolicy.phrase import phrase

ANY = "any"
"""Listed in a dimension: everything in it, also what is not stated."""

PRIVATE = "private"
"""The one setting that a consent or licence must list to cover it."""

AUDIENCES = ("team", "internal", "members", "public")
"""From the narrowest to the widest. Another word is an audience that only its own name covers."""


class Dimension(StrEnum):
    """What a scope is measured in."""

    CHANNEL = "channel"
    PURPOSE = "purpose"
    CAMPAIGN = "campaign"
    AUDIENCE = "audience"
    TERRITORY = "territory"
    SETTING = "setting"
    EVENT = "event"
    EDIT = "edit"


NAMES = {
    Dimension.CHANNEL: phrase("channel"),
    Dimension.PURPOSE: phrase("purpose"),
    Dimension.CAMPAIGN: phrase("campaign"),
    Dimension.AUDIENCE: phrase("audience"),
    Dimension.TERRITORY: phrase("territory"),
    Dimension.SETTING: phrase("setting"),
    Dimension.EVENT: phrase("event"),
    Dimension.EDIT: phrase("edit"),
}
"""What messages call each dimension."""

CLOSED = frozenset({Dimension.CHANNEL, Dimension.PURPOSE})
"""Where a grant covers nothing that it does not list; in the others an empty list leaves everything open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Words in each dimension. What an empty set means, everything or nothing, is for the reader to say."""

    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    edits: frozenset[str] = frozenset()

    def items(self) -> Iterator[tuple[Dimension, frozenset[str]]]:
        """Each dimension with its words, also when there are none."""
        yield Dimension.CHANNEL, self.channels
        yield Dimension.PURPOSE, self.purposes
        yield Dimension.CAMPAIGN, self.campaigns
        yield Dimension.AUDIENCE, self.audiences
        yield Dimension.TERRITORY, self.territories
        yield Dimension.SETTING, self.settings
        yield Dimension.EVENT, self.events
        yield Dimension.EDIT, self.edits

    def __bool__(self) -> bool:
        """True when any word is listed."""
        return any(words for _, words in self.items())


NOTHING_LISTED = Scope()

SCOPE_FIELDS = dict(zip(Dimension, (field.name for field in fields(Scope)), strict=True))
"""What a scope calls the words of each dimension."""


def words_of(scope: Scope) -> dict[str, list[str]]:
    """The words in each dimension that lists any, sorted: the form that is hashed, so it may not change."""
    return {dimension.value: sorted(words) for dimension, words in scope.items() if words}


def renamed(scope: Scope, former: Mapping[str, str]) -> Scope:
    """The same scope with the names that channels have today; `former` has them by the former ones, folded."""
    if not any(folded(word) in former for word in scope.channels):
        return scope
    return replace(scope, channels=frozenset(former.get(folded(word), word) for word in scope.channels))


def renamed_posting(posting: Posting, former: Mapping[str, str]) -> Posting:
    """The same posting, whose channel has the name that it has today."""
    today = former.get(folded(posting.channel or ""))
    return posting if today is None else replace(posting, channel=today)


def use_of(posting: Posting, dimension: Dimension) -> str | None:
    """What the posting states in this dimension; None when it states nothing."""
    return {
        Dimension.CHANNEL: posting.channel,
        Dimension.PURPOSE: posting.purpose,
        Dimension.CAMPAIGN: posting.campaign,
        Dimension.AUDIENCE: posting.audience,
        Dimension.TERRITORY: posting.territory,
        Dimension.SETTING: posting.setting,
        Dimension.EVENT: posting.event,
        Dimension.EDIT: posting.edit,
    }[dimension]


def reaches(denied: Scope, posting: Posting) -> bool:
    """Whether a denial of this scope reaches the posting.

    An empty set denies everything; what is not stated might be what was denied; whoever denies an audience denies
    the wider ones with it.
    """
    return all(not words or _touched(what, _folded(words), use_of(posting, what)) for what, words in denied.items())


def excepts(excluded: Scope, posting: Posting) -> bool:
    """Whether what a yes leaves out touches the posting; what is not stated might be what was left out."""
    return any(words and _touched(what, _folded(words), use_of(posting, what)) for what, words in excluded.items())


def gaps(scope: Scope, excluded: Scope, posting: Posting, *, noun: str) -> Iterator[str]:
    """In words, each reason for which a consent or licence to `scope` without `excluded` does not reach the posting.

    `noun` is what the words call it.
    """
    for (dimension, covered), (_, denied) in zip(scope.items(), excluded.items(), strict=True):
        listed, barred, use = _folded(covered), _folded(denied), use_of(posting, dimension)
        if barred and _touched(dimension, barred, use):
            yield _not_stated(dimension, noun) if use is None else _excluded(dimension, noun, use)
        elif dimension is Dimension.SETTING:
            yield from _setting_gap(listed, use, noun)
        elif ANY not in listed and (listed or dimension in CLOSED):
            yield from _gap(dimension, listed, use, noun)


def _gap(dimension: Dimension, listed: frozenset[str], use: str | None, noun: str) -> Iterator[str]:
    if use is None:
        yield _not_stated(dimension, noun)
    elif not _within(dimension, listed, use):
        yield phrase(
            "{grant} does not cover the {dimension} '{word}'", grant=noun, dimension=NAMES[dimension], word=use
        )


def _setting_gap(listed: frozenset[str], use: str | None, noun: str) -> Iterator[str]:
    """A private setting must be listed by its name; the others are open until one of them is listed."""
    limited = listed - {PRIVATE}
    if use is not None and folded(use) == PRIVATE:
        if PRIVATE not in listed:
            yield phrase("{grant} does not cover private settings", grant=noun)
    elif limited and ANY not in limited:
        yield from _gap(Dimension.SETTING, listed, use, noun)


def _not_stated(dimension: Dimension, noun: str) -> str:
    return phrase(
        "the {dimension} is not stated and {grant} is limited to some", dimension=NAMES[dimension], grant=noun
    )


def _excluded(dimension: Dimension, noun: str, use: str) -> str:
    return phrase("{grant} excludes the {dimension} '{word}'", grant=noun, dimension=NAMES[dimension], word=use)


def _within(dimension: Dimension, listed: frozenset[str], use: str) -> bool:
    """Listed, or an audience at most as wide as one that is."""
    use = folded(use)
    if use in listed:
        return True
    if dimension is not Dimension.AUDIENCE or use not in AUDIENCES:
        return False
    return any(word in AUDIENCES and AUDIENCES.index(use) <= AUDIENCES.index(word) for word in listed)


def _touched(dimension: Dimension, denied: frozenset[str], use: str | None) -> bool:
    """Denied, or possibly so, or an audience at least as wide as one that is."""
    use = None if use is None else folded(use)
    if use is None or ANY in denied or use in denied:
        return True
    if dimension is not Dimension.AUDIENCE or use not in AUDIENCES:
        return False
    return any(word in AUDIENCES and AUDIENCES.index(use) >= AUDIENCES.index(word) for word in denied)


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(folded, words))
