"""A picture made smaller or larger, and cut into parts that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from imgpolicy.domain.geometry import Box, around, shared_area
from imgpolicy.picture import Pixels


class Part(NamedTuple):
    """A part of a picture, and where it begins."""

    pixels: Pixels
    left: int
    top: int


def scaled(pixels: Pixels, side: int) -> Pixels:
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


def parts(pixels: Pixels, side: int, overlap: int) -> Iterator[Part]:
    """Parts of one size, no side longer than this, that overlap by so many pixels or more; or the whole picture."""
    (tops, high), (lefts, wide) = (_starts(length, side, overlap) for length in pixels.shape[:2])
    for top in tops:
        for left in lefts:
            yield Part(np.ascontiguousarray(pixels[top : top + high, left : left + wide]), left, top)


def _starts(length: int, side: int, overlap: int) -> tuple[list[int], int]:
    """Where the parts along a side of this length begin, and how long they are."""
    count = 1 if length <= side else -(-(length - overlap) // (side - overlap))
    long = -(-(length + (count - 1) * overlap) // count)
    return [round((length - long) * at / max(count - 1, 1)) for at in range(count)], long


def joined(places: Sequence[Box]) -> list[Box]:
    """The places with those that overlap made one, from the top down."""
    found: list[Box] = []
    for place in sorted(places, key=lambda box: (box.top, box.left)):
        current = place
        while touching := [one for one in found if shared_area(one, current)]:
            found = [one for one in found if one not in touching]
            current = around([*touching, current])
        found.append(current)
    return found
