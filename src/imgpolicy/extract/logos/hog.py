"""Histograms of oriented gradients, by cells of 4 pixels: what a logo keeps on any ground and in either polarity.

After Dalal & Triggs, "Histograms of oriented gradients for human detection" (2005): unsigned orientations, so that
light on dark and dark on light are the same.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Cells: TypeAlias = NDArray[np.float32]
"""Shape (rows, columns, BINS), each value 0 to 1."""
Lab: TypeAlias = NDArray[np.uint8]
"""A picture in OpenCV's 8-bit CIELAB, shape (height, width, 3)."""

CELL = 4
"""Pixels along a cell's side."""
BINS = 8

_EDGE = np.float32(np.cos(np.pi / 4))  # a bin reaches as far as the middle of its neighbours
_CHROMA = np.float32(0.8)
_FLOOR = np.float32(4.0)  # gradients of this size, of 255, and less are noise
_TURNS = np.arange(BINS) * 2 * np.pi / BINS


def to_lab(rgb: NDArray[np.uint8]) -> Lab:
    """The same picture in CIELAB, whose distances are those that an eye sees."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), dtype=np.uint8)


def cells(lab: Lab) -> Cells:
    """The histograms of a picture, whose last pixels that fill no cell are left out; shape (0, 0, BINS) when none is.

    Each pixel counts with the channel in which its gradient is strongest, and for two neighbouring orientations; what
    a cell holds is taken as its square root, relative to the 3 x 3 cells around it.
    """
    rows, columns = lab.shape[0] // CELL, lab.shape[1] // CELL
    if not rows or not columns:
        return np.zeros((0, 0, BINS), np.float32)
    across, down = _strongest(np.ascontiguousarray(lab[: rows * CELL, : columns * CELL]))
    size = cv2.magnitude(across, down) + np.float32(1e-6)
    twice_cos = (across - down) * (across + down) / size
    twice_sin = 2 * across * down / size
    least = size * _EDGE
    sums = np.empty((rows, columns, BINS), np.float32)
    for number, turn in enumerate(_TURNS):
        share = cv2.addWeighted(twice_cos, float(np.cos(turn)), twice_sin, float(np.sin(turn)), 0)
        cv2.subtract(share, least, dst=share)
        share = np.maximum(share, 0)
        sums[:, :, number] = cv2.resize(share, (columns, rows), interpolation=cv2.INTER_AREA)
    return _normalised(sums)


def _strongest(lab: Lab) -> tuple[Floats, Floats]:
    """The gradient of each pixel, from left to right and from top to bottom, in its strongest channel."""
    best: tuple[Floats, Floats] | None = None
    most = np.zeros(lab.shape[:2], np.float32)
    for channel in cv2.split(lab):
        weight = 1.0 if best is None else float(_CHROMA)
        across = np.asarray(cv2.Sobel(channel, cv2.CV_32F, 1, 0, ksize=1, scale=weight), dtype=np.float32)
        down = np.asarray(cv2.Sobel(channel, cv2.CV_32F, 0, 1, ksize=1, scale=weight), dtype=np.float32)
        power = across * across + down * down
        if best is None:
            best, most = (across, down), power
            continue
        stronger = (power > most).astype(np.uint8)
        cv2.copyTo(across, stronger, best[0])
        cv2.copyTo(down, stronger, best[1])
        cv2.max(most, power, dst=most)
    if best is None:
        raise ValueError("a picture without channels")
    return best


def _normalised(sums: Cells) -> Cells:
    total = np.asarray(cv2.blur(sums.sum(2), (3, 3), borderType=cv2.BORDER_REPLICATE), dtype=np.float32)
    relative = np.sqrt(sums / (total + _FLOOR * np.float32(1 - _EDGE))[:, :, None])
    return np.minimum(relative, np.float32(1.0), out=relative)
