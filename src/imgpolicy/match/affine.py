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


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """A map of the plane: a place times `matrix` (2, 2), plus `shift` (2,)."""

    matrix: Floats
    shift: Floats

    def of(self, places: Floats) -> Floats:
        """Where these places (n, 2) come to lie."""
        moved: Floats = places @ self.matrix + self.shift
        return moved


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A map, the pairs (n,) that it holds for, and how many different places these are."""

    affine: Affine
    inliers: NDArray[np.bool_] = field(repr=False)
    count: int


def fit(  # noqa: PLR0913, PLR0917  # the columns of one table of pairs
    mine: Floats,
    theirs: Floats,
    turns: Floats,
    scales: Floats,
    mirrored: NDArray[np.bool_],
    tolerance: float,
) -> Fit | None:
    """The map from `theirs` to `mine` that holds for most pairs; None when none holds for three.

    Each pair alone says a map by its angle in radians, its scale and whether it is mirrored. The five maps of which
    most pairs are not far are fitted to these pairs by least squares, and again to those that then lie within
    `tolerance`, or that times the map's scale where it enlarges.
    """
    if len(mine) < 3:
        return None
    matrices = _similarities(turns, scales, mirrored)
    shifts = mine - np.einsum("ni,nij->nj", theirs, matrices)
    moved = np.einsum("mi,nij->nmj", theirs, matrices) + shifts[:, np.newaxis]
    apart = np.square(moved - mine).sum(axis=2)
    near = apart <= np.square(_LOOSE * tolerance * np.maximum(scales, 1))[:, np.newaxis]
    best: Fit | None = None
    for start in np.argsort(-near.sum(axis=1), kind="stable")[:_TRIED]:
        found = _refined(mine, theirs, near[start], tolerance)
        if found is not None and (best is None or found.count > best.count):
            best = found
    return best


def keeps_shape(affine: Affine) -> bool:
    """False for a map that squeezes the work as nobody would, or to nothing, or blows a spot up."""
    longer, shorter = np.linalg.svd(affine.matrix, compute_uv=False)
    return bool(shorter > _SMALLEST and longer < _LARGEST and longer < _SKEWED * shorter)


def _similarities(turns: Floats, scales: Floats, mirrored: NDArray[np.bool_]) -> Floats:
    """Matrices (n, 2, 2) that mirror left and right where asked, then turn, then scale."""
    cosines, sines = scales * np.cos(turns), scales * np.sin(turns)
    handed = np.where(mirrored, -1, 1)
    rows = np.stack([np.stack([handed * cosines, handed * sines], axis=1), np.stack([-sines, cosines], axis=1)], axis=1)
    return rows.astype(np.float32)


def _refined(mine: Floats, theirs: Floats, inliers: NDArray[np.bool_], tolerance: float) -> Fit | None:
    affine: Affine | None = None
    for _ in range(_ROUNDS):
        affine = _least_squares(mine[inliers], theirs[inliers])
        if affine is None:
            return None
        apart = np.square(affine.of(theirs) - mine).sum(axis=1)
        enlarged = max(1.0, float(np.sqrt(abs(np.linalg.det(affine.matrix)))))
        inliers = apart <= (tolerance * enlarged) ** 2
    count = min(_places(mine[inliers], tolerance), _places(theirs[inliers], tolerance))
    return None if affine is None or count < 3 else Fit(affine, inliers, count)


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
