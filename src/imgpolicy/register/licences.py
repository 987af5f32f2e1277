"""What can be done to licences, and which of them will end; each change is one entry in the log."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.domain.canonical import end_form, licence_form
from imgpolicy.domain.licence import End, Licence, standing
from imgpolicy.domain.log import Action
from imgpolicy.domain.publication import LicenceDue, Takedown
from imgpolicy.domain.validate import check_licence, check_text
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.announcements import announce_licence
from imgpolicy.register.publications import carried_by, open_for_licence
from imgpolicy.register.scopes import Pairs, scope_pairs, scopes_of
from imgpolicy.register.sql.licences import LicenceEndRow, LicenceRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed. A later field has a default: what was sealed before has none."""

    licensor: str
    terms: str | None
    url: str | None
    max_publications: int | None
    credit: str | None
    credit_required: bool
    scope: Pairs
    valid_from: dt.date | None
    valid_until: dt.date | None


def add_licence(unit: UnitOfWork, licence: Licence) -> Licence:
    """Record a licence to a work that is there, as it is kept; its end, if it has one, with it."""
    check_licence(licence)
    if licence.work not in unit.sql.works.ids():
        raise RegisterError(
            phrase("there is no work {work}; `imgpolicy work list` shows them", work=repr(licence.work[:80]))
        )
    if unit.sql.licences.work(licence.id) is not None:
        raise RegisterError(phrase("there is a licence {id} already", id=repr(licence.id)))
    # As it is read back, so that its digest in the log can be compared.
    plain = dataclasses.replace(licence, at=licence.at.astimezone(dt.UTC), end=None, used=0)
    unit.sql.licences.insert([_row(plain, unit.vault)])
    unit.log(Action.RECORD_LICENCE, licence.id, licence_form(plain))
    return plain if licence.end is None else _end(unit, plain, licence.end)


def licences(unit: UnitOfWork, work: str | None = None) -> tuple[Licence, ...]:
    """The licences to one work or to all, by work and in the order in which they were recorded.

    Each with how many publications rest on it.
    """
    rows, ends = unit.sql.licences.of(work)
    over = {
        row.licence: End(at=row.at, reason=unit.vault.unseal(_end_place(row.licence), row.details).decode())
        for row in ends
    }
    licences = [_licence(row, over.get(row.id), unit.vault) for row in rows]
    limited = [licence.id for licence in licences if licence.max_publications is not None]
    uses = unit.sql.publications.licence_uses(limited) if limited else {}
    counted = (dataclasses.replace(licence, used=uses.get(licence.id, 0)) for licence in licences)
    return tuple(sorted(counted, key=lambda licence: (licence.work, licence.at, licence.id)))


def end_licence(unit: UnitOfWork, licence: str, reason: str) -> tuple[Licence, tuple[Takedown, ...]]:
    """The licence, over from now on, and the posts that must come down: those that no other licence covers."""
    check_text(reason, phrase("the reason"))
    kept = find_licence(unit, licence)
    if kept.end is not None:
        raise RegisterError(
            phrase("{licence} was ended on {day} already", licence=repr(licence), day=str(unit.policy.day(kept.end.at)))
        )
    ended = _end(unit, kept, End(reason=reason))
    to_the_work = licences(unit, ended.work)
    tasks = open_for_licence(unit, ended, to_the_work)
    announce_licence(unit, ended, to_the_work)
    return ended, tasks


def find_licence(unit: UnitOfWork, licence: str) -> Licence:
    """The one licence; RegisterError when there is none of this id."""
    work = unit.sql.licences.work(licence)
    if work is None:
        raise RegisterError(
            phrase("there is no licence {licence}; `imgpolicy licence list` shows them", licence=repr(licence[:80]))
        )
    return next(found for found in licences(unit, work) if found.id == licence)


def licences_due(unit: UnitOfWork, on: dt.date, days: int) -> tuple[LicenceDue, ...]:
    """What ends within so many days from `on`, the first to end first; what has ended only while it carries posts."""
    last = on + dt.timedelta(days=days)
    due = [
        LicenceDue(licence=licence, ends=licence.valid_until, posts=carried_by(unit, licence, to_the_work))
        for _, of_one in itertools.groupby(licences(unit), key=lambda one: one.work)
        for to_the_work in [tuple(of_one)]
        for licence in standing(to_the_work)
        if licence.valid_until is not None and licence.valid_until <= last
    ]
    kept = [item for item in due if item.ends >= on or item.posts]
    return tuple(sorted(kept, key=lambda item: (item.ends, item.licence.id)))


def _end(unit: UnitOfWork, licence: Licence, end: End) -> Licence:
    end = dataclasses.replace(end, at=end.at.astimezone(dt.UTC))
    unit.sql.licences.insert([_end_row(licence.id, end, unit.vault)])
    unit.log(Action.END_LICENCE, licence.id, end_form(licence.id, end))
    return dataclasses.replace(licence, end=end)


def _row(licence: Licence, vault: Vault) -> LicenceRow:
    details = _Details(
        licence.licensor,
        licence.terms,
        licence.url,
        licence.max_publications,
        licence.credit,
        licence.credit_required,
        scope_pairs(licence.scope, licence.excluded),
        licence.valid_from,
        licence.valid_until,
    )
    return LicenceRow(
        id=licence.id,
        work=licence.work,
        at=licence.at,
        details=vault.seal(_place(licence.id), padded(msgspec.json.encode(details))),
    )


def _end_row(licence: str, end: End, vault: Vault) -> LicenceEndRow:
    return LicenceEndRow(licence, end.at, vault.seal(_end_place(licence), end.reason.encode()))


def _licence(row: LicenceRow, end: End | None, vault: Vault) -> Licence:
    details = msgspec.json.decode(vault.unseal(_place(row.id), row.details), type=_Details)
    scope, excluded = scopes_of(details.scope)
    return Licence(
        id=row.id,
        work=row.work,
        licensor=details.licensor,
        terms=details.terms,
        url=details.url,
        scope=scope,
        excluded=excluded,
        valid_from=details.valid_from,
        valid_until=details.valid_until,
        max_publications=details.max_publications,
        credit=details.credit,
        credit_required=details.credit_required,
        at=row.at,
        end=end,
    )


def _place(licence: str) -> str:
    return f"licence.details:{licence}"


def _end_place(licence: str) -> str:
    return f"licence_end.details:{licence}"
