"""Who is told over HTTP of what was withdrawn and what ends soon: webhooks, and what is sent to them.

The events are put into the outbox by what causes them, in its own transaction. `deliver` sends what is there, at least
once each, under an id by which receivers know a second one of the same.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from imgpolicy.domain.ids import new_id
from imgpolicy.domain.webhook import Delivery, DeliveryState, EventKind, Webhook
from imgpolicy.errors import RegisterError
from imgpolicy.register import outbox
from imgpolicy.register import webhooks as kept
from imgpolicy.register.outbox import Claimed
from imgpolicy.register.reminders import announce_due, ending, is_reminded
from imgpolicy.sending import Sent, send
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.webhook import secret_text, signed_headers, trial_body

_SECRET_BYTES = 32

DELIVERY_SECONDS = 30.0
"""After this no further delivery is begun in one round: what is left is for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A webhook, and what became of what it is told, by the time of the events."""

    webhook: Webhook
    deliveries: tuple[Delivery, ...] = ()

    @property
    def waiting(self) -> int:
        """How many events it is still to be told."""
        return sum(one.state is DeliveryState.WAITING for one in self.deliveries)

    @property
    def given_up(self) -> int:
        """How many it was not told of within three days."""
        return sum(one.state is DeliveryState.GIVEN_UP for one in self.deliveries)

    @property
    def last(self) -> Delivery | None:
        """The last that was sent; None when none was."""
        return next((one for one in reversed(self.deliveries) if one.answer is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How many deliveries were taken and not taken in one round, and how many wait still, now or for a later time."""

    taken: int
    failed: int
    waiting: int


def add(workspace: Workspace, url: str, events: frozenset[EventKind]) -> tuple[Webhook, str]:
    """The webhook, told of such events from now on, and the secret that signs them, which is never told again.

    RequestError for no event, and for a URL that is neither https nor http to this machine.
    """
    secret = secrets.token_bytes(_SECRET_BYTES)
    with workspace.register.writing() as unit:
        added = kept.add_webhook(unit, Webhook(id=new_id("w"), url=url, events=events), secret)
    return added, secret_text(secret)


def webhooks(workspace: Workspace) -> tuple[Course, ...]:
    """The webhooks, by id, each with what became of what it is told."""
    with workspace.register.reading() as unit:
        found, every = kept.webhooks(unit), outbox.deliveries(unit)
    return tuple(
        Course(webhook=webhook, deliveries=tuple(one for one in every if one.webhook == webhook.id))
        for webhook in found
    )


def remove(workspace: Workspace, webhook_id: str) -> Webhook:
    """The webhook that is told of nothing any more, of what waits neither; RegisterError when it is not there."""
    with workspace.register.writing() as unit:
        return outbox.stop(unit, webhook_id)


def try_out(workspace: Workspace, webhook_id: str) -> Sent:
    """What came of sending a signed event of the type `test` there, now; RegisterError when it is not there."""
    with workspace.register.reading() as unit:
        endpoint = kept.relied_endpoint(unit, webhook_id)
    now = _now()
    return _signed(endpoint, new_id("e"), trial_body(now))


def remind(workspace: Workspace) -> bool:
    """Have webhooks told what ends within the policy's days; False when they were told today, or nothing does."""
    days = workspace.kept.due_days
    with workspace.register.reading() as unit:
        today = unit.today()
        if is_reminded(unit, today) or ending(unit, today, days) is None:
            return False
    with workspace.register.writing() as unit:
        return announce_due(unit, today, days)


def deliver(workspace: Workspace, *, go_on: Callable[[], bool] = lambda: True) -> Round:
    """What came of one round, in which all that is to be sent now is sent; what was told long ago goes.

    No delivery begins after `DELIVERY_SECONDS`, or once `go_on` says no, and none takes longer than ten seconds. A
    webhook that does not take one is told of no other in the same round, so that it keeps no other waiting.
    """
    _sweep(workspace)
    until, silent, taken = time.monotonic() + DELIVERY_SECONDS, set[str](), 0
    while time.monotonic() < until and go_on():
        claimed = _claimed(workspace, silent)
        if claimed is None:
            break
        sent = _sent(workspace, claimed)
        with workspace.register.writing() as unit:
            outbox.settle(unit, claimed.delivery.id, sent.answer, took=sent.took)
        if sent.took:
            taken += 1
        else:
            silent.add(claimed.delivery.webhook)
    with workspace.register.reading() as unit:
        return Round(taken=taken, failed=len(silent), waiting=outbox.count_waiting(unit))


def _sweep(workspace: Workspace) -> None:
    """Remove what was told long ago: the register is only written to where there is any."""
    with workspace.register.reading() as unit:
        over = outbox.is_over(unit, _now())
    if over:
        with workspace.register.writing() as unit:
            outbox.sweep(unit, _now())


def _claimed(workspace: Workspace, but: Collection[str]) -> Claimed | None:
    with workspace.register.reading() as unit:
        waiting = outbox.is_waiting(unit, _now(), but)
    if not waiting:
        return None
    with workspace.register.writing() as unit:
        return outbox.claim(unit, _now(), but)


def _sent(workspace: Workspace, claimed: Claimed) -> Sent:
    try:
        with workspace.register.reading() as unit:
            endpoint = kept.relied_endpoint(unit, claimed.delivery.webhook)
    except RegisterError as error:  # it was removed meanwhile, or altered: the others are told all the same
        return Sent(took=False, answer=str(error))
    return _signed(endpoint, claimed.delivery.event, claimed.body)


def _signed(endpoint: kept.Endpoint, event: str, body: bytes) -> Sent:
    return send(endpoint.webhook.url, signed_headers(event, _now(), endpoint.secret, body), body)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
