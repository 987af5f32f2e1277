"""The last thing that was done, found in the log, for doors that remember nothing between two calls.

the log, from its end ─► the last entry of whoever acts here ─► what it was about ─► taken back as `undoing` has it
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.canonical import consent_form
from imgpolicy.domain.log import Action, Entry
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.faces import learnt
from imgpolicy.register.people import alias, aliases
from imgpolicy.register.publications import publications
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service import undoing
from imgpolicy.service.workspace import Workspace

_GOES_WITH = undoing.FILED | {Action.QUEUE_EVENT, Action.REMOVE_EVENT, Action.RECORD_DECISION, Action.LOOK_UP}
"""What is logged along with something else, or changes nothing."""

_TOGETHER = dt.timedelta(seconds=1)
"""Faces that were learnt this close upon each other may be of one act: its photographs are looked at before."""

NONE_OF_THEM = phrase(
    "nothing to take back: only a yes, a face that was learnt, a dismissal or a post may be, and only as the last"
    " thing that was done"
)


class Kind(StrEnum):
    """What can be taken back."""

    LEARNT = "learnt"
    DISMISSED = "dismissed"
    GRANTED = "granted"
    POSTED = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What was done last, and when.

    `what` is the id of the person whose face was learnt, of the dismissal, of the yes, or of the post; `of` is whom a
    yes is of, or the address of a post.
    """

    kind: Kind
    at: dt.datetime
    what: str
    of: str = field(default="", repr=False)


def latest(workspace: Workspace) -> Latest:
    """The last thing that was done by whoever acts here, where no account does by any that acted without one.

    RequestError when there is none that may be taken back, and when it is more than ten minutes ago.
    """
    with workspace.register.reading() as unit:
        entry = next(_ours(unit), None)
        if entry is None:
            raise RequestError(NONE_OF_THEM)
        found = _found(unit, entry)
        if found is None:
            raise RequestError(NONE_OF_THEM)
    if dt.datetime.now(dt.UTC) - entry.at > undoing.WITHIN:
        raise RequestError(undoing.TOO_LATE)
    return found


def take_back(workspace: Workspace, done: Latest, *, by: str | None = None, second: str | None = None) -> None:
    """Take back what `latest` found; RequestError as the functions of `undoing`, and when nobody answers for it.

    A dismissal and a yes stay on record with the name of whoever takes them back; a face and a post do not.
    """
    if done.kind is Kind.LEARNT:
        undoing.learning(workspace, done.what, since=done.at)
    elif done.kind is Kind.POSTED:
        undoing.publication(workspace, done.what, since=done.at)
    elif by is None:
        raise RequestError(phrase("it stays on record that this was taken back: name who does it"))
    elif done.kind is Kind.DISMISSED:
        undoing.dismissed(workspace, done.what, since=done.at, by=by)
    else:
        undoing.consent(workspace, done.what, by=by, second=second)


def _ours(unit: UnitOfWork) -> Iterator[Entry]:
    """What whoever acts here did, from the last."""
    return (one for one in unit.sql.journal.backwards() if one.by == unit.by and one.action not in _GOES_WITH)


def _found(unit: UnitOfWork, entry: Entry) -> Latest | None:
    """What an entry of the log is about; None when it is nothing that may be taken back."""
    match entry.action:
        case Action.ADD_FACES:
            return _learnt(unit, entry)
        case Action.DISMISS_FACE:
            ids = (one.id for one in dismissals(unit) if one.ending is None)
            return next((_of(Kind.DISMISSED, entry, one) for one in ids if _is(unit, one, entry)), None)
        case Action.ADD_PUBLICATION:
            posts = (one for one in publications(unit) if _is(unit, one.id, entry))
            return next((_of(Kind.POSTED, entry, one.id, one.url) for one in posts), None)
        case Action.RECORD_CONSENT:
            return _granted(unit, entry)
    return None


def _learnt(unit: UnitOfWork, entry: Entry) -> Latest | None:
    person = _person(unit, entry)
    if person is None:
        return None
    together, last = [], entry
    for one in _ours(unit):
        if (one.action, one.subject) != (entry.action, entry.subject) or last.at - one.at > _TOGETHER:
            break
        together.append(one.seq)
        last = one
    numbers = [number for number, added in learnt(unit, person).items() if added.seq in together]
    if len(numbers) > 1:
        raise RequestError(
            phrase(
                "{count} faces were learnt together: `imgpolicy face remove {person} {numbers}` forgets them",
                count=len(numbers),
                person=person,
                numbers=" ".join(f"--face {number}" for number in numbers),
            )
        )
    return _of(Kind.LEARNT, entry, person)


def _granted(unit: UnitOfWork, entry: Entry) -> Latest | None:
    person = _person(unit, entry)
    if person is None:
        return None
    salt = alias(unit, person).salt
    said = (one for one in consents(unit, person) if one.gives)
    same = (one for one in said if unit.vault.digest(consent_form(one), salt) == entry.payload)
    return next((_of(Kind.GRANTED, entry, one.id, person) for one in same), None)


def _person(unit: UnitOfWork, entry: Entry) -> str | None:
    """The id of whom the log calls so; None when they were erased."""
    return next((person for person, known in aliases(unit).items() if known.name == entry.subject), None)


def _is(unit: UnitOfWork, what: str, entry: Entry) -> bool:
    return unit.vault.pseudonym(what) == entry.subject


def _of(kind: Kind, entry: Entry, what: str, of: str = "") -> Latest:
    return Latest(kind=kind, at=entry.at, what=what, of=of)
