"""The size at which a logo and a place in a picture are compared pixel by pixel.

The artwork fills one of a few rectangles of about 48 x 48 pixels' area, by its aspect ratio, with a margin around it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from imgpolicy.extract.logos.artwork import Artwork, Rgba
from imgpolicy.extract.logos.hog import Floats

Quad = Floats
"""Four corners, shape (4, 2), x before y: top left, top right, bottom right, bottom left of the artwork."""

MARGIN = 8
"""Pixels around the artwork."""
SIDE = 48
"""Pixels along the side of the square shape; the unit in which corners are moved."""


class Shape(NamedTuple):
    """Pixels of the artwork, without the margin."""

    width: int
    height: int

    def corners(self) -> Quad:
        """Where the artwork stands in the patch."""
        right, bottom = MARGIN + self.width, MARGIN + self.height
        return np.array([[MARGIN, MARGIN], [right, MARGIN], [right, bottom], [MARGIN, bottom]], np.float32)


SHAPES = (Shape(32, 72), Shape(40, 56), Shape(48, 48), Shape(56, 40), Shape(72, 32), Shape(96, 24), Shape(112, 16))

_AROUND = 0.35  # share of the place's size that is cut out beyond it, so that the margin is there


def shape_for(aspect: float) -> Shape:
    """The shape whose aspect ratio is nearest to this one."""
    return min(SHAPES, key=lambda shape: abs(math.log(shape.width / shape.height) - math.log(aspect)))


def reference(artwork: Artwork, shape: Shape) -> Rgba:
    """The artwork in its shape with the margin around it, colours multiplied by their opacity."""
    full = premultiplied(artwork.pixels)
    way = cv2.INTER_AREA if shape.width < full.shape[1] else cv2.INTER_CUBIC
    small = np.clip(cv2.resize(full, tuple(shape), interpolation=way), 0, 255).astype(np.uint8)
    return np.pad(small, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)))


def premultiplied(pixels: Rgba) -> Floats:
    """The pixels, each colour multiplied by its opacity: what can be resampled."""
    whole = pixels.astype(np.float32)
    whole[:, :, :3] *= whole[:, :, 3:] / 255
    return whole


def patch(pixels: NDArray[np.uint8], quad: Quad, shape: Shape) -> NDArray[np.uint8] | None:
    """The place of a picture, RGB, brought into the shape with its margin; None when it is no area."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    reach = _AROUND * (high - low) + 3
    left, top = np.maximum(np.floor(low - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(high + reach), (pixels.shape[1], pixels.shape[0])).astype(int)
    if right - left < 4 or bottom - top < 4:
        return None
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    corners = quad - np.array([left, top], np.float32)
    ratio = min(_length(quad, 0, 1, 3, 2) / shape.width, _length(quad, 0, 3, 1, 2) / shape.height)
    if ratio > 1.15:  # averaged first: the warp takes single pixels, and would leave most of them out
        size = (max(2, round(cut.shape[1] / ratio)), max(2, round(cut.shape[0] / ratio)))
        factors = np.array([size[0] / cut.shape[1], size[1] / cut.shape[0]], np.float32)
        cut = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)
        corners = (corners + 0.5) * factors - 0.5
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), shape.corners())
    size = (shape.width + 2 * MARGIN, shape.height + 2 * MARGIN)
    seen = cv2.warpPerspective(cut, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.uint8)


def moved(quad: Quad, offsets: Floats, shape: Shape) -> Quad:
    """The quad in the picture whose corners lie `offsets`, shape (8,) in units of SIDE, away from this one's."""
    corners = shape.corners()
    back = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    wanted = corners + offsets.reshape(4, 2) * SIDE
    return np.asarray(cv2.perspectiveTransform(wanted[None].astype(np.float32), back)[0], dtype=np.float32)


def _length(quad: Quad, *ends: int) -> float:
    """The mean length of two sides."""
    one, other = quad[ends[1]] - quad[ends[0]], quad[ends[3]] - quad[ends[2]]
    return float((np.linalg.norm(one) + np.linalg.norm(other)) / 2)
