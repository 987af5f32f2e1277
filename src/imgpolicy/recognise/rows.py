"""Lines of text joined to rows, each in its own direction, and which rows lie beside and below each other.

A reader gives a line for each run of words that it sees, and a wide gap ends one. What belongs together (the groups of
a long number, a label and its value) is looked for in the row, or in the rows that follow it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from imgpolicy.domain.geometry import Point
from imgpolicy.facts import Text

_ANGLE = math.radians(10)
"""By how much the directions of two lines of one row may differ."""
_LEAST_ALIKE = 0.5
"""The lesser height as a share of the greater, from which on two lines may be of one row."""
_OFFSET = 0.5
"""How far the middles of two lines of one row may lie apart across it, as a share of the lesser height."""
_GAP = 2.5
"""The widest gap within a row, in heights of the line."""
_BESIDE = 16.0
"""How far away a row may begin that goes on where another ends, in heights of the line."""
_BELOW = 2.5
"""How far the middle of the next row may lie below, in heights of the larger line."""

_LONG = re.compile(r".{1,500}(?!\S)|.{1,500}")
"""A written line is cut in front of a gap, so that looking through it takes time linear in its length."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"
_SAME = str.maketrans(
    {**dict.fromkeys(_DASHES, "-"), "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\uff1a": ":"}
)
"""Characters that are read for others of the same meaning, one for one."""


class Piece(NamedTuple):
    """Characters of a row of a page, from `start` to before `end`."""

    row: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is read, and the lines that it is made of; `starts` has where in `words` each of them begins."""

    words: str
    lines: tuple[Text, ...] = ()
    starts: tuple[int, ...] = ()

    def under(self, start: int, end: int) -> tuple[Text, ...]:
        """The lines in which the characters from `start` to before `end` stand."""
        ends = (*self.starts[1:], len(self.words) + 1)[: len(self.lines)]
        return tuple(
            line
            for line, first, after in zip(self.lines, self.starts, ends, strict=True)
            if first < end and start < after
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with their neighbours, by number: those that a row goes on in to its right, and those just below it.

    The nearest come first. `left` and `above` are the same seen from the other row.
    """

    rows: tuple[Row, ...]
    right: tuple[tuple[int, ...], ...]
    below: tuple[tuple[int, ...], ...]
    left: tuple[tuple[int, ...], ...]
    above: tuple[tuple[int, ...], ...]

    def lines(self, pieces: Iterable[Piece]) -> tuple[Text, ...]:
        """The lines in which the pieces stand, each once."""
        found = (line for piece in pieces for line in self.rows[piece.row].under(piece.start, piece.end))
        return tuple(dict.fromkeys(found))

    def around(self, row: int) -> tuple[int, ...]:
        """The rows beside, above and below this one."""
        return tuple(dict.fromkeys((*self.left[row], *self.right[row], *self.above[row], *self.below[row])))


class _Placed(NamedTuple):
    """A line, or a row, in a frame turned so that it is read from left to right."""

    angle: float
    left: float
    right: float
    middle: float
    height: float
    frame: int


def page_of(texts: Sequence[Text]) -> Page:
    """The rows of what was read in a picture, from top to bottom, those of each frame for themselves."""
    groups = [_joined(texts, members) for members in _rows(texts)]
    rows = tuple(row for row, _ in groups)
    right: list[list[tuple[float, int]]] = [[] for _ in rows]
    below: list[list[tuple[float, int]]] = [[] for _ in rows]
    for first, second, near in _pairs([placed for _, placed in groups], _BELOW):
        one, other = near
        if abs(other.middle - one.middle) <= _OFFSET * min(one.height, other.height):
            gap = other.left - one.right
            if -one.height <= gap <= _BESIDE * max(one.height, other.height):
                right[first].append((gap, second))
        elif other.middle > one.middle and min(one.right, other.right) > max(one.left, other.left):
            below[first].append((other.middle - one.middle, second))
    return _page(rows, [_nearest(found) for found in right], [_nearest(found) for found in below])


def page_of_words(words: str) -> Page:
    """A text that was written and not read, such as a caption: each of its lines is a row, or several if it is long."""
    lines = (part for line in words.splitlines() for part in _LONG.findall(line))
    rows = tuple(Row(_same(line)) for line in lines)
    following = [(number + 1,) if number + 1 < len(rows) else () for number in range(len(rows))]
    return _page(rows, [()] * len(rows), following)


def _page(rows: tuple[Row, ...], right: Sequence[tuple[int, ...]], below: Sequence[tuple[int, ...]]) -> Page:
    return Page(rows, tuple(right), tuple(below), _turned(right), _turned(below))


def _turned(after: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    before: list[list[int]] = [[] for _ in after]
    for first, seconds in enumerate(after):
        for second in seconds:
            before[second].append(first)
    return tuple(map(tuple, before))


def _nearest(found: list[tuple[float, int]]) -> tuple[int, ...]:
    return tuple(number for _, number in sorted(found))


def _rows(texts: Sequence[Text]) -> list[list[int]]:
    """The numbers of the lines of each row, in the order in which they are read."""
    placed = [_placed(text) for text in texts]
    after: dict[int, tuple[float, int]] = {}
    for first, second, (one, other) in _pairs(placed, _OFFSET):
        gap = other.left - one.right
        height = min(one.height, other.height)
        alike = height >= _LEAST_ALIKE * max(one.height, other.height)
        level = abs(other.middle - one.middle) <= _OFFSET * height
        if alike and level and -0.5 * height <= gap <= _GAP * height and other.left > one.left:
            after[first] = min(after.get(first, (math.inf, 0)), (gap, second))
    return _chains(len(texts), after, placed)


def _chains(count: int, after: dict[int, tuple[float, int]], placed: Sequence[_Placed]) -> list[list[int]]:
    following: dict[int, int] = {}
    for first, (_, second) in sorted(after.items(), key=lambda item: item[1]):
        if second not in following.values():
            following[first] = second
    begins = [number for number in range(count) if number not in {*following.values()}]
    chains = []
    for number in sorted(begins, key=lambda one: (placed[one].frame, placed[one].middle, placed[one].left)):
        chain = [number]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append(chain)
    return chains


def _pairs(placed: Sequence[_Placed], reach: float) -> Iterator[tuple[int, int, tuple[_Placed, _Placed]]]:
    """Lines of one direction that lie near each other across it, in both orders; the second turned as the first is."""
    kinds: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, one in enumerate(placed):
        kinds[one.frame, round(one.angle / _ANGLE)].append(number)
    turns = round(2 * math.pi / _ANGLE)
    for (frame, turn), members in kinds.items():
        others = [
            number
            for kind in {(turn - 1 + turns) % turns, turn % turns, (turn + 1) % turns, turn - 1, turn, turn + 1}
            for number in kinds.get((frame, kind), ())
        ]
        for first in members:
            one = placed[first]
            for second in others:
                other = placed[second]
                if first == second or abs(_between(one.angle, other.angle)) > _ANGLE:
                    continue
                turned = _seen_along(other, one.angle)
                if abs(turned.middle - one.middle) <= reach * max(one.height, other.height):
                    yield first, second, (one, turned)


def _between(first: float, second: float) -> float:
    return (second - first + math.pi) % (2 * math.pi) - math.pi


def _placed(text: Text) -> _Placed:
    top_left, top_right, bottom_right, bottom_left = text.quad
    angle = math.atan2(top_right.y - top_left.y, top_right.x - top_left.x)
    begin = Point((top_left.x + bottom_left.x) / 2, (top_left.y + bottom_left.y) / 2)
    end = Point((top_right.x + bottom_right.x) / 2, (top_right.y + bottom_right.y) / 2)
    return _span(begin, end, angle, max(text.height, 1.0), text.frame)


def _span(begin: Point, end: Point, angle: float, height: float, frame: int) -> _Placed:
    cos, sin = math.cos(angle), math.sin(angle)
    along = sorted(point.x * cos + point.y * sin for point in (begin, end))
    across = [point.y * cos - point.x * sin for point in (begin, end)]
    return _Placed(angle, along[0], along[1], sum(across) / 2, height, frame)


def _seen_along(placed: _Placed, angle: float) -> _Placed:
    """The same place along another direction."""
    if placed.angle == angle:
        return placed
    cos, sin = math.cos(placed.angle), math.sin(placed.angle)
    ends = (
        Point(along * cos - placed.middle * sin, along * sin + placed.middle * cos)
        for along in (placed.left, placed.right)
    )
    return _span(next(ends), next(ends), angle, placed.height, placed.frame)


def _joined(texts: Sequence[Text], members: Sequence[int]) -> tuple[Row, _Placed]:
    lines = tuple(texts[number] for number in members)
    words, starts = "", []
    for line in lines:
        words += " " if words else ""
        starts.append(len(words))
        words += _same(line.value)
    first, *rest = (_placed(line) for line in lines)
    spans = [first, *(_seen_along(one, first.angle) for one in rest)]
    whole = first._replace(
        left=min(one.left for one in spans),
        right=max(one.right for one in spans),
        middle=sum(one.middle for one in spans) / len(spans),
        height=max(one.height for one in spans),
    )
    return Row(words, lines, tuple(starts)), whole


def _same(words: str) -> str:
    return words.translate(_SAME).replace("\n", " ")
