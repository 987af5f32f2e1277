"""All that a register holds into one JSON document, and the steps by which such a document goes into a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from imgpolicy.domain.consent import biometric_consent
from imgpolicy.domain.posting import today
from imgpolicy.domain.work import KnownArtwork
from imgpolicy.enrol import known_artwork
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract.logos.artwork import stored_artwork
from imgpolicy.portable.tables import Step
from imgpolicy.register import changes
from imgpolicy.register.access import face_vectors
from imgpolicy.register.decisions import decisions, record_decision
from imgpolicy.register.dismissals import dismiss, dismissals
from imgpolicy.register.evidence import (
    add_evidence,
    add_licence_evidence,
    add_notice,
    evidence_of,
    licence_evidence,
    notices,
    read_evidence,
)
from imgpolicy.register.licences import add_licence
from imgpolicy.register.logos import add_artworks, logos
from imgpolicy.register.publications import add_publication, publications, restore_takedown, takedowns
from imgpolicy.register.records import person_from as person_of_row
from imgpolicy.register.records import works_from
from imgpolicy.register.rows import TakedownRow
from imgpolicy.register.session import Session
from imgpolicy.wire.consent import ConsentWire, consent_from, consent_wire
from imgpolicy.wire.decision import DecisionWire, decision_from, decision_wire
from imgpolicy.wire.dismissal import DismissalWire, dismissal_from, dismissal_wire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire, evidence_from, evidence_wire, notice_from, notice_wire
from imgpolicy.wire.licence import LicenceWire, licence_from, licence_wire
from imgpolicy.wire.person import FaceWire, PersonWire, person_from, person_wire, vector_bytes, vector_from
from imgpolicy.wire.publication import (
    PublicationWire,
    TakedownWire,
    publication_from,
    publication_wire,
    takedown_wire,
)
from imgpolicy.wire.register import REGISTER_SCHEMA, RegisterWire, document_from, document_json
from imgpolicy.wire.work import ArtworkWire, WorkWire, work_from, work_wire

_T = TypeVar("_T")


def register_json(session: Session) -> bytes:
    """The document, ending in a line break. Faces whose consent is not valid today stay out of it."""
    rows = session.transaction.people()
    people = [person_of_row(row, session.key(row)) for row in rows]
    kept = [*(file for person in people for file in evidence_of(session, person.id)), *licence_evidence(session)]
    document = RegisterWire(
        schema=REGISTER_SCHEMA,
        made_at=dt.datetime.now(dt.UTC),
        people=[person_wire(person) for person in people],
        privacy_notices=[notice_wire(notice) for notice in notices(session)],
        consents=[consent_wire(consent) for person in people for consent in session.consents(person.id)],
        works=list(_works(session)),
        licences=[licence_wire(licence) for licence in session.licences()],
        evidence=[evidence_wire(*read_evidence(session, file.id)) for file in kept],
        faces=[face for person in people for face in _faces(session, person.id)],
        publications=[publication_wire(post) for post in publications(session)],
        takedowns=[takedown_wire(task) for task in takedowns(session)],
        decisions=[decision_wire(decision) for decision in decisions(session)],
        dismissals=[dismissal_wire(dismissal) for dismissal in dismissals(session)],
    )
    return document_json(document)


def read_document(name: str, data: bytes) -> list[Step]:
    """What the document holds, in the order in which it goes in; RegisterError when it is none."""
    return list(_steps(name, document_from(name, data)))


def _steps(name: str, found: RegisterWire) -> Iterator[Step]:
    guardians_first = sorted(found.people, key=lambda person: person.guardian is not None)
    yield from _part(f"{name}, people", guardians_first, _add_person)
    yield from _part(f"{name}, privacy_notices", found.privacy_notices, _add_notice)
    yield from _part(f"{name}, consents", found.consents, _add_consent)
    yield from _part(f"{name}, works", found.works, _add_work)
    yield from _part(f"{name}, licences", found.licences, _add_licence)
    yield from _part(f"{name}, evidence", found.evidence, _add_evidence)
    yield from _part(f"{name}, faces", found.faces, _add_face)
    yield from _part(f"{name}, publications", found.publications, _add_post)
    yield from _part(f"{name}, takedowns", found.takedowns, _add_takedown)
    yield from _part(f"{name}, decisions", found.decisions, _add_decision)
    yield from _part(f"{name}, dismissals", found.dismissals, _add_dismissal)


def _part(where: str, records: Sequence[_T], add: Callable[[Session, _T], None]) -> Iterator[Step]:
    for number, record in enumerate(records, start=1):
        yield Step(where, number, "", partial(_try, add, record))


def _try(add: Callable[[Session, _T], None], record: _T, session: Session) -> None:
    """Add one record; a value in it that means nothing is a refusal like any other."""
    try:
        add(session, record)
    except ValueError as error:
        raise RegisterError(str(error)) from error


def _add_person(session: Session, wire: PersonWire) -> None:
    changes.add_person(session, person_from(wire))


def _add_notice(session: Session, wire: NoticeWire) -> None:
    notice = notice_from(wire)
    added = add_notice(session, notice.version, notice.language, notice.text)
    if added.id != notice.id:
        raise RegisterError(f"the notice {notice.id[:80]!r} is not the text that its id was made from")


def _add_consent(session: Session, wire: ConsentWire) -> None:
    changes.record_consent(session, consent_from(wire))


def _add_evidence(session: Session, wire: EvidenceWire) -> None:
    file, content = evidence_from(wire), wire.content
    if file.person is not None and file.licence is None:
        added = add_evidence(session, file.person, file.name, content, consent=file.consent)
    elif file.licence is not None and file.person is None:
        added = add_licence_evidence(session, file.licence, file.name, content)
    else:
        raise RegisterError(f"the file {file.id[:80]!r} proves what one person said, or one licence")
    if added.sha256 != file.sha256:
        raise RegisterError(f"the content of {file.id[:80]!r} is not what its SHA-256 says")


def _add_licence(session: Session, wire: LicenceWire) -> None:
    add_licence(session, licence_from(wire))


def _add_post(session: Session, wire: PublicationWire) -> None:
    add_publication(session, publication_from(wire))


def _add_takedown(session: Session, task: TakedownWire) -> None:
    row = TakedownRow(task.id, task.publication, task.cause, task.consent, task.opened, task.closed, task.licence)
    restore_takedown(session, row)


def _add_decision(session: Session, wire: DecisionWire) -> None:
    record_decision(session, decision_from(wire))


def _add_dismissal(session: Session, wire: DismissalWire) -> None:
    dismiss(session, dismissal_from(wire))


def _faces(session: Session, person: str) -> Iterator[FaceWire]:
    if biometric_consent(session.consents(person), today()) is not None:
        for face in face_vectors(session, person):
            yield FaceWire(person=person, engine=face.engine, vector=vector_bytes(face.vector))


def _add_face(session: Session, wire: FaceWire) -> None:
    changes.add_faces(session, wire.person, wire.engine, [vector_from(wire.vector)])


def _works(session: Session) -> Iterator[WorkWire]:
    artworks = {logo.id: logo.artworks for logo in logos(session)}
    for work in works_from(session.transaction.works(), session.transaction.work_pictures()):
        yield work_wire(work, artworks.get(work.id, ()))


def _add_work(session: Session, wire: WorkWire) -> None:
    work = work_from(wire)
    added = changes.add_work(session, work.title, work.fingerprints, kind=work.kind, owner=work.owner, work_id=wire.id)
    add_artworks(session, added.id, [_artwork(artwork) for artwork in wire.artworks])


def _artwork(wire: ArtworkWire) -> KnownArtwork:
    """Learnt anew: what a template says cannot be checked, the artwork can."""
    try:
        return known_artwork(stored_artwork(wire.picture, wire.sha256))
    except PictureError as error:
        raise RegisterError(str(error)) from error
