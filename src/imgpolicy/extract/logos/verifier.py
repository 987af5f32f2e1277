"""Whether a place in a picture shows a logo, and where exactly: a small convolutional network, in numpy alone.

It sees the place and the artwork side by side, in one canonical size, and gives the odds that they are the same and how
far the artwork's corners lie from where they were thought to be. benchmarks/fit_logos.py fits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from imgpolicy.extract.logos.artwork import Rgba
from imgpolicy.extract.logos.hog import Floats

STRIDES = (2, 2, 1, 2, 1)
_POOLED = 4
_BATCH = 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Verifier:
    """The network's numbers: kernels of shape (rows, columns, channels in, channels out) with their biases, and two
    dense layers.
    """

    kernels: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    dense: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]

    def judge(self, places: Sequence[NDArray[np.uint8]], looks: Sequence[Rgba]) -> tuple[Floats, Floats]:
        """For each place, RGB, and the look beside it, all of one size: the logit that they are the same, shape (n,),
        and the corners' offsets in units of `canonical.SIDE`, shape (n, 8).
        """
        parts = [
            self._run(side_by_side(np.stack(places[start : start + _BATCH]), np.stack(looks[start : start + _BATCH])))
            for start in range(0, len(places), _BATCH)
        ]
        found = np.concatenate(parts)
        return found[:, 0], found[:, 1:]

    def _run(self, seen: Floats) -> Floats:
        for kernel, bias, stride in zip(self.kernels, self.biases, STRIDES, strict=True):
            seen = _convolved(seen, kernel, bias, stride)
        grid = _pooled(seen).transpose(0, 3, 1, 2).reshape(len(seen), -1)
        flat = np.concatenate([grid, seen.max((1, 2)), seen.min((1, 2))], axis=1)
        (first, first_bias), (last, last_bias) = self.dense
        return np.asarray(np.maximum(flat @ first + first_bias, 0) @ last + last_bias, dtype=np.float32)


@lru_cache(maxsize=1)
def verifier() -> Verifier:
    """The network that ships with the package."""
    with resources.files(__package__).joinpath("verifier.npz").open("rb") as file, np.load(file) as arrays:
        count = len(STRIDES)
        number = {name: arrays[name].astype(np.float32) for name in arrays.files}
        return Verifier(
            kernels=tuple(number[f"kernel{n}"] for n in range(count)),
            biases=tuple(number[f"bias{n}"] for n in range(count)),
            dense=((number["dense0"], number["dense_bias0"]), (number["dense1"], number["dense_bias1"])),
        )


def side_by_side(places: NDArray[np.uint8], looks: Rgba) -> Floats:
    """What the network sees, shape (n, height, width, 7): the place, the artwork on the place's own ground, and the
    artwork's opacity; colours from -1 to 1.
    """
    place, look = places.astype(np.float32), looks.astype(np.float32)
    opacity = look[..., 3:] / 255
    ground = (place * (1 - opacity)).sum((1, 2), keepdims=True)
    ground /= np.maximum((1 - opacity).sum((1, 2), keepdims=True), 1)
    drawn = look[..., :3] + (1 - opacity) * ground
    return np.concatenate([place / 127.5 - 1, drawn / 127.5 - 1, opacity], axis=3)


def _convolved(seen: Floats, kernel: Floats, bias: Floats, stride: int) -> Floats:
    side, _, channels, made = kernel.shape
    edge = side // 2
    padded = np.pad(seen, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    windows = sliding_window_view(padded, (side, side), axis=(1, 2))[:, ::stride, ::stride]
    count, rows, columns = windows.shape[:3]
    flat = np.ascontiguousarray(windows.transpose(0, 1, 2, 4, 5, 3)).reshape(-1, side * side * channels)
    product = flat @ kernel.reshape(-1, made)
    product += bias
    np.maximum(product, 0, out=product)
    return product.reshape(count, rows, columns, made)


def _pooled(seen: Floats) -> Floats:
    """Means over a grid of 4 x 4 parts, which overlap where the size is no multiple."""
    rows, columns = (_parts(size) for size in seen.shape[1:3])
    return np.asarray([[seen[:, row, column].mean((1, 2)) for column in columns] for row in rows]).transpose(2, 0, 1, 3)


def _parts(size: int) -> list[slice[int, int, None]]:
    return [slice(part * size // _POOLED, -(-(part + 1) * size // _POOLED)) for part in range(_POOLED)]
