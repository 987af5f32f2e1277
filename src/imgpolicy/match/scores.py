"""How alike faces and the people in the gallery are: cosines, and the best candidates for each face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.lookup import Candidate
from imgpolicy.index.gallery import Gallery

_NEAREST = 200
"""How many of the nearest vectors are looked through for candidates."""

_COLUMNS = 256

_BLOCK = 256
"""How many vectors are compared at a time: for more the linear algebra would wake a second core, which costs twice
the CPU time (measured with 8 faces)."""

FaceScores = NDArray[np.float32]
Vectors = NDArray[np.float32]
"""A vector of unit length a row."""


def face_scores(faces: Vectors, gallery: Gallery) -> FaceScores:
    """The cosine between each face (row) and each vector of the gallery (column), in their orders."""
    if not gallery.owners or not len(faces):
        return np.zeros((len(faces), 0), dtype=np.float32)
    vectors = np.ascontiguousarray(faces.T)
    scores = np.empty((len(gallery.owners), len(faces)), dtype=np.float32)
    for start in range(0, len(scores), _BLOCK):
        block = slice(start, start + _BLOCK)
        np.matmul(gallery.vectors[block], vectors, out=scores[block])
    return np.ascontiguousarray(scores.T)


def best_candidates(row: FaceScores, owners: Sequence[str], photographs: Mapping[str, int]) -> tuple[Candidate, ...]:
    """Everybody in the gallery with the score of the nearest of their vectors, the best first, equals by id.

    `photographs` says how many vectors each has. A score that is no number, as a broken engine could give, is the worst
    there is.
    """
    scores = row if np.isfinite(row).all() else np.nan_to_num(row, nan=-1.0)
    held: dict[str, list[float]] = {}
    nearest = _nearest(scores)
    values: list[float] = scores[nearest].tolist()
    for index, score in zip(nearest, values, strict=True):
        held.setdefault(owners[index], []).append(score)
    candidates = (
        Candidate(person=person, score=own[0], agreed=_agreed(own, photographs[person], values[-1]))
        for person, own in held.items()
    )
    return tuple(sorted(candidates, key=lambda candidate: (-candidate.score, candidate.person)))


def _agreed(own: Sequence[float], photographs: int, farthest: float) -> float:
    """The mean of the two best scores; of a second that is not among the nearest, at most that of the farthest."""
    if photographs < 2:
        return own[0]
    return (own[0] + (own[1] if len(own) > 1 else farthest)) / 2


def _nearest(scores: FaceScores) -> Sequence[int]:
    """The indices of the highest scores, `_NEAREST` of them, the highest first.

    Sorting everything would cost more than the scores did. Of scores laid out in more columns than are wanted, the
    highest of each column are taken: as many scores as are wanted reach the last of their best, so below it is nobody.
    """
    rows = scores.size // _COLUMNS
    if rows < 2:
        everything: list[int] = np.argsort(-scores)[:_NEAREST].tolist()
        return everything
    floor = np.sort(scores[: rows * _COLUMNS].reshape(rows, _COLUMNS).max(axis=0))[-_NEAREST]
    above = np.flatnonzero(scores >= floor)
    nearest: list[int] = above[np.argsort(-scores[above])[:_NEAREST]].tolist()
    return nearest
