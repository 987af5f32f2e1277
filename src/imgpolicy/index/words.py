"""The vocabulary of descriptors: keypoints that look alike have a word in common, so that few need be compared.

The words ship as an array, fitted by benchmarks/fit_words.py over half of the photographs of BSDS500 (Arbelaez and
others, PAMI 2011). Looking descriptors up by words is Sivic and Zisserman's "Video Google" (ICCV 2003).
"""

from __future__ import annotations

import functools
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

COUNT = 2048
"""How many words there are."""

NEAREST = 3

_BLOCK = 64
_FARTHEST = 255


def nearest_words(descriptors: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The numbers of the three nearest words to each packed descriptor, the nearest first: shape (n, 3)."""
    nearest = np.zeros((len(descriptors), NEAREST), np.uint16)
    halves = np.ascontiguousarray(descriptors).view(np.uint64)
    for start in range(0, len(halves), _BLOCK):
        block = halves[start : start + _BLOCK]
        # Counted in bits, and not multiplied as signs, for which the linear algebra would wake a second core.
        apart = sum(
            np.bitwise_count(mine[:, np.newaxis] ^ words) for mine, words in zip(block.T, _words(), strict=True)
        )
        for place in range(NEAREST):
            best = np.argmin(apart, axis=1)
            nearest[start : start + _BLOCK, place] = best
            apart[np.arange(len(best)), best] = _FARTHEST
    return nearest


@functools.cache
def _words() -> NDArray[np.uint64]:
    """The words in two halves of 64 bits each: shape (2, 2048)."""
    with files("imgpolicy.index").joinpath("words.npy").open("rb") as file:
        packed: NDArray[np.uint8] = np.load(file, allow_pickle=False)
    return np.ascontiguousarray(np.ascontiguousarray(packed).view(np.uint64).T)
