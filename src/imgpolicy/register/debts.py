"""What a restoration took back without anybody wanting it, and must be done again before anybody is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imgpolicy.domain.canonical import consent_form
from imgpolicy.domain.changes import ANY_DENIAL, debt_form, restoration_form
from imgpolicy.domain.consent import Consent, ConsentKind
from imgpolicy.domain.log import Action, Entry
from imgpolicy.phrase import phrase
from imgpolicy.register.people import alias, aliases, log_on
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork

_DENIALS = {
    ConsentKind.PUBLICATION: Action.OWE_PUBLICATION_DENIAL,
    ConsentKind.BIOMETRIC: Action.OWE_BIOMETRIC_DENIAL,
}
OWING = frozenset({Action.OWE_ERASURE, Action.OWE_CHANGE, *_DENIALS.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What must be done again of somebody, by the action that owes it."""

    person: str
    owing: Action

    def line(self) -> str:
        """What is to be done; a phrase."""
        person = repr(self.person)
        if self.owing is Action.OWE_ERASURE:
            return phrase("erase {person}", person=person)
        if self.owing is Action.OWE_CHANGE:
            return phrase("edit {person}", person=person)
        kind = next(kind for kind, action in _DENIALS.items() if action is self.owing)
        return phrase("record the denial of {kind} of {person}", kind=kind.value, person=person)


def record_restoration(  # noqa: PLR0913  # what a restoration says
    unit: UnitOfWork,
    replaced: str | None,
    *,
    erased: Iterable[str] = (),
    denials: Iterable[Consent] = (),
    changed: Iterable[str] = (),
    untold: Iterable[str] = (),
    carried: Sequence[Entry] = (),
) -> None:
    """Log a restoration in place of the register with this head, and what of that must be done again.

    `changed` are people whose age or guardians were changed, `untold` people of whom nobody can tell any more what they
    said; `carried` what an earlier restoration left.
    """
    unit.log(Action.RESTORE, "", restoration_form(replaced))
    for person in erased:
        log_on(unit, Action.OWE_ERASURE, person, b"")
    for denial in denials:
        log_on(unit, _DENIALS[denial.kind], denial.person, debt_form(denial))
    for person in changed:
        log_on(unit, Action.OWE_CHANGE, person, b"")
    for person in untold:
        for action in _DENIALS.values():
            log_on(unit, action, person, ANY_DENIAL)
    for entry in carried:
        unit.log_again(entry)


def owed(unit: UnitOfWork) -> tuple[Debt, ...]:
    """What must still be done again, by person."""
    entries = unit.sql.journal.of_actions(OWING)
    if not entries:
        return ()
    since = {subject: unit.sql.journal.entries_on(subject) for subject in {entry.subject for entry in entries}}
    open_ones = [entry for entry in entries if not _erased_since(entry, since[entry.subject])]
    if not open_ones:
        return ()
    people = {own.name: person for person, own in aliases(unit).items()}
    debts = {
        Debt(person=people[entry.subject], owing=Action(entry.action))
        for entry in open_ones
        if entry.subject in people and not _done_since(unit, people[entry.subject], entry, since[entry.subject])
    }
    return tuple(sorted(debts, key=lambda debt: (debt.person, debt.line())))


def is_restored_blindly(unit: UnitOfWork) -> bool:
    """True when it was restored in place of a register of which nobody can tell what was recorded since the backup."""
    blind = unit.vault.digest(restoration_form(None))
    return any(entry.payload == blind for entry in unit.sql.journal.of_actions((Action.RESTORE,)))


def _erased_since(debt: Entry, entries: Iterable[Entry]) -> bool:
    return any(entry.seq > debt.seq and entry.action == Action.ERASE_PERSON for entry in entries)


def _done_since(unit: UnitOfWork, person: str, debt: Entry, entries: Iterable[Entry]) -> bool:
    """True when they were changed since, or took back what the debt says, or all of its kind."""
    if debt.action == Action.OWE_CHANGE:
        return any(entry.seq > debt.seq and entry.action == Action.EDIT_PERSON for entry in entries)
    salt = alias(unit, person).salt
    later = {entry.payload for entry in entries if entry.seq > debt.seq and entry.action == Action.RECORD_CONSENT}
    return any(
        _DENIALS[one.kind] == debt.action
        and unit.vault.digest(consent_form(one), salt) in later
        and (_denies_all(one) or unit.vault.digest(debt_form(one), salt) == debt.payload)
        for one in consents(unit, person)
        if one.takes_back
    )


def _denies_all(one: Consent) -> bool:
    return one.denies and not one.scope and one.about is None
