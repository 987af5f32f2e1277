"""All that a register holds into one JSON document, and the steps by which such a document goes into a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import msgspec

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
from imgpolicy.phrase import message_of, phrase
from imgpolicy.portable.follow import (
    UNCHANGED,
    Done,
    follow_consent,
    follow_face,
    follow_licence,
    follow_person,
    is_known_work,
)
from imgpolicy.portable.steps import Step, doubled, rank
from imgpolicy.portable.tables import check_recognisable
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
from imgpolicy.register.publications import TaskRecord, add_publication, publications, restore_takedown, takedowns
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work, works
from imgpolicy.wire.consent import ConsentWire, consent_from, consent_wire
from imgpolicy.wire.decision import DecisionWire, decision_from, decision_wire
from imgpolicy.wire.dismissal import DismissalWire, dismissal_from, dismissal_wire
from imgpolicy.wire.evidence import EvidenceWire, NoticeWire, evidence_from, evidence_wire, notice_from, notice_wire
from imgpolicy.wire.licence import LicenceWire, licence_from, licence_wire
from imgpolicy.wire.person import FaceWire, PersonWire, person_from, person_wire, vector_from
from imgpolicy.wire.publication import (
    PublicationWire,
    TakedownWire,
    publication_from,
    publication_wire,
    takedown_wire,
)
from imgpolicy.wire.register import REGISTER_SCHEMA, RegisterWire, document_from, document_json
from imgpolicy.wire.sheets import check_past
from imgpolicy.wire.values import as_line
from imgpolicy.wire.work import ArtworkWire, WorkWire, work_from, work_wire

_T = TypeVar("_T")


def register_json(unit: UnitOfWork) -> bytes:
    """The document, ending in a line break. Faces whose consent is not valid today stay out of it."""
    everybody = people(unit)
    document = RegisterWire(
        schema=REGISTER_SCHEMA,
        made_at=dt.datetime.now(dt.UTC),
        people=[person_wire(person) for person in everybody],
        privacy_notices=_notices(unit),
        consents=[consent_wire(consent) for consent in consents(unit)],
        works=list(_works(unit)),
        licences=[licence_wire(licence) for licence in licences(unit)],
        evidence=_evidence(unit),
        faces=[face for person in everybody for face in _faces(unit, person)],
        publications=_posts(unit),
        takedowns=_takedowns(unit),
        decisions=_decisions(unit),
        dismissals=_dismissals(unit),
    )
    return document_json(document)


def _notices(unit: UnitOfWork) -> list[NoticeWire]:
    return [notice_wire(notice) for notice in notices(unit)]


def _evidence(unit: UnitOfWork) -> list[EvidenceWire]:
    kept = [*(file for person in people(unit) for file in evidence_of(unit, person.id)), *licence_evidence(unit)]
    return [evidence_wire(*read_evidence(unit, file.id)) for file in kept]


def _posts(unit: UnitOfWork) -> list[PublicationWire]:
    return [publication_wire(post) for post in publications(unit)]


def _takedowns(unit: UnitOfWork) -> list[TakedownWire]:
    return [takedown_wire(task) for task in takedowns(unit)]


def _decisions(unit: UnitOfWork) -> list[DecisionWire]:
    return [decision_wire(decision) for decision in decisions(unit)]


def _dismissals(unit: UnitOfWork) -> list[DismissalWire]:
    return [dismissal_wire(dismissal) for dismissal in dismissals(unit)]


def read_document(name: str, data: bytes, *, update: bool) -> list[Step]:
    """What the document holds, in the order in which it goes in; RegisterError when it is none.

    With `update` what is on record already is followed, or left as it is where it says the same.
    """
    found = document_from(name, data)
    return list(_steps_again(name, found) if update else _steps(name, found))


def _steps(name: str, found: RegisterWire) -> Iterator[Step]:
    yield from _part(f"{name}, people", _people(found), _adder(_add_person))
    yield from _part(f"{name}, privacy_notices", _numbered(found.privacy_notices), _adder(_add_notice))
    yield from _part(f"{name}, consents", _in_time(found.consents), _adder(_add_consent))
    yield from _part(f"{name}, works", _numbered(found.works), _adder(_add_work))
    yield from _part(f"{name}, licences", _numbered(found.licences), _adder(_add_licence))
    yield from _part(f"{name}, evidence", _numbered(found.evidence), _adder(_add_evidence))
    yield from _part(f"{name}, faces", _numbered(found.faces), _adder(_add_face))
    yield from _part(f"{name}, publications", _numbered(found.publications), _adder(_add_post))
    yield from _part(f"{name}, takedowns", _numbered(found.takedowns), _adder(_add_takedown))
    yield from _part(f"{name}, decisions", _numbered(found.decisions), _adder(_add_decision))
    yield from _part(f"{name}, dismissals", _numbered(found.dismissals), _adder(_add_dismissal))


def _steps_again(name: str, found: RegisterWire) -> Iterator[Step]:
    yield from _part(
        f"{name}, people", _people(found), partial(_follow_person, doubled(one.id for one in found.people))
    )
    yield from _part(f"{name}, privacy_notices", _numbered(found.privacy_notices), _new_to(_notices, _add_notice))
    yield from _part(f"{name}, consents", _in_time(found.consents), _follow_consent)
    yield from _part(f"{name}, works", _numbered(found.works), _follow_work)
    yield from _part(
        f"{name}, licences",
        _numbered(found.licences),
        lambda unit, wire: follow_licence(unit, licence_from(wire), timed=True),
    )
    yield from _part(f"{name}, evidence", _numbered(found.evidence), _new_to(_evidence, _add_evidence, _proved))
    yield from _part(
        f"{name}, faces",
        _numbered(found.faces),
        lambda unit, wire: follow_face(unit, wire.person, wire.engine, vector_from(wire.vector)),
    )
    yield from _part(f"{name}, publications", _numbered(found.publications), _new_to(_posts, _add_post))
    yield from _part(f"{name}, takedowns", _numbered(found.takedowns), _new_to(_takedowns, _add_takedown))
    yield from _part(f"{name}, decisions", _numbered(found.decisions), _new_to(_decisions, _add_decision))
    yield from _part(f"{name}, dismissals", _numbered(found.dismissals), _new_to(_dismissals, _add_dismissal))


def _part(where: str, records: Iterable[tuple[int, _T]], bring: Callable[[UnitOfWork, _T], Done]) -> Iterator[Step]:
    for number, record in records:
        yield Step(where, number, "", partial(_try, bring, record))


def _try(bring: Callable[[UnitOfWork, _T], Done], record: _T, unit: UnitOfWork) -> Done:
    """Bring one record in; a value in it that means nothing is a refusal like any other."""
    try:
        for moment in _moments(record):
            check_past(moment)
        return bring(unit, record)
    except ValueError as error:
        raise RegisterError(message_of(error)) from error


def _moments(value: object) -> Iterator[dt.datetime]:
    """Every moment that a record names."""
    if isinstance(value, dt.datetime):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _moments(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _moments(one)


def _numbered(records: Iterable[_T]) -> list[tuple[int, _T]]:
    return list(enumerate(records, start=1))


def _people(found: RegisterWire) -> Iterable[tuple[int, PersonWire]]:
    return guardians_first(_numbered(found.people), lambda row: person_from(row[1]))


def _in_time(wires: Sequence[ConsentWire]) -> list[tuple[int, ConsentWire]]:
    """In the order in which they were stated; what states no time zone is refused when it goes in."""

    def time(row: tuple[int, ConsentWire]) -> tuple[dt.datetime, int, bytes]:
        at = row[1].event_time
        aware = at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
        return aware, rank(row[1].event_state), msgspec.json.encode(row[1])

    return sorted(_numbered(wires), key=time)


def _adder(add: Callable[[UnitOfWork, _T], object]) -> Callable[[UnitOfWork, _T], Done]:
    return lambda unit, record: Done(added=add(unit, record) or record)


def _new_to(
    on_record: Callable[[UnitOfWork], Iterable[_T]],
    add: Callable[[UnitOfWork, _T], object],
    key: Callable[[_T], bytes] = as_line,
) -> Callable[[UnitOfWork, _T], Done]:
    """Adds what is not on record as it is said; what is on record is asked for once, before the first is added."""
    known: list[frozenset[bytes]] = []

    def bring(unit: UnitOfWork, record: _T) -> Done:
        if not known:
            known.append(frozenset(map(key, on_record(unit))))
        return UNCHANGED if key(record) in known[0] else Done(added=add(unit, record) or record)

    return bring


def _follow_person(twice: frozenset[str], unit: UnitOfWork, wire: PersonWire) -> Done:
    if wire.id in twice:
        raise RegisterError(phrase("{id} stands there twice", id=repr(wire.id[:80])))
    return follow_person(unit, person_from(wire))


def _follow_consent(unit: UnitOfWork, wire: ConsentWire) -> Done:
    return follow_consent(unit, consent_from(wire), (wire.event_time, wire.event_time))


def _follow_work(unit: UnitOfWork, wire: WorkWire) -> Done:
    work = work_from(wire)
    if is_known_work(unit, work, work.fingerprints):
        return UNCHANGED
    _add_work(unit, wire)
    return Done(added=work)


def _proved(wire: EvidenceWire) -> bytes:
    """What a file proves: its own id and time are given when it comes in."""
    return msgspec.json.encode((wire.person, wire.consent, wire.licence, wire.name, wire.sha256))


def _add_person(unit: UnitOfWork, wire: PersonWire) -> None:
    add_person(unit, person_from(wire))


def _add_notice(unit: UnitOfWork, wire: NoticeWire) -> None:
    notice = notice_from(wire)
    added = add_notice(unit, notice.version, notice.language, notice.text)
    if added.id != notice.id:
        raise RegisterError(
            phrase("the notice {id} is not the text that its id was made from", id=repr(notice.id[:80]))
        )


def _add_consent(unit: UnitOfWork, wire: ConsentWire) -> Consent:
    return record_consent(unit, consent_from(wire))


def _add_evidence(unit: UnitOfWork, wire: EvidenceWire) -> None:
    file, content = evidence_from(wire), wire.content
    if file.person is not None and file.licence is None:
        added = add_evidence(unit, file.person, file.name, content, consent=file.consent)
    elif file.licence is not None and file.person is None:
        added = add_licence_evidence(unit, file.licence, file.name, content)
    else:
        raise RegisterError(phrase("the file {id} proves what one person said, or one licence", id=repr(file.id[:80])))
    if added.sha256 != file.sha256:
        raise RegisterError(phrase("the content of {id} is not what its SHA-256 says", id=repr(file.id[:80])))


def _add_licence(unit: UnitOfWork, wire: LicenceWire) -> Licence:
    return add_licence(unit, licence_from(wire))


def _add_post(unit: UnitOfWork, wire: PublicationWire) -> Publication:
    post = publication_from(wire)
    add_publication(unit, post)
    return post


def _add_takedown(unit: UnitOfWork, task: TakedownWire) -> None:
    record = TaskRecord(task.id, task.publication, task.cause, task.consent, task.opened, task.closed, task.licence)
    restore_takedown(unit, record)


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
    added = add_work(
        unit, work.title, work.fingerprints, kind=work.kind, owner=work.owner, work_id=wire.id, words=work.words
    )
    add_artworks(unit, added.id, [_artwork(artwork) for artwork in wire.artworks])


def _artwork(wire: ArtworkWire) -> KnownArtwork:
    """Learnt anew: what a template says cannot be checked, the artwork can."""
    try:
        return known_artwork(stored_artwork(wire.picture, wire.sha256))
    except PictureError as error:
        raise RegisterError(message_of(error)) from error
