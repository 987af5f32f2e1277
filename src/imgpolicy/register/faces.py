"""The enrolled face vectors, in memory and ready to be matched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Vector

_LONGEST_ENGINE = 200


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


def check_vectors(engine: str, vectors: Sequence[Vector]) -> None:
    """Refuse anything but one or more vectors of one length, all of finite numbers."""
    if not engine or len(engine) > _LONGEST_ENGINE:
        raise RegisterError(f"the id of a face engine has 1 to {_LONGEST_ENGINE} characters")
    if not vectors:
        raise RegisterError("there is no face vector to enrol")
    if any(vector.ndim != 1 or not vector.size or not np.isfinite(vector).all() for vector in vectors):
        raise RegisterError("a face vector is one row of finite numbers")
    if len({vector.size for vector in vectors}) > 1:
        raise RegisterError("the face vectors differ in length; enrol those of one engine at a time")
