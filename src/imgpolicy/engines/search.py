"""At which sizes and turns a detector looks at a picture, so that nobody is missed and no face is given twice.

The whole picture, small, in its four turns; then, standing as its faces do, larger; a closer look at whatever was seen
weakly. Then its parts at half of the full scale, whoever was seen; in a crowd, and where nobody was seen, at full
scale. What each gains and costs stands in docs/decisions/0011-detection.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.detections import Detections, merged, moved, same_face, turned_back
from imgpolicy.engines.yunet import CLOSE_HEIGHT, YuNet
from imgpolicy.frames import MOST_FRAMES
from imgpolicy.picture import Picture, Pixels, finer_to_be_had, pixels_at

SMALLEST = 15
"""Height in pixels, at the size at which the whole picture is looked at, from which faces are found
(benchmarks/detection.py)."""

_SIDES = (640, 1280)
_COARSEST = 3.125
_FARTHEST = 10
"""How many times as long the picture may be at one look as at the next: what is too large for the pieces of the one has
at least 32 pixels in the other."""
_SMALL_SIDE = 320
_MOST_ENLARGED = 4
_MOST_IN_PARTS = 24_000_000
_MOST_IN_ALL_FRAMES = 2 * _MOST_IN_PARTS
_CERTAIN = 0.5
_CERTAIN_TURNED = 0.7
_CERTAIN_IN_PART = 0.8
_CERTAIN_CLOSE = 0.8
_WEAKEST_TURNED = 0.2
_MOST_CLOSER = 200
MOST_FACES = 500
"""A picture that shows more is not looked at any further."""
_WORTH_TILTING = 0.005
_TILTED = 12.0
_SMALL_FACE = 96
_CROWD = 3


class _Grid(NamedTuple):
    """The side of the parts in which a picture is looked at, and by how much they overlap: no face may be larger."""

    side: int
    overlap: int


_PARTS = _Grid(640, 96)
_PIECES = _Grid(1600, 320)
_MOST_AT_ONCE = _PIECES.side**2
"""Pixels that YuNet looks at in one go: it keeps about 90 bytes for each. So many has a picture of 25 megapixels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """The faces found so far, the pixels that they are rows of, and the quarter turns after which these are upright."""

    found: Detections
    pixels: Pixels
    quarters: int

    def small(self, picture: Picture) -> int:
        """How many faces are so small, at full scale, that smaller ones are likely to be there."""
        return int((self.found[:, 3] * picture.width / self.pixels.shape[1] < _SMALL_FACE).sum())


def find(detector: YuNet, picture: Picture) -> tuple[Detections, Pixels]:
    """The faces of a picture, the most certain first, each once, and the pixels in which these rows are.

    Those pixels are the largest that were looked at. Of a crowd of more than 500 some are given. Raises cv2.error when
    OpenCV cannot work on the picture.
    """
    sides = _sides(picture)
    pixels = picture.pixels if max(picture.pixels.shape[:2]) >= sides[0] else pixels_at(picture, 2)
    large = _scaled(pixels, sides[0])
    # Made from the larger one, which costs a tenth.
    small = _scaled(large, sides[-1])
    quarters, looks = _turns(detector, small)
    looks = [_grown(look, small, pixels) for look in looks]
    for side in sides[:-1]:
        seen_in = _scaled(large, side)
        looks.append(_grown(_look_at_large(detector, seen_in, quarters), seen_in, pixels))
    closer = _most_closer(picture)
    seen = _Seen(found=_confirmed(detector, pixels, looks, closer), pixels=pixels, quarters=quarters)
    if max(picture.width, picture.height) > sides[0]:
        seen = _in_parts(detector, picture, 2, seen)
    if picture.width > seen.pixels.shape[1] and (not len(seen.found) or seen.small(picture) >= _CROWD):
        seen = _in_parts(detector, picture, 1, seen)
    if len(seen.found) > MOST_FACES:
        return seen.found, seen.pixels
    return _levelled(detector, seen.pixels, seen.found, closer), seen.pixels


def smallest_seen(picture: Picture) -> float:
    """The height of the smallest faces that are looked for everywhere, in pixels of the picture at full scale."""
    return SMALLEST * max(picture.width, picture.height) / _sides(picture)[0]


def _sides(picture: Picture) -> tuple[int, ...]:
    """The long sides at which to look at the whole picture, the largest first.

    A picture is enlarged only when its faces may be too small to be seen. The largest side grows with very large
    pictures, so that a face of 48 pixels is seen in each. A face that is too large for the pieces in which that one is
    looked at may be too small in the smallest when the picture is a long strip: then there is one between them.
    """
    sizes = (picture.width, picture.height) if finer_to_be_had(picture) else picture.pixels.shape[:2]
    long_side = max(sizes)
    if long_side < _SMALL_SIDE // 2:
        return (min(_SMALL_SIDE, long_side * _MOST_ENLARGED),)
    small, large = _SIDES
    largest = min(max(large, round(long_side / _COARSEST)), long_side)
    between = {round((small * largest) ** 0.5)} if largest > _FARTHEST * small else set()
    return tuple(sorted({min(small, long_side), largest, *between}, reverse=True))


def _turns(detector: YuNet, pixels: Pixels) -> tuple[int, list[Detections]]:
    """After how many quarter turns to the left the picture stands upright, and what a look at each turn saw.

    The whole picture may lie, and somebody may lie beside others who stand.
    """
    looks = [_turned(detector, pixels, turn) for turn in range(4)]
    clearness = [_clearness(look) for look in looks]
    return clearness.index(max(clearness)), looks


def _clearness(found: Detections) -> float:
    """How much speaks for the picture standing as it was looked at."""
    return float(found[found[:, 14] >= _CERTAIN_TURNED, 14].sum())


def _turned(detector: YuNet, pixels: Pixels, quarters: int) -> Detections:
    """What the picture shows after so many quarter turns to the left, in the pixels of the picture as it is."""
    if not quarters:
        return detector.look(pixels)
    height, width = pixels.shape[:2]
    detections = detector.look(np.ascontiguousarray(np.rot90(pixels, quarters)))
    # Each further look is a further chance to be wrong.
    return turned_back(
        _doubted(detections[detections[:, 14] >= _WEAKEST_TURNED], _CERTAIN_TURNED), quarters, width, height
    )


def _doubted(found: Detections, certain: float) -> Detections:
    """The same finds, those below this certainty being weak: the closer look will tell."""
    rows = found.copy()
    weak = rows[:, 14] < certain
    rows[weak, 14] = np.minimum(rows[weak, 14], np.nextafter(_CERTAIN, 0))
    return rows


def _in_parts(detector: YuNet, picture: Picture, scale: int, so_far: _Seen) -> _Seen:
    """What was seen so far and what the parts of the picture show at this scale.

    Of a picture too large to be looked at in parts, or of a crowd already, what was seen so far.
    """
    if len(so_far.found) > MOST_FACES or _area(picture, scale) > _most_in_parts(picture):
        return so_far
    fine_enough = so_far.pixels.shape[1] * scale >= picture.width
    pixels = so_far.pixels if fine_enough else pixels_at(picture, scale)
    looks = [_grown(so_far.found, so_far.pixels, pixels)]
    looks += [_doubted(part, _CERTAIN_IN_PART) for part in _by_part(detector, pixels, so_far.quarters, _PARTS)]
    found = _confirmed(detector, pixels, looks, _most_closer(picture))
    return _Seen(found=found, pixels=pixels, quarters=so_far.quarters)


def _area(picture: Picture, scale: int) -> float:
    """How many pixels there are at this scale, or at the picture's own where none finer are to be had."""
    at_hand = picture.scale <= scale or not finer_to_be_had(picture)
    return picture.width * picture.height / (picture.scale if at_hand else scale) ** 2


def _most_in_parts(picture: Picture) -> int:
    """How many pixels are looked at in parts: the frames of a file share what is looked at in all."""
    return min(_MOST_IN_PARTS, _MOST_IN_ALL_FRAMES // min(picture.frame_count, MOST_FRAMES))


def _most_closer(picture: Picture) -> int:
    """How many places are looked at closer: the frames of a file share four times as many as one picture has."""
    return min(_MOST_CLOSER, 4 * _MOST_CLOSER // min(picture.frame_count, MOST_FRAMES))


def _look_at_large(detector: YuNet, pixels: Pixels, quarters: int) -> Detections:
    """What the whole picture shows; one that is too large for one look in pieces that show every face that YuNet sees.

    Of a face larger than the pieces' overlap the look at a smaller picture is enough.
    """
    if pixels.shape[0] * pixels.shape[1] <= _MOST_AT_ONCE:
        return _turned(detector, pixels, quarters)
    return np.concatenate(list(_by_part(detector, pixels, quarters, _PIECES)))


def _by_part(detector: YuNet, pixels: Pixels, quarters: int, grid: _Grid) -> Iterator[Detections]:
    """What each part of the picture shows whole, in pixels of the picture."""
    for top in _starts(pixels.shape[0], grid):
        for left in _starts(pixels.shape[1], grid):
            part = np.ascontiguousarray(pixels[top : top + grid.side, left : left + grid.side])
            found = moved(_turned(detector, part, quarters), shift=(left, top))
            yield _whole_ones(found, (left, top), pixels, grid)


def _starts(length: int, grid: _Grid) -> list[int]:
    """Where the parts along a side of this length begin."""
    count = max(1, -(-(length - grid.overlap) // (grid.side - grid.overlap)))
    return sorted({round(max(0, length - grid.side) * at / max(count - 1, 1)) for at in range(count)})


def _whole_ones(found: Detections, start: tuple[int, int], pixels: Pixels, grid: _Grid) -> Detections:
    """What lies wholly inside the part: a neighbour shows the rest, or the look at the whole picture did."""
    low, high = found[:, :2], found[:, :2] + found[:, 2:4]
    corner, end = np.array(start), np.array(pixels.shape[1::-1])
    inside = ((low > corner) | (corner == 0)) & ((high < corner + grid.side) | (corner + grid.side >= end))
    whole: Detections = found[inside.all(axis=1) & (found[:, 2:4].max(axis=1) <= grid.overlap)]
    return whole


def _confirmed(detector: YuNet, pixels: Pixels, looks: list[Detections], closer: int) -> Detections:
    """The faces of all looks, each once; what was seen only weakly is a face when the closer look says so."""
    seen = merged(looks, MOST_FACES + 1 + closer)
    sure, weak = seen[seen[:, 14] >= _CERTAIN], seen[seen[:, 14] < _CERTAIN]
    return merged([sure, *_closer(detector, [pixels], weak[:closer], 0.0)])


def _levelled(detector: YuNet, pixels: Pixels, found: Detections, closer: int) -> Detections:
    """The same faces with the landmarks of those that are tilted seen upright, where they are right.

    Of a head tilted by 45 degrees YuNet gives landmarks that are hardly tilted at all, with a vector that is nobody's.
    Seen level it is more certain of it.
    """
    looks, levels = [found], [pixels]
    for tilt in (-60.0, -30.0, 30.0, 60.0):
        for seen in _closer(detector, levels, found[:closer], tilt):
            seen[:, 14] -= _WORTH_TILTING
            looks.append(seen)
    levelled = merged(looks)
    # Now that the eyes are nearly level, the landmarks are nearly right.
    levelled = merged([levelled, *_closer(detector, levels, levelled[:closer], 0.0)])
    return merged([_truer(row, levelled)[np.newaxis] for row in found])


def _truer(row: NDArray[np.float64], levelled: Detections) -> NDArray[np.float64]:
    """The face as it was seen level where that tilts it further; else as it was, with more pixels."""
    same = levelled[same_face(row[:4], levelled[:, :4])]
    tilted = len(same) and abs((_roll(same[0]) - _roll(row) + 180) % 360 - 180) > _TILTED
    return np.array(same[0] if tilted else row)


def _roll(row: NDArray[np.float64]) -> float:
    """How far the line of the eyes is tilted, in degrees."""
    across, down = row[6:8] - row[4:6]
    return float(np.degrees(np.arctan2(down, across)))


def _closer(detector: YuNet, levels: list[Pixels], rows: Detections, tilt: float) -> Iterator[Detections]:
    """What the closer look, tilted by so many degrees, is certain of at each of these places.

    `levels` are the pixels, and halved, halved again and so on as far as that was needed; what is missing is added.
    """
    pixels = halved = levels[0]
    depth, factor = 0, 1.0
    for row in sorted(rows, key=_height):
        while _height(row) * factor >= 2 * CLOSE_HEIGHT:
            depth += 1
            if depth == len(levels):
                levels.append(_scaled(halved, max(halved.shape[:2]) // 2))
            halved = levels[depth]
            factor = halved.shape[1] / pixels.shape[1]
        there = moved(row[np.newaxis], scale=(factor, factor))[0]
        detections = detector.look_closer(halved, there, tilt)
        yield _grown(detections[detections[:, 14] >= _CERTAIN_CLOSE], halved, pixels)


def _height(row: NDArray[np.float64]) -> float:
    return float(row[2:4].max())


def _scaled(pixels: Pixels, side: int) -> Pixels:
    """The picture with this long side."""
    import cv2

    height, width = pixels.shape[:2]
    ratio = side / max(height, width)
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    if size == (width, height):
        return pixels
    # From half the size on nothing falls between the samples of a linear interpolation.
    how = cv2.INTER_CUBIC if ratio > 1 else cv2.INTER_LINEAR if ratio > 0.5 else cv2.INTER_AREA
    return cv2.resize(pixels, size, interpolation=how).astype(np.uint8, copy=False)


def _grown(found: Detections, seen_in: Pixels, pixels: Pixels) -> Detections:
    """The same faces in pixels of the larger picture."""
    return moved(found, scale=(pixels.shape[1] / seen_in.shape[1], pixels.shape[0] / seen_in.shape[0]))
