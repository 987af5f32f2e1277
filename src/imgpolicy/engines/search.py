"""At which sizes and turns the detectors look at a picture, so that nobody is missed and no face is given twice.

The whole picture, small, in its quarter turns and those between; then in parts, larger, as it is and as its clearest
faces stand; a crowd at full scale. Then closer looks at every place that may be a face: they say whether it is one, and
how it stands. What each gains and costs stands in docs/decisions/0011-detection.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.detections import (
    Detections,
    contained,
    merged,
    moved,
    turned_back,
    turned_upright,
)
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.evidence import FAR, NOTHING, CloserLook, Row
from imgpolicy.engines.scaling import parts, scaled
from imgpolicy.engines.skin import bloodless
from imgpolicy.facts import PERSON
from imgpolicy.frames import MOST_FRAMES
from imgpolicy.picture import Picture, Pixels, finer_to_be_had, pixels_at

SMALLEST = 30
"""Height in pixels, at the largest size at which the whole picture is looked at, from which 98 % of the faces are found
or more (benchmarks/detection.py)."""

_FOUND_MOSTLY = 24
"""The same from which most are: what is much smaller and in doubt is none. Of faces that lean as many are found, at the
smallest size, as is said of the others."""

_SMALL = 640
_FINE = 3000
_ENLARGED = 1.5
_COARSEST, _DECODED = 1.6, 2
"""How many pixels side by side of a very large picture are one, where it is looked at, and where it is decoded."""
_TINY = 320
_MOST_ENLARGED = 4
_FARTHEST = 4.3
"""How many times as long the picture may be at one look as at the next: of a face that is too large for the parts of
the one, 22 pixels are left in the other."""
_PART, _OVERLAP = 1280, 96
_DARK, _LIGHT, _GREYS = 32, 223, 0.05
_DOTS = 2.2
_LONGEST = 32_000
"""OpenCV cuts nothing out of a picture that is longer than 32,767 pixels."""
_MOST_PIXELS = 24_000_000
_MOST_IN_ALL_FRAMES = 2 * _MOST_PIXELS
_CERTAIN = 0.5
_CERTAIN_TURNED = 0.7
_LIKELY = 0.6
_POSSIBLE = 0.3
_WEAKEST_TURNED = 0.14
_MOST_PLACES = 4000
_MOST_TURNED = 60
_TILTED = 12.0
_LEVEL = 0.88
_SMALL_FACE = 48
_ENOUGH = 64
_CROWD = 3
_INSIDE = 0.7
_ABOUT = 0.75
"""A box is up to a quarter lower than the face in it."""
_BLOODLESS = 0.75
"""The evidence of a face without any red, at most: it is in doubt, and not none."""
_LARGE = 3
"""Times the height from which faces are looked for: blurred parts of anything smaller look like a blurred face."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What may be faces in a picture, the most certain first, each once.

    `rows` are places in `pixels`, which are those to recognise somebody by, and `evidence` says of each how much speaks
    for a person's face, 0 to 1. `nothing` counts the places that looked like one until they were looked at from near,
    and `unseen` those that were too many to be looked at so.
    """

    rows: Detections
    evidence: NDArray[np.float64]
    pixels: Pixels
    nothing: int
    unseen: int


def find(detectors: Detectors, picture: Picture) -> Found:
    """What may be faces in the picture. Raises ExtractError, and cv2.error when OpenCV cannot work on the picture."""
    source = _source(picture)
    pixels = scaled(source, _fine_side(picture))
    small = scaled(pixels, min(_SMALL, max(pixels.shape[:2])))
    ways, looks = _turns(detectors, small)
    looks = [_grown(look, small, pixels) for look in looks]
    for side in _sides(pixels):
        looks += _in_parts(detectors, scaled(pixels, side), ways, pixels)
    seen = merged(looks)
    if _is_crowd(seen, pixels, picture):
        source = _at_full_scale(picture)
        seen = merged([_grown(seen, pixels, source), *_in_parts(detectors, source, ways, source)])
        pixels = source
    most = _most_places(picture)
    closer = CloserLook(detectors, pixels)
    smallest = _FOUND_MOSTLY / SMALLEST * smallest_seen(picture) * pixels.shape[1] / picture.width
    rows, evidence, nothing = _faces(closer, seen[:most], smallest)
    evidence = np.where(bloodless(rows, pixels, small), np.minimum(evidence, _BLOODLESS), evidence)
    rows = _grown(rows, pixels, source)
    finest = source if _fine_enough(rows, source, picture) else _at_full_scale(picture)
    return Found(
        rows=_grown(rows, source, finest),
        evidence=evidence,
        pixels=finest,
        nothing=nothing,
        unseen=max(0, len(seen) - most),
    )


def smallest_seen(picture: Picture) -> float:
    """The height of the smallest faces that are looked for everywhere, in pixels of the picture at full scale."""
    return SMALLEST * _full_side(picture) / max(_fine_side(picture), 1)


def smallest_turned(picture: Picture) -> float:
    """The same of faces that do not stand as the picture does."""
    return _FOUND_MOSTLY * _full_side(picture) / min(_SMALL, _fine_side(picture))


def _full_side(picture: Picture) -> int:
    """The long side of the picture at full scale, or as far as its pixels are to be had."""
    return max(picture.width, picture.height) if finer_to_be_had(picture) else _side_at_hand(picture)


def _side_at_hand(picture: Picture) -> int:
    """The long side of the pixels that are decoded already."""
    return int(max(picture.pixels.shape[:2]))


def _fine_side(picture: Picture) -> int:
    """The long side at which the whole picture is looked at.

    It is enlarged as far as that shows smaller faces and costs little. Very large pictures are looked at as large as it
    takes to see faces by which people know each other, as far as the frames of a file, which share what is looked at,
    leave room for it.
    """
    full, at_hand = _full_side(picture), _side_at_hand(picture)
    wanted = max(min(_ENLARGED * at_hand, _FINE), full / _COARSEST, min(_TINY, _MOST_ENLARGED * full))
    area = picture.width * picture.height * (wanted / max(picture.width, picture.height)) ** 2
    return min(round(wanted * min(1.0, math.sqrt(_most_pixels(picture) / area))), _LONGEST)


def _source(picture: Picture) -> Pixels:
    """The pixels that the picture is looked at in: those at hand, or decoded anew where these are too few."""
    few = _fine_side(picture) > _ENLARGED * _side_at_hand(picture) + 1
    return _without_dots(pixels_at(picture, _DECODED) if few else picture.pixels)


def _at_full_scale(picture: Picture) -> Pixels:
    return _without_dots(pixels_at(picture, 1))


def _fine_enough(rows: Detections, pixels: Pixels, picture: Picture) -> bool:
    """Whether there are no more pixels to recognise somebody by, or enough of them for each face."""
    return not _finer(pixels, picture) or not (rows[:, 3] < _ENOUGH).any()


def _without_dots(pixels: Pixels) -> Pixels:
    """A picture of black and white dots with the greys that people see in it; any other as it is."""
    import cv2

    if float(((pixels > _DARK) & (pixels < _LIGHT)).mean()) >= _GREYS:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), _DOTS), np.uint8)


def _most_pixels(picture: Picture) -> int:
    return min(_MOST_PIXELS, _MOST_IN_ALL_FRAMES // min(picture.frame_count, MOST_FRAMES))


def _most_places(picture: Picture) -> int:
    """How many places are looked at closer: the frames of a file share four times as many as one picture has."""
    return min(_MOST_PLACES, 4 * _MOST_PLACES // min(picture.frame_count, MOST_FRAMES))


def _sides(pixels: Pixels) -> Iterator[int]:
    """The long sides at which the picture is looked at in parts, besides the small one."""
    side = max(pixels.shape[:2])
    steps = int(np.ceil(np.log(max(side / _SMALL, 1)) / np.log(_FARTHEST)))
    for step in range(steps):
        yield round(side * (_SMALL / side) ** (step / steps))


def _turns(detectors: Detectors, pixels: Pixels) -> tuple[set[int], list[Detections]]:
    """The quarter turns to the left in which parts are to be looked at, and what a look at the whole saw at each turn.

    The whole picture may lie, and somebody may lie, or lean, beside others who stand. So parts are looked at as they
    are too: the clearest face may be of somebody who bends down, or a stone.
    """
    looks = [_turned(detectors, pixels, turn) for turn in range(4)]
    clearness = [_clearness(look) for look in looks]
    between = [_leaning(detectors, pixels, degrees) for degrees in (45, 135, 225, 315)]
    return {0, clearness.index(max(clearness))}, looks + between


def _clearness(found: Detections) -> float:
    """How much speaks for the picture standing as it was looked at."""
    return float(found[found[:, 14] >= _CERTAIN_TURNED, 14].sum())


def _turned(detectors: Detectors, pixels: Pixels, quarters: int) -> Detections:
    """What the picture shows after so many quarter turns to the left, in the pixels of the picture as it is."""
    if not quarters:
        return detectors.look(pixels)
    height, width = pixels.shape[:2]
    seen = detectors.look(np.ascontiguousarray(np.rot90(pixels, quarters)))
    return turned_back(seen[seen[:, 14] >= _WEAKEST_TURNED], quarters, width, height)


def _leaning(detectors: Detectors, pixels: Pixels, degrees: float) -> Detections:
    """What the picture shows turned to the left by so many degrees, in the pixels of the picture as it is."""
    import cv2

    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    wide, high = (round(float(side)) for side in np.abs(turn[:, :2]) @ (width, height))
    turn[:, 2] += ((wide - width) / 2, (high - height) / 2)
    seen = detectors.look(np.asarray(cv2.warpAffine(pixels, turn, (wide, high)), np.uint8))
    back = np.asarray(cv2.invertAffineTransform(turn), dtype=np.float64)
    return turned_upright(seen[seen[:, 14] >= _WEAKEST_TURNED], back)


def _in_parts(detectors: Detectors, pixels: Pixels, ways: set[int], whole: Pixels) -> Iterator[Detections]:
    """What each part of the picture shows whole, in pixels of `whole`: the rest a neighbour shows, or another look."""
    end = np.array(pixels.shape[1::-1])
    for part in parts(pixels, _PART, _OVERLAP):
        corner, side = np.array((part.left, part.top)), np.array(part.pixels.shape[1::-1])
        for quarters in ways:
            found = moved(_turned(detectors, part.pixels, quarters), shift=(part.left, part.top))
            low, high = found[:, :2], found[:, :2] + found[:, 2:4]
            inside = ((low > corner) | (corner == 0)) & ((high < corner + side) | (corner + side >= end))
            small = (found[:, 2:4].max(axis=1) <= _OVERLAP) | (side == end).all()
            yield _grown(found[inside.all(axis=1) & small], pixels, whole)


def _is_crowd(seen: Detections, pixels: Pixels, picture: Picture) -> bool:
    """Whether there are so many small faces that smaller ones are likely, and a larger picture to find them in."""
    heights = seen[seen[:, 14] >= _CERTAIN, 3] * picture.width / pixels.shape[1]
    return _finer(pixels, picture) and int((heights < _SMALL_FACE).sum()) >= _CROWD


def _finer(pixels: Pixels, picture: Picture) -> bool:
    """Whether the picture has more pixels than these, and few enough to be looked at at full scale."""
    more = finer_to_be_had(picture) and picture.width > pixels.shape[1]
    fits = picture.width * picture.height <= _most_pixels(picture)
    return more and fits and max(picture.width, picture.height) <= _LONGEST


def _faces(closer: CloserLook, places: Detections, smallest: float) -> tuple[Detections, NDArray[np.float64], int]:
    """The faces among these places, each once and as it stands, what speaks for each, and how many seemed to be some.

    Of those clearly lower than `smallest`, which are not looked for, only the certain ones count.
    """
    rows = merged([row[np.newaxis] for row in _as_they_stand(closer, places)])
    evidence = closer.evidence(rows)
    least = np.where(rows[:, 3] < _ABOUT * smallest, PERSON, NOTHING)
    large_and_likely = (rows[:, 3] >= _LARGE * smallest) & (rows[:, 14] >= _LIKELY)
    for at in np.flatnonzero((evidence < NOTHING) & large_and_likely):
        least[at] = closer.least(rows[at])
    faces = (evidence >= least) & ~_parts_of(rows, evidence)
    return rows[faces], evidence[faces], int((rows[~faces, 14] >= _CERTAIN).sum())


def _parts_of(rows: Detections, evidence: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the doubtful finds lie in a certain face: an eye is no face; a badge or a child held up is certain."""
    certain = rows[evidence >= PERSON]
    inside = [(contained(row[:4], certain[:, :4]) > _INSIDE).any() for row in rows]
    return np.array(inside, dtype=bool) & (evidence < PERSON)


def _as_they_stand(closer: CloserLook, places: Detections) -> Iterator[Row]:
    """The finds that may be faces, with the landmarks of a closer look where these are truer.

    Of a head tilted by 45 degrees the detector gives landmarks that are hardly tilted at all, with a vector that is
    nobody's. Seen level it is more certain of it, and its landmarks are right.
    """
    near = closer.faces(places)
    unclear = [
        at
        for at, (row, look) in enumerate(zip(places, near, strict=True))
        if row[14] >= _WEAKEST_TURNED and (look is None or look[14] < _LEVEL)
    ][:_MOST_TURNED]
    level = dict(zip(unclear, _levelled(closer, places[unclear]), strict=True))
    for at, row in enumerate(places):
        looks = [look for look in (near[at], level.get(at)) if look is not None]
        best = max(looks, key=_certainty, default=None)
        if best is not None and best[14] >= _POSSIBLE:
            yield _truer(row, best)
        elif row[14] >= _CERTAIN:
            yield row


def _levelled(closer: CloserLook, rows: Detections) -> list[Row | None]:
    """Each find with its eyes level, as it is surest of eight sides to which it was turned."""
    sides = [(row, tilt - _roll(row)) for row in rows for tilt in range(0, 360, 45)]
    turned = closer.faces([row for row, _ in sides], [tilt for _, tilt in sides], FAR)
    best = [
        max((look for look in turned[first : first + 8] if look is not None), key=_certainty, default=rows[first // 8])
        for first in range(0, len(turned), 8)
    ]
    return closer.faces(best)


def _truer(row: Row, closer: Row) -> Row:
    """The find with the landmarks of the closer look, or its own, found in more pixels, where it hardly tilts them."""
    straight = abs((_roll(closer) - _roll(row) + 180) % 360 - 180) <= _TILTED
    chosen = (row if row[14] >= _CERTAIN and straight else closer).copy()
    chosen[14] = max(row[14], closer[14])
    return chosen


def _certainty(row: Row) -> float:
    return float(row[14])


def _roll(row: Row) -> float:
    """How far the line of the eyes is tilted, in degrees."""
    across, down = row[6:8] - row[4:6]
    return float(np.degrees(np.arctan2(down, across)))


def _grown(found: Detections, seen_in: Pixels, pixels: Pixels) -> Detections:
    """The same faces in pixels of the larger picture."""
    return moved(found, scale=(pixels.shape[1] / seen_in.shape[1], pixels.shape[0] / seen_in.shape[0]))
