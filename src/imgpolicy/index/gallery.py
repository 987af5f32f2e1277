"""The enrolled face vectors, in memory and ready to be matched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Gallery:
    """The vectors of one engine, shape (n, d), of everybody who may be recognised; row i shows ``owners[i]``.

    Without anybody to recognise the shape is (0, 0).
    """

    engine: str
    owners: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False)

    @cached_property
    def photographs(self) -> Counter[str]:
        """How many vectors everybody has."""
        return Counter(self.owners)


def empty_gallery(engine: str) -> Gallery:
    """A gallery of this engine with nobody in it."""
    import numpy as np

    return Gallery(engine=engine, owners=(), vectors=np.zeros((0, 0), dtype=np.float32))
