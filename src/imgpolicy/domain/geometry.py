"""Places in a picture: boxes and points, and how much of a place two boxes share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels of the upright picture; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int


class Point(NamedTuple):
    """A place in pixels of the upright picture."""

    x: float
    y: float


Quad = tuple[Point, Point, Point, Point]
"""Four corners, from the top left of what lies between them clockwise."""

Corners = tuple[float, float, float, float]
"""Left, top, right and bottom in any unit: a `Box` is one, and so are shares of a picture's size."""


def box_corners(box: Box) -> Quad:
    """The corners of the box."""
    return (
        Point(box.left, box.top),
        Point(box.right, box.top),
        Point(box.right, box.bottom),
        Point(box.left, box.bottom),
    )


def around(boxes: Iterable[Box]) -> Box:
    """The box about all of these, of which there is one at least."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def box_about(corners: Iterable[tuple[float, float]], width: int, height: int) -> Box:
    """The box about these points in whole pixels, within a picture of this size, and never empty."""
    xs, ys = zip(*corners, strict=True)
    left, top = (min(max(math.floor(min(of)), 0), most - 1) for of, most in ((xs, width), (ys, height)))
    right, bottom = (
        min(max(math.ceil(max(of)), low + 1), most) for of, low, most in ((xs, left, width), (ys, top, height))
    )
    return Box(left, top, right, bottom)


def shared_area(first: Corners, second: Corners) -> float:
    """The area that lies in both boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(width, 0) * max(height, 0)


def overlap(first: Corners, second: Corners) -> float:
    """The area that both share, as a share of both together, 0 to 1; 0 for two empty boxes."""
    shared = shared_area(first, second)
    together = _area(first) + _area(second) - shared
    return shared / together if together else 0.0


def inside(inner: Corners, outer: Corners) -> bool:
    """True when all of the first box lies in the second."""
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def apart(first: Corners, second: Corners) -> bool:
    """True when the boxes share no area."""
    return first[2] <= second[0] or first[0] >= second[2] or first[3] <= second[1] or first[1] >= second[3]


def _area(box: Corners) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
