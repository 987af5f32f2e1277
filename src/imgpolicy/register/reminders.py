"""What ends soon, put into the outbox once a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from imgpolicy.domain.publication import Due, LicenceDue
from imgpolicy.domain.webhook import EventKind
from imgpolicy.register.consents import due
from imgpolicy.register.licences import licences_due
from imgpolicy.register.outbox import last_of, queue
from imgpolicy.register.resting import nothing_rests
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.webhooks import told_of
from imgpolicy.wire.webhook import due_body


@dataclass(frozen=True, slots=True)
class Ending:
    """Consents and licences that end, and people on whom nothing rests any more."""

    consents: tuple[Due, ...]
    licences: tuple[LicenceDue, ...]


def is_reminded(unit: UnitOfWork, on: dt.date) -> bool:
    """Whether webhooks were told on this day already of what ends, or none is told of it."""
    last = last_of(unit, EventKind.DUE)
    return (last is not None and unit.policy.day(last) >= on) or not told_of(unit, EventKind.DUE)


def announce_due(unit: UnitOfWork, on: dt.date, days: int) -> bool:
    """Tell of what ends within so many days from `on`; False when that was told on this day, or there is nothing."""
    ends = None if is_reminded(unit, on) else ending(unit, on, days)
    if ends is None:
        return False
    now = dt.datetime.now(dt.UTC)
    about = {one.person for one in ends.consents if one.consent is not None}
    body = due_body(now, days, ends.consents, ends.licences)
    return queue(unit, EventKind.DUE, now, body, about=about) is not None


def ending(unit: UnitOfWork, on: dt.date, days: int) -> Ending | None:
    """What ends within so many days from `on`; None when nothing does."""
    consents, licences = (*due(unit, on, days), *nothing_rests(unit, on)), licences_due(unit, on, days)
    return Ending(consents, licences) if consents or licences else None
