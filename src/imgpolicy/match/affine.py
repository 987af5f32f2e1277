"""The affine map that takes most keypoints of a work to keypoints of a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LOOSE = 3.0
_TRIED = 5
_ROUNDS = 3
_LARGEST = 8.0
_SMALLEST = 0.03
_SKEWED = 3.0
_TURNED = np.deg2rad(25)
_SCALED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """A map of the plane: a place times `matrix` (2, 2), plus `shift` (2,)."""

    matrix: Floats
    shift: Floats

    def of(self, places: Floats) -> Floats:
        """Where these places (n, 2) come to lie."""
        moved: Floats = places @ self.matrix + self.shift
        return moved

    def then(self, second: Affine) -> Affine:
        """This map, and the second one after it."""
        return Affine(self.matrix @ second.matrix, self.shift @ second.matrix + second.shift)

    def undone(self) -> Affine:
        """The map back."""
        back = np.linalg.inv(self.matrix)
        return Affine(back, -self.shift @ back)

    @property
    def scale(self) -> float:
        """The factor by which lengths grow."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))

    @property
    def mirrored(self) -> bool:
        """True when left and right are changed."""
        return bool(np.linalg.det(self.matrix) < 0)

    @property
    def turn(self) -> float:
        """The degrees by which a direction is turned, after it was mirrored where the map does so."""
        matrix = self.matrix * np.array([[-1 if self.mirrored else 1], [1]], np.float32)
        return float(np.rad2deg(np.arctan2(matrix[0, 1] - matrix[1, 0], matrix[0, 0] + matrix[1, 1])))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A map, the pairs (n,) that it holds for, and how many different places these are."""

    affine: Affine
    inliers: NDArray[np.bool_] = field(repr=False)
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of places, a row each: `mine` (n, 2) and `theirs` (n, 2), and the pose that each pair says by itself.

    `turns` (n,) are in radians, `scales` (n,) factors; all are `mirrored`, left to right before they are turned, or
    none is.
    """

    mine: Floats
    theirs: Floats
    turns: Floats
    scales: Floats
    mirrored: bool


def fit(pairs: Pairs, tolerance: float) -> Fit | None:
    """The map from `theirs` to `mine` that holds for most pairs; None when none holds for three.

    The five poses of which most pairs are not far are fitted to these pairs by least squares, and again to those that
    then lie within `tolerance`, or that times the map's scale where it enlarges, and whose own pose is near the map's.
    """
    if len(pairs.mine) < 3:
        return None
    matrices = _similarities(pairs)
    shifts = pairs.mine - np.einsum("ni,nij->nj", pairs.theirs, matrices)
    moved = np.einsum("mi,nij->nmj", pairs.theirs, matrices) + shifts[:, np.newaxis]
    apart = np.square(moved - pairs.mine).sum(axis=2)
    near = apart <= np.square(_LOOSE * tolerance * np.maximum(pairs.scales, 1))[:, np.newaxis]
    best: Fit | None = None
    for start in np.argsort(-near.sum(axis=1), kind="stable")[:_TRIED]:
        refined = _refined(pairs, near[start], tolerance)
        if refined is not None and (best is None or refined.count > best.count):
            best = refined
    return best


def keeps_shape(affine: Affine) -> bool:
    """False for a map that squeezes the work as nobody would, or to nothing, or blows a spot up."""
    longer, shorter = np.linalg.svd(affine.matrix, compute_uv=False)
    return bool(shorter > _SMALLEST and longer < _LARGEST and longer < _SKEWED * shorter)


def _similarities(pairs: Pairs) -> Floats:
    """Matrices (n, 2, 2) that mirror left and right where asked, then turn, then scale."""
    cosines, sines = pairs.scales * np.cos(pairs.turns), pairs.scales * np.sin(pairs.turns)
    handed = -1 if pairs.mirrored else 1
    rows = np.stack([np.stack([handed * cosines, handed * sines], axis=1), np.stack([-sines, cosines], axis=1)], axis=1)
    return rows.astype(np.float32)


def _refined(pairs: Pairs, inliers: NDArray[np.bool_], tolerance: float) -> Fit | None:
    affine: Affine | None = None
    for _ in range(_ROUNDS):
        affine = _least_squares(pairs.mine[inliers], pairs.theirs[inliers])
        if affine is None:
            return None
        apart = np.square(affine.of(pairs.theirs) - pairs.mine).sum(axis=1)
        inliers = (apart <= (tolerance * max(1.0, affine.scale)) ** 2) & _agreeing(pairs, affine)
    count = min(_places(pairs.mine[inliers], tolerance), _places(pairs.theirs[inliers], tolerance))
    return None if affine is None or count < 3 else Fit(affine, inliers, count)


def _agreeing(pairs: Pairs, affine: Affine) -> NDArray[np.bool_]:
    """The pairs that are scaled and turned as the map is, as far as a map that may stretch and shear does either."""
    apart = np.abs((pairs.turns - np.deg2rad(affine.turn) + np.pi) % (2 * np.pi) - np.pi)
    octaves = np.abs(np.log2(pairs.scales / max(affine.scale, 1e-6)))
    agreeing: NDArray[np.bool_] = (apart <= _TURNED) & (octaves <= _SCALED)
    return agreeing


def _least_squares(mine: Floats, theirs: Floats) -> Affine | None:
    """The map that takes these places nearest to those; None when they lie on a line."""
    if len(mine) < 3:
        return None
    middle = theirs.mean(axis=0)
    around = theirs - middle
    matrix, _, rank, _ = np.linalg.lstsq(around, mine - mine.mean(axis=0), rcond=1e-3)
    if rank < 2:
        return None
    return Affine(matrix, mine.mean(axis=0) - middle @ matrix)


def _places(places: Floats, tolerance: float) -> int:
    return len(np.unique(np.floor(places / tolerance).astype(np.int64), axis=0))
