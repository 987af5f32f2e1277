"""What the register keeps of a work's keypoints: 24 bytes each, of at most 480, in a form with a version.

Features of another version are those of another extractor: they can be counted and replaced, not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Keypoints

VERSION = "1"
"""Of what is kept: another extractor, vocabulary or packing has another."""

MOST = 480
"""How many keypoints of a work are kept: 11,520 bytes."""

FEWEST = 24
"""With fewer, too little of a work is left to be found in a part of a picture."""

RECORD = np.dtype(
    [
        ("descriptor", "<u8", (2,)),
        ("place", "<u2", (2,)),
        ("size", "u1"),
        ("angle", "u1"),
        ("word", "<u2"),
    ]
)
"""A keypoint as it is kept. Places are in 65,535ths of the work's longer side, sizes in 16ths of an octave below it,
angles in 256ths of a turn. The highest bit of the word says that the descriptor was turned over."""

TURNED_OVER = 0x8000

_LARGEST = 1_000_000
_LONGEST_VERSION = 32
_FRACTIONS = 65_535
_OCTAVE = 16
_TURN = 256

Records = NDArray[np.void]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The packed keypoints of one picture of a work, and its width and height in pixels."""

    version: str
    width: int
    height: int
    data: bytes = field(repr=False)


def features_of(keypoints: Keypoints) -> Features | None:
    """What is kept of a work's keypoints; None when they are too few to recognise a part of it by."""
    count = min(MOST, len(keypoints.places))
    if count < FEWEST:
        return None
    side = max(keypoints.width, keypoints.height)
    records = np.zeros(count, RECORD)
    records["descriptor"] = np.ascontiguousarray(keypoints.descriptors[:count]).view("<u8")
    records["place"] = np.clip(keypoints.places[:count] * (_FRACTIONS / side), 0, _FRACTIONS).round()
    below = np.log2(side / np.maximum(keypoints.sizes[:count], side / 2**15))
    records["size"] = np.clip(below * _OCTAVE, 0, 255).round()
    records["angle"] = np.round(keypoints.angles[:count] * (_TURN / 360)).astype(np.int64) % _TURN
    records["word"] = keypoints.words[:count, 0] | np.where(keypoints.mirrored[:count], TURNED_OVER, 0)
    return Features(version=VERSION, width=keypoints.width, height=keypoints.height, data=records.tobytes())


def check_features(features: Features) -> None:
    """Refuse features that are cut off, more than are ever kept, or of a picture without a size."""
    if len(features.data) % RECORD.itemsize or not FEWEST <= len(features.data) // RECORD.itemsize <= MOST:
        raise RegisterError(f"the features of a picture have {FEWEST} to {MOST} records of {RECORD.itemsize} bytes")
    if not min(features.width, features.height) > 0 or max(features.width, features.height) > _LARGEST:
        raise RegisterError(f"the features are of a picture of 1 to {_LARGEST:,} pixels a side")
    if not features.version.isalnum() or len(features.version) > _LONGEST_VERSION:
        raise RegisterError("the version of features is a short word")


def records_of(data: bytes) -> Records:
    """The records in packed features, one after the other; RegisterError when they are cut off."""
    if len(data) % RECORD.itemsize:
        raise RegisterError("the register is damaged: the features of a work are cut off")
    return np.frombuffer(data, RECORD)


def places_of(places: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Where keypoints are, in parts of the work's longer side, from their packed places: the same shape."""
    return np.asarray(places, np.float32) / np.float32(_FRACTIONS)


def octaves_of(sizes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The binary logarithms of keypoints' sizes, in parts of the work's longer side, from their packed sizes."""
    return np.asarray(sizes, np.float32) / np.float32(-_OCTAVE)


def angles_of(angles: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Keypoints' angles in degrees, from their packed angles."""
    return np.asarray(angles, np.float32) * np.float32(360 / _TURN)
