"""Keypoints as a fact: what parts of the picture are recognised by, in a crop, a frame, a collage or a mirror.

SIFT (Lowe, IJCV 2004) finds the places and describes each by 128 numbers; a bit says whether a number is above the
descriptor's own median. A mirror image has the same numbers in another order, so a picture and its mirror image
are brought into one form: the one in which more of the gradients turn to the left of the keypoint's own direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Keypoints, Unknown
from imgpolicy.frames import Watch, look_at_each
from imgpolicy.index.words import nearest_words
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, Pixels

SIDE, MOST = 720, 2000
"""Long side at which keypoints of a picture are looked for, and how many: a copy at a fifth of its width still has
enough (docs/decisions/0013-copies.md)."""

WORK_SIDE, WORK_MOST = 480, 1000
"""The same of a picture of a work, which fills its picture."""

_CELLS = 8
_ROWS = 4
_BINS = 8
_UNSURE = 0.08

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]
Order = NDArray[np.intp]


class KeypointExtractor:
    """An `Extractor` of `Keypoints`."""

    gives = Keypoints
    name = "keypoints"
    version = "2"
    sensitive = False
    limits = (
        Unknown(
            what=phrase("small parts of works"),
            reason=phrase(
                "a work that fills less than a fifth of the picture's width, or of which less than a sixth is shown,"
                " may not be recognised"
            ),
            lifts=False,
        ),
    )

    def extract(self, picture: Picture) -> Keypoints:
        """The keypoints of the upright picture and of its frames; none of one colour, or too small to have any."""
        seen, _ = look_at_each(picture, _of_frame)
        return _joined(seen)

    def watch(self, picture: Picture) -> Watch[Keypoints]:
        """The same of frames that it is shown."""
        del picture
        return Watch(_of_frame, lambda seen, _: (_joined(seen),))


def work_keypoints(picture: Picture) -> Keypoints:
    """The keypoints of a picture of a work, to be kept: the upright first frame's."""
    return _at(picture.pixels, (picture.width, picture.height), WORK_SIDE, WORK_MOST)


def _of_frame(shown: Picture) -> Keypoints:
    return replace(keypoints(shown.pixels, shown.width, shown.height), frame=shown.frame)


def _joined(seen: Sequence[Keypoints]) -> Keypoints:
    first, *further = seen
    return replace(first, further=tuple(further))


def keypoints(pixels: Pixels, width: int, height: int) -> Keypoints:
    """The keypoints of an RGB picture, in the pixels of one of this width and height."""
    return _at(pixels, (width, height), SIDE, MOST)


def _at(pixels: Pixels, full: tuple[int, int], side: int, most: int) -> Keypoints:
    """The first so many keypoints at this long side, in the pixels of a picture of the full size."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    shrunk = max(grey.shape) / side
    size = (max(1, round(grey.shape[1] / shrunk)), max(1, round(grey.shape[0] / shrunk)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrunk > 1 else cv2.INTER_LINEAR)
    found, described = cv2.SIFT.create().detectAndCompute(small, None)
    rows = np.array([(*k.pt, k.size, k.angle, k.response) for k in found], np.float32).reshape(-1, 5)
    numbers = np.asarray(described, np.float32) if len(found) else np.zeros((0, 128), np.float32)
    first = _spread(rows[:, :2] * _CELLS / (size[0], size[1]), rows[:, 4])[:most]
    rows, numbers = rows[first], numbers[first]
    mirrored, unsure = _handedness(numbers)
    packed = described_bits(numbers)
    over = turned_over(packed)
    again = np.concatenate([np.arange(len(rows)), np.flatnonzero(unsure)])
    mirrored = np.concatenate([mirrored, ~mirrored[unsure]])
    descriptors = np.where(mirrored[:, np.newaxis], over[again], packed[again])
    stretch = np.array([full[0] / size[0], full[1] / size[1]], np.float32)
    return Keypoints(
        width=full[0],
        height=full[1],
        places=rows[again, :2] * stretch,
        sizes=rows[again, 2] * stretch.max(),
        angles=rows[again, 3],
        descriptors=descriptors,
        words=nearest_words(descriptors),
        mirrored=mirrored,
    )


def described_bits(numbers: Floats) -> Bits:
    """128 bits a row of 128 numbers: which are above the row's median."""
    if not len(numbers):
        return np.zeros((0, 16), np.uint8)
    return np.packbits(numbers > np.median(numbers, axis=1, keepdims=True), axis=1)


def turned_over(packed: Bits) -> Bits:
    """The descriptors of the same keypoints in the mirror image."""
    bits = np.unpackbits(packed, axis=1).reshape(-1, _ROWS, _ROWS, _BINS)
    over = bits[:, ::-1, :, -np.arange(_BINS) % _BINS]
    return np.packbits(over.reshape(-1, _ROWS * _ROWS * _BINS), axis=1)


def _handedness(numbers: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which descriptors are to be turned over, and which of them are so even that noise may decide it."""
    sines = np.sin(2 * np.pi / _BINS * np.arange(_BINS)).astype(np.float32)
    by_bin = numbers.reshape(-1, _ROWS * _ROWS, _BINS).sum(axis=1)
    lean, total = by_bin @ sines, by_bin @ np.abs(sines)
    return lean < 0, np.abs(lean) < _UNSURE * total


def _spread(cells: Floats, responses: Floats) -> Order:
    """The order of the keypoints: the strongest of each cell of the grid, by strength, then each cell's second, …"""
    cell = np.floor(cells).astype(np.intp) @ (1, _CELLS)
    by_cell = np.lexsort((-responses, cell))
    starts = np.searchsorted(cell[by_cell], cell[by_cell])
    rank = np.empty(len(cell), np.intp)
    rank[by_cell] = np.arange(len(cell)) - starts
    return np.lexsort((-responses, rank))
