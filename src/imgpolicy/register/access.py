"""Everything that is held about one person, for that person (GDPR article 15)."""

from __future__ import annotations

from dataclasses import dataclass, field

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.facts import Vector
from imgpolicy.register.decisions import decisions
from imgpolicy.register.evidence import evidence_of, notices, read_evidence
from imgpolicy.register.log import Entry
from imgpolicy.register.publications import publications, takedowns_of
from imgpolicy.register.records import vectors_from
from imgpolicy.register.session import Session


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceVector:
    """One enrolled face: the engine that made it, the consent that it rests on, and the numbers."""

    id: int
    engine: str
    consent: str
    vector: Vector = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All of it. `evidence` comes with the files' contents, `log` are the entries under the person's pseudonym."""

    person: Person
    wards: tuple[str, ...]
    consents: tuple[Consent, ...]
    notices: tuple[Notice, ...]
    evidence: tuple[tuple[Evidence, bytes], ...]
    faces: tuple[FaceVector, ...]
    publications: tuple[Publication, ...]
    takedowns: tuple[Takedown, ...]
    decisions: tuple[Decision, ...]
    log: tuple[Entry, ...]


def dossier(session: Session, person: str) -> Dossier:
    """What the register holds about this person; RegisterError when there is nobody with the id."""
    found = session.person(person)
    consents = session.consents(person)
    shown = {consent.notice for consent in consents}
    return Dossier(
        person=found,
        wards=tuple(row.id for row in session.transaction.wards() if row.guardian == person),
        consents=consents,
        notices=tuple(notice for notice in notices(session) if notice.id in shown),
        evidence=tuple(read_evidence(session, evidence.id) for evidence in evidence_of(session, person)),
        faces=face_vectors(session, person),
        publications=publications(session, person),
        takedowns=takedowns_of(session, person),
        decisions=decisions(session, person),
        log=session.entries_on_person(person),
    )


def face_vectors(session: Session, person: str) -> tuple[FaceVector, ...]:
    """The enrolled faces of this person, as they were enrolled."""
    keys = {person: session.key(session.row(person))}
    return tuple(
        FaceVector(
            id=number,
            engine=engine,
            consent=consent,
            vector=vectors_from([(person, session.transaction.vector(number))], engine, keys)[0],
        )
        for number, _, engine, consent in session.transaction.consent_faces(person)
    )
