"""The keypoints of many pictures of works as arrays, in the order in which they are compared with a picture's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.work import Features
from imgpolicy.index.features import TURNED_OVER, records_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopyIndex:
    """The keypoints of many pictures of works, packed as they are kept, ready to be looked up.

    `shapes` (pictures, 2) has width and height in parts of the longer side; the keypoints of a picture are those from
    ``firsts[picture]`` up to the next, and `owners` (n,) has the picture of each. `places` (n, 2), `sizes`, `angles`
    and `mirrored` (n,) are theirs, in the units of `features.RECORD`. `left` and `right` (n,) hold the two halves of
    the descriptors by word, `rows` the keypoint that each is of; those of a word stand from ``starts[word]`` on.
    """

    shapes: NDArray[np.float32] = field(repr=False)
    firsts: NDArray[np.int64] = field(repr=False)
    owners: NDArray[np.int32] = field(repr=False)
    places: NDArray[np.uint16] = field(repr=False)
    sizes: NDArray[np.uint8] = field(repr=False)
    angles: NDArray[np.uint8] = field(repr=False)
    mirrored: NDArray[np.bool_] = field(repr=False)
    left: NDArray[np.uint64] = field(repr=False)
    right: NDArray[np.uint64] = field(repr=False)
    rows: NDArray[np.int32] = field(repr=False)
    starts: NDArray[np.int64] = field(repr=False)


def copy_index(pictures: Sequence[Features]) -> CopyIndex:
    """The index of these pictures of works, numbered as they stand here; RegisterError when features are cut off."""
    counts = [len(records_of(picture.data)) for picture in pictures]
    records = records_of(b"".join(picture.data for picture in pictures))
    words = records["word"] & (TURNED_OVER - 1)
    order = np.argsort(words, kind="stable")
    descriptors = records["descriptor"][order]
    shapes = np.array([(picture.width, picture.height) for picture in pictures], np.float32).reshape(-1, 2)
    return CopyIndex(
        shapes=shapes / np.maximum(shapes.max(axis=1, keepdims=True), 1),
        firsts=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
        owners=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        places=np.ascontiguousarray(records["place"]),
        sizes=np.ascontiguousarray(records["size"]),
        angles=np.ascontiguousarray(records["angle"]),
        mirrored=(records["word"] & TURNED_OVER) > 0,
        left=np.ascontiguousarray(descriptors[:, 0]),
        right=np.ascontiguousarray(descriptors[:, 1]),
        rows=order.astype(np.int32),
        starts=np.searchsorted(words[order], np.arange(TURNED_OVER + 1)),
    )


def joined_copies(first: CopyIndex, second: CopyIndex) -> CopyIndex:
    """The index of all pictures of both, those of the first before those of the second, as `copy_index` makes it."""
    words = np.concatenate([_words(first), _words(second)])
    order = np.argsort(words, kind="stable")
    return CopyIndex(
        shapes=np.concatenate([first.shapes, second.shapes]),
        firsts=np.concatenate([first.firsts, second.firsts[1:] + len(first.rows)]),
        owners=np.concatenate([first.owners, second.owners + np.int32(len(first.shapes))]),
        places=np.concatenate([first.places, second.places]),
        sizes=np.concatenate([first.sizes, second.sizes]),
        angles=np.concatenate([first.angles, second.angles]),
        mirrored=np.concatenate([first.mirrored, second.mirrored]),
        left=np.concatenate([first.left, second.left])[order],
        right=np.concatenate([first.right, second.right])[order],
        rows=np.concatenate([first.rows, second.rows + np.int32(len(first.rows))])[order],
        starts=first.starts + second.starts,
    )


def _words(index: CopyIndex) -> NDArray[np.uint16]:
    """The word of each descriptor, as they stand."""
    return np.repeat(np.arange(TURNED_OVER, dtype=np.uint16), np.diff(index.starts))
