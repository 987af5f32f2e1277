"""Everything of which the last day is known: consents, licences, links of requests, and posts that must come down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.deadline import Deadline, DeadlineKind
from imgpolicy.domain.publication import COMES_OF_AGE, OWN_NEEDED, Due
from imgpolicy.register.consents import due
from imgpolicy.register.licences import licences_due
from imgpolicy.register.publications import tasks
from imgpolicy.register.requests import requests
from imgpolicy.register.unit import UnitOfWork


def deadlines(unit: UnitOfWork, on: dt.date, days: int) -> tuple[Deadline, ...]:
    """What ends within so many days from `on`, or is due since before, by day. What ended is while posts rest on it."""
    found = (*_consents(unit, on, days), *_licences(unit, on, days), *_links(unit), *_takedowns(unit))
    return tuple(sorted(found, key=lambda one: (one.day, one.kind, one.record)))


def _consents(unit: UnitOfWork, on: dt.date, days: int) -> Iterator[Deadline]:
    for one in due(unit, on, days):
        if one.consent is not None:
            yield Deadline(kind=_kind(one), record=one.consent.id, day=one.ends, about=one.person)


def _kind(one: Due) -> DeadlineKind:
    if one.why == COMES_OF_AGE:
        return DeadlineKind.OF_AGE
    if one.why == OWN_NEEDED:
        return DeadlineKind.OWN_CONSENT
    biometric = one.consent is not None and one.consent.kind is ConsentKind.BIOMETRIC
    return DeadlineKind.RECOGNITION if biometric else DeadlineKind.CONSENT


def _licences(unit: UnitOfWork, on: dt.date, days: int) -> Iterator[Deadline]:
    for one in licences_due(unit, on, days):
        yield Deadline(kind=DeadlineKind.LICENCE, record=one.licence.id, day=one.ends, about=one.licence.work)


def _links(unit: UnitOfWork) -> Iterator[Deadline]:
    now = dt.datetime.now(dt.UTC)
    for one in requests(unit):
        if one.is_open(now):
            yield Deadline(kind=DeadlineKind.LINK, record=one.id, day=unit.policy.day(one.ends), about=one.person)


def _takedowns(unit: UnitOfWork) -> Iterator[Deadline]:
    for task in tasks(unit):
        if task.closed is None:
            day = unit.policy.day(task.opened)
            yield Deadline(kind=DeadlineKind.TAKEDOWN, record=task.id, day=day, about=task.publication)
