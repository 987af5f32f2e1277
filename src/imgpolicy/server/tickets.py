"""Tickets: what a browser is given for a short way, and brings back once. Nobody makes one but the desk that runs."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

TICKET_SECONDS = 600
"""How long a ticket holds."""

_LONGEST = 2_000


class _Ticket(msgspec.Struct, frozen=True):
    words: dict[str, str]
    until: float


@dataclass(slots=True)
class Tickets:
    """The tickets of one desk: made by a key that lasts as long as it runs, and those that came back already."""

    clock: Callable[[], float] = time.monotonic
    most: int = 10_000
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _used: OrderedDict[str, float] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ticket(self, words: Mapping[str, str]) -> str:
        """A ticket that brings these words back; `state` among them tells one from another."""
        document = msgspec.json.encode(_Ticket(dict(words), self.clock() + TICKET_SECONDS))
        return f"{base64.urlsafe_b64encode(document).decode()}.{self._mark(document)}"

    def back(self, ticket: str, state: str) -> Mapping[str, str] | None:
        """Its words, when it is one of ours, in time, of this state, and comes back for the first time; None else."""
        body, _, mark = ticket.partition(".")
        if len(ticket) > _LONGEST:
            return None
        try:
            document = base64.urlsafe_b64decode(body.encode("ascii"))
            ours = hmac.compare_digest(mark.encode("ascii"), self._mark(document).encode("ascii"))
        except ValueError:
            return None
        if not ours:
            return None
        found = msgspec.json.decode(document, type=_Ticket)
        fits = hmac.compare_digest(found.words["state"].encode(), state.encode()) and self.clock() < found.until
        return found.words if fits and self._is_first(state, found.until) else None

    def _mark(self, document: bytes) -> str:
        return hmac.digest(self._key, document, "sha256").hex()

    def _is_first(self, state: str, until: float) -> bool:
        with self._lock:
            if state in self._used:
                return False
            self._used[state] = until
            while len(self._used) > self.most:
                self._used.popitem(last=False)
            return True
