"""The enrolled face vectors, in memory and ready to be matched."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gallery:
    """The vectors of one engine, shape (n, d), of everybody who may be recognised; row i shows ``owners[i]``.

    Without anybody to recognise the shape is (0, 0).
    """

    engine: str
    owners: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceCount:
    """How many vectors of one engine the register holds of one person."""

    person: str
    engine: str
    count: int
