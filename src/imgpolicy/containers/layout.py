"""Spans of an old file that a new one keeps, and where in the new one each of their bytes stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from imgpolicy.containers.parts import MalformedError

Span = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Spans that stay, from `starts` to before `ends` in the old file, at `places` behind `base` in the new one."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: tuple[int, ...]
    base: int

    def place(self, old: int) -> int:
        """The new offset of a byte that stays; MalformedError for any other."""
        index = bisect_right(self.starts, old) - 1
        if index < 0 or old > self.ends[index]:
            raise MalformedError("the file refers to bytes that do not stay")
        return self.base + self.places[index] + old - self.starts[index]

    def taken(self, data: bytes) -> bytes:
        """What stays of the old file, as it stands from `base` on."""
        return b"".join(data[start:end] for start, end in zip(self.starts, self.ends, strict=True))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def layout(spans: Iterable[Span], base: int) -> Layout:
    """These spans one behind the other from `base` on."""
    joined, places, at = merged(spans), [], 0
    for start, end in joined:
        places.append(at)
        at += end - start
    return Layout(tuple(start for start, _ in joined), tuple(end for _, end in joined), tuple(places), base)
