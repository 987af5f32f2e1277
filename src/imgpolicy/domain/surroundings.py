"""The places about a face by which it is known again in copies of the picture, though it is found a little beside it.

A detector puts its box a few per cent elsewhere in a copy, and PDQ does not bear that. So the places lie on a grid of
sizes and of middles that goes with the picture: of the nearest places at either side, eight in all, one is the place
that was nearest before, to the pixel (benchmarks/dismissals.py, docs/decisions/0012-deciding-face-by-face.md).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from imgpolicy.domain.geometry import Box, Corners

RATIO = 1.25
"""Between one size of a place and the next."""

PITCH = 6
"""How many middles there are along a place."""

SHAPE = 0.75
"""Width over height of a place about a face that stands; of one that lies it is the other way round."""


def places_about(box: Box, width: int, height: int) -> tuple[Corners, ...]:
    """The places about this box of a frame of this size, as shares of its sides.

    The nearest first, then those around, then the box itself; all parts of what is kept of a face depend on the order.
    """
    around = sorted(_around(box, width, height), key=lambda place: place[0])
    return tuple(_shares(corners, width, height) for corners in (*(corners for _, corners in around), box))


def _around(box: Box, width: int, height: int) -> Iterator[tuple[float, Corners]]:
    """The places on the grid next to the box, in pixels of the frame, and how far each is from the box in steps."""
    unit = math.sqrt(width * height)
    across, down = box.right - box.left, box.bottom - box.top
    shape = math.sqrt(SHAPE if across <= down else 1 / SHAPE)
    size = math.log(math.sqrt(across * down) / unit, RATIO)
    for step in (math.floor(size), math.floor(size) + 1):
        side = RATIO**step * unit
        pitch = side / PITCH
        column, row = (box.left + box.right) / 2 / pitch, (box.top + box.bottom) / 2 / pitch
        for x, y in itertools.product(*((math.floor(at), math.floor(at) + 1) for at in (column, row))):
            wide, high = side * shape / 2, side / shape / 2
            away = max(abs(step - size), abs(x - column), abs(y - row))
            yield away, (x * pitch - wide, y * pitch - high, x * pitch + wide, y * pitch + high)


def _shares(corners: Corners, width: int, height: int) -> Corners:
    left, top, right, bottom = corners
    return left / width, top / height, right / width, bottom / height
