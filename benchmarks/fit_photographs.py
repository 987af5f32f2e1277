"""Makes the numbers on how photographs look that every template for a logo is learnt with.

    python benchmarks/fit_photographs.py PHOTOGRAPHS

The first of three steps, since templates must be learnt before places can be proposed: then come `logo_pairs.py`, which
makes examples for the verifier, and `fit_logos.py`, which fits it. Writes the mean and the covariance of the gradients
to `extract/logos/photographs.npz`; whoever runs it changes `template.VERSION` too.
"""

from __future__ import annotations

import argparse
import io
import itertools
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from logo_scenes import photograph, photographs
from numpy.typing import NDArray

import imgpolicy
from imgpolicy.extract.logos.hog import BINS, Cells, cells, to_lab

PACKAGE = Path(imgpolicy.__file__).parent
LAGS = 16
"""Cells between two whose covariance is kept: a template has 15 at most."""
SIDES = (384, 512, 640, 300)
"""Pixels of the longer side of the photographs, in turn: the sizes at which logos are searched."""

Arrays = Mapping[str, NDArray[np.float16 | np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits how photographs look to the search for logos.")
    parser.add_argument("photographs", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    save(PACKAGE / "extract" / "logos" / "photographs.npz", statistics_of(photographs([options.photographs])))


def save(path: Path, arrays: Arrays) -> None:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    path.write_bytes(file.getvalue())
    print(f"{path.name}: {len(file.getvalue()):,} bytes", flush=True)


def statistics_of(paths: Sequence[Path]) -> Arrays:
    """Mean and covariance of the cells of photographs, by the rows and columns between two cells."""
    seen = [_cells_of(path, side) for path, side in zip(paths, itertools.cycle(SIDES), strict=False)]
    mean = np.concatenate([each.reshape(-1, BINS) for each in seen]).mean(0)
    sums = np.zeros((2 * LAGS + 1, 2 * LAGS + 1, BINS, BINS))
    counts = np.zeros(sums.shape[:2])
    for each in seen:
        size = (each.shape[0] + 2 * LAGS + 1, each.shape[1] + 2 * LAGS + 1)
        waves = np.fft.rfft2(each - mean, size, axes=(0, 1))
        for own in range(BINS):
            shared = np.fft.irfft2(np.conj(waves[:, :, own : own + 1]) * waves, size, axes=(0, 1))
            sums[:, :, own] += _middle(shared)
        ones = np.fft.rfft2(np.ones(each.shape[:2]), size)
        counts += _middle(np.fft.irfft2(np.abs(ones) ** 2, size)[:, :, None])[:, :, 0]
    return {"mean": mean.astype(np.float32), "covariance": (sums / counts[:, :, None, None]).astype(np.float16)}


def _cells_of(path: Path, side: int) -> Cells:
    pixels = photograph(path, random.Random(0))
    ratio = side / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    return cells(to_lab(np.asarray(small, np.uint8)))


def _middle(shared: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.roll(shared, (LAGS, LAGS), (0, 1))[: 2 * LAGS + 1, : 2 * LAGS + 1]


if __name__ == "__main__":
    main()
