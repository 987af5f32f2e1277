"""Erasing a person (GDPR article 17): the key is overwritten, the rows go, and their bytes leave the files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from imgpolicy.domain.changes import erasure_form
from imgpolicy.domain.log import Action, Alias
from imgpolicy.domain.person import guardians_first
from imgpolicy.domain.publication import Takedown
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.announcements import announce_erasure
from imgpolicy.register.people import alias, destroy_key, wards
from imgpolicy.register.publications import open_for_erasure
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import relied_person
from imgpolicy.register.resting import what_rests
from imgpolicy.register.stores import STORES
from imgpolicy.register.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Who was erased, by id; the posts that must come down for it; and whether the bytes have left the files already.

    They have not while another program reads the register; what it still holds cannot be opened without the key.
    """

    people: tuple[str, ...]
    takedowns: tuple[Takedown, ...]
    bytes_gone: bool


def erase_person(register: Register, person: str) -> Erasure:
    """Remove everything that is held about this person, but for the log, which knows a pseudonym alone.

    Posts that show the person get a take-down task; recorded decisions keep their verdict and hashes and lose their
    report. The entry in the log accounts for all that was recorded of the person. Raises RegisterError for the guardian
    of somebody.
    """
    with register.writing() as unit:
        takedowns = _erase(unit, person)
    return Erasure(people=(person,), takedowns=takedowns, bytes_gone=register.scrub())


def erase_unneeded(register: Register, asked: Collection[str]) -> Erasure:
    """Remove everything that is held about these people, all or none of them, on whom nothing rests.

    Raises RegisterError when something rests on one of them, or when nobody can tell: because what the register holds
    of one was altered, because it is an older copy, or because something is to be done again since it was restored.
    """
    with register.judging():
        pass
    with register.writing() as unit:
        rests = what_rests(unit, unit.today())
        about = [relied_person(unit, person)[0] for person in sorted(set(asked))]
        for person in about:
            if person.id in rests:
                raise RegisterError(
                    phrase("something rests on {id}: {what}", id=repr(person.id), what=rests[person.id])
                )
        takedowns = [
            task for person in reversed(guardians_first(about, lambda one: one)) for task in _erase(unit, person.id)
        ]
    ids = tuple(person.id for person in about)
    return Erasure(people=ids, takedowns=tuple(takedowns), bytes_gone=not ids or register.scrub())


def _erase(unit: UnitOfWork, person: str) -> tuple[Takedown, ...]:
    children = wards(unit, person)
    if children:
        raise RegisterError(
            phrase(
                "{person} is the guardian of {people}: name another with `imgpolicy person edit` first",
                person=repr(person),
                people=", ".join(children[:5]),
            )
        )
    own = alias(unit, person).name
    destroy_key(unit, person)
    takedowns = open_for_erasure(unit, person)
    announce_erasure(unit, person)
    for store in STORES:
        if store.forget is not None:
            store.forget(unit, person)
    removed = [entry.payload for entry in unit.entries_on_person(own)]
    unit.log_under(Alias(own), Action.ERASE_PERSON, erasure_form(removed))
    return takedowns
