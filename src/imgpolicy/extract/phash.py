"""pHash, bit for bit as imagehash gives it, without scipy, whose import costs more than all hashes of a picture.

imagehash asks whether each of 64 cosine coefficients is above their median. Of a flat or mirrored picture up to half of
them are rounding errors, and any other order of the same sums gives other bits: so it is done here in the steps of
scipy's transform, pocketfft (M. Reinecke, class ``T_dcst23``), on numpy's, which is pocketfft too.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.picture import Pixels

_SIDE = 32
_WAVES = 8
_HALF = _SIDE // 2

_Rows = NDArray[np.float64]
"""A transform, or what is to be transformed, in each row."""


def _cosine(step: int) -> float:
    """The cosine of so many 128ths of a turn, rounded as in pocketfft, which adds an eighth turn from the 16th on."""
    if step < _HALF:
        return math.cos(step * math.pi / (2 * _SIDE))
    rest = (step - _HALF) * math.pi / (2 * _SIDE)
    return math.cos(rest) * math.sin(math.pi / 4) - math.sin(rest) * math.cos(math.pi / 4)


_TURNS = np.array([_cosine(step) for step in range(_SIDE)])


def phash(pixels: Pixels) -> int:
    """The 64-bit pHash of an RGB picture; ``f"{phash:016x}"`` is what imagehash prints of it."""
    from imagehash import ImageHash

    grey = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    down = _cosines(np.asarray(grey, dtype=np.float64).T)[:, :_WAVES]
    waves = _cosines(down.T)[:, :_WAVES]
    return int(str(ImageHash(waves > np.median(waves))), 16)


def _cosines(rows: _Rows) -> _Rows:
    """The cosine transform (type II, not normalised) of each row, to the last bit as scipy.fftpack.dct gives it."""
    waves = np.zeros((len(rows), _HALF + 1), dtype=np.complex128)
    odd, even = rows[:, 1:-1:2], rows[:, 2::2]
    waves.real[:, 0], waves.real[:, -1] = 2 * rows[:, 0], 2 * rows[:, -1]
    waves.real[:, 1:-1], waves.imag[:, 1:-1] = even + odd, even - odd
    sums: _Rows = np.fft.irfft(waves, n=_SIDE, norm="forward")
    low, high = slice(1, _HALF), slice(_SIDE - 1, _HALF, -1)
    first = _TURNS[low] * sums[:, high] + _TURNS[high] * sums[:, low]
    second = _TURNS[low] * sums[:, low] - _TURNS[high] * sums[:, high]
    values = sums.copy()
    values[:, low], values[:, high] = 0.5 * (first + second), 0.5 * (first - second)
    values[:, _HALF] *= _TURNS[_HALF]
    return values
