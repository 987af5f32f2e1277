"""The people of a register: add, change, list, show, hand over all that is held about them, erase."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dossier import Dossier
from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.domain.publication import Due
from imgpolicy.domain.words import folded
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register import erasure
from imgpolicy.register import people as kept
from imgpolicy.register.erasure import Erasure
from imgpolicy.register.faces import FaceCount, faces
from imgpolicy.register.resting import nothing_rests
from imgpolicy.register.statements import consents
from imgpolicy.register.subject_access import dossier
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.workspace import Workspace

_FEW = 10
"""So many ids stand in one line."""
_NUMBERED = re.compile(r"person-([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What is to be changed of a person; None leaves a field as it is, and "" takes the relation or the address away.

    `guardians` are all from now on: whoever is none of them any more is kept as a former one. `adult_by` states that
    they are of age, and "" takes that back.
    """

    name: str | None = None
    relation: str | None = None
    born: dt.date | None = None
    guardians: frozenset[str] | None = None
    adult_by: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with all that they said, in the order in which it was recorded, and how many face vectors are held."""

    person: Person
    consents: tuple[Consent, ...]
    faces: tuple[FaceCount, ...]


def add(workspace: Workspace, person: Person, *, adult_by: str | None = None) -> None:
    """Add a person; RegisterError when the id is taken or is no id, or a guardian is not there.

    `adult_by` names whoever states that they are of age.
    """
    with workspace.register.writing() as unit:
        if adult_by is not None:
            person = replace(person, adult=Adulthood(by=adult_by, on=unit.policy.today()))
        kept.add_person(unit, person)


def edit(workspace: Workspace, person_id: str, change: PersonChange) -> Person:
    """The person as they are from now on.

    Raises RequestError when nothing is to be changed, RegisterError when they are not there or the register refuses.
    """
    if change == PersonChange():
        raise RequestError(
            phrase(
                "nothing to change: give a name, a relation, a day of birth, guardians, an e-mail address, or who"
                " states their age"
            )
        )
    with workspace.register.writing() as unit:
        old = kept.person(unit, person_id)
        new = _changed(old, change, unit.policy.today())
        kept.edit_person(unit, new)
    return new


def state_adult(workspace: Workspace, ids: Sequence[str], by: str) -> tuple[str, ...]:
    """The ids of those who are stated to be of age by that named person: these, or all whose age is not known.

    Nobody who has or had a guardian is among the latter. RegisterError when one of them is not there, or is a minor.
    """
    with workspace.register.writing() as unit:
        if ids:
            asked = [kept.person(unit, one) for one in dict.fromkeys(ids)]
        else:
            asked = [one for one in kept.people(unit) if not one.age_known and not one.had_guardians]
        for one in asked:
            kept.edit_person(unit, replace(one, adult=_adult(one, by, unit.policy.today())))
    return tuple(one.id for one in asked)


def _changed(old: Person, change: PersonChange, today: dt.date) -> Person:
    old = old if change.guardians is None else old.guarded_by(change.guardians, today)
    adult = old.adult
    if change.adult_by is not None:
        adult = _adult(old, change.adult_by, today) if change.adult_by else None
    return replace(
        old,
        name=old.name if change.name is None else change.name,
        relation=old.relation if change.relation is None else change.relation or None,
        born=old.born if change.born is None else change.born,
        adult=adult,
        email=old.email if change.email is None else change.email or None,
    )


def _adult(of: Person, by: str, today: dt.date) -> Adulthood:
    """That they are of age, from the day on which it was stated first: to state it again moves no day."""
    return Adulthood(by=by, on=today if of.adult is None else min(of.adult.on, today))


def everybody(workspace: Workspace) -> tuple[Person, ...]:
    """All people of the register."""
    with workspace.register.reading() as unit:
        return kept.people(unit)


def named(workspace: Workspace, said: str) -> str:
    """The id of the one person who has this id, or else is called so; every door takes people by this.

    RegisterError when nobody is, RequestError when several are, or somebody else has the name for an id but for its
    letters' case.
    """
    with workspace.register.reading() as unit:
        return meant(unit, said)


def meant(unit: UnitOfWork, said: str) -> str:
    """As `named`, within a transaction."""
    said = said.strip()
    ids = [said] if kept.is_known(unit, said) else called(unit, said)
    if len(ids) > 1:
        raise RequestError(
            phrase(
                "{name} may be {ids}: say which, by the id",
                name=repr(said[:80]),
                ids=", ".join([*ids[:_FEW], *(["…"] if len(ids) > _FEW else [])]),
            )
        )
    return ids[0] if ids else kept.person(unit, said).id


def called(unit: UnitOfWork, said: str) -> list[str]:
    """The ids of those whose name this is, by id, and when it is anybody's, of who has it for an id in another case."""
    every = kept.people(unit)
    if not any(folded(one.name) == folded(said) for one in every):
        return []
    return [one.id for one in every if folded(said) in {folded(one.name), folded(one.id)}]


def free_id(workspace: Workspace) -> str:
    """An id that nobody has, which tells nothing of whose it is: ids are not sealed."""
    with workspace.register.reading() as unit:
        taken = [_NUMBERED.fullmatch(one.id) for one in kept.people(unit)]
    return f"person-{max((int(found[1]) for found in taken if found), default=0) + 1}"


def show(workspace: Workspace, person_id: str) -> KnownPerson:
    """One person; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        return KnownPerson(
            person=kept.person(unit, person_id), consents=consents(unit, person_id), faces=faces(unit, person_id)
        )


def everything_about(workspace: Workspace, person_id: str) -> Dossier:
    """All that is held about a person, for that person (GDPR article 15); RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        return replace(dossier(unit, person_id), controller=workspace.kept.controller)


def erase(workspace: Workspace, person_id: str) -> Erasure:
    """What came of erasing a person for ever: their key is destroyed, and all about them is removed (article 17).

    RegisterError when they are not there, or are a guardian whose word a child's consents rest on.
    """
    return erasure.erase_person(workspace.register, person_id)


def unneeded(workspace: Workspace) -> tuple[Due, ...]:
    """The people on whom nothing rests any more, and whom the policy does not ask to keep: see `resting.what_rests`."""
    with workspace.register.reading() as unit:
        return nothing_rests(unit, unit.today())


def erase_unneeded(workspace: Workspace, ids: Collection[str]) -> Erasure:
    """What came of erasing these people as `erase` does, all or none of them, because nothing rests on them.

    RegisterError when one is not there, or when something rests on one.
    """
    return erasure.erase_unneeded(workspace.register, ids)
