"""Whether a place in a picture shows a logo, and where exactly: a small convolutional network, run by OpenCV.

It sees the place and a look of the artwork side by side, in one canonical size, and gives the odds that they are the
same and how far the artwork's corners lie from where they were thought to be. benchmarks/fit_logos.py fits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.model import Model
from imgpolicy.engines.weights import OWN, wheel_weights
from imgpolicy.extract.logos.hog import Floats
from imgpolicy.extract.logos.looks import Look, side_by_side

MODEL = Model(name="logo_verifier_2026nov", sha256="c9efd850bc166231be85c0cbdec677532611189d90cbe739a3008bb3de7899c9")

PAIR, PARTS, ANSWER = "pair", "parts", "answer"
"""What the network is given, two side by side and the parts that they are averaged over, and what it gives."""

POOLED = 4
SHRUNK = 8
"""Pixels along a side for each number along a side of what the last convolution gives, rounded up."""

_BATCH = 32


class Verifier:
    """The network, loaded from the bytes of its model; several threads may ask, one at a time is served."""

    def __init__(self, weights: bytes) -> None:
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))
        self._lock = Lock()

    def judge(self, places: Sequence[NDArray[np.uint8]], looks: Sequence[Look]) -> tuple[Floats, Floats]:
        """For each place, RGB, and the look beside it, all of one size: the logit that they are the same, shape (n,),
        and the corners' offsets in units of `canonical.SIDE`, shape (n, 8).
        """
        parts = [
            self._run(places[start : start + _BATCH], looks[start : start + _BATCH])
            for start in range(0, len(places), _BATCH)
        ]
        found = np.concatenate(parts)
        return found[:, 0], found[:, 1:]

    def _run(self, places: Sequence[NDArray[np.uint8]], looks: Sequence[Look]) -> Floats:
        painted = np.array([look.painted for look in looks])
        seen = side_by_side(np.stack(places), np.stack([look.pixels for look in looks]), painted)
        with self._lock:
            self._net.setInput(seen, PAIR)
            self._net.setInput(averages(*seen.shape[2:]), PARTS)
            return np.array(self._net.forward(ANSWER), np.float32)


@lru_cache(maxsize=1)
def verifier() -> Verifier:
    """The network that ships with the package; ExtractError when its file is absent or another one."""
    return Verifier(wheel_weights(MODEL, OWN))


@lru_cache(maxsize=32)
def averages(height: int, width: int) -> Floats:
    """How much each place of the last convolution counts in each of 4 x 4 parts, for a pair of this size.

    Shape (places, 16). The parts overlap where the size is no multiple.
    """
    down, across = (_shares(-(-side // SHRUNK)) for side in (height, width))
    return np.asarray(np.einsum("ap,bq->abpq", down, across).reshape(len(down) * len(across), -1), np.float32)


def _shares(size: int) -> NDArray[np.float64]:
    """The same along one side: shape (size, 4)."""
    shares = np.zeros((size, POOLED))
    for part in range(POOLED):
        own = slice(part * size // POOLED, -(-(part + 1) * size // POOLED))
        shares[own, part] = 1 / (own.stop - own.start)
    return shares
