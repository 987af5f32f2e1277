"""Looking after a register for years: is it whole, how much is in it, another master key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.domain.canonical import consent_form, end_form, licence_form, person_form
from imgpolicy.domain.earlier import (
    earlier_consent_forms,
    earlier_end_forms,
    earlier_licence_forms,
    earlier_person_forms,
)
from imgpolicy.domain.log import Action, Entry, first_broken
from imgpolicy.errors import RegisterError
from imgpolicy.register.decisions import decisions
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.evidence import evidence_of, read_evidence
from imgpolicy.register.faces import face_vectors
from imgpolicy.register.history import History, Kept
from imgpolicy.register.licences import licences
from imgpolicy.register.people import person
from imgpolicy.register.sql.consents import ConsentRow
from imgpolicy.register.sql.decisions import DecisionRow
from imgpolicy.register.sql.dismissals import DismissalRow
from imgpolicy.register.sql.evidence import EvidenceRow, LicenceEvidenceRow
from imgpolicy.register.sql.faces import FaceRow
from imgpolicy.register.sql.licences import LicenceRow
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.sql.publications import PublicationRow, TakedownRow
from imgpolicy.register.sql.works import WorkRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many of each the register holds."""

    people: int
    consents: int
    faces: int
    evidence: int
    works: int
    licences: int
    publications: int
    takedowns: int
    decisions: int
    dismissals: int
    log: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a walk over the register found: the first entry of the log that is wrong, and sealed values that are.

    Both are None and empty when all is well. `entries` counts the log, `head` is its last hash.
    """

    broken_entry: int | None
    damaged: tuple[str, ...]
    entries: int
    head: str

    @property
    def whole(self) -> bool:
        """True when nothing is wrong."""
        return self.broken_entry is None and not self.damaged


def verify(unit: UnitOfWork) -> Health:
    """Walk the log from its first entry, open every sealed value, and hold the records against the log.

    Each person, consent, licence and end that the log says was recorded must be there as it was, unless the person was
    erased: the erasure's own entry accounts for what it removed.
    """
    history = History(unit.vault)
    broken = first_broken(history.noting(unit.sql.journal.entries()))
    last = unit.sql.journal.last()
    return Health(
        broken_entry=broken,
        damaged=tuple(_damage(unit, history)) or tuple(_gone(history)),
        entries=unit.sql.journal.count(Entry),
        head=last.hash if last else "",
    )


def stats(unit: UnitOfWork) -> Stats:
    """The counts."""
    sql = unit.sql
    return Stats(
        people=sql.people.count(PersonRow),
        consents=sql.consents.count(ConsentRow),
        faces=sql.faces.count(FaceRow),
        evidence=sql.evidence.count(EvidenceRow) + sql.evidence.count(LicenceEvidenceRow),
        works=sql.works.count(WorkRow),
        licences=sql.licences.count(LicenceRow),
        publications=sql.publications.count(PublicationRow),
        takedowns=sql.publications.count(TakedownRow),
        decisions=sql.decisions.count(DecisionRow),
        dismissals=sql.dismissals.count(DismissalRow),
        log=sql.journal.count(Entry),
    )


def change_key(unit: UnitOfWork, new_key: bytes) -> None:
    """Wrap the register's key and everybody's by another master key; what they sealed stays as it is."""
    own, keys = unit.vault.rewrap(new_key, {row.id: row.key for row in unit.sql.people.of()})
    unit.sql.journal.rewrap(own)
    unit.sql.people.rewrap(keys)
    unit.log(Action.CHANGE_KEY, "", b"")


def _damage(unit: UnitOfWork, history: History) -> Iterator[str]:
    """In words, what does not open, and each record that is not what the log says was recorded."""
    for row in unit.sql.people.of():
        try:
            yield from _person_damage(unit, row.id, history)
        except RegisterError as error:
            yield str(error)
    try:
        yield from _licence_damage(unit, history)
        decisions(unit)
        dismissals(unit)
    except RegisterError as error:
        yield str(error)


def _person_damage(unit: UnitOfWork, person_id: str, history: History) -> Iterator[str]:
    who = person(unit, person_id)
    if not history.holds(Kept.PERSON, person_id, person_form(who), earlier_person_forms(who)):
        yield f"the register is damaged: the person {person_id!r} is not what was recorded"
    for consent in consents(unit, person_id):
        if not history.holds(Kept.CONSENT, person_id, consent_form(consent), earlier_consent_forms(consent)):
            yield f"the register is damaged: the consent {consent.id!r} is not what was recorded"
    for evidence in evidence_of(unit, person_id):
        read_evidence(unit, evidence.id)
    face_vectors(unit, person_id)


def _licence_damage(unit: UnitOfWork, history: History) -> Iterator[str]:
    for licence in licences(unit):
        whole = history.holds(Kept.LICENCE, licence.id, licence_form(licence), earlier_licence_forms(licence))
        if licence.end is not None:
            form, earlier = end_form(licence.id, licence.end), earlier_end_forms(licence.id, licence.end)
            whole &= history.holds(Kept.END, licence.id, form, earlier)
        if not whole:
            yield f"the register is damaged: the licence {licence.id!r} is not what was recorded"
    for row in unit.sql.evidence.find(LicenceEvidenceRow):
        read_evidence(unit, row.id)


def _gone(history: History) -> Iterator[str]:
    """In words, the entries of the log that recorded something of which nothing is left."""
    for number in history.unaccounted:
        yield f"the register is damaged: entry {number} of the log erases more than was recorded, or less"
    for number in history.missing():
        yield f"the register is damaged: what entry {number} of the log recorded is not there any more"
