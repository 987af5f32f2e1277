"""The people of a register: add, change, list, show, hand over all that is held about them, erase."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dossier import Dossier
from imgpolicy.domain.person import Person
from imgpolicy.errors import RequestError
from imgpolicy.register import people as kept
from imgpolicy.register.consents import consents
from imgpolicy.register.erasure import Erasure, erase_person
from imgpolicy.register.faces import FaceCount, faces
from imgpolicy.register.subject_access import dossier
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What is to be changed of a person; None leaves a field as it is, and "" takes relation or guardian away."""

    name: str | None = None
    relation: str | None = None
    born: dt.date | None = None
    guardian: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person with all that they said, in the order in which it was recorded, and how many face vectors are held."""

    person: Person
    consents: tuple[Consent, ...]
    faces: tuple[FaceCount, ...]


def add(workspace: Workspace, person: Person) -> None:
    """Add a person; RegisterError when the id is taken or is no id, or the guardian is not there."""
    with workspace.register.writing() as unit:
        kept.add_person(unit, person)


def edit(workspace: Workspace, person_id: str, change: PersonChange) -> Person:
    """The person as they are from now on.

    Raises RequestError when nothing is to be changed, RegisterError when they are not there or the register refuses.
    """
    if change == PersonChange():
        raise RequestError("nothing to change: name a name, a relation, a day of birth or a guardian")
    with workspace.register.writing() as unit:
        old = kept.person(unit, person_id)
        new = replace(
            old,
            name=old.name if change.name is None else change.name,
            relation=old.relation if change.relation is None else change.relation or None,
            born=old.born if change.born is None else change.born,
            guardian=old.guardian if change.guardian is None else change.guardian or None,
        )
        kept.edit_person(unit, new)
    return new


def everybody(workspace: Workspace) -> tuple[Person, ...]:
    """All people of the register."""
    with workspace.register.reading() as unit:
        return kept.people(unit)


def show(workspace: Workspace, person_id: str) -> KnownPerson:
    """One person; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        return KnownPerson(
            person=kept.person(unit, person_id), consents=consents(unit, person_id), faces=faces(unit, person_id)
        )


def everything_about(workspace: Workspace, person_id: str) -> Dossier:
    """All that is held about a person, for that person (GDPR article 15); RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        return dossier(unit, person_id)


def erase(workspace: Workspace, person_id: str) -> Erasure:
    """What came of erasing a person for ever: their key is destroyed, and all about them is removed (article 17).

    RegisterError when they are not there, or are a guardian whose word a child's consents rest on.
    """
    return erase_person(workspace.register, person_id)
