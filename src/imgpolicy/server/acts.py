"""The last thing that each account did at the page, for as long as it may be taken back."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.geometry import Box
from imgpolicy.service.undoing import WITHIN, Before


class ActKind(StrEnum):
    """What was done."""

    NAMED = "named"
    LEARNT = "learnt"
    DISMISSED = "dismissed"
    GRANTED = "granted"
    POSTED = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that an account did.

    Somebody was named in a picture, at the `place` of a face if any, which was `before` that as it says; a face was
    learnt, or dismissed; a yes was recorded, as the `record` of this id; a picture was recorded as posted.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    account: str
    kind: ActKind
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    batch: str = ""
    item: str = ""
    person: str = ""
    place: Box | None = None
    before: Before | None = None
    record: str = ""


class Acts:
    """The last act of each account, in memory; those of accounts that did nothing for long are forgotten."""

    def __init__(self, most: int = 1_000) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[str, Act] = OrderedDict()
        self._most = most

    def done(self, act: Act) -> None:
        """Keep what an account did, in the place of what it did before."""
        with self._lock:
            self._last.pop(act.account, None)
            self._last[act.account] = act
            while len(self._last) > self._most:
                self._last.popitem(last=False)

    def last(self, account: str) -> Act | None:
        """What the account did last; None when that was too long ago, or was taken up."""
        with self._lock:
            act = self._last.get(account)
        return None if act is None or dt.datetime.now(dt.UTC) - act.at > WITHIN else act

    def take(self, account: str, act_id: str) -> Act | None:
        """The last act of the account when it is this one, once."""
        act = self.last(account)
        if act is None or act.id != act_id:
            return None
        with self._lock:
            return self._last.pop(account, None)
