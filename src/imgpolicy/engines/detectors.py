"""The two detectors of every engine of two networks: YuNet finds, and CenterFace is asked where that is in doubt.

Both are asked for one picture as it stands. At which sizes and turns is engines/search.py's part, and what both are
worth together engines/evidence.py's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.model import Model
from imgpolicy.engines.detections import Detections
from imgpolicy.engines.runtime import Network
from imgpolicy.engines.weights import OWN, wheel_weights
from imgpolicy.picture import Pixels

YUNET = Model(
    name="face_detection_yunet_2023mar_rgb",
    sha256="dc24ce5e4428cd71eb992d6f0e08a947ab538d5980f6d7391f13d950e269b461",
)
CENTERFACE = Model(
    name="face_detection_centerface",
    sha256="c881e4ec860fa6b3282f981e96590fdc2faa8c116cdb1df4fd13cc5c71464904",
)
DETECTORS = (YUNET, CENTERFACE)

WEAKEST = 0.05
"""The certainty from which a find is worth a second look. Of faces 20 pixels high YuNet is sure (0.5) of 86 %, and
sees 99 % with this much (benchmarks/detection.py)."""

_SAME_OVERLAP = 0.3
_MOST_FOUND = 5000
_STRIDES = (8, 16, 32)
_OUTPUTS = tuple(f"{name}_{stride}" for stride in _STRIDES for name in ("cls", "obj", "bbox", "kps"))
_COARSEST = 32
_CELL = 4


class Detectors:
    """Both, loaded when they are first asked, from the checked bytes of their models; not for two threads at once."""

    def __init__(self) -> None:
        self._yunet: Network | None = None
        self._centerface: Network | None = None

    def look(self, pixels: Pixels) -> Detections:
        """What YuNet takes for a face in this RGB picture, from `WEAKEST` on, the most certain first.

        YuNet: Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023). It
        sees faces of about 10 to 300 pixels. Raises ExtractError when the network fails.
        """
        import cv2

        self._yunet = self._yunet or Network(wheel_weights(YUNET, OWN))
        padded = _padded(pixels)
        columns = padded.shape[3]
        given = self._yunet.run(padded, _OUTPUTS)
        rows = np.concatenate(
            [_rows(stride, columns // stride, *given[4 * at : 4 * at + 4]) for at, stride in enumerate(_STRIDES)]
        )
        kept = cv2.dnn.NMSBoxes(rows[:, :4].tolist(), rows[:, 14].tolist(), WEAKEST, _SAME_OVERLAP, top_k=_MOST_FOUND)
        return rows[np.asarray(kept, dtype=np.intp)]

    def second_opinion(self, pixels: Pixels) -> NDArray[np.float64]:
        """What CenterFace takes for a face in this RGB picture, in rows of left, top, width, height and certainty.

        CenterFace: Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point" (2019). A face may
        be there several times. Raises ExtractError when the network fails.
        """
        self._centerface = self._centerface or Network(wheel_weights(CENTERFACE, OWN))
        heat, sizes, shifts = (one[0] for one in self._centerface.run(_padded(pixels), ("537", "538", "539")))
        down, across = np.nonzero(heat[0] >= WEAKEST)
        height, width = np.exp(sizes[:, down, across].astype(np.float64)) * _CELL
        y, x = (np.array([down, across]) + shifts[:, down, across] + 0.5) * _CELL
        return np.column_stack([x - width / 2, y - height / 2, width, height, heat[0][down, across]])


def _padded(pixels: Pixels) -> NDArray[np.float32]:
    """The picture as the networks take it, on black to the right and below as far as their coarsest cells reach."""
    high, wide = (-(-side // _COARSEST) * _COARSEST for side in pixels.shape[:2])
    padded = np.zeros((1, 3, high, wide), np.float32)
    padded[0, :, : pixels.shape[0], : pixels.shape[1]] = pixels.transpose(2, 0, 1)
    return padded


def _rows(stride: int, columns: int, *given: NDArray[np.float32]) -> Detections:
    """What YuNet's cells of this side saw, from `WEAKEST` on.

    A cell says how sure it is of its class and of an object, where the middle of the box lies from its corner, the
    logarithm of the box's size, and the landmarks from its corner, all in sides of a cell.
    """
    of_class, of_object, boxes, points = (one[0].astype(np.float64) for one in given)
    certain = np.sqrt(of_class[:, 0].clip(0, 1) * of_object[:, 0].clip(0, 1))
    at = np.flatnonzero(certain >= WEAKEST)
    corner = np.column_stack([at % columns, at // columns])
    size = np.exp(boxes[at, 2:])
    low = corner + boxes[at, :2] - size / 2
    landmarks = points[at] + np.tile(corner, 5)
    return np.column_stack([np.hstack([low, size, landmarks]) * stride, certain[at]])
