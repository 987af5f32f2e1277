"""Tables that accounts sent and have not imported yet: in memory, one an account, for forty minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from imgpolicy.server.lessons import KEPT_SECONDS
from imgpolicy.service.uploads import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A table, and whether people who are on record are to be changed by it."""

    upload: Upload
    update: bool
    until: float = field(default_factory=lambda: time.monotonic() + KEPT_SECONDS)


@dataclass(slots=True)
class Sheets:
    """The table of each account. `drop` removes the file of one that is imported, replaced, or past its time."""

    drop: Callable[[Upload], None]
    _sent: dict[str, Sent] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, account: str) -> Sent | None:
        """The table that this account sent last; None when there is none, or it is past its time."""
        self.expire()
        with self._lock:
            return self._sent.get(account)

    def put(self, account: str, sent: Sent) -> None:
        """Keep a table in the place of the account's former one."""
        self.end(account)
        with self._lock:
            self._sent[account] = sent

    def end(self, account: str) -> None:
        """Forget the account's table."""
        with self._lock:
            former = self._sent.pop(account, None)
        if former is not None:
            self.drop(former.upload)

    def expire(self) -> None:
        """Forget what is past its time."""
        with self._lock:
            over = [account for account, one in self._sent.items() if one.until < time.monotonic()]
        for account in over:
            self.end(account)
