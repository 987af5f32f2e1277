"""What a detector saw, as rows of numbers: moved from one picture to another, and several looks made one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Detections = NDArray[np.float64]
"""A row a face: left, top, width, height, five landmarks as x, y, and the certainty; shape (n, 15)."""

_MOST_ROWS = 20_000
_SAME_OVERLAP = 0.3
_SAME_INSIDE = 0.7
_SAME_AREA = 0.25


def none_found() -> Detections:
    """No rows."""
    return np.empty((0, 15))


def moved(found: Detections, *, scale: tuple[float, float] = (1, 1), shift: tuple[float, float] = (0, 0)) -> Detections:
    """The same faces with every place scaled, then shifted, across and down."""
    rows = found.copy()
    rows[:, :14] *= np.tile(scale, 7)
    rows[:, :2] += shift
    rows[:, 4:14] += np.tile(shift, 5)
    return rows


def turned_back(found: Detections, quarters: int, width: int, height: int) -> Detections:
    """The same faces in the upright picture of this width and height.

    `found` is in pixels of that picture after `quarters` quarter turns to the left.
    """
    right, bottom = width - 1, height - 1
    matrices = {
        1: ((0, -1, right), (1, 0, 0)),
        2: ((-1, 0, right), (0, -1, bottom)),
        3: ((0, 1, 0), (-1, 0, bottom)),
    }
    return transformed(found, np.array(matrices[quarters], dtype=np.float64))


def transformed(found: Detections, matrix: NDArray[np.float64]) -> Detections:
    """The same faces with every place put through this 2 x 3 matrix, in the upright boxes around their corners."""
    left, top, width, height = found[:, :4].T
    xs = np.stack([left, left + width, left, left + width], axis=1)
    ys = np.stack([top, top, top + height, top + height], axis=1)
    corners = np.stack([xs, ys], axis=2) @ matrix[:, :2].T + matrix[:, 2]
    points = found[:, 4:14].reshape(-1, 5, 2) @ matrix[:, :2].T + matrix[:, 2]
    low, high = corners.min(axis=1), corners.max(axis=1)
    return np.column_stack([low, high - low, points.reshape(-1, 10), found[:, 14]])


def turned_upright(found: Detections, matrix: NDArray[np.float64]) -> Detections:
    """The same faces put through this 2 x 3 matrix, in upright boxes of their own size around their middles.

    A box that is turned is as large as its corners reach; the face in it is not.
    """
    rows = transformed(found, matrix)
    size = found[:, 2:4] * np.hypot(*matrix[:, 0])
    centres = (found[:, :2] + found[:, 2:4] / 2) @ matrix[:, :2].T + matrix[:, 2]
    rows[:, :2], rows[:, 2:4] = centres - size / 2, size
    return rows


def merged(looks: list[Detections]) -> Detections:
    """Every face of several looks at one picture once, as it was seen with the most certainty, that one first.

    Of a crowd that was seen in a hundred thousand rows, the surest 20,000 count.

    Two boxes are one face when they overlap by 0.3 of their union, or when most of one lies inside another that is
    not much larger: a small face before a large one, or on a badge, is somebody else's.
    """
    detections = np.concatenate(looks) if looks else none_found()
    rest = detections[np.argsort(-detections[:, 14], kind="stable")[:_MOST_ROWS]]
    kept: list[Detections] = []
    while len(rest):
        # A copy, for a view would keep all the rest in memory.
        kept.append(rest[:1].copy())
        rest = rest[1:][~same_face(rest[0, :4], rest[1:, :4])]
    return np.concatenate(kept) if kept else none_found()


def contained(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of this box (left, top, width, height) that lies in each of the others."""
    return _shared(box, others) / max(float(box[2] * box[3]), 1e-9)


def same_face(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the other boxes (left, top, width, height) are around the same face as this one."""
    shared = _shared(box, others)
    area, areas = box[2] * box[3], others[:, 2] * others[:, 3]
    smaller, larger = np.minimum(area, areas), np.maximum(area, areas)
    inside = (shared > _SAME_INSIDE * smaller) & (smaller > _SAME_AREA * larger)
    same: NDArray[np.bool_] = inside | (shared > _SAME_OVERLAP * (area + areas - shared))
    return same


def _shared(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area that this box has in common with each of the others."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    area: NDArray[np.float64] = np.maximum(high - low, 0).prod(axis=1)
    return area
