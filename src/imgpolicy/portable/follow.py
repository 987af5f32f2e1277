"""What an import does with a record that is there already: it changes a person, and leaves the rest as it is.

Each function gives what came of it. RegisterError when a record says something else under an id that is on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from imgpolicy.domain.consent import Consent, ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.work import KnownFingerprint, Work
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Vector
from imgpolicy.phrase import phrase
from imgpolicy.register.consents import TICK, record_consent
from imgpolicy.register.faces import add_faces, face_vectors
from imgpolicy.register.licences import add_licence, licences
from imgpolicy.register.people import add_person, edit_person, is_known, person
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import already_there, work
from imgpolicy.wire.person import Change, person_changes, vector_from

Times = tuple[dt.datetime, dt.datetime]
"""The first and the last moment at which something may have been stated."""

_SAME_FACE = 1e-4
"""Difference in any number of a vector, of length 1, below which it is of the same photograph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a record: it was added, as it is in `added`; or these changes were made; or nothing."""

    added: object = None
    changes: tuple[Change, ...] = ()


UNCHANGED = Done()


def follow_person(unit: UnitOfWork, said: Person) -> Done:
    """Add the person, or change what is said of them; what is left open stays as it is."""
    if not is_known(unit, said.id):
        add_person(unit, said)
        return Done(added=said)
    old = person(unit, said.id)
    new = replace(old, **{one.name: getattr(said, one.name) for one in fields(Person) if _says(said, one.name)})
    guarded = old.guarded_by(new.guardians, unit.policy.today())
    told = {former.id for former in said.former_guardians}
    former = said.former_guardians | {one for one in guarded.former_guardians if one.id not in told}
    # That somebody is of age is stated once: the day on which a table says so again is no change.
    new = replace(new, former_guardians=former, adult=old.adult or said.adult)
    changes = person_changes(old, new)
    if changes:
        edit_person(unit, new)
    return Done(changes=changes)


def follow_consent(unit: UnitOfWork, said: Consent, times: Times | None) -> Done:
    """Record the consent unless it is on record; `times` are those at which it was stated, None for any.

    A denial of any time is not the one on record that nobody ever said: whoever says no now says it.
    """
    known = {consent.id: consent for consent in consents(unit, said.person)}
    never_said = {consent.about for consent in known.values() if consent.state is ConsentState.ENTERED_IN_ERROR}
    if said.id in known:
        if not _same(known[said.id], said, times, known.values()):
            raise RegisterError(
                phrase(
                    "{id} is on record and says something else: a consent is followed, not changed", id=repr(said.id)
                )
            )
        return UNCHANGED
    for old in known.values():
        if said.denies and times is None and old.id in never_said:
            continue
        if _same(old, said, times, known.values()) and not _overtaken(old, said, known.values()):
            return UNCHANGED
    return Done(added=record_consent(unit, said))


def follow_licence(unit: UnitOfWork, said: Licence, *, timed: bool) -> Done:
    """Record the licence unless it is on record; not `timed` is one that may have been recorded at any time.

    One that was ended on record stays so, whatever is said; one that is said to be ended must be ended by hand, with
    the posts that come down by it.
    """
    for old in licences(unit, said.work):
        told = replace(said, id=old.id, at=said.at if timed else old.at, end=said.end or old.end)
        if told == old:
            return UNCHANGED
        if old.end is None and replace(told, end=None) == old:
            raise RegisterError(
                phrase(
                    "{id} is on record and not ended: `imgpolicy licence end {licence}` ends it",
                    id=repr(old.id),
                    licence=old.id,
                )
            )
        if old.id == said.id:
            raise RegisterError(
                phrase("{id} is on record and says something else: a licence is ended, not changed", id=repr(said.id))
            )
    return Done(added=add_licence(unit, said))


def is_known_work(unit: UnitOfWork, said: Work, pictures: Sequence[KnownFingerprint]) -> bool:
    """Whether the work is on record as it is said, by each of these pictures; an empty id is any."""
    owners = already_there(unit, pictures)
    if len(owners) < len(pictures) or len(set(owners.values())) != 1:
        return False
    (found,) = set(owners.values())
    return replace(work(unit, found), fingerprints=()) == replace(said, id=said.id or found, fingerprints=())


def follow_face(unit: UnitOfWork, person_id: str, engine: str, vector: Vector) -> Done:
    """Enrol the face unless this very photograph's is enrolled."""
    if is_enrolled(unit, person_id, engine, vector):
        return UNCHANGED
    add_faces(unit, person_id, engine, [vector])
    return Done(added=person_id)


def is_enrolled(unit: UnitOfWork, person_id: str, engine: str, vector: Vector) -> bool:
    """Whether the face of this very photograph is enrolled."""
    held = (vector_from(known.vector) for known in face_vectors(unit, person_id) if known.engine == engine)
    return any(one.size == vector.size and abs(one - vector).max() < _SAME_FACE for one in held)


def _says(said: Person, name: str) -> bool:
    """Whether a field is filled: what has its default is not known, which is no reason to forget what is."""
    (default,) = (one.default for one in fields(Person) if one.name == name)
    return bool(getattr(said, name) != default)


def _same(old: Consent, said: Consent, times: Times | None, every: Iterable[Consent]) -> bool:
    """Whether a consent on record is what is said, stated within these times.

    A denial that came late was moved behind all that was on record: a tick after another statement.
    """
    alike = replace(said, id=old.id, at=old.at, notice=said.notice or old.notice)
    if alike != old or (times is not None and old.at < times[0]):
        return False
    if times is None or old.at <= times[1]:
        return True
    return old.denies and any(other.at + TICK == old.at for other in every)


def _overtaken(old: Consent, said: Consent, every: Iterable[Consent]) -> bool:
    """Whether a yes that this denial would take back was stated since the one on record: then it is a new one."""
    return said.denies and any(
        other.gives and other.kind is said.kind and old.at < other.at <= said.at for other in every
    )
