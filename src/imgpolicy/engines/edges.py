"""Where a picture is dense with edges, as print and codes are, and which way these run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Box
from imgpolicy.engines.scaling import joined

Grey = NDArray[np.uint8]
"""Brightness, shape (height, width)."""

_BLOCK = 8
"""Pixels at the working scale to the side of a block whose edges are counted."""
_DENSE = 25
"""The mean brightness step in the blocks of a code. One of 3 pixels a module and half of the contrast of ink on paper
has 60 and more; a fifth of the area of a photograph of leaves has as much, and little of most others."""
_MARGIN = 24
"""Pixels at the working scale about a dense place: the quiet zone of a code."""
_MOST_PLACES = 200
"""Dense places that are looked at one by one; where there are more the whole frame is."""


def dense_places(grey: Grey) -> list[Box]:
    """Where the picture is as dense with edges as a code, in its pixels, with a margin; those that touch are one."""
    import cv2

    across, down = (cv2.Sobel(grey, cv2.CV_16S, dx, 1 - dx, ksize=1) for dx in (1, 0))
    steps = cv2.max(cv2.convertScaleAbs(across), cv2.convertScaleAbs(down))
    height, width = grey.shape
    blocks = cv2.resize(steps, (max(1, width // _BLOCK), max(1, height // _BLOCK)), interpolation=cv2.INTER_AREA)
    dense = (cv2.blur(blocks, (3, 3)) >= _DENSE).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(dense, np.ones((3, 3), np.uint8)))
    places = [
        Box(
            max(0, int(left) * _BLOCK - _MARGIN),
            max(0, int(top) * _BLOCK - _MARGIN),
            min(width, int(left + wide) * _BLOCK + _MARGIN),
            min(height, int(top + high) * _BLOCK + _MARGIN),
        )
        for left, top, wide, high, _ in stats[1:]
    ]
    return joined(places) if len(places) <= _MOST_PLACES else [Box(0, 0, width, height)]


def lean(grey: Grey) -> tuple[float, float]:
    """By how many degrees its edges lean clockwise from upright or level, -45 to 45; and how many of them do, 0 to 1.

    The mean of their directions, those at right angles being one: leaves have none, and codes hardly another.
    """
    import cv2

    soft = cv2.GaussianBlur(grey, (0, 0), 1)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx).astype(np.float64) for dx in (1, 0))
    steps = across + 1j * down
    strengths = np.abs(steps)
    total = float(strengths.sum())
    if not total:
        return 0.0, 0.0
    mean = complex((steps**4 / np.maximum(strengths, 1e-9) ** 3).sum()) / total
    return float(np.degrees(np.angle(mean))) / 4, abs(mean)
