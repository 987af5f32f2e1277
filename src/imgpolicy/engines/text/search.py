"""How a picture is searched for text: from afar first, and nearer only where that shows some.

    afar: 960 pixels long ─► lines that can be read there ─────────────────► kept
                          └► text too small to be read there ─► twice as near ─► … ─► the full scale

Where nothing is seen from afar nothing else costs time. A page of small print is one hot place from afar, whose lines
are told apart from near. Every line is read from the finest pixels that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from imgpolicy.domain.geometry import Box, box_about, shared_area
from imgpolicy.engines.edges import Grey, dense_places, lean
from imgpolicy.engines.scaling import joined, scaled
from imgpolicy.engines.text.lines import (
    Line,
    Seen,
    height_of,
    lines_in,
    reading_order,
    stretch_of,
    strip_of,
    turned_over,
)
from imgpolicy.engines.text.nets import STRIP, TextNets
from imgpolicy.engines.text.nets import Line as Said
from imgpolicy.picture import Picture, Pixels, finer_to_be_had, pixels_at, scale_within

AFAR = 960
"""Long side at which a picture is looked at as a whole: .4 s of CPU. At 640, for .17 s, a twelfth of the values in hard
pictures is not seen that is seen here (84 and 90 % of 104 stopped, benchmarks/text.py); at 1280 no more are."""

_READ = 0.5
"""The confidence from which a line is taken for read: below it is mostly texture, or a script that is not known."""
_ALONE = 0.9
"""The same for a single character: a field of one colour looks like one."""
_CHARACTERS = 0.8
"""Characters to a length of one height: letters of the Latin script are 1.5 to 2.5, and a script that is not known is
passed over in silence."""
_HOT = 0.75
"""The mean heat of a line from which it is text, read or not."""
_LINE = 3.5
"""How many times as long as high a place is that is a line of text, and no texture."""
_WELL = 0.85
"""The confidence from which a line is not looked at from nearer."""
_TALL = 14.0
"""Height of a line, in pixels of the look, from which the finder tells it from its neighbours."""
_TURN = 0.75
"""The confidence below which a line is also read from its other end, as one is that says little for its length."""
_LAST = 1.3
"""A look that would be nearer by less than this is left out."""
_ENLARGED = 1280
"""Pictures shorter than this are enlarged for the nearest look, by two at most."""
_MOST_PIXELS = 50_000_000
"""Pixels that are decoded for reading; a picture of more is read at half of its scale, and so on."""
_MOST_LOOKED_AT = 16_000_000
"""Pixels that the finder looks at in one picture: .6 µs of CPU each."""
MOST_LINES = 500
"""Lines that are read in one picture: about 20 ms of CPU each."""
_MARGIN = 16
"""Pixels of the look about a hot place that belong to it."""
_COVERED = 0.6
LOWEST = 6.0
"""Height of a line at full scale, with some space about it, below which it says nothing."""
_PRINT = 0.25
"""The share of edges that have one direction, or its right angle, in print: .28 to .32 on drawn pages, however they
lean. Leaves and grass have .1 or less, and buildings as much as print."""
_PAGE = 160
"""Pixels at the working scale to the sides of a page of which more than its outline is looked for."""
_SMALLEST = 3.0
"""Height of a line, in pixels of the look from afar, below which it may not be seen there."""


class FoundLine(NamedTuple):
    """A line at full scale, in the order in which it is read, what it says, and how much it looks like text."""

    corners: Line
    said: Said
    heat: float

    @property
    def read(self) -> bool:
        """Whether it says something."""
        count = len(self.said.value.strip())
        return count > 0 and self.said.confidence >= (_READ if count > 1 else _ALONE)

    @property
    def unread(self) -> bool:
        """Whether it is a line of text that does not say all that it has to say."""
        return (not self.read or self.sparse) and self.heat >= _HOT and stretch_of(self.corners) >= _LINE

    @property
    def sparse(self) -> bool:
        """Whether it says less than a line of this length would."""
        return len(self.said.value.strip()) < _CHARACTERS * stretch_of(self.corners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The lines of a picture, those that say nothing for certain among them, and how many places were left out."""

    lines: tuple[FoundLine, ...]
    left_out: int = 0


class _Sources:
    """The picture as it is decoded, and at full scale when that is asked for."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.long = max(picture.width, picture.height)

    @cached_property
    def fine(self) -> Pixels:
        """The finest pixels that are read from."""
        return pixels_at(self._picture, scale_within(self._picture, _MOST_PIXELS))

    @property
    def finest(self) -> int:
        """The long side of the nearest look."""
        if not finer_to_be_had(self._picture):
            nearest = int(max(self._picture.pixels.shape[:2]))
        else:
            nearest = self.long // scale_within(self._picture, _MOST_PIXELS)
        return nearest if nearest >= _ENLARGED else min(_ENLARGED, 2 * nearest)

    def at_least(self, side: float) -> Pixels:
        """The picture with at least this long side, where there is one."""
        return self._picture.pixels if max(self._picture.pixels.shape[:2]) >= side else self.fine


def smallest_line(picture: Picture) -> int:
    """The height in pixels at full scale below which a line of text may not be seen."""
    return int(np.ceil(max(_SMALLEST * max(picture.width, picture.height) / AFAR, LOWEST)))


def find(nets: TextNets, picture: Picture) -> Found:
    """All lines that the picture shows. Raises ExtractError when a network fails."""
    search = _Search(nets, picture)
    places = [Box(0, 0, picture.width, picture.height)]
    sides = tuple(_sides(search.sources))
    for number, side in enumerate(sides):
        if places:
            places = search.look(places, side, last=side == sides[-1])
        if number == 0:
            places += fine_print(picture)
    return Found(lines=tuple(search.lines), left_out=search.left_out)


def fine_print(picture: Picture) -> list[Box]:
    """Places that may be pages of print too fine to be seen from afar, where they have no edge to be seen by."""
    import cv2

    height, width = picture.pixels.shape[:2]
    if max(height, width) < _LAST * AFAR:
        return []
    grey = cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    dense = [place for place in dense_places(grey) if min(place.right - place.left, place.bottom - place.top) >= _PAGE]
    fine = (place for place in dense if lean(np.ascontiguousarray(_cut(grey, place)))[1] >= _PRINT)
    grow = picture.scale
    return [
        Box(
            int(place.left * grow),
            int(place.top * grow),
            min(round(place.right * grow), picture.width),
            min(round(place.bottom * grow), picture.height),
        )
        for place in fine
    ]


def _cut(grey: Grey, place: Box) -> Grey:
    return grey[place.top : place.bottom, place.left : place.right]


def _sides(sources: _Sources) -> Iterator[int]:
    """The long sides of the looks, the one from afar first."""
    side, finest = min(AFAR, sources.finest), sources.finest
    while side * _LAST < finest:
        yield side
        side *= 2
    yield finest


class _Search:
    """One search: what was found so far, and what it may still cost."""

    def __init__(self, nets: TextNets, picture: Picture) -> None:
        self._nets = nets
        self._picture = picture
        self.sources = _Sources(picture)
        self.lines: list[FoundLine] = []
        self.left_out = 0
        self._boxes: list[Box] = []
        self._pixels_left = _MOST_LOOKED_AT
        self._reads = 0

    def look(self, places: Sequence[Box], side: int, *, last: bool) -> list[Box]:
        """Looks at these places with the picture of this long side; gives what has to be seen from nearer."""
        unsettled: list[Box] = []
        for place in joined(places):
            part, ratio = self._part(place, side)
            if part.shape[0] * part.shape[1] > self._pixels_left:
                self.left_out += 1
                continue
            self._pixels_left -= part.shape[0] * part.shape[1]
            heat = self._nets.heat(part)
            for seen in lines_in(heat):
                corners = (seen.corners / ratio + (place.left, place.top)).astype(np.float32)
                box = self._box(corners)
                if self._known(box):
                    continue
                tall = height_of(seen.corners) >= _TALL
                if not self._settled(Seen(corners, seen.heat), tall=tall, last=last):
                    unsettled.append(self._grown(box, _MARGIN / ratio))
        return unsettled

    def _settled(self, seen: Seen, *, tall: bool, last: bool) -> bool:
        """Whether the line needs no nearer look; then it is among the lines, unless it is too small to say anything."""
        if not (tall or last):
            return False
        if height_of(seen.corners) < LOWEST:
            return True
        if self._reads >= MOST_LINES:
            self.left_out += 1
            return True
        self._reads += 1
        found = self._read(seen)
        if not last and found.said.confidence < _WELL:
            return False
        self.lines.append(found)
        self._boxes.append(self._box(seen.corners))
        return True

    def _read(self, seen: Seen) -> FoundLine:
        """The line, read from whichever end says more."""
        corners = seen.corners
        pixels = self.sources.at_least(self.sources.long * min(1.0, STRIP / 2 / max(height_of(corners), 1)))
        ratio = max(pixels.shape[:2]) / self.sources.long
        first = reading_order(corners)
        found = FoundLine(first, self._nets.read(strip_of(pixels, first * np.float32(ratio))), seen.heat)
        if found.said.confidence >= _TURN and not found.sparse:
            return found
        over = turned_over(first)
        other = FoundLine(over, self._nets.read(strip_of(pixels, over * np.float32(ratio))), seen.heat)
        return max(found, other, key=lambda one: len(one.said.value) * one.said.confidence)

    def _part(self, place: Box, side: int) -> tuple[Pixels, float]:
        """The place as the picture of this long side shows it, and how many of its pixels one at full scale spans."""
        source = self.sources.at_least(side)
        step = max(source.shape[:2]) / self.sources.long
        left, top, right, bottom = (round(edge * step) for edge in place)
        part = source[top : max(bottom, top + 1), left : max(right, left + 1)]
        long = max(part.shape[:2])
        smaller = scaled(part, max(1, round(long * side / max(source.shape[:2]))))
        return np.ascontiguousarray(smaller), step * max(smaller.shape[:2]) / long

    def _known(self, box: Box) -> bool:
        """Whether most of it lies in a line that is settled."""
        area = max(1, (box.right - box.left) * (box.bottom - box.top))
        return any(shared_area(box, other) > _COVERED * area for other in self._boxes)

    def _box(self, corners: Line) -> Box:
        return box_about(((float(x), float(y)) for x, y in corners), self._picture.width, self._picture.height)

    def _grown(self, box: Box, by: float) -> Box:
        more = round(by)
        corners = ((box.left - more, box.top - more), (box.right + more, box.bottom + more))
        return box_about(corners, self._picture.width, self._picture.height)
