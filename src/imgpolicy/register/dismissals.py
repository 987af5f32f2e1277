"""Found faces of which a named reviewer said that they are none, or artwork, in one picture. Nothing is ever deleted.

A dismissal knows its place in the picture by a coarse hash of how the place looked, never by a face vector.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import msgspec

from imgpolicy.domain.canonical import dismissal_form, ending_form
from imgpolicy.domain.dismissal import Dismissal, Ending, Place
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.log import Action
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.domain.validate import check_dismissal, check_reviewer
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.dismissals import DismissalRow
from imgpolicy.register.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Said:
    """What is sealed: of a dismissal all of it, of its ending the words alone."""

    by: str
    reason: str
    what: DismissedAs | None = None
    place: Place | None = None


def dismiss(unit: UnitOfWork, dismissal: Dismissal) -> None:
    """Keep what a reviewer said; with an ending, that too."""
    check_dismissal(dismissal)
    if unit.sql.dismissals.find(DismissalRow, "id", dismissal.id):
        raise RegisterError(phrase("there is a dismissal {id} already", id=repr(dismissal.id)))
    said = _Said(dismissal.by, dismissal.reason, dismissal.what, dismissal.place)
    unit.sql.dismissals.insert([_row(unit, dismissal.id, dismissal.at, None, said)])
    unit.log(Action.DISMISS_FACE, dismissal.id, dismissal_form(dismissal))
    if dismissal.ending is not None:
        _end(unit, dismissal.id, dismissal.ending)


def reinstate(unit: UnitOfWork, dismissal_id: str, by: str, reason: str) -> Dismissal:
    """The dismissal, taken back: the face counts again. RegisterError when there is none, or it was before."""
    kept = {dismissal.id: dismissal for dismissal in dismissals(unit)}.get(dismissal_id)
    if kept is None:
        raise RegisterError(
            phrase(
                "there is no dismissal {dismissal}; `imgpolicy face dismissed` shows them",
                dismissal=repr(dismissal_id[:80]),
            )
        )
    if kept.ending is not None:
        raise RegisterError(
            phrase(
                "{dismissal} was taken back already, on {day}",
                dismissal=repr(dismissal_id),
                day=str(unit.policy.day(kept.ending.at)),
            )
        )
    ending = Ending(by=by, reason=reason, at=dt.datetime.now(dt.UTC))
    _end(unit, dismissal_id, ending)
    return replace(kept, ending=ending)


def dismissals(unit: UnitOfWork) -> tuple[Dismissal, ...]:
    """Every dismissal in the order in which they were made, each with its ending."""
    rows = unit.sql.dismissals.find(DismissalRow)
    endings = {row.ends: opened_ending(unit, row) for row in rows if row.ends}
    made = (replace(opened_dismissal(unit, row), ending=endings.get(row.id)) for row in rows if row.ends is None)
    return tuple(sorted(made, key=lambda dismissal: (dismissal.at, dismissal.id)))


def opened_dismissal(unit: UnitOfWork, row: DismissalRow) -> Dismissal:
    """The dismissal of this row, without its ending; RegisterError when it was altered."""
    said = _read(unit, row)
    if said.what is None or said.place is None:
        raise RegisterError(phrase("the register is damaged: {id} dismisses no face", id=repr(row.id)))
    return Dismissal(id=row.id, what=said.what, place=said.place, by=said.by, reason=said.reason, at=row.at)


def opened_ending(unit: UnitOfWork, row: DismissalRow) -> Ending:
    """The ending of this row; RegisterError when it was altered."""
    said = _read(unit, row)
    return Ending(by=said.by, reason=said.reason, at=row.at)


def _end(unit: UnitOfWork, dismissal_id: str, ending: Ending) -> None:
    check_reviewer(ending.by, ending.reason)
    said = _Said(ending.by, ending.reason)
    unit.sql.dismissals.insert([_row(unit, new_id("f"), ending.at, dismissal_id, said)])
    unit.log(Action.REINSTATE_FACE, dismissal_id, ending_form(dismissal_id, ending))


def _row(unit: UnitOfWork, row_id: str, at: dt.datetime, ends: str | None, said: _Said) -> DismissalRow:
    sealed = unit.vault.seal(_sealed_place(row_id, ends), msgspec.json.encode(said))
    return DismissalRow(row_id, at.astimezone(dt.UTC), ends, sealed)


def _read(unit: UnitOfWork, row: DismissalRow) -> _Said:
    return msgspec.json.decode(unit.vault.unseal(_sealed_place(row.id, row.ends), row.details), type=_Said)


def _sealed_place(row_id: str, ends: str | None) -> str:
    """Where the details are at home: what ends one dismissal can be moved to no other."""
    return f"dismissal.details:{row_id}:{ends or ''}"
