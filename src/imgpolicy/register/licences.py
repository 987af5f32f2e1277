"""What can be done to licences, and which of them will end; each change is one entry in the log."""

from __future__ import annotations

import dataclasses
import datetime as dt

from imgpolicy.domain.canonical import end_form, licence_form
from imgpolicy.domain.licence import End, Licence, standing
from imgpolicy.domain.publication import LicenceDue, Takedown
from imgpolicy.domain.validate import check_licence, check_text
from imgpolicy.errors import RegisterError
from imgpolicy.register.log import Action
from imgpolicy.register.publications import carried_by, open_for_licence
from imgpolicy.register.records import licence_end_row, licence_rows
from imgpolicy.register.session import Session


def add_licence(session: Session, licence: Licence) -> Licence:
    """Record a licence to a work that is there, as it is kept; its end, if it has one, with it."""
    check_licence(licence)
    if licence.work not in session.transaction.work_ids():
        raise RegisterError(f"there is no work {licence.work[:80]!r}; `imgpolicy work list` shows them")
    if session.transaction.licence_work(licence.id) is not None:
        raise RegisterError(f"there is a licence {licence.id!r} already")
    # As it is read back, so that its digest in the log can be compared.
    plain = dataclasses.replace(licence, at=licence.at.astimezone(dt.UTC), end=None, used=0)
    row, scope = licence_rows(plain, session.vault)
    session.transaction.insert([row])
    session.transaction.insert(scope)
    session.log(Action.RECORD_LICENCE, licence.id, licence_form(plain))
    return plain if licence.end is None else _end(session, plain, licence.end)


def end_licence(session: Session, licence: str, reason: str) -> tuple[Licence, tuple[Takedown, ...]]:
    """The licence, over from now on, and the posts that must come down: those that no other licence covers."""
    check_text(reason, "the reason")
    found = find_licence(session, licence)
    if found.end is not None:
        raise RegisterError(f"{licence!r} was ended on {found.end.at.date()} already")
    ended = _end(session, found, End(reason=reason))
    return ended, open_for_licence(session, ended)


def find_licence(session: Session, licence: str) -> Licence:
    """The one licence; RegisterError when there is none of this id."""
    work = session.transaction.licence_work(licence)
    if work is None:
        raise RegisterError(f"there is no licence {licence[:80]!r}; `imgpolicy licence list` shows them")
    return next(found for found in session.licences(work) if found.id == licence)


def licences_due(session: Session, on: dt.date, days: int) -> tuple[LicenceDue, ...]:
    """What ends within so many days from `on`, the first to end first; what has ended only while it carries posts."""
    last = on + dt.timedelta(days=days)
    found = [
        LicenceDue(licence=licence, ends=licence.valid_until, posts=carried_by(session, licence))
        for work in sorted(session.transaction.licences_ending(last))
        for licence in standing(session.licences(work))
        if licence.valid_until is not None and licence.valid_until <= last
    ]
    kept = [item for item in found if item.ends >= on or item.posts]
    return tuple(sorted(kept, key=lambda item: (item.ends, item.licence.id)))


def _end(session: Session, licence: Licence, end: End) -> Licence:
    end = dataclasses.replace(end, at=end.at.astimezone(dt.UTC))
    session.transaction.insert([licence_end_row(licence.id, end, session.vault)])
    session.log(Action.END_LICENCE, licence.id, end_form(licence.id, end))
    return dataclasses.replace(licence, end=end)
