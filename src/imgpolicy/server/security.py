"""What holds for every request before any page sees it: the host, where it comes from, and how often.

Sources: OWASP's cheat sheets on cross-site request forgery and session management; Content Security Policy Level 3.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""On every answer; a page may say another Cache-Control."""


class Guarded:
    """The application behind its headers; a request for another host than its own goes no further.

    The host is asked for because a foreign page can make its own name lead to this address (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], *, secure: bool) -> None:
        self._app = app
        self._hosts = hosts
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        if _host_of(scope) not in self._hosts:
            await _misdirected(guarded)
            return
        await self._app(scope, receive, guarded)


def _host_of(scope: Scope) -> str:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return str(hosts[0].decode("latin-1").lower()) if len(hosts) == 1 else ""


async def _misdirected(send: Callable[[Message], object]) -> None:
    body = b"This is not the name that this desk answers to.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    for message in (
        {"type": "http.response.start", "status": 421, "headers": headers},
        {"type": "http.response.body", "body": body},
    ):
        await send(message)  # type: ignore[misc]  # a Send is awaitable


def is_our_own(headers: Mapping[str, str], origins: frozenset[str]) -> bool:
    """Whether a request that changes something was sent by a page of ours, as the browser says it.

    Every browser says the origin of such a request; one that does not is none, or hides where it comes from.
    """
    origin = headers.get("origin")
    if origin is None or origin not in origins:
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def form_token(secret: str) -> str:
    """What each form of a session carries, 64 hex digits: nobody makes it who does not have the session's secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same; it takes as long whichever letter differs."""
    return hmac.compare_digest(one.encode(), other.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and then one each `seconds`."""

    at_once: int
    seconds: float


@dataclass(slots=True)
class Limiter:
    """Counts what somebody does, by any name for them, and says when it is too often. A token bucket for each."""

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    most: int = 10_000
    _full_at: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, name: str) -> bool:
        """Whether they may once more; counts it where they may. Who was not seen for longest is forgotten first."""
        with self._lock:
            now = self.clock()
            full_at = max(now, self._full_at.pop(name, now))
            allowed = full_at - now <= (self.rate.at_once - 1) * self.rate.seconds
            self._full_at[name] = full_at + self.rate.seconds if allowed else full_at
            while len(self._full_at) > self.most:
                self._full_at.popitem(last=False)
            return allowed


@dataclass(slots=True)
class StartLink:
    """The link by which whoever started the desk on their own machine signs in, once and soon."""

    secret: str = field(repr=False)
    until: float
    clock: Callable[[], float] = time.monotonic
    _used: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def use(self, secret: str) -> bool:
        """Whether this is the link, for the first time and in time; no second use is."""
        with self._lock:
            fits = same(secret, self.secret) and not self._used and self.clock() < self.until
            self._used = self._used or fits
            return fits
