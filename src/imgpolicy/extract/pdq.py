"""PDQ, the perceptual hash of Meta, in numpy: what a picture is recognised by after scaling and re-encoding.

Dalins, Wilson, Boudry, "PDQ & TMK + PDQF: A Test Drive of Facebook's Perceptual Hashing Algorithms" (2019), and the
description "PDQ hashing" of ThreatExchange (2017). Text and bit order are ThreatExchange's: ``f"{hash:064x}"`` is
what other tools print.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.picture import Pixels

Plane = NDArray[np.float32]
"""One number a place, shape (rows, columns)."""

_LARGEST = 512
_SMALLEST = 5
_GRID = 64
_WAVES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdq:
    """The 256-bit hashes of a picture's eight dihedral forms, and PDQ's quality, 0 to 100.

    The forms are: as it stands; turned by 90, 180 and 270 degrees; upside down; mirrored; mirrored at either
    diagonal. A picture with a side below 5 pixels has hashes and quality 0.
    """

    hashes: tuple[int, ...]
    quality: int


def pdq(pixels: Pixels) -> Pdq:
    """The PDQ of an RGB picture of any size."""
    if min(pixels.shape[:2]) < _SMALLEST:
        return Pdq(hashes=(0,) * 8, quality=0)
    grid = _grid(_luminance(pixels))
    return Pdq(hashes=tuple(_bits(waves) for waves in _dihedral(_cosines(grid))), quality=_quality(grid))


def pdq_as_it_stands(grid: Plane) -> tuple[int, int]:
    """The hash of a picture in the form in which it is, and its quality, from its luminance at 64 x 64 places."""
    return _bits(_cosines(grid)), _quality(grid)


def _luminance(pixels: Pixels) -> Plane:
    """The picture's luminance (ITU-R BT.601), 0 to 255, no side above 512, as Meta's reference reduces it."""
    image = Image.fromarray(pixels).convert("F")
    size = (min(image.width, _LARGEST), min(image.height, _LARGEST))
    return np.array(image.resize(size, Image.Resampling.BOX), dtype=np.float32)


def _grid(luminance: Plane) -> Plane:
    """The luminance at 64 x 64 places, each the mean of its surroundings."""
    if luminance.shape == (_GRID, _GRID):
        return luminance
    return _thinned(_thinned(luminance).T).T


def _thinned(plane: Plane) -> Plane:
    """The plane's rows thinned or doubled to 64: averaged twice over half of a row's share (Jarosz), then picked."""
    size = len(plane)
    window = -(-size // (2 * _GRID))
    for _ in range(2):
        plane = _running_mean(plane, window)
    centres = ((np.arange(_GRID) + 0.5) * size / _GRID).astype(np.intp)
    return plane[centres]


def _running_mean(plane: Plane, window: int) -> Plane:
    """Each row's mean with its neighbours, `window` rows in all, fewer at the borders."""
    before, after = (window - 1) // 2, window // 2
    size = len(plane)
    padded = np.pad(plane, ((before, after), (0, 0)))
    at = np.arange(size)
    rows = np.minimum(at + after, size - 1) - np.maximum(at - before, 0) + 1
    total: Plane = np.zeros_like(plane)
    for shift in range(window):
        total += padded[shift : shift + size]
    total /= rows[:, np.newaxis]
    return total


def _quality(grid: Plane) -> int:
    """How much there is to see: the sum of the gradients that count, scaled as Meta tuned it."""
    steps = (np.diff(grid, axis=axis) * np.float32(100) / np.float32(255) for axis in (0, 1))
    return min(100, sum(int(np.abs(np.trunc(step)).sum()) for step in steps) // 90)


def _cosines(grid: Plane) -> Plane:
    """The 16 x 16 coefficients of the discrete cosine transform from the first wave on, without the mean."""
    waves, at = np.arange(1, _WAVES + 1), np.arange(_GRID)
    angles = np.pi / (2 * _GRID) * np.outer(waves, 2 * at + 1)
    basis: Plane = (np.sqrt(2 / _GRID) * np.cos(angles)).astype(np.float32)
    coefficients: Plane = np.linalg.multi_dot((basis, grid, basis.T))
    return coefficients


def _dihedral(waves: Plane) -> tuple[Plane, ...]:
    """The coefficients of the picture's eight forms: turning and mirroring only swap axes and signs."""
    sign = np.where(np.arange(_WAVES) % 2, 1, -1).astype(np.float32)
    down, across = waves * sign[:, np.newaxis], waves * sign
    both = down * sign
    return waves, across.T, both, down.T, down, across, waves.T, both.T


def _bits(waves: Plane) -> int:
    """The hash: a bit for each coefficient above the lower median, the first in the lowest bit."""
    flat = waves.reshape(-1)
    middle = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return int.from_bytes(np.packbits(flat > middle, bitorder="little").tobytes(), "little")
