"""Whether a face has any of the red that blood gives to skin, of whatever colour: stone, bronze and prints have not.

Where the numbers come from stands in docs/decisions/0011-detection.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.detections import Detections, moved
from imgpolicy.picture import Pixels

_LOWEST = 32
"""Pixels: in smaller faces the colours of a JPEG are those of what is around."""
_COLOURS, _ONE_HUE = 8.0, 0.97
"""In a picture in colour a tenth of what is beside the faces has so much of it (CIELAB), and the sum of all colours is
shorter than this part of their lengths: where all is blue or brown, so is skin."""
_RED, _REDDER = 5.5, 0.16
"""What the reddest tenth of a face without blood has at most: a* of CIELAB, of which dark skin has little too, and the
logarithm of red by green, of which pale skin and a mask have little too."""
_SAMPLES = 16
_DARK = 4.0


def bloodless(rows: Detections, pixels: Pixels, small: Pixels) -> NDArray[np.bool_]:
    """Which of these faces in `pixels` have no red, in a picture that has colours.

    `small` is the same picture, made smaller.
    """
    none = np.zeros(len(rows), dtype=bool)
    if not (rows[:, 3] >= _LOWEST).any() or not _in_colour(moved(rows, scale=_scale(pixels, small)), small):
        return none
    return np.array([row[3] >= _LOWEST and _without_red(row, pixels) for row in rows], dtype=bool)


def _scale(pixels: Pixels, small: Pixels) -> tuple[float, float]:
    return small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]


def _in_colour(rows: Detections, small: Pixels) -> bool:
    """Whether there are colours beside the faces."""
    beside = np.ones(small.shape[:2], dtype=bool)
    for left, top, width, height in rows[:, :4]:
        beside[
            _from(top - height / 2) : _from(top + 1.5 * height), _from(left - width / 2) : _from(left + 1.5 * width)
        ] = False
    across = _lab(small)[beside][:, 1:]
    colours = np.hypot(*across.T)
    if not colours.size or float(np.percentile(colours, 90)) < _COLOURS:
        return False
    return float(np.hypot(*across.sum(axis=0))) < _ONE_HUE * float(colours.sum())


def _without_red(row: NDArray[np.float64], pixels: Pixels) -> bool:
    import cv2

    left, top, width, height = row[:4]
    inner = pixels[
        _from(top + height / 4) : _from(top + 3 * height / 4), _from(left + width / 5) : _from(left + 4 * width / 5)
    ]
    if not inner.size:
        return False
    skin = np.asarray(cv2.resize(inner, (_SAMPLES, _SAMPLES), interpolation=cv2.INTER_AREA), np.uint8)
    red, green = (skin[..., channel].astype(np.float64) + _DARK for channel in (0, 1))
    reds = float(np.percentile(_lab(skin)[..., 1], 90))
    return reds < _RED and float(np.percentile(np.log(red / green), 90)) < _REDDER


def _lab(pixels: Pixels) -> NDArray[np.float64]:
    """The pixels in CIELAB, with 0 for what has no colour; L from 0 to 255."""
    import cv2

    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB), np.float64) - (0.0, 128.0, 128.0)


def _from(place: float) -> int:
    return max(0, round(place))
