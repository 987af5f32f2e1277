"""Events as they are sent to webhooks, and webhooks as JSON. No person is named in any, by a name or an id."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from imgpolicy.domain.publication import Due, LicenceDue, Publication
from imgpolicy.domain.webhook import Delivery, Webhook
from imgpolicy.wire.values import plain


class PostWire(msgspec.Struct, frozen=True, kw_only=True):
    """A post that is up."""

    id: str
    channel: str
    url: str


class WithdrawnWire(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken back, and the posts that must come down now.

    `cause` is the state of the statement `consent` (withdrawn, refused, objected, invalidated, entered in error),
    `excepted` where that is a yes that leaves posts out, `ended` where `licence` was ended, or `erased`, where both are
    null. `publications` are all posts of the same person or licence that are up with an open task to take them down.
    """

    cause: str
    consent: str | None
    licence: str | None
    publications: list[PostWire]


class EndsWire(msgspec.Struct, frozen=True, kw_only=True):
    """A consent or a licence, by its id, with its last day, why it ends, and the posts that are up and rest on it."""

    id: str
    ends: dt.date
    why: str
    publications: list[PostWire]


class DueWire(msgspec.Struct, frozen=True, kw_only=True):
    """What ends within so many days, or has ended while posts rest on it.

    `people` is the number of those on whom nothing rests any more, so that they may be erased.
    """

    days: int
    consents: list[EndsWire]
    licences: list[EndsWire]
    people: int


class NothingWire(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing: it is sent to try a webhook out."""


class WithdrawnEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something was withdrawn, refused, objected to, ended or erased; `timestamp` says when."""

    type: Literal["withdrawn"] = "withdrawn"
    timestamp: dt.datetime
    data: WithdrawnWire


class DueEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What ends soon, once a day while there is any; `timestamp` says when that was looked up."""

    type: Literal["due"] = "due"
    timestamp: dt.datetime
    data: DueWire


class TrialEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Sent by `imgpolicy webhook test`."""

    type: Literal["test"] = "test"
    timestamp: dt.datetime
    data: NothingWire


class WebhookWire(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook with what was sent there; its events are sorted, and nothing of its secret is in it."""

    id: str
    url: str
    events: list[str]
    added: dt.datetime | None
    waiting: int
    given_up: int
    last: str | None


def signed_headers(event: str, at: dt.datetime, secret: bytes, body: bytes) -> dict[str, str]:
    """The headers that a body is sent with at this time, as Standard Webhooks has them.

    The signature is the HMAC-SHA256 of ``id.timestamp.body`` with the webhook's secret, in base64
    (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
    """
    timestamp = str(int(at.timestamp()))
    made = hmac.digest(secret, f"{event}.{timestamp}.".encode() + body, "sha256")
    return {
        "Content-Type": "application/json",
        "webhook-id": event,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }


def secret_text(secret: bytes) -> str:
    """The secret as it is shown, once, to whoever sets the receiver up."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def withdrawn_body(
    at: dt.datetime, cause: str, posts: Iterable[Publication], *, consent: str | None = None, licence: str | None = None
) -> bytes:
    """The body of what is sent when something was taken back."""
    data = WithdrawnWire(cause=cause, consent=consent, licence=licence, publications=_posts(posts))
    return msgspec.json.encode(WithdrawnEvent(timestamp=at, data=data), enc_hook=plain)


def due_body(at: dt.datetime, days: int, consents: Sequence[Due], licences: Sequence[LicenceDue]) -> bytes:
    """The body of what is sent of what ends within so many days."""
    ends = [
        EndsWire(id=one.consent.id, ends=one.ends, why=one.why, publications=_posts(one.posts))
        for one in consents
        if one.consent is not None
    ]
    over = [EndsWire(id=one.licence.id, ends=one.ends, why="ends", publications=_posts(one.posts)) for one in licences]
    data = DueWire(days=days, consents=ends, licences=over, people=len(consents) - len(ends))
    return msgspec.json.encode(DueEvent(timestamp=at, data=data), enc_hook=plain)


def trial_body(at: dt.datetime) -> bytes:
    """The body of what is sent to try a webhook out."""
    return msgspec.json.encode(TrialEvent(timestamp=at, data=NothingWire()))


def webhook_wire(webhook: Webhook, deliveries: Sequence[Delivery]) -> WebhookWire:
    """The webhook as it is written, with what became of its deliveries, by time."""
    states = [one.state.value for one in deliveries]
    return WebhookWire(
        id=webhook.id,
        url=webhook.url,
        events=sorted(webhook.events),
        added=webhook.added,
        waiting=states.count("waiting"),
        given_up=states.count("given up"),
        last=next((one.answer for one in reversed(deliveries) if one.answer is not None), None),
    )


def _posts(posts: Iterable[Publication]) -> list[PostWire]:
    return [PostWire(id=post.id, channel=post.channel, url=post.url) for post in posts]
