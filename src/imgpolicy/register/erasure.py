"""Erasing a person (GDPR article 17): the key is overwritten, the rows go, and their bytes leave the files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from imgpolicy.domain.canonical import erasure_form
from imgpolicy.domain.publication import Takedown
from imgpolicy.errors import RegisterError
from imgpolicy.register.decisions import decisions
from imgpolicy.register.log import Action
from imgpolicy.register.publications import open_for_erasure
from imgpolicy.register.rows import (
    ConsentRow,
    DecisionRow,
    EvidenceRow,
    FaceRow,
    JudgedRow,
    PersonRow,
    ScopeRow,
    ShownRow,
    TakedownRow,
)
from imgpolicy.register.session import Session
from imgpolicy.register.store import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure left to do: posts that must come down; and whether the bytes have left the files already.

    They have not while another program reads the register; what it still holds cannot be opened without the key.
    """

    takedowns: tuple[Takedown, ...]
    bytes_gone: bool


def erase_person(register: Register, person: str) -> Erasure:
    """Remove everything that is held about this person, but for the log, which knows a pseudonym alone.

    Posts that show the person get a take-down task; recorded decisions keep their verdict and hashes and lose their
    report. Raises RegisterError for the guardian of somebody.
    """
    with register.writing() as session:
        wards = [row.id for row in session.transaction.wards() if row.guardian == person]
        if wards:
            raise RegisterError(
                f"{person!r} is the guardian of {', '.join(wards[:5])}: name another with `imgpolicy person edit` first"
            )
        row = session.row(person)
        takedowns = open_for_erasure(session, person)
        session.transaction.update(PersonRow, person, {"key": secrets.token_bytes(len(row.key))})
        _remove(session, person)
        removed = [entry.payload for entry in session.entries_on_person(person)]
        session.log(Action.ERASE_PERSON, person, erasure_form(removed))
    return Erasure(takedowns=takedowns, bytes_gone=register.scrub())


def _remove(session: Session, person: str) -> None:
    transaction = session.transaction
    for decision in decisions(session, person):
        transaction.update(DecisionRow, decision.id, {"report": None})
        transaction.delete(JudgedRow, "decision", decision.id)
    for table in (JudgedRow, FaceRow, EvidenceRow, ShownRow):
        transaction.delete(table, "person", person)
    for consent in transaction.consents(person):
        transaction.empty(TakedownRow, "consent", consent.id)
        transaction.delete(ScopeRow, "consent", consent.id)
        transaction.delete(ConsentRow, "id", consent.id)
    transaction.delete(PersonRow, "id", person)
