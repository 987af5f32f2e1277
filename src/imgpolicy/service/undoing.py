"""The last thing that somebody did is taken back, by them, within ten minutes, and while nothing else was done to it.

Each is an entry in the log of its own. What takes something back is never taken back itself: a withdrawal, a refusal,
an objection, an erasure, a post that is down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from imgpolicy.domain.canonical import consent_form, dismissal_form
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.desk import Item, ItemState
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.log import Action, Alias, Entry
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.register import desk as kept
from imgpolicy.register import dismissals
from imgpolicy.register.desk_rows import ItemRecord
from imgpolicy.register.faces import enrolled_faces, learnt, remove_faces
from imgpolicy.register.people import alias
from imgpolicy.register.publications import posts_on, remove_publication, untouched
from imgpolicy.register.statements import consent as consent_record
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.deciding import counting
from imgpolicy.service.desk import accept_kept, posting_of, shown
from imgpolicy.service.grants import Stated, accept_mark, mark_in
from imgpolicy.service.judging import accept_change, to_be_judged
from imgpolicy.service.workspace import Workspace

WITHIN = dt.timedelta(minutes=10)
"""So long the last act may be taken back."""

_NAMEABLE = frozenset({ItemState.WAITING, ItemState.JUDGED, ItemState.FAILED, ItemState.READY})

NOTHING = phrase("there is nothing of yours to take back: it is not done yet, was refused, or was taken back already")
OTHERWISE = phrase("something else was done to it since, and nothing is taken back under that")
TOO_LATE = phrase("this was done more than ten minutes ago: put it right where it stands")


TAKEN_BACK: Phrase = phrase("taken back at once by whoever recorded it")
"""The reason that is kept."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A picture as it was before somebody was named in it; `generation` counts what was done to it by then."""

    item: str
    generation: int
    posting: Posting = field(repr=False)


def before_naming(workspace: Workspace, item_id: str) -> Before:
    """The picture as it is now, before somebody is named; RegisterError when there is none."""
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        return Before(item=item_id, generation=record.secret.generation, posting=posting_of(unit, record))


def naming(workspace: Workspace, before: Before) -> Item:
    """The picture, to be judged as it was before somebody was named in it.

    RequestError when anything else was done to it since, it lies with the reviewers, or it is another account's.
    """
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, before.item)
        accept_kept(record)
        if unit.by != unit.vault.pseudonym(record.account):
            raise RequestError(NOTHING)
        if record.secret.generation != before.generation + 1:
            raise RequestError(OTHERWISE)
        accept_change(unit, record, _NAMEABLE)
        unit.log(Action.TAKE_BACK_NAME, record.id, str(before.generation).encode())
        return shown(unit, [to_be_judged(unit, record, before.posting)])[0]


def learning(workspace: Workspace, person_id: str, *, since: dt.datetime) -> int:
    """The number of the one face that this account had learnt of a person since then; its vector is erased.

    RequestError when there is none or are several, and when that was too long ago; RegisterError for nobody.
    """
    _accept_moment(since)
    with workspace.register.writing() as unit:
        entries = learnt(unit, person_id)
        fresh = [face.face for face in enrolled_faces(unit, person_id) if _is_ours(unit, entries.get(face.face), since)]
        number = _only(fresh)
        remove_faces(unit, person_id, [number])
    return number


def dismissal(workspace: Workspace, item_id: str, *, since: dt.datetime, by: str) -> str:
    """The id of the one dismissal that this account kept of a face in the picture since then; the face counts again.

    RequestError when there is none or are several, and when that was too long ago.
    """
    _accept_moment(since)
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        held = (one for one in dismissals.dismissals(unit) if one.at >= since)
        fresh = [
            one.id for one in held if one.place.picture == record.secret.sha256 and _is_our_dismissal(unit, one, since)
        ]
        dismissals.reinstate(unit, _only(fresh), by, str(TAKEN_BACK))
        return fresh[0]


def dismissed(workspace: Workspace, dismissal_id: str, *, since: dt.datetime, by: str) -> str:
    """The id of the dismissal, which was kept here since then; the face counts again. RequestError as `dismissal`."""
    _accept_moment(since)
    with workspace.register.writing() as unit:
        held = (one for one in dismissals.dismissals(unit) if one.id == dismissal_id)
        found = _only([one.id for one in held if _is_our_dismissal(unit, one, since)])
        dismissals.reinstate(unit, found, by, str(TAKEN_BACK))
        return found


def _is_our_dismissal(unit: UnitOfWork, kept: Dismissal, since: dt.datetime) -> bool:
    """Whether it holds, and whoever acts here kept it since then."""
    entry = _logged(unit, Action.DISMISS_FACE, kept.id, dismissal_form(kept))
    return kept.ending is None and _is_ours(unit, entry, since)


def post(workspace: Workspace, item_id: str, *, since: dt.datetime) -> Item:
    """The picture as it was before this account recorded since then where it is posted; the post is on record no more.

    RequestError when it is not posted, another account recorded it or that was too long ago, and when anything was done
    to the post since: a task to take it down was opened, it is down, or somebody in it was erased.
    """
    _accept_moment(since)
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        if record.secret.publication is None:
            raise RequestError(NOTHING)
        published = _published(unit, record.secret.publication, since)
        accept_kept(record)
        remove_publication(unit, published)
        return shown(unit, [kept.take_back_post(unit, record, _before_post(unit, record))])[0]


def publication(workspace: Workspace, publication_id: str, *, since: dt.datetime) -> Publication:
    """The post that was recorded here since then, which is on record no more; RequestError as `post`."""
    _accept_moment(since)
    with workspace.register.writing() as unit:
        published = _published(unit, publication_id, since)
        remove_publication(unit, published)
        return published


def _published(unit: UnitOfWork, publication_id: str, since: dt.datetime) -> Publication:
    """The post of this id, which whoever acts here recorded since then, and to which nothing was done."""
    found = untouched(unit, publication_id)
    if found is None:
        raise RequestError(OTHERWISE)
    published, entry = found
    if not _is_ours(unit, entry, since):
        raise RequestError(NOTHING)
    return published


def _before_post(unit: UnitOfWork, record: ItemRecord) -> ItemState:
    """The state in which a picture was posted."""
    if record.verdict != Verdict.GO.word and any(one.said.accept for one in counting(unit, record)):
        return ItemState.ACCEPTED
    return ItemState.JUDGED if record.place is None else ItemState.READY


def consent(workspace: Workspace, consent_id: str, *, by: str, second: str | None = None) -> Stated:
    """The mark that a yes was entered in error which this account recorded, as `grants.mark_entered_in_error` keeps it.

    RequestError when it is no yes, another account recorded it or that was too long ago, something was said since or
    rests on it, and where the policy asks for a second person and none is named.
    """
    accept_mark(workspace.kept, second)
    with workspace.register.writing() as unit:
        given = consent_record(unit, consent_id)
        entry = _recorded(unit, given)
        if not given.gives or entry is None or entry.by != unit.by:
            raise RequestError(NOTHING)
        _accept_moment(entry.at)
        if entry != _last_on(unit, given.person) or posts_on(unit, given.id) or _rests(unit, given):
            raise RequestError(OTHERWISE)
        return mark_in(unit, given, by=by, second=second, reason=str(TAKEN_BACK))


def _rests(unit: UnitOfWork, given: Consent) -> bool:
    """Whether a face rests on this consent."""
    return any(face.consent == given.id for face in enrolled_faces(unit, given.person))


FILED = frozenset({Action.ADD_EVIDENCE, Action.ADD_NOTICE})
"""What is recorded with a statement, and is no other thing that was done."""


def _last_on(unit: UnitOfWork, person_id: str) -> Entry | None:
    """The last entry of the log on a person, but for files that prove what they said."""
    entries = unit.sql.journal.entries_on(alias(unit, person_id).name)
    return next((entry for entry in reversed(entries) if entry.action not in FILED), None)


def _recorded(unit: UnitOfWork, given: Consent) -> Entry | None:
    """The entry of the log on this statement."""
    known = alias(unit, given.person)
    return _entry(unit, known, Action.RECORD_CONSENT, consent_form(given))


def _logged(unit: UnitOfWork, action: Action, subject: str, form: bytes) -> Entry | None:
    return _entry(unit, Alias(unit.vault.pseudonym(subject)), action, form)


def _entry(unit: UnitOfWork, known: Alias, action: Action, form: bytes) -> Entry | None:
    digest = unit.vault.digest(form, known.salt)
    entries = unit.sql.journal.entries_on(known.name)
    return next((entry for entry in entries if entry.action == action and entry.payload == digest), None)


def _is_ours(unit: UnitOfWork, entry: Entry | None, since: dt.datetime) -> bool:
    """Whether the account that acts here did it, since then; where none acts, whether none did."""
    return entry is not None and entry.by == unit.by and entry.at >= since


def _only(found: Sequence[_T]) -> _T:
    """The one that was found; RequestError for none, and for several, of which nobody knows which is meant."""
    if not found:
        raise RequestError(NOTHING)
    if len(found) > 1:
        raise RequestError(OTHERWISE)
    return found[0]


def _accept_moment(at: dt.datetime) -> None:
    if dt.datetime.now(dt.UTC) - at > WITHIN:
        raise RequestError(TOO_LATE)
