"""Looking after a register for years: is it whole, how much is in it, another master key."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.errors import RegisterError
from imgpolicy.register.access import face_vectors
from imgpolicy.register.decisions import decisions
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.evidence import evidence_of, read_evidence
from imgpolicy.register.log import Action, Entry, first_broken
from imgpolicy.register.records import canonical, end_digest
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

_COMPARED = frozenset({Action.RECORD_CONSENT, Action.RECORD_LICENCE, Action.END_LICENCE})
"""What is held against what stands in the register now."""


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
    """Walk the log from its first entry, open every sealed value, and hold each consent and licence against the log.

    Each that the log says was recorded must be there as it was, unless the person was erased.
    """
    by_subject: dict[str, dict[str, int]] = defaultdict(dict)
    broken = first_broken(_noting(session.transaction.log(), by_subject))
    recorded = {digest: number for digests in by_subject.values() for digest, number in digests.items()}
    last = session.transaction.last_entry()
    return Health(
        broken_entry=broken,
        damaged=tuple(_damage(session, recorded)) or tuple(_gone(session, recorded)),
        entries=session.transaction.count(Entry),
        head=last.hash if last else "",
    )


def _noting(entries: Iterator[Entry], by_subject: dict[str, dict[str, int]]) -> Iterator[Entry]:
    """The entries as they come; digest and number of the consents and licences among them go into `by_subject`."""
    for entry in entries:
        if entry.action in _COMPARED:
            by_subject[entry.subject][entry.payload] = entry.seq
        elif entry.action == Action.ERASE_PERSON:
            by_subject.pop(entry.subject, None)
        yield entry


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


def _damage(session: Session, recorded: Collection[str]) -> Iterator[str]:
    """In words, what does not open, and each consent or licence that is not what the log says was recorded."""
    for row in session.transaction.people():
        try:
            session.person(row.id)
            for consent in session.consents(row.id):
                if _consent_digest(session, consent) not in recorded:
                    yield f"the register is damaged: the consent {consent.id!r} is not what was recorded"
            for evidence in evidence_of(session, row.id):
                read_evidence(session, evidence.id)
            face_vectors(session, row.id)
        except RegisterError as error:
            yield str(error)
    try:
        yield from _licence_damage(session, recorded)
    except RegisterError as error:
        yield str(error)
    try:
        decisions(session)
        dismissals(session)
    except RegisterError as error:
        yield str(error)


def _licence_damage(session: Session, recorded: Collection[str]) -> Iterator[str]:
    for licence in session.licences():
        if any(digest not in recorded for digest in _licence_digests(session, licence)):
            yield f"the register is damaged: the licence {licence.id!r} is not what was recorded"
    for row in session.transaction.find(LicenceEvidenceRow):
        read_evidence(session, row.id)


def _gone(session: Session, recorded: Mapping[str, int]) -> Iterator[str]:
    """In words, the entries of the log that recorded a consent or licence, or its end, of which nothing is left."""
    there = {_consent_digest(session, c) for row in session.transaction.people() for c in session.consents(row.id)}
    there.update(digest for licence in session.licences() for digest in _licence_digests(session, licence))
    for number in sorted(recorded[digest] for digest in recorded.keys() - there):
        yield f"the register is damaged: what entry {number} of the log recorded is not there any more"


def _consent_digest(session: Session, consent: Consent) -> str:
    return session.vault.digest(canonical(dataclasses.replace(consent, used=0)))


def _licence_digests(session: Session, licence: Licence) -> Iterator[str]:
    """Of the licence as it was recorded, and of its end."""
    yield session.vault.digest(canonical(dataclasses.replace(licence, end=None, used=0)))
    if licence.end is not None:
        yield session.vault.digest(end_digest(licence.id, licence.end))
