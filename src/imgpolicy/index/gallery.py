"""The enrolled face vectors, in memory and ready to be matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def empty_gallery(engine: str) -> Gallery:
    """A gallery of this engine with nobody in it."""
    import numpy as np

    return Gallery(engine=engine, owners=(), vectors=np.zeros((0, 0), dtype=np.float32))
