"""What a check relies on, held against the log before anybody is judged by it: of those concerned, not of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imgpolicy.domain.canonical import (
    consent_form,
    dismissal_form,
    end_form,
    ending_form,
    licence_form,
    person_form,
    work_form,
)
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.earlier import (
    earlier_consent_forms,
    earlier_dismissal_forms,
    earlier_end_forms,
    earlier_ending_forms,
    earlier_licence_forms,
    earlier_person_forms,
    earlier_work_forms,
)
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.log import CREATED, Action, Alias, Entry, first_broken
from imgpolicy.domain.person import Person
from imgpolicy.domain.work import Work
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.dismissals import opened_dismissal, opened_ending
from imgpolicy.register.history import History, Kept
from imgpolicy.register.licences import licences
from imgpolicy.register.people import alias, person
from imgpolicy.register.sql.dismissals import DismissalRow
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import whole_work

MOST_WALKED = 20_000
"""Entries of a log that is walked before anybody is judged: 0.2 s of CPU at the most."""


def relied_person(unit: UnitOfWork, person_id: str) -> tuple[Person, tuple[Consent, ...]]:
    """The person, and all that they said, as the log says that it was recorded.

    RegisterError when nobody has this id, or when anything of it was altered or is gone.
    """
    who, said = person(unit, person_id), consents(unit, person_id)
    own = alias(unit, person_id)
    history = _history(unit, unit.sql.journal.entries_on(own.name), {person_id: own})
    whole = history.holds(Kept.PERSON, person_id, person_form(who), earlier_person_forms(who))
    for one in said:
        whole &= history.holds(Kept.CONSENT, person_id, consent_form(one), earlier_consent_forms(one))
    if not whole or history.missing((Kept.PERSON, Kept.CONSENT)):
        raise _altered(phrase("what the register holds of {person}", person=repr(person_id)))
    return who, said


def relied_work(unit: UnitOfWork, work_id: str) -> tuple[Work, tuple[Licence, ...]]:
    """The work, and the licences to it, as the log says; RegisterError as `relied_person`."""
    work, held = whole_work(unit, work_id), licences(unit, work_id)
    history = _history(unit, unit.sql.journal.entries_on(unit.vault.pseudonym(work_id)))
    whole = history.holds(Kept.WORK, work_id, work_form(work), earlier_work_forms(work))
    if not whole or not all(_is_whole(unit, licence) for licence in held):
        raise _altered(phrase("what the register holds of {work}", work=repr(work_id)))
    return work, held


def relied_dismissals(unit: UnitOfWork) -> tuple[Dismissal, ...]:
    """The dismissals that nobody took back, as the log says; RegisterError when any was altered or is gone."""
    history = _history(unit, unit.sql.journal.of_actions((Action.DISMISS_FACE, Action.REINSTATE_FACE)))
    standing: dict[str, Dismissal] = {}
    ended: set[str] = set()
    whole = True
    for row in unit.sql.dismissals.find(DismissalRow):
        if row.ends is None:
            said = opened_dismissal(unit, row)
            standing[said.id] = said
            whole &= history.holds(Kept.DISMISSAL, said.id, dismissal_form(said), earlier_dismissal_forms(said))
        else:
            ending = opened_ending(unit, row)
            former = earlier_ending_forms(row.ends, ending, row.id)
            whole &= history.holds(Kept.ENDING, row.ends, ending_form(row.ends, ending), former)
            ended.add(row.ends)
    if not whole or history.missing():
        raise _altered(phrase("what the register holds of dismissed faces"))
    kept = (said for said in standing.values() if said.id not in ended)
    return tuple(sorted(kept, key=lambda said: (said.at, said.id)))


def check_all_there(unit: UnitOfWork) -> None:
    """Nothing, when there are as many people and works as the log says, and the log is whole; RegisterError when not.

    Whoever is searched for by a face or a picture can be relied on only where they can be found. A log of more than
    MOST_WALKED entries is counted and not walked: in the midst of it an entry may have been rewritten unseen.
    """
    last, held = unit.sql.journal.last(), unit.sql.journal.count(Entry)
    whole = last is not None and held == last.seq
    if whole and held <= MOST_WALKED:
        entries = unit.sql.journal.entries()
        whole = first_broken(entries, unit.vault.chained, unit.vault.digest(CREATED)) is None
    if not whole:
        raise _altered(phrase("the log of the register"))
    counts = (
        (phrase("people"), Action.ADD_PERSON, Action.ERASE_PERSON, unit.sql.people.count(PersonRow)),
        (phrase("works"), Action.ADD_WORK, Action.REMOVE_WORK, unit.sql.works.recognised()),
    )
    for what, added, removed, held in counts:
        if unit.sql.journal.count_of(added) - unit.sql.journal.count_of(removed) != held:
            raise _altered(phrase("how many {what} the register holds", what=what))


def _is_whole(unit: UnitOfWork, licence: Licence) -> bool:
    history = _history(unit, unit.sql.journal.entries_on(unit.vault.pseudonym(licence.id)))
    whole = history.holds(Kept.LICENCE, licence.id, licence_form(licence), earlier_licence_forms(licence))
    if licence.end is not None:
        form, former = end_form(licence.id, licence.end), earlier_end_forms(licence.id, licence.end)
        whole &= history.holds(Kept.END, licence.id, form, former)
    return whole and not history.missing((Kept.LICENCE, Kept.END))


def _history(unit: UnitOfWork, entries: Iterable[Entry], people: Mapping[str, Alias] | None = None) -> History:
    history = History(unit.vault, people or {})
    for _ in history.noting(entries):
        pass
    return history


def _altered(what: str) -> RegisterError:
    return RegisterError(
        phrase(
            "{what} is not what was recorded, and nothing is judged by it: `imgpolicy register verify` names what it"
            " is",
            what=what,
        )
    )
