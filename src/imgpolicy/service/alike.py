"""Pictures that show nobody and in which the same was found: one of them is judged, and the others with it.

Two such pictures get the same answer for the same posting: rules judge by what was found, and nothing of that is about
the one and not about the other but name, hashes and keypoints. What judges by these, or may, is told apart here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from imgpolicy.policy import Policy
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.service.archive import UNREADABLE, codes_of

_MOST = 100_000
"""Of so many kinds of pictures is known that one was judged; further ones are judged each by itself."""

_Kind: TypeAlias = "tuple[object, ...]"


def judges_alike(policy: Policy) -> bool:
    """True where the policy judges pictures alike in which the same was found.

    A rule of somebody else's may judge by anything, and a channel that asks for new pictures by hashes of what is up.
    """
    own = all(type(rule).__module__.startswith("imgpolicy.rules.") for rule in policy.rules)
    return own and all(channel.fresh_days is None for channel in policy.channels.values())


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

    def to_judge(self, batch: Sequence[PlaceRow]) -> Iterator[list[PlaceRow]]:
        """Which of these places are to be judged: first the first of each kind, and when these are kept, the others.

        Where the first one keeps its answer the others do too, and are left out.
        """
        kinds = self._kinds(batch)
        first: dict[_Kind, PlaceRow] = {}
        single, others = [], []
        for place in batch:
            kind = kinds.get(place.id)
            if kind is None:
                single.append(place)
            elif kind in first:
                others.append((kind, place))
            elif kind not in self._hold:
                first[kind] = place
        yield [*single, *first.values()]
        self._hold_those(first)
        yield [place for kind, place in others if kind not in self._hold]

    def _kinds(self, batch: Sequence[PlaceRow]) -> dict[bytes, _Kind]:
        """What each of these places is like, by its id; those that are like no other are missing."""
        with self._archive.rows() as rows:
            reasons = rows.reasons([place.picture for place in batch if place.picture is not None])
        return {
            place.id: (place.posting, place.verdict, place.codes, place.until, *reasons[place.picture])
            for place in batch
            if place.picture in reasons and place.picture not in self._waived
        }

    def _hold_those(self, first: Mapping[_Kind, PlaceRow]) -> None:
        """Those kinds hold of which the first was judged by what holds now, and is as it was, with nothing unknown.

        A picture of which too little is kept has something unknown, and when it was opened by another version of what
        looks it is of another kind.
        """
        with self._archive.rows() as rows:
            after = rows.places([place.id for place in first.values()])
        made_now = [row for row in after.values() if row.judged == self._now and not self._lacks(row)]
        kinds = self._kinds(made_now)
        for kind, place in first.items():
            if kinds.get(place.id) == kind and len(self._hold) < _MOST:
                self._hold.add(kind)

    def _lacks(self, place: PlaceRow) -> bool:
        return bool(set(UNREADABLE) & set(codes_of(self._archive, place.codes)))
