"""What the register keeps of a work's keypoints: 24 bytes each, of at most 480, in a form with a version.

Features of another version are those of another extractor: they can be counted and replaced, not compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.work import FEWEST_FEATURES, MOST_FEATURES, Features, KnownFingerprint
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Keypoints
from imgpolicy.phrase import phrase

VERSION = "1"
"""Of what is kept: another extractor, vocabulary or packing has another."""

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

_FRACTIONS = 65_535
_OCTAVE = 16
_TURN = 256

Records = NDArray[np.void]


def features_of(keypoints: Keypoints) -> Features | None:
    """What is kept of a work's keypoints; None when they are too few to recognise a part of it by."""
    count = min(MOST_FEATURES, len(keypoints.places))
    if count < FEWEST_FEATURES:
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


def known_fingerprint(fingerprint: Fingerprint, features: Features | None = None) -> KnownFingerprint:
    """What is kept of a picture's fingerprint and features."""
    return KnownFingerprint(
        sha256=fingerprint.sha256,
        phash=fingerprint.phash,
        pdq=fingerprint.pdq[0],
        quality=fingerprint.quality,
        features=features,
    )


def records_of(data: bytes) -> Records:
    """The records in packed features, one after the other; RegisterError when they are cut off."""
    if len(data) % RECORD.itemsize:
        raise RegisterError(phrase("the register is damaged: the features of a work are cut off"))
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
