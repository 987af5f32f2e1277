"""The whole register as one JSON document, unencrypted; consents carry the names of ISO/IEC TS 27560."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Literal, TypeVar

import msgspec
import numpy as np

from imgpolicy.domain.consent import biometric_consent
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.evidence import Notice
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.work import Features, KnownArtwork, KnownFingerprint, WorkKind
from imgpolicy.enrol import known_artwork
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract.logos.artwork import stored_artwork
from imgpolicy.portable.tables import Step
from imgpolicy.register.consents import consents, record_consent
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
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work, works
from imgpolicy.render.licence import LicenceWire, licence_from, licence_wire
from imgpolicy.render.person import EvidenceWire, evidence_wire
from imgpolicy.render.register import (
    ConsentWire,
    PublicationWire,
    TakedownWire,
    consent_from,
    consent_wire,
    publication_from,
    publication_wire,
    takedown_wire,
)

_NO_REPORT = b"null"
_T = TypeVar("_T")

SCHEMA: Literal["imgpolicy.register/1"] = "imgpolicy.register/1"


class FaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enrolled face: little-endian float32 in base64."""

    person: str
    engine: str
    vector: bytes


class FingerprintWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a picture; hashes in hex, 64, 16 and 64 digits, the features' data in base64."""

    sha256: str | None = None
    phash: str | None = None
    pdq: str | None = None
    quality: int = 100
    features: Features | None = None


class ArtworkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Artwork of a logo: a PNG in base64, and the SHA-256 of the file that it came from."""

    sha256: str
    picture: bytes


class WorkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work, logo or mark."""

    id: str | None = None
    kind: WorkKind
    title: str
    owner: str | None = None
    fingerprints: list[FingerprintWire]
    artworks: list[ArtworkWire] = []


class DecisionWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded check, with its report as it was; null when somebody in it was erased."""

    id: str
    at: dt.datetime
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: msgspec.Raw
    release: Release | None


class RegisterWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy register export` writes and `register import` reads; every part may be left out."""

    schema: Literal["imgpolicy.register/1"]
    made_at: dt.datetime | None = None
    people: list[Person] = []
    privacy_notices: list[Notice] = []
    consents: list[ConsentWire] = []
    works: list[WorkWire] = []
    licences: list[LicenceWire] = []
    evidence: list[EvidenceWire] = []
    faces: list[FaceWire] = []
    publications: list[PublicationWire] = []
    takedowns: list[TakedownWire] = []
    decisions: list[DecisionWire] = []
    dismissals: list[Dismissal] = []


def register_json(unit: UnitOfWork) -> bytes:
    """The document, ending in a line break. Faces whose consent is not valid today stay out of it."""
    everybody = people(unit)
    document = RegisterWire(
        schema=SCHEMA,
        made_at=dt.datetime.now(dt.UTC),
        people=list(everybody),
        privacy_notices=list(notices(unit)),
        consents=[consent_wire(consent) for consent in consents(unit)],
        works=list(_works(unit)),
        licences=[licence_wire(licence) for licence in licences(unit)],
        evidence=[
            evidence_wire(*read_evidence(unit, evidence.id))
            for evidence in (*(e for who in everybody for e in evidence_of(unit, who.id)), *licence_evidence(unit))
        ],
        faces=[face for who in everybody for face in _faces(unit, who.id)],
        publications=[publication_wire(post) for post in publications(unit)],
        takedowns=[takedown_wire(task) for task in takedowns(unit)],
        decisions=[_decision_wire(decision) for decision in decisions(unit)],
        dismissals=list(dismissals(unit)),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read_document(name: str, data: bytes) -> list[Step]:
    """What the document holds, in the order in which it goes in; RegisterError when it is none."""
    try:
        found = msgspec.json.decode(data, type=RegisterWire)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RegisterError(f"{name}: not an export of a register ({' '.join(str(error).split())[:200]})") from error
    return list(_steps(name, found))


def _steps(name: str, found: RegisterWire) -> Iterator[Step]:
    guardians_first = sorted(found.people, key=lambda person: person.guardian is not None)
    yield from _part(f"{name}, people", guardians_first, add_person)
    yield from _part(f"{name}, privacy_notices", found.privacy_notices, _add_notice)
    yield from _part(f"{name}, consents", found.consents, _add_consent)
    yield from _part(f"{name}, works", found.works, _add_work)
    yield from _part(f"{name}, licences", found.licences, _add_licence)
    yield from _part(f"{name}, evidence", found.evidence, _add_evidence)
    yield from _part(f"{name}, faces", found.faces, _add_face)
    yield from _part(f"{name}, publications", found.publications, _add_post)
    yield from _part(f"{name}, takedowns", found.takedowns, _add_takedown)
    yield from _part(f"{name}, decisions", found.decisions, _add_decision)
    yield from _part(f"{name}, dismissals", found.dismissals, dismiss)


def _part(where: str, records: Sequence[_T], add: Callable[[UnitOfWork, _T], None]) -> Iterator[Step]:
    for number, record in enumerate(records, start=1):
        yield Step(where, number, "", partial(_try, add, record))


def _try(add: Callable[[UnitOfWork, _T], None], record: _T, unit: UnitOfWork) -> None:
    """Add one record; a value in it that means nothing is a refusal like any other."""
    try:
        add(unit, record)
    except ValueError as error:
        raise RegisterError(str(error)) from error


def _add_notice(unit: UnitOfWork, notice: Notice) -> None:
    added = add_notice(unit, notice.version, notice.language, notice.text)
    if added.id != notice.id:
        raise RegisterError(f"the notice {notice.id[:80]!r} is not the text that its id was made from")


def _add_consent(unit: UnitOfWork, consent: ConsentWire) -> None:
    record_consent(unit, consent_from(consent))


def _add_evidence(unit: UnitOfWork, evidence: EvidenceWire) -> None:
    name, content, person, licence = evidence.name, evidence.content, evidence.person, evidence.licence
    if (person is None) == (licence is None):
        raise RegisterError(f"the file {evidence.id[:80]!r} proves what one person said, or one licence")
    if person is not None:
        added = add_evidence(unit, person, name, content, consent=evidence.consent)
    else:
        added = add_licence_evidence(unit, licence or "", name, content)
    if added.sha256 != evidence.sha256:
        raise RegisterError(f"the content of {evidence.id[:80]!r} is not what its SHA-256 says")


def _add_post(unit: UnitOfWork, post: PublicationWire) -> None:
    add_publication(unit, publication_from(post))


def _add_decision(unit: UnitOfWork, decision: DecisionWire) -> None:
    record_decision(unit, _decision(decision))


def _faces(unit: UnitOfWork, person: str) -> Iterator[FaceWire]:
    if biometric_consent(consents(unit, person), today()) is not None:
        for face in face_vectors(unit, person):
            yield FaceWire(person=person, engine=face.engine, vector=face.vector)


def _add_face(unit: UnitOfWork, face: FaceWire) -> None:
    add_faces(unit, face.person, face.engine, [np.frombuffer(face.vector, "<f4").astype(np.float32)])


def _works(unit: UnitOfWork) -> Iterator[WorkWire]:
    artworks = {
        logo.id: [ArtworkWire(sha256=artwork.sha256, picture=artwork.picture) for artwork in logo.artworks]
        for logo in logos(unit)
    }
    for work in works(unit):
        yield WorkWire(
            id=work.id,
            kind=work.kind,
            title=work.title,
            owner=work.owner,
            fingerprints=[_fingerprint_wire(known) for known in work.fingerprints],
            artworks=artworks.get(work.id, []),
        )


def _add_work(unit: UnitOfWork, work: WorkWire) -> None:
    prints = [_fingerprint(wire) for wire in work.fingerprints]
    added = add_work(unit, work.title, prints, kind=work.kind, owner=work.owner, work_id=work.id)
    add_artworks(unit, added.id, [_artwork(artwork) for artwork in work.artworks])


def _artwork(wire: ArtworkWire) -> KnownArtwork:
    """Learnt anew: what a template says cannot be checked, the artwork can."""
    try:
        return known_artwork(stored_artwork(wire.picture, wire.sha256))
    except PictureError as error:
        raise RegisterError(str(error)) from error


def _fingerprint_wire(known: KnownFingerprint) -> FingerprintWire:
    return FingerprintWire(
        sha256=known.sha256,
        phash=None if known.phash is None else f"{known.phash:016x}",
        pdq=None if known.pdq is None else f"{known.pdq:064x}",
        quality=known.quality,
        features=known.features,
    )


def _fingerprint(wire: FingerprintWire) -> KnownFingerprint:
    return KnownFingerprint(
        sha256=wire.sha256,
        phash=None if wire.phash is None else int(wire.phash, 16),
        pdq=None if wire.pdq is None else int(wire.pdq, 16),
        quality=wire.quality,
        features=wire.features,
    )


def _add_licence(unit: UnitOfWork, licence: LicenceWire) -> None:
    add_licence(unit, licence_from(licence))


def _add_takedown(unit: UnitOfWork, task: TakedownWire) -> None:
    row = TakedownRow(task.id, task.publication, task.cause, task.consent, task.opened, task.closed, task.licence)
    restore_takedown(unit, row)


def _decision_wire(decision: Decision) -> DecisionWire:
    return DecisionWire(
        id=decision.id,
        at=decision.at,
        picture=decision.picture,
        policy=decision.policy,
        head=decision.head,
        verdict=decision.verdict,
        report=msgspec.Raw(_NO_REPORT if decision.report is None else decision.report),
        release=decision.release,
    )


def _decision(wire: DecisionWire) -> Decision:
    report = bytes(wire.report)
    return Decision(
        id=wire.id,
        at=wire.at,
        picture=wire.picture,
        policy=wire.policy,
        head=wire.head,
        verdict=wire.verdict,
        report=None if report == _NO_REPORT else report,
        release=wire.release,
    )
