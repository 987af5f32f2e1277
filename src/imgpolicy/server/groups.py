"""Which strangers of a batch look alike, as a worker said: places alone, in memory, for thirty minutes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from imgpolicy.service.grouping import Spot

KEPT_SECONDS = 1_800.0

Alike = tuple[tuple[Spot, ...], ...]


@dataclass(slots=True)
class Groups:
    """The groups of each batch that was asked for; those past their time are forgotten."""

    clock: Callable[[], float] = time.monotonic
    _found: OrderedDict[str, tuple[float, Alike]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, batch: str, found: Alike) -> None:
        """Keep what a worker found in a batch, in the place of what it found before."""
        with self._lock:
            self._found.pop(batch, None)
            self._found[batch] = (self.clock() + KEPT_SECONDS, found)
        self.expire()

    def of(self, batch: str) -> Alike | None:
        """The groups of a batch; None when nobody asked for them, or too long ago."""
        self.expire()
        with self._lock:
            found = self._found.get(batch)
        return None if found is None else found[1]

    def expire(self) -> None:
        """Forget what is past its time."""
        with self._lock:
            while self._found and next(iter(self._found.values()))[0] < self.clock():
                self._found.popitem(last=False)
