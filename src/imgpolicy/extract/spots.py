"""Places about a face by which it is known again in copies of the picture, though it is found a little beside there.

A detector puts its box a few per cent elsewhere in a copy, and PDQ does not bear that. So the places lie on a grid of
sizes and of middles that goes with the picture: of the nearest places at either side, eight in all, one is the place
that was nearest before, to the pixel (benchmarks/dismissals.py, docs/decisions/0012-deciding-face-by-face.md).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.geometry import Box, Corners
from imgpolicy.extract.pdq import pdq_as_it_stands
from imgpolicy.facts import Spot
from imgpolicy.picture import Picture

RATIO = 1.25
"""Between one size of a place and the next."""

PITCH = 6
"""How many middles there are along a place."""

SHAPE = 0.75
"""Width over height of a place about a face that stands; of one that lies it is the other way round."""

_GRID = 64
_LARGEST = 128


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The part of the picture in which the places are, grey, and how its pixels come of shares of the frame."""

    grey: Image.Image
    left: float
    top: float
    across: float
    down: float


def spots(picture: Picture, box: Box) -> tuple[Spot, ...]:
    """The places about this box of the frame that `picture` is: the nearest first, then those around, then the box."""
    around = sorted(_around(picture, box), key=lambda place: place[0])
    shares = [_shares(corners, picture.width, picture.height) for _, corners in around]
    shares.append(_shares(box, picture.width, picture.height))
    ground = _ground(picture.pixels, shares)
    return tuple(_spot(ground, share) for share in shares)


def _around(picture: Picture, box: Box) -> Iterator[tuple[float, Corners]]:
    """The places on the grid next to the box, in pixels of the frame, and how far each is from the box in steps."""
    unit = math.sqrt(picture.width * picture.height)
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


def _ground(pixels: NDArray[np.uint8], shares: list[Corners]) -> _Ground:
    """What is looked at for these places, reduced where they are large: they are thinned to 64 pixels anyway."""
    height, width = pixels.shape[:2]
    lefts, tops, rights, bottoms = zip(*shares, strict=True)
    left, right = (round(side) for side in _inside(min(lefts) * width - 1, max(rights) * width + 1, width))
    top, bottom = (round(side) for side in _inside(min(tops) * height - 1, max(bottoms) * height + 1, height))
    step = max(1, min(right - left, bottom - top) // _LARGEST)
    grey = Image.fromarray(pixels[top:bottom, left:right]).convert("L").reduce(step)
    return _Ground(grey, left / width, top / height, width / step, height / step)


def _spot(ground: _Ground, share: Corners) -> Spot:
    """How the place looks, or as much of it as lies in the picture."""
    grey = ground.grey
    low, high = (share[0] - ground.left, share[1] - ground.top), (share[2] - ground.left, share[3] - ground.top)
    left, right = _inside(low[0] * ground.across, high[0] * ground.across, grey.width)
    top, bottom = _inside(low[1] * ground.down, high[1] * ground.down, grey.height)
    seen = grey.resize((_GRID, _GRID), Image.Resampling.BILINEAR, box=(left, top, right, bottom))
    look, clarity = pdq_as_it_stands(np.asarray(seen, dtype=np.float32))
    return Spot(box=share, look=look, clarity=clarity)


def _inside(low: float, high: float, size: int) -> tuple[float, float]:
    """What lies between 0 and the size, at least one pixel."""
    low = min(max(0.0, low), size - 1)
    return low, max(low + 1, min(high, size))
