"""The outbox of events: what webhooks are told, kept in the transaction of what caused it until they took it.

queue ─► claim, in a unit of its own ─► sent ─► settle

Whoever sends claims first: the delivery is counted as tried, and is tried again later whatever happens. When the
program dies in between, it is sent once more under the same id, and never lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import msgspec

from imgpolicy.domain.changes import event_form
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.log import Action
from imgpolicy.domain.webhook import KEPT_FOR, Delivery, DeliveryState, EventKind, Told, Webhook, next_try
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.row_places import row_place
from imgpolicy.register.sql.webhooks import AboutRow, DeliveryRow, EventRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded
from imgpolicy.register.webhooks import remove_webhook, told_of

UNTOLD = "it is not known how it went"
"""What came of a delivery that was claimed and never settled."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What is sealed of an event: the body that is sent, byte for byte."""

    body: str


@dataclass(frozen=True, slots=True)
class _Course:
    """What is sealed of a delivery."""

    tries: int = 0
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that is to be sent now, and what is sent."""

    delivery: Delivery
    body: bytes


def queue(unit: UnitOfWork, kind: EventKind, at: dt.datetime, body: bytes, about: Iterable[str] = ()) -> str | None:
    """The id of the event that is sent once this unit is done; None when no webhook is told of such events.

    `about` are the ids of the people whom it is about: it goes when one of them is erased.
    """
    told = told_of(unit, kind)
    if not told:
        return None
    event, people = EventRow(new_id("e"), kind.value, at, b""), sorted(set(about))
    words = padded(msgspec.json.encode(_Words(body.decode())))
    unit.sql.webhooks.insert([event._replace(details=unit.vault.seal(_event_place(event), words))])
    unit.sql.webhooks.insert([AboutRow(event.id, person) for person in people])
    rows = [DeliveryRow(new_id("d"), event.id, one, DeliveryState.WAITING.value, at, b"") for one in told]
    unit.sql.webhooks.insert([_sealed(unit, row, _Course()) for row in rows])
    unit.log(Action.QUEUE_EVENT, event.id, event_form(_told(event, body, people, rows)))
    return event.id


def last_of(unit: UnitOfWork, kind: EventKind) -> dt.datetime | None:
    """When the last event of this kind happened that is still kept."""
    return unit.sql.webhooks.newest(kind.value)


def is_waiting(unit: UnitOfWork, now: dt.datetime, but: Collection[str] = ()) -> bool:
    """Whether something is to be sent, but to the webhooks `but`."""
    return unit.sql.webhooks.to_send(DeliveryState.WAITING.value, now, but) is not None


def count_waiting(unit: UnitOfWork) -> int:
    """How many deliveries are still to be sent, now or later."""
    return unit.sql.webhooks.count_of(DeliveryState.WAITING.value)


def is_over(unit: UnitOfWork, now: dt.datetime) -> bool:
    """Whether there are events that `sweep` would remove."""
    return bool(unit.sql.webhooks.settled(DeliveryState.WAITING.value, now - KEPT_FOR))


def claim(unit: UnitOfWork, now: dt.datetime, but: Collection[str] = ()) -> Claimed | None:
    """What is to be sent first, counted as tried; None when nothing is, but to the webhooks `but`."""
    row = unit.sql.webhooks.to_send(DeliveryState.WAITING.value, now, but)
    if row is None:
        return None
    event = _event(unit, row.event)
    return Claimed(delivery=_tried(unit, row, event, now), body=_body(unit, event))


def settle(unit: UnitOfWork, delivery_id: str, answer: str, *, took: bool) -> None:
    """Note what came of it; nothing when the delivery is gone meanwhile, with its event or webhook."""
    for row in unit.sql.webhooks.find(DeliveryRow, "id", delivery_id):
        course = replace(_course(unit, row), answer=str(answer))  # of a phrase the English text is kept
        # Another may have sent it at the same time: what was taken stays taken.
        done = DeliveryState.DELIVERED.value if took else row.state
        unit.sql.webhooks.replace(_sealed(unit, row._replace(state=done), course))


def deliveries(unit: UnitOfWork) -> tuple[Delivery, ...]:
    """All that are kept, by the time of their events."""
    events = {row.id: row for row in unit.sql.webhooks.find(EventRow)}
    found = (_delivery(unit, row, events[row.event]) for row in unit.sql.webhooks.find(DeliveryRow))
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def sweep(unit: UnitOfWork, now: dt.datetime) -> int:
    """Remove the events that nobody is to be told of any more and that were kept long enough; how many."""
    old = unit.sql.webhooks.settled(DeliveryState.WAITING.value, now - KEPT_FOR)
    for event in old:
        _remove(unit, event)
    return len(old)


def forget_told(unit: UnitOfWork, person: str) -> None:
    """Remove the events that are about this person; what must come down for them is in that of their erasure."""
    for event in unit.sql.webhooks.about(person):
        _remove(unit, event)


def stop(unit: UnitOfWork, webhook_id: str) -> Webhook:
    """The webhook, removed: nothing is sent there any more, what waits neither. RegisterError when it is not there."""
    removed = remove_webhook(unit, webhook_id)
    for row in unit.sql.webhooks.find(DeliveryRow, "webhook", webhook_id):
        if row.state == DeliveryState.WAITING.value:
            over = row._replace(state=DeliveryState.GIVEN_UP.value)
            unit.sql.webhooks.replace(_sealed(unit, over, _course(unit, row)))
    return removed


def recorded_event(unit: UnitOfWork, row: EventRow) -> bytes:
    """The bytes that stand for the event of this row in the log; RegisterError when it or a delivery was altered."""
    people = [one.person for one in unit.sql.webhooks.find(AboutRow, "event", row.id)]
    sent = unit.sql.webhooks.find(DeliveryRow, "event", row.id)
    for one in sent:
        _delivery(unit, one, row)
    return event_form(_told(row, _body(unit, row), people, sent))


def _told(row: EventRow, body: bytes, people: Iterable[str], sent: Iterable[DeliveryRow]) -> Told:
    ways = tuple((one.id, one.webhook) for one in sent)
    return Told(id=row.id, kind=row.kind, at=row.at, body=body, people=tuple(people), deliveries=ways)


def _remove(unit: UnitOfWork, event: str) -> None:
    unit.sql.webhooks.remove_event(event)
    unit.log(Action.REMOVE_EVENT, event, b"")


def _tried(unit: UnitOfWork, row: DeliveryRow, event: EventRow, now: dt.datetime) -> Delivery:
    tries = _course(unit, row).tries + 1
    due = next_try(event.at, tries, now)
    state = DeliveryState.WAITING if due is not None else DeliveryState.GIVEN_UP
    row = _sealed(unit, row._replace(state=state.value, due=due or row.due), _Course(tries, UNTOLD))
    unit.sql.webhooks.replace(row)
    return _delivery(unit, row, event)


def _event(unit: UnitOfWork, event_id: str) -> EventRow:
    for row in unit.sql.webhooks.find(EventRow, "id", event_id):
        return row
    raise RegisterError(phrase("the register is damaged: there is no event {event_id}", event_id=repr(event_id[:80])))


def _delivery(unit: UnitOfWork, row: DeliveryRow, event: EventRow) -> Delivery:
    course = _course(unit, row)
    return Delivery(
        id=row.id,
        event=row.event,
        kind=EventKind(event.kind),
        webhook=row.webhook,
        at=event.at,
        state=DeliveryState(row.state),
        due=row.due,
        tries=course.tries,
        answer=course.answer,
    )


def _body(unit: UnitOfWork, row: EventRow) -> bytes:
    return msgspec.json.decode(unit.vault.unseal(_event_place(row), row.details), type=_Words).body.encode()


def _course(unit: UnitOfWork, row: DeliveryRow) -> _Course:
    return msgspec.json.decode(unit.vault.unseal(_delivery_place(row), row.details), type=_Course)


def _sealed(unit: UnitOfWork, row: DeliveryRow, course: _Course) -> DeliveryRow:
    details = padded(msgspec.json.encode(course))
    return row._replace(details=unit.vault.seal(_delivery_place(row), details))


def _event_place(row: EventRow) -> str:
    return row_place("webhook_event", row[:-1])


def _delivery_place(row: DeliveryRow) -> str:
    return row_place("webhook_delivery", row[:-1])
