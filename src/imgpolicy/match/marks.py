"""Keypoints in one form, of a picture or of a picture of a work, so that either can be held against the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Keypoints
from imgpolicy.index.copies import CopyIndex
from imgpolicy.index.features import angles_of, octaves_of, places_of

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """Keypoints, a row each.

    `places` (n, 2) are in parts of the picture's longer side, `octaves` (n,) the binary logarithms of sizes in the same
    parts, `angles` (n,) in degrees, and `mirrored` (n,) says which descriptors were turned over; `descriptors` (n, 2),
    uint64, are in two halves. `edge` (2,) is the picture's lower right corner.
    """

    places: Floats = field(repr=False)
    octaves: Floats = field(repr=False)
    angles: Floats = field(repr=False)
    mirrored: Flags = field(repr=False)
    descriptors: NDArray[np.uint64] = field(repr=False)
    edge: Floats


def marks_of(keypoints: Keypoints) -> Marks:
    """The keypoints of a picture."""
    longer = np.float32(max(keypoints.width, keypoints.height))
    return Marks(
        places=keypoints.places / longer,
        octaves=np.log2(keypoints.sizes / longer),
        angles=keypoints.angles,
        mirrored=keypoints.mirrored,
        descriptors=np.ascontiguousarray(keypoints.descriptors).view("<u8"),
        edge=np.array([keypoints.width, keypoints.height], np.float32) / longer,
    )


def inverted(marks: Marks) -> Marks:
    """The keypoints of the same picture with light and dark changed: every gradient points the other way."""
    # A keypoint's own direction turns half round with its gradients, and the grid of its descriptor with it.
    bits = np.unpackbits(np.ascontiguousarray(marks.descriptors).view(np.uint8), axis=1).reshape(-1, 4, 4, 8)
    over = np.packbits(bits[:, ::-1, ::-1].reshape(-1, 128), axis=1)
    return Marks(
        places=marks.places,
        octaves=marks.octaves,
        angles=(marks.angles + 180) % 360,
        mirrored=marks.mirrored,
        descriptors=over.view("<u8"),
        edge=marks.edge,
    )


def first_of(marks: Marks, count: int) -> Marks:
    """The first keypoints, at most so many."""
    return Marks(
        places=marks.places[:count],
        octaves=marks.octaves[:count],
        angles=marks.angles[:count],
        mirrored=marks.mirrored[:count],
        descriptors=marks.descriptors[:count],
        edge=marks.edge,
    )


def joined_marks(first: Marks, second: Marks) -> Marks:
    """Both, of one picture."""
    return Marks(
        places=np.concatenate([first.places, second.places]),
        octaves=np.concatenate([first.octaves, second.octaves]),
        angles=np.concatenate([first.angles, second.angles]),
        mirrored=np.concatenate([first.mirrored, second.mirrored]),
        descriptors=np.concatenate([first.descriptors, second.descriptors]),
        edge=first.edge,
    )


def marks_of_work(index: CopyIndex, place: int) -> Marks:
    """The keypoints of the picture of a work that has this number in the index."""
    first, last = int(index.firsts[place]), int(index.firsts[place + 1])
    standing = np.flatnonzero((index.rows >= first) & (index.rows < last))
    descriptors = np.empty((last - first, 2), np.uint64)
    descriptors[index.rows[standing] - first] = np.stack([index.left[standing], index.right[standing]], axis=1)
    return Marks(
        places=places_of(index.places[first:last]),
        octaves=octaves_of(index.sizes[first:last]),
        angles=angles_of(index.angles[first:last]),
        mirrored=index.mirrored[first:last],
        descriptors=descriptors,
        edge=index.shapes[place],
    )
