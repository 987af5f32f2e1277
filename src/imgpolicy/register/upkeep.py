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
from imgpolicy.errors import RegisterError
from imgpolicy.register.access import face_vectors
from imgpolicy.register.decisions import decisions
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.evidence import evidence_of, read_evidence
from imgpolicy.register.history import History, Kept
from imgpolicy.register.log import Action, Entry, first_broken
from imgpolicy.register.rows import (
    ConsentRow,
    DecisionRow,
    DismissalRow,
    EvidenceRow,
    FaceRow,
    LicenceEvidenceRow,
    LicenceRow,
    PersonRow,
    PublicationRow,
    TakedownRow,
    WorkRow,
)
from imgpolicy.register.session import Session


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


def verify(session: Session) -> Health:
    """Walk the log from its first entry, open every sealed value, and hold the records against the log.

    Each person, consent, licence and end that the log says was recorded must be there as it was, unless the person was
    erased: the erasure's own entry accounts for what it removed.
    """
    history = History(session.vault)
    broken = first_broken(history.noting(session.transaction.log()))
    last = session.transaction.last_entry()
    return Health(
        broken_entry=broken,
        damaged=tuple(_damage(session, history)) or tuple(_gone(history)),
        entries=session.transaction.count(Entry),
        head=last.hash if last else "",
    )


def stats(session: Session) -> Stats:
    """The counts."""
    count = session.transaction.count
    return Stats(
        people=count(PersonRow),
        consents=count(ConsentRow),
        faces=count(FaceRow),
        evidence=count(EvidenceRow) + count(LicenceEvidenceRow),
        works=count(WorkRow),
        licences=count(LicenceRow),
        publications=count(PublicationRow),
        takedowns=count(TakedownRow),
        decisions=count(DecisionRow),
        dismissals=count(DismissalRow),
        log=count(Entry),
    )


def change_key(session: Session, new_key: bytes) -> None:
    """Wrap the register's key and everybody's by another master key; what they sealed stays as it is."""
    wrapped = {row.id: row.key for row in session.transaction.people()}
    session.transaction.rewrap(*session.vault.rewrap(new_key, wrapped))
    session.log(Action.CHANGE_KEY, "", b"")


def _damage(session: Session, history: History) -> Iterator[str]:
    """In words, what does not open, and each record that is not what the log says was recorded."""
    for row in session.transaction.people():
        try:
            yield from _person_damage(session, row.id, history)
        except RegisterError as error:
            yield str(error)
    try:
        yield from _licence_damage(session, history)
        decisions(session)
        dismissals(session)
    except RegisterError as error:
        yield str(error)


def _person_damage(session: Session, person_id: str, history: History) -> Iterator[str]:
    person = session.person(person_id)
    if not history.holds(Kept.PERSON, person_id, person_form(person), earlier_person_forms(person)):
        yield f"the register is damaged: the person {person_id!r} is not what was recorded"
    for consent in session.consents(person_id):
        if not history.holds(Kept.CONSENT, person_id, consent_form(consent), earlier_consent_forms(consent)):
            yield f"the register is damaged: the consent {consent.id!r} is not what was recorded"
    for evidence in evidence_of(session, person_id):
        read_evidence(session, evidence.id)
    face_vectors(session, person_id)


def _licence_damage(session: Session, history: History) -> Iterator[str]:
    for licence in session.licences():
        whole = history.holds(Kept.LICENCE, licence.id, licence_form(licence), earlier_licence_forms(licence))
        if licence.end is not None:
            form, earlier = end_form(licence.id, licence.end), earlier_end_forms(licence.id, licence.end)
            whole &= history.holds(Kept.END, licence.id, form, earlier)
        if not whole:
            yield f"the register is damaged: the licence {licence.id!r} is not what was recorded"
    for row in session.transaction.find(LicenceEvidenceRow):
        read_evidence(session, row.id)


def _gone(history: History) -> Iterator[str]:
    """In words, the entries of the log that recorded something of which nothing is left."""
    for number in history.unaccounted:
        yield f"the register is damaged: entry {number} of the log erases more than was recorded, or less"
    for number in history.missing():
        yield f"the register is damaged: what entry {number} of the log recorded is not there any more"
