"""Where lines of text lie, by the heat of the network that finds them, and the strips that they are read from.

A line is four corners from the top left of its reading clockwise, float32 of shape (4, 2), in pixels of the picture
that was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.text.nets import STRIP
from imgpolicy.picture import Pixels

Line = NDArray[np.float32]


class Seen(NamedTuple):
    """A line, and its mean heat."""

    corners: Line
    heat: float


HOT = 0.3
"""The heat from which a pixel is taken for text, as PaddleOCR has it."""

_UNCLIP = 1.6
"""The network sees the core of a line; by this much of its area over its outline the line is larger (DB, as above)."""
_SURE = 0.4
"""The mean heat of a line. PaddleOCR has 0.6; here the reading decides, and a line that is missed is the harm."""
_THINNEST = 2.5
_MOST = 1000
_UPRIGHT = 1.5
"""Times its width that something is high, if it is a line that runs up or down."""
_LONGEST = 4096


def lines_in(heat: NDArray[np.float32]) -> Iterator[Seen]:
    """The lines that this heat shows, each turned so that it is read from left to right or from the top down."""
    import cv2

    outlines, _ = cv2.findContours((heat > HOT).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines[:_MOST]:
        centre, (width, height), angle = cv2.minAreaRect(outline)
        if min(width, height) < _THINNEST:
            continue
        mean = _mean_heat(heat, _corners(centre, (width, height), angle))
        if mean >= _SURE:
            grow = width * height * _UNCLIP / (width + height)
            yield Seen(_in_order(_corners(centre, (width + grow, height + grow), angle)), mean)


def height_of(line: Line) -> float:
    """The shorter side of a line: the height of what is written, with some space about it."""
    return min(_sides(line))


def stretch_of(line: Line) -> float:
    """How many times as long as high a line is."""
    width, height = _sides(line)
    return max(width, height) / max(min(width, height), 1e-6)


def strip_of(pixels: Pixels, line: Line) -> Pixels:
    """The line laid straight, from its first corner on, `STRIP` pixels high."""
    import cv2

    width, height = _sides(line)
    long = int(np.clip(round(STRIP * width / max(height, 1)), 8, _LONGEST))
    onto = np.array([[0, 0], [long, 0], [long, STRIP], [0, STRIP]], np.float32)
    # From a part, smoothed when it is made smaller: a warp alone would skip pixels.
    part, moved = _part(pixels, line, height / STRIP)
    matrix = cv2.getPerspectiveTransform(moved, onto)
    how = cv2.INTER_CUBIC
    return cv2.warpPerspective(part, matrix, (long, STRIP), flags=how, borderMode=cv2.BORDER_REPLICATE).astype(
        np.uint8, copy=False
    )


def turned_over(line: Line) -> Line:
    """The same line read from its other end."""
    return np.roll(line, 2, axis=0)


def reading_order(line: Line) -> Line:
    """The line with the corner at which its reading begins first: of one that runs up or down, as if it ran down."""
    width, height = _sides(line)
    return np.roll(line, -1, axis=0) if height >= _UPRIGHT * width else line


def _sides(line: Line) -> tuple[float, float]:
    """How long it is along its first side, and along its second."""
    return float(np.linalg.norm(line[0] - line[1])), float(np.linalg.norm(line[0] - line[3]))


def _part(pixels: Pixels, line: Line, shrink: float) -> tuple[Pixels, Line]:
    """The part of a picture that holds the line, made smaller by a whole number, and the line in it."""
    import cv2

    height, width = pixels.shape[:2]
    low = np.clip(np.floor(line.min(axis=0)) - 2, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(line.max(axis=0)) + 2, low + 1, (width, height)).astype(int)
    part = pixels[low[1] : high[1], low[0] : high[0]]
    moved = line - low.astype(np.float32)
    factor = int(shrink)
    if factor <= 1:
        return part, moved.astype(np.float32)
    size = (max(1, part.shape[1] // factor), max(1, part.shape[0] // factor))
    smaller = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    ratio = np.array([size[0] / part.shape[1], size[1] / part.shape[0]], np.float32)
    return smaller, (moved * ratio).astype(np.float32)


def _corners(centre: Sequence[float], size: tuple[float, float], angle: float) -> Line:
    import cv2

    return cv2.boxPoints(((centre[0], centre[1]), size, angle)).astype(np.float32)


def _mean_heat(heat: NDArray[np.float32], corners: Line) -> float:
    import cv2

    height, width = heat.shape
    low = np.clip(np.floor(corners.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), low, (width - 1, height - 1)).astype(int) + 1
    inside = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillPoly(inside, [np.round(corners - low).astype(np.int32)], (1,))
    return float(cv2.mean(heat[low[1] : high[1], low[0] : high[0]], inside)[0])


def _in_order(corners: NDArray[np.float32]) -> Line:
    """The corners from the top left clockwise."""
    by_side = corners[np.argsort(corners[:, 0], kind="stable")]
    left = by_side[:2][np.argsort(by_side[:2, 1], kind="stable")]
    right = by_side[2:][np.argsort(by_side[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
