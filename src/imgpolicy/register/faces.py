"""The enrolled face vectors, in memory and ready to be matched."""

from __future__ import annotations

from collections.abc import Collection
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


def to_enrol_again(counts: Collection[FaceCount], engine: str) -> tuple[str, ...]:
    """The people who have vectors of other engines only, by id: this engine cannot know them."""
    known = {count.person for count in counts if count.engine == engine}
    return tuple(sorted({count.person for count in counts} - known))
