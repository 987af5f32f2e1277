"""Webhooks: who is told over HTTP of what was withdrawn and what ends soon, and when a delivery is tried again."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase

TRIED_FOR = dt.timedelta(days=3)
"""For so long a delivery is tried; then it is given up."""

KEPT_FOR = dt.timedelta(days=30)
"""For so long an event is kept after it happened, once nobody is to be told of it any more."""

MOST_WEBHOOKS = 20
"""Webhooks that one register has at most: each is told of everything in turn."""

_WAITS = (*(dt.timedelta(minutes=some) for some in (1, 5, 15)), *(dt.timedelta(hours=some) for some in (1, 3, 6)))
_LONGEST_WAIT = dt.timedelta(hours=12)
_LONGEST_URL = 2000


class EventKind(StrEnum):
    """What a webhook is told of: something that must come down, or what ends soon."""

    WITHDRAWN = "withdrawn"
    DUE = "due"


class DeliveryState(StrEnum):
    """What became of an event on its way to one webhook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are sent, and which; `added` is None until it is recorded, `removed` while events are sent."""

    id: str
    url: str
    events: frozenset[EventKind]
    added: dt.datetime | None = None
    removed: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as the log stands for it: the bytes that are sent, the ids of those it is about, and its ways.

    `deliveries` are the ids of each delivery and of its webhook.
    """

    id: str
    kind: str
    at: dt.datetime
    body: bytes
    people: tuple[str, ...]
    deliveries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to a webhook: when it happened, how often it was sent, and when it is sent next.

    `answer` is what came of the last time in a few words, None before the first. `event` is what receivers know it by.
    """

    id: str
    event: str
    kind: EventKind
    webhook: str
    at: dt.datetime
    state: DeliveryState
    due: dt.datetime
    tries: int
    answer: str | None


def checked_webhook(webhook: Webhook) -> Webhook:
    """The webhook itself; RequestError for a URL that is none to send to, or where it is told of nothing."""
    if not webhook.events:
        raise RequestError(phrase("a webhook is told of something: name an event at least"))
    _check_url(webhook.url)
    return webhook


def _check_url(url: str) -> None:
    """Refuse what is not https, but for http on this machine; who is told must be who was named."""
    wrong = RequestError(phrase("the address of a webhook is a URL such as https://cms.example.org/hooks/imgpolicy"))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= _LONGEST_URL
    if not host or not plain or port == 0:
        raise wrong
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise RequestError(
            phrase("the address of a webhook has no user, no password and no fragment: what is sent is signed")
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise RequestError(phrase("a webhook is sent over https alone, or over http to this machine (127.0.0.1, ::1)"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def next_try(at: dt.datetime, tries: int, now: dt.datetime) -> dt.datetime | None:
    """When a delivery that was tried so often is tried again; None when it is given up, `TRIED_FOR` after `at`."""
    wait = _WAITS[tries - 1] if tries <= len(_WAITS) else _LONGEST_WAIT
    return now + wait if now + wait <= at + TRIED_FOR else None
