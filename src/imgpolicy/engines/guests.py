"""Settings of the whole process, changed while somebody needs them otherwise, and left as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeAlias

Undo: TypeAlias = Callable[[], object]
"""What puts settings back."""


class Guests:
    """How many threads need the settings now: what one of them puts back, another may still need.

    `settle` makes the settings and gives what puts them back; it is called for the first to come, and the other after
    the last has left.
    """

    def __init__(self, settle: Callable[[], Undo]) -> None:
        self._settle = settle
        self._lock = Lock()
        self._count = 0
        self._undo: Undo | None = None

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """The settings hold inside the block."""
        with self._lock:
            if self._undo is None:
                self._undo = self._settle()
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1
                if self._count == 0 and self._undo is not None:
                    undo, self._undo = self._undo, None
                    undo()
