"""What a desk sends, read by whoever is sent it: nothing in it holds before its signature was checked.

Signatures are those of Standard Webhooks
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from imgpolicy.errors import BadRequestError
from imgpolicy.phrase import phrase

TOLERANCE = 300
"""Seconds by which the time of a request may differ from the time here."""

MOST = 10_000_000
"""Bytes of an event."""


class Post(msgspec.Struct, frozen=True):
    """A post that must come down."""

    id: str
    channel: str
    url: str


class _Data(msgspec.Struct, frozen=True):
    publications: list[Post] = []


class _Event(msgspec.Struct, frozen=True):
    type: str
    data: _Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event: its id, by which a second sending is known, its type, and of `withdrawn` what must come down."""

    id: str
    type: str
    posts: tuple[Post, ...]


def opened(headers: Mapping[str, str], body: bytes, secret: str, *, now: float | None = None) -> Event:
    """The event in a request, whose headers are given by their names in small letters and whose body as it came.

    BadRequestError when it was not signed by this secret, is of another time than now, or is no event.
    """
    event, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if len(body) > MOST or not _is_signed(event, sent, body, headers.get("webhook-signature", ""), secret):
        raise BadRequestError(phrase("not signed by the secret of this webhook"))
    if abs((time.time() if now is None else now) - int(sent)) > TOLERANCE:
        raise BadRequestError(phrase("the time of the request is not that of now: set the clocks right"))
    try:
        found = msgspec.json.decode(body, type=_Event)
    except msgspec.MsgspecError as error:
        raise BadRequestError(phrase("the body is no event of a desk")) from error
    return Event(id=event, type=found.type, posts=tuple(found.data.publications) if found.type == "withdrawn" else ())


def _is_signed(event: str, sent: str, body: bytes, signatures: str, secret: str) -> bool:
    """Whether one of the signatures is that of this event; never without a secret, an id and a time."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return False
    if not key or not event or len(sent) > len("9" * 12) or not (sent.isascii() and sent.isdigit()):
        return False
    made = base64.b64encode(hmac.digest(key, f"{event}.{sent}.".encode() + body, "sha256"))
    given = [one.encode("utf-8", "replace") for one in signatures.split(" ")]
    return any(hmac.compare_digest(b"v1," + made, one) for one in given)
