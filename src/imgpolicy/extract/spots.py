"""How the places about a face look: PDQ of each, with which it is known again in copies (domain/surroundings.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.geometry import Box, Corners
from imgpolicy.domain.surroundings import places_about
from imgpolicy.extract.pdq import pdq_as_it_stands
from imgpolicy.facts import Spot
from imgpolicy.picture import Picture

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
    shares = places_about(box, picture.width, picture.height)
    ground = _ground(picture.pixels, shares)
    return tuple(_spot(ground, share) for share in shares)


def _ground(pixels: NDArray[np.uint8], shares: Sequence[Corners]) -> _Ground:
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
