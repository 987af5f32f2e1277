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

_BLOCK = 256


def nearest_words(descriptors: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The numbers of the three nearest words to each packed descriptor, the nearest first: shape (n, 3)."""
    found = np.zeros((len(descriptors), NEAREST), np.uint16)
    signs = np.unpackbits(descriptors, axis=1).astype(np.float32) * 2 - 1
    for start in range(0, len(signs), _BLOCK):
        likeness = signs[start : start + _BLOCK] @ _words()
        for place in range(NEAREST):
            best = likeness.argmax(axis=1)
            found[start : start + _BLOCK, place] = best
            likeness[np.arange(len(best)), best] = -np.inf
    return found


@functools.cache
def _words() -> NDArray[np.float32]:
    """The words as columns of 1 and -1: shape (128, 2048)."""
    with files("imgpolicy.extract").joinpath("words.npy").open("rb") as file:
        packed: NDArray[np.uint8] = np.load(file, allow_pickle=False)
    return np.ascontiguousarray(np.unpackbits(packed, axis=1).T.astype(np.float32) * 2 - 1)
