"""Write the letter that asks somebody for a consent, with what whoever sends it should know."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.cover import cover
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.register.people import person
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.rules.remedies import consent_letter, guardian_letter
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter, and a remark for whoever sends it; None when there is nothing to remark on."""

    text: Phrase
    remark: Phrase | None


def consent_request(workspace: Workspace, person_id: str, posting: Posting) -> Letter:
    """The letter that asks a person, or a child's guardian, for a publication consent to this posting.

    Raises RequestError for words that the policy does not know, RegisterError when they are not in the register.
    """
    posting = accept_posting(workspace, posting)
    with workspace.register.reading() as unit:
        asked = person(unit, person_id)
        return Letter(text=_letter(unit, asked, posting), remark=_remark(unit, asked, posting))


def _letter(unit: UnitOfWork, asked: Person, posting: Posting) -> Phrase:
    """The letter to the person, or to the guardians of a child."""
    if not asked.child(posting.day):
        return consent_letter(asked.name, posting)
    names = [person(unit, guardian).name for guardian in sorted(asked.guardians)]
    return guardian_letter(names, asked.name, posting)


def _remark(unit: UnitOfWork, asked: Person, posting: Posting) -> Phrase | None:
    """What the consents on record say to the posting already; None when there is nothing."""
    coverage = cover(asked, consents(unit, asked.id), posting, unit.policy)
    if coverage.status in {CoverStatus.REFUSED, CoverStatus.WITHDRAWN}:
        return phrase(
            "{person} said no: {reason}; ask again only when there is a new reason to",
            person=asked.id,
            reason=coverage.reason,
        )
    if coverage.covered:
        return phrase("{person} need not be asked: {reason}", person=asked.id, reason=coverage.reason)
    return None
