"""Webhooks: where events are sent, and the secret of each that signs what is sent there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from imgpolicy.domain.changes import webhook_form
from imgpolicy.domain.log import Action
from imgpolicy.domain.webhook import MOST_WEBHOOKS, EventKind, Webhook, checked_webhook
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.webhooks import WebhookRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

_CHANGES = (Action.ADD_WEBHOOK, Action.REMOVE_WEBHOOK)


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed of a webhook."""

    url: str
    events: frozenset[EventKind]
    secret: bytes
    added: dt.datetime | None
    removed: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook, and the secret that signs what is sent there; empty once it was removed."""

    webhook: Webhook
    secret: bytes = field(repr=False)


def add_webhook(unit: UnitOfWork, webhook: Webhook, secret: bytes) -> Webhook:
    """The webhook as it is kept: it is told of what happens from now on.

    RequestError for a URL that `checked_webhook` refuses, or when there are so many already.
    """
    checked_webhook(webhook)
    if len(webhooks(unit)) >= MOST_WEBHOOKS:
        raise RequestError(
            phrase("there are {most_webhooks} webhooks already: remove one first", most_webhooks=MOST_WEBHOOKS)
        )
    if unit.sql.webhooks.find(WebhookRow, "id", webhook.id):
        raise RegisterError(phrase("there is a webhook {id} already", id=repr(webhook.id)))
    endpoint = Endpoint(replace(webhook, added=webhook.added or dt.datetime.now(dt.UTC)), secret)
    unit.sql.webhooks.insert([_sealed(unit, endpoint)])
    unit.log(Action.ADD_WEBHOOK, webhook.id, webhook_form(endpoint.webhook, secret))
    return endpoint.webhook


def webhooks(unit: UnitOfWork) -> tuple[Webhook, ...]:
    """The webhooks that events are sent to, by id."""
    every = (opened_webhook(unit, row).webhook for row in unit.sql.webhooks.find(WebhookRow))
    return tuple(webhook for webhook in every if webhook.removed is None)


def relied_endpoint(unit: UnitOfWork, webhook_id: str) -> Endpoint:
    """Where to send, and what signs it; RegisterError when it is not there, or not what was recorded last."""
    found = _there(unit, webhook_id)
    if not unit.is_recorded(webhook_id, _CHANGES, webhook_form(found.webhook, found.secret)):
        raise RegisterError(
            phrase(
                "the webhook {webhook_id} is not what was recorded, and nothing is sent there: run `imgpolicy register"
                " verify`",
                webhook_id=repr(webhook_id),
            )
        )
    return found


def remove_webhook(unit: UnitOfWork, webhook_id: str) -> Webhook:
    """The webhook that nothing is sent to any more, without its secret; RegisterError when it is not there."""
    removed = replace(_there(unit, webhook_id).webhook, removed=dt.datetime.now(dt.UTC))
    endpoint = Endpoint(removed, b"")
    unit.sql.webhooks.update(WebhookRow, webhook_id, {"details": _sealed(unit, endpoint).details})
    unit.log(Action.REMOVE_WEBHOOK, webhook_id, webhook_form(removed, b""))
    return removed


def told_of(unit: UnitOfWork, kind: EventKind) -> Sequence[str]:
    """The ids of the webhooks that are told of events of this kind."""
    return [webhook.id for webhook in webhooks(unit) if kind in webhook.events]


def opened_webhook(unit: UnitOfWork, row: WebhookRow) -> Endpoint:
    """The webhook of this row with its secret; RegisterError when it was altered."""
    kept = msgspec.json.decode(unit.vault.unseal(_place(row.id), row.details), type=_Details)
    webhook = Webhook(id=row.id, url=kept.url, events=kept.events, added=kept.added, removed=kept.removed)
    return Endpoint(webhook, kept.secret)


def _there(unit: UnitOfWork, webhook_id: str) -> Endpoint:
    for row in unit.sql.webhooks.find(WebhookRow, "id", webhook_id):
        found = opened_webhook(unit, row)
        if found.webhook.removed is None:
            return found
    raise RegisterError(
        phrase(
            "there is no webhook {webhook_id}; `imgpolicy webhook list` shows them", webhook_id=repr(webhook_id[:80])
        )
    )


def _sealed(unit: UnitOfWork, endpoint: Endpoint) -> WebhookRow:
    of = endpoint.webhook
    details = padded(msgspec.json.encode(_Details(of.url, of.events, endpoint.secret, of.added, of.removed)))
    return WebhookRow(of.id, unit.vault.seal(_place(of.id), details))


def _place(webhook_id: str) -> str:
    return f"webhook.details:{webhook_id}"
