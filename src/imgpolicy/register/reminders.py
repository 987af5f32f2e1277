"""What ends soon, put into the outbox once a day."""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.webhook import EventKind
from imgpolicy.register.consents import due
from imgpolicy.register.licences import licences_due
from imgpolicy.register.outbox import last_of, queue
from imgpolicy.register.resting import nothing_rests
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.webhooks import told_of
from imgpolicy.wire.webhook import due_body


def is_reminded(unit: UnitOfWork, on: dt.date) -> bool:
    """Whether webhooks were told on this day already of what ends, or none is told of it."""
    last = last_of(unit, EventKind.DUE)
    return (last is not None and unit.policy.day(last) >= on) or not told_of(unit, EventKind.DUE)


def announce_due(unit: UnitOfWork, on: dt.date, days: int) -> bool:
    """Tell of what ends within so many days from `on`; False when that was told on this day, or there is nothing."""
    if is_reminded(unit, on):
        return False
    ends, licences = due(unit, on, days), licences_due(unit, on, days)
    nobody = nothing_rests(unit, on)
    if not (ends or licences or nobody):
        return False
    now = dt.datetime.now(dt.UTC)
    body = due_body(now, days, (*ends, *nobody), licences)
    return queue(unit, EventKind.DUE, now, body, about=(one.person for one in ends)) is not None
