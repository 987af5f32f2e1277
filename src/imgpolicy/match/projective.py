"""How far places lie from one flat picture seen from anywhere: of a copy next to nothing, of a scene seen anew more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.match.marks import Floats

_ROUNDS = 5
_KEPT = 2.5
_LEAST = 8
_FINEST = 0.2 / 480
_LEVEL = 1e-3

_Matrix = NDArray[np.float64]


def bend(theirs: Floats, mine: Floats, scale: float) -> float:
    """How far the places `mine` (n, 2) lie from where a projective map takes `theirs` (n, 2): the median distance.

    In pixels of a picture whose longer side has 480, the coarser of both pictures, where places are parts of longer
    sides and `scale` says how much larger the work is in the picture. 0 for fewer than eight places. The map is fitted
    by least squares (Hartley and Zisserman, Multiple View Geometry, 4.1), again to those places that lie near it.
    """
    if len(mine) < _LEAST:
        return 0.0
    coarser = max(1.0, scale)
    near = np.ones(len(mine), np.bool_)
    apart = np.zeros(len(mine))
    for _ in range(_ROUNDS):
        apart = np.hypot(*(_moved(theirs, theirs[near], mine[near]) - mine).T)
        near = apart <= max(_KEPT * float(np.median(apart)), _FINEST * coarser)
        if near.sum() < _LEAST:
            break
    return float(np.median(apart)) * 480 / coarser


def _moved(places: Floats, theirs: Floats, mine: Floats) -> _Matrix:
    """Where the map that takes `theirs` nearest to `mine` takes the places."""
    before, after = _Frame(theirs), _Frame(mine)
    (x, y), (u, v) = before.of(theirs).T, after.of(mine).T
    one, none = np.ones_like(x), np.zeros_like(x)
    across = np.stack([x, y, one, none, none, none, -u * x, -u * y], axis=1)
    down = np.stack([none, none, none, x, y, one, -v * x, -v * y], axis=1)
    found, *_ = np.linalg.lstsq(np.concatenate([across, down]), np.concatenate([u, v]), rcond=1e-6)
    moved = np.column_stack([before.of(places), np.ones(len(places))]) @ np.append(found, 1.0).reshape(3, 3).T
    level = np.where(np.abs(moved[:, 2:]) < _LEVEL, _LEVEL, moved[:, 2:])
    return after.back(moved[:, :2] / level)


class _Frame:
    """Places around their middle, of about unit size, so that least squares are well conditioned."""

    def __init__(self, places: Floats) -> None:
        exact = places.astype(np.float64)
        self._middle = exact.mean(axis=0)
        self._size = float(exact.std()) + 1e-9

    def of(self, places: Floats) -> _Matrix:
        """The places in this frame."""
        inside: _Matrix = (places - self._middle) / self._size
        return inside

    def back(self, places: _Matrix) -> _Matrix:
        """The places that have these in this frame."""
        outside: _Matrix = places * self._size + self._middle
        return outside
