"""Where the faces are: YuNet, run at two scales and on the turned picture.

YuNet: Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023), through
OpenCV. What its limits here were chosen by stands in docs/decisions/0003-face-engine.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.picture import Pixels

Detections = NDArray[np.float64]
"""A row a face: left, top, width, height, five landmarks as x, y, and the certainty; shape (n, 15)."""

SMALLEST = 10
"""Height in pixels, at the largest scale that is looked at, of the smallest faces that YuNet was trained to see."""

_SIDES = (640, 1280)
_QUICK_SIDE = 320
_SMALL_SIDE = 320
_MOST_ENLARGED = 4
_CERTAIN = 0.5
_CERTAIN_TURNED = 0.7
_STANDS_OUT = 0.9
_SAME_OVERLAP = 0.3
_SAME_INSIDE = 0.7
_SAME_AREA = 0.25


class YuNet:
    """The detector, loaded from the bytes of its model; not for two threads at once."""

    def __init__(self, weights: bytes) -> None:
        import cv2

        model, no_config = np.frombuffer(weights, np.uint8), np.empty(0, np.uint8)
        size = (_SIDES[0], _SIDES[0])
        self._net = cv2.FaceDetectorYN.create("onnx", model, no_config, size, _CERTAIN, _SAME_OVERLAP)

    def detect(self, pixels: Pixels) -> Detections:
        """The faces of an upright RGB picture in its pixels, the most certain first.

        A face seen at several scales or turns is given once. Raises cv2.error when OpenCV cannot work on it.
        """
        looks, scaled = [], pixels
        for side in _sides(pixels):
            # Each smaller picture is made from the one before, which costs a tenth.
            scaled = _scaled(scaled, side)
            looks.append(_grown(self._look(scaled), scaled, pixels))
        # Beside a face that stands out, somebody may lie: a quick look. Without one, the whole picture may lie.
        if any((look[:, 14] >= _STANDS_OUT).any() for look in looks):
            scaled = _scaled(scaled, min(_QUICK_SIDE, max(scaled.shape[:2])))
        looks += [_grown(self._turned(scaled, quarters), scaled, pixels) for quarters in (1, 2, 3)]
        return merged(looks)

    def _turned(self, pixels: Pixels, quarters: int) -> Detections:
        """The faces that the picture shows after so many quarter turns to the left, where they lie upright."""
        height, width = pixels.shape[:2]
        found = self._look(np.ascontiguousarray(np.rot90(pixels, quarters)))
        return turned_back(found[found[:, 14] >= _CERTAIN_TURNED], quarters, width, height)

    def _look(self, pixels: Pixels) -> Detections:
        """The faces of this picture as it is."""
        import cv2

        self._net.setInputSize((pixels.shape[1], pixels.shape[0]))
        _, rows = self._net.detect(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        if rows is None:
            return np.empty((0, 15))
        return np.asarray(rows, dtype=np.float64)


def _scaled(pixels: Pixels, side: int) -> Pixels:
    """The picture with this long side."""
    import cv2

    height, width = pixels.shape[:2]
    ratio = side / max(height, width)
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    if size == (width, height):
        return pixels
    # From half the size on nothing falls between the samples of a linear interpolation.
    how = cv2.INTER_CUBIC if ratio > 1 else cv2.INTER_LINEAR if ratio > 0.5 else cv2.INTER_AREA
    return cv2.resize(pixels, size, interpolation=how).astype(np.uint8, copy=False)


def _grown(found: Detections, seen_in: Pixels, pixels: Pixels) -> Detections:
    """The same faces in pixels of the whole picture."""
    grown = found.copy()
    grown[:, :14] *= np.tile((pixels.shape[1] / seen_in.shape[1], pixels.shape[0] / seen_in.shape[0]), 7)
    return grown


def smallest_seen(pixels: Pixels) -> float:
    """The height of the smallest faces that are looked for, in pixels of this picture."""
    return float(SMALLEST * max(pixels.shape[:2]) / _sides(pixels)[0])


def _sides(pixels: Pixels) -> tuple[int, ...]:
    """The long sides at which to look, the largest first.

    A picture is enlarged only when its faces may be too small to be seen. YuNet sees faces from about 10 pixels on:
    of faces that fill half of a picture of 24 pixels it found a tenth, and all of them in the same picture enlarged.
    """
    long_side = max(pixels.shape[:2])
    if long_side < _SMALL_SIDE // 2:
        return (min(_SMALL_SIDE, long_side * _MOST_ENLARGED),)
    return tuple(sorted({min(side, long_side) for side in _SIDES}, reverse=True))


def turned_back(found: Detections, quarters: int, width: int, height: int) -> Detections:
    """The same faces in the upright picture of this width and height.

    `found` is in pixels of that picture after `quarters` quarter turns to the left.
    """
    corners = found[:, :4].reshape(-1, 2, 2)
    corners[:, 1] += corners[:, 0]
    points = np.concatenate([corners, found[:, 4:14].reshape(-1, 5, 2)], axis=1)
    x, y = points[:, :, 0], points[:, :, 1]
    right, bottom = width - 1, height - 1
    x, y = {1: (right - y, x), 2: (right - x, bottom - y), 3: (y, bottom - x)}[quarters]
    points = np.stack([x, y], axis=2)
    low, high = points[:, :2].min(axis=1), points[:, :2].max(axis=1)
    return np.column_stack([low, high - low, points[:, 2:].reshape(-1, 10), found[:, 14]])


def merged(looks: list[Detections]) -> Detections:
    """Every face of several looks at one picture once, as it was seen with the most certainty, that one first.

    Two boxes are one face when they overlap by 0.3 of their union, or when most of one lies inside another that is
    not much larger: a small face before a large one, or on a badge, is somebody else's.
    """
    found = np.concatenate(looks)
    rest = found[np.argsort(-found[:, 14], kind="stable")]
    kept: list[Detections] = []
    while len(rest):
        kept.append(rest[:1])
        rest = rest[1:][~_same(rest[0, :4], rest[1:, :4])]
    return np.concatenate(kept) if kept else rest


def _same(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.maximum(high - low, 0).prod(axis=1)
    area, areas = box[2] * box[3], others[:, 2] * others[:, 3]
    smaller, larger = np.minimum(area, areas), np.maximum(area, areas)
    inside = (shared > _SAME_INSIDE * smaller) & (smaller > _SAME_AREA * larger)
    same: NDArray[np.bool_] = inside | (shared > _SAME_OVERLAP * (area + areas - shared))
    return same
