"""All that a register holds into one JSON document, and the steps by which such a document goes into a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import biometric_consent
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person, guardians_first
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.work import LOGOS, KnownArtwork
from imgpolicy.enrol import known_artwork
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract.logos.artwork import stored_artwork
from imgpolicy.portable.tables import Step, check_recognisable
from imgpolicy.register.consents import record_consent
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
from imgpolicy.register.faces import add_faces, face_vectors
from imgpolicy.register.licences import add_licence, licences
from imgpolicy.register.logos import add_artworks, logos
from imgpolicy.register.people import add_person, people
from imgpolicy.register.publications import add_publication, publications, restore_takedown, takedowns
from imgpolicy.register.sql.publications import TakedownRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work, works
from imgpolicy.wire.consent import ConsentWire, consent_from, consent_wire
from imgpolicy.wire.decision import DecisionWire, decision_from, decision_wire
from imgpolicy.wire.dismissal import DismissalWire, dismissal_from, dismissal_wire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire, evidence_from, evidence_wire, notice_from, notice_wire
from imgpolicy.wire.licence import LicenceWire, licence_from, licence_wire
from imgpolicy.wire.person import FaceWire, person_from, person_wire, vector_from
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


def register_json(unit: UnitOfWork) -> bytes:
    """The document, ending in a line break. Faces whose consent is not valid today stay out of it."""
    everybody = people(unit)
    kept = [*(file for person in everybody for file in evidence_of(unit, person.id)), *licence_evidence(unit)]
    document = RegisterWire(
        schema=REGISTER_SCHEMA,
        made_at=dt.datetime.now(dt.UTC),
        people=[person_wire(person) for person in everybody],
        privacy_notices=[notice_wire(notice) for notice in notices(unit)],
        consents=[consent_wire(consent) for consent in consents(unit)],
        works=list(_works(unit)),
        licences=[licence_wire(licence) for licence in licences(unit)],
        evidence=[evidence_wire(*read_evidence(unit, file.id)) for file in kept],
        faces=[face for person in everybody for face in _faces(unit, person)],
        publications=[publication_wire(post) for post in publications(unit)],
        takedowns=[takedown_wire(task) for task in takedowns(unit)],
        decisions=[decision_wire(decision) for decision in decisions(unit)],
        dismissals=[dismissal_wire(dismissal) for dismissal in dismissals(unit)],
    )
    return document_json(document)


def read_document(name: str, data: bytes) -> list[Step]:
    """What the document holds, in the order in which it goes in; RegisterError when it is none."""
    return list(_steps(name, document_from(name, data)))


def _steps(name: str, found: RegisterWire) -> Iterator[Step]:
    everybody = guardians_first(map(person_from, found.people), lambda person: person)
    yield from _part(f"{name}, people", everybody, add_person)
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


def _part(where: str, records: Sequence[_T], add: Callable[[UnitOfWork, _T], object]) -> Iterator[Step]:
    for number, record in enumerate(records, start=1):
        yield Step(where, number, "", partial(_try, add, record))


def _try(add: Callable[[UnitOfWork, _T], object], record: _T, unit: UnitOfWork) -> object:
    """Add one record; a value in it that means nothing is a refusal like any other."""
    try:
        return add(unit, record)
    except ValueError as error:
        raise RegisterError(str(error)) from error


def _add_notice(unit: UnitOfWork, wire: NoticeWire) -> None:
    notice = notice_from(wire)
    added = add_notice(unit, notice.version, notice.language, notice.text)
    if added.id != notice.id:
        raise RegisterError(f"the notice {notice.id[:80]!r} is not the text that its id was made from")


def _add_consent(unit: UnitOfWork, wire: ConsentWire) -> Consent:
    return record_consent(unit, consent_from(wire))


def _add_evidence(unit: UnitOfWork, wire: EvidenceWire) -> None:
    file, content = evidence_from(wire), wire.content
    if file.person is not None and file.licence is None:
        added = add_evidence(unit, file.person, file.name, content, consent=file.consent)
    elif file.licence is not None and file.person is None:
        added = add_licence_evidence(unit, file.licence, file.name, content)
    else:
        raise RegisterError(f"the file {file.id[:80]!r} proves what one person said, or one licence")
    if added.sha256 != file.sha256:
        raise RegisterError(f"the content of {file.id[:80]!r} is not what its SHA-256 says")


def _add_licence(unit: UnitOfWork, wire: LicenceWire) -> Licence:
    return add_licence(unit, licence_from(wire))


def _add_post(unit: UnitOfWork, wire: PublicationWire) -> Publication:
    post = publication_from(wire)
    add_publication(unit, post)
    return post


def _add_takedown(unit: UnitOfWork, task: TakedownWire) -> None:
    row = TakedownRow(task.id, task.publication, task.cause, task.consent, task.opened, task.closed, task.licence)
    restore_takedown(unit, row)


def _add_decision(unit: UnitOfWork, wire: DecisionWire) -> Decision:
    decision = decision_from(wire)
    record_decision(unit, decision)
    return decision


def _add_dismissal(unit: UnitOfWork, wire: DismissalWire) -> None:
    dismiss(unit, dismissal_from(wire))


def _faces(unit: UnitOfWork, person: Person) -> Iterator[FaceWire]:
    if biometric_consent(person, consents(unit, person.id), unit.today(), unit.policy) is not None:
        for face in face_vectors(unit, person.id):
            yield FaceWire(person=person.id, engine=face.engine, vector=face.vector)


def _add_face(unit: UnitOfWork, wire: FaceWire) -> None:
    add_faces(unit, wire.person, wire.engine, [vector_from(wire.vector)])


def _works(unit: UnitOfWork) -> Iterator[WorkWire]:
    artworks = {logo.id: logo.artworks for logo in logos(unit)}
    for work in works(unit):
        yield work_wire(work, artworks.get(work.id, ()))


def _add_work(unit: UnitOfWork, wire: WorkWire) -> None:
    work = work_from(wire)
    if work.kind not in LOGOS:
        for known in work.fingerprints:
            check_recognisable(known)
    added = add_work(unit, work.title, work.fingerprints, kind=work.kind, owner=work.owner, work_id=wire.id)
    add_artworks(unit, added.id, [_artwork(artwork) for artwork in wire.artworks])


def _artwork(wire: ArtworkWire) -> KnownArtwork:
    """Learnt anew: what a template says cannot be checked, the artwork can."""
    try:
        return known_artwork(stored_artwork(wire.picture, wire.sha256))
    except PictureError as error:
        raise RegisterError(str(error)) from error
