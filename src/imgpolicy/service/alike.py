"""Pictures that show nobody and in which the same was found: one of them is judged, and the others with it.

Two such pictures get the same answer for the same posting: rules judge by what was found, and nothing of that is about
the one and not about the other but what `keeping.reasons_of` leaves out. What may judge by that is told apart here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from imgpolicy.policy import Policy
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.register.sql.archive_search import SaidRow
from imgpolicy.service.archive import UNREADABLE, codes_of

_MOST = 100_000
"""Of so many kinds of pictures is known that one was judged; further ones are judged each by itself."""

_BATCH, _PART = 5_000, 500
_COMMON = SaidRow._fields.index("posting")

_Kind: TypeAlias = "tuple[object, ...]"


def judges_alike(policy: Policy) -> bool:
    """True where the policy judges pictures alike in which the same was found.

    A rule of somebody else's may judge by anything, and a channel that asks for new pictures by hashes of what is up.
    """
    own = all(type(rule).__module__.startswith("imgpolicy.rules.") for rule in policy.rules)
    return own and not policy.asks_for_new


class Alike:
    """Places of which one is judged for all that had the same answer for the same reasons and posting.

    `now` is the number of what answers are made by now. What the policy waives in a picture speaks of that one alone.
    """

    def __init__(self, archive: Archive, policy: Policy, now: int) -> None:
        self._archive = archive
        self._now = now
        self._hold: set[_Kind] = set()
        with archive.rows() as rows:
            waived = rows.with_sha256([bytes.fromhex(one.picture) for one in policy.waivers])
        self._waived = {picture.id for picture in waived.values()}

    def to_judge(self, judged: int) -> Iterator[list[PlaceRow]]:
        """Of the places whose answer was made by this those that are to be judged, each batch once the last is kept.

        Of each kind the first comes first. Where it keeps its answer the others do too, and are left out.
        """
        after = b""
        while batch := self._said(judged, after):
            after = batch[-1].id
            yield from self._of_batch(batch)

    def _said(self, judged: int, after: bytes) -> list[SaidRow]:
        with self._archive.search() as rows:
            return rows.said(judged, after, _BATCH)

    def _of_batch(self, batch: Sequence[SaidRow]) -> Iterator[list[PlaceRow]]:
        first: dict[_Kind, SaidRow] = {}
        single, others = [], []
        for place in batch:
            kind = self._kind(place)
            if kind is None:
                single.append(place)
            elif kind in first:
                others.append((kind, place))
            elif kind not in self._hold:
                first[kind] = place
        yield from self._places([*single, *first.values()])
        self._hold_those(first)
        yield from self._places([place for kind, place in others if kind not in self._hold])

    def _kind(self, place: SaidRow) -> _Kind | None:
        """What the place has in common with others; None where it is like no other."""
        if place.reasons is None or place.picture in self._waived:
            return None
        return place[_COMMON:]

    def _places(self, said: Sequence[SaidRow]) -> Iterator[list[PlaceRow]]:
        for start in range(0, len(said), _PART):
            with self._archive.rows() as rows:
                found = rows.places([place.id for place in said[start : start + _PART]])
            yield list(found.values())

    def _hold_those(self, first: Mapping[_Kind, SaidRow]) -> None:
        """Those kinds hold of which the first was judged by what holds now, and is as it was, with nothing unknown.

        A picture of which too little is kept has something unknown, and when it was opened by another version of what
        looks it is of another kind.
        """
        with self._archive.search() as rows:
            after = {place.id: place for place in rows.said_in([place.id for place in first.values()])}
        for kind, place in first.items():
            now = after.get(place.id)
            if now is not None and self._holds(now) and self._kind(now) == kind and len(self._hold) < _MOST:
                self._hold.add(kind)

    def _holds(self, place: SaidRow) -> bool:
        unknown = set(UNREADABLE) & set(codes_of(self._archive, place.codes))
        return place.judged == self._now and not unknown
