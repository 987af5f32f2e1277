"""Every field of a record goes out as JSON and comes back; one that is forgotten in either direction fails here."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import TypeVar, get_args

import msgspec
import pytest
from tests.domain import samples
from tests.domain.samples import (
    ARTWORK,
    CONSENT,
    DECISION,
    DISMISSAL,
    END,
    ENDING,
    EVIDENCE,
    FEATURES,
    FINGERPRINT,
    LICENCE,
    NOTICE,
    PERSON,
    PLACE,
    PUBLICATION,
    RELEASE,
    SCOPE,
    TAKEDOWN,
    WORK,
    Record,
    changed,
    fields_behind,
    fields_of,
)

from imgpolicy.wire.consent import ConsentWire, consent_from, consent_wire
from imgpolicy.wire.decision import DecisionWire, check_wire, decision_from, decision_wire
from imgpolicy.wire.dismissal import DismissalWire, dismissal_from, dismissal_wire
from imgpolicy.wire.evidence import (
    EvidenceWire,
    NoticeWire,
    evidence_from,
    evidence_wire,
    file_wire,
    notice_from,
    notice_wire,
    proof_wire,
)
from imgpolicy.wire.licence import LicenceWire, licence_from, licence_wire
from imgpolicy.wire.person import FaceWire, PersonWire, person_from, person_wire
from imgpolicy.wire.publication import PublicationWire, TakedownWire, publication_from, publication_wire, takedown_wire
from imgpolicy.wire.register import RegisterWire
from imgpolicy.wire.work import WorkWire, work_from, work_wire

Wire = TypeVar("Wire", bound=msgspec.Struct)


@dataclasses.dataclass(frozen=True)
class Case:
    """A record that says everything, and the kind of JSON that it stands in.

    `apart` are its fields that are not written, `behind` those that can be altered without altering the JSON, and
    `lost` those whose value does not come back.
    """

    name: str
    kind: type[msgspec.Struct]
    apart: frozenset[str]
    behind: Callable[[], set[str]]
    lost: Callable[[], set[str]]


def case(
    record: Record, write: Callable[[Record], Wire], kind: type[Wire], read: Callable[[Wire], object], *apart: str
) -> Case:
    def data(one: Record) -> bytes:
        return msgspec.json.encode(write(one))

    def comes_back(one: Record) -> bool:
        return read(msgspec.json.decode(data(one), type=kind)) == one

    def lost() -> set[str]:
        assert comes_back(record)
        return {name for name in fields_of(record) if not comes_back(changed(record, name))}

    return Case(type(record).__name__, kind, frozenset(apart), lambda: fields_behind(record, data), lost)


BOTH_WAYS = (
    case(PERSON, person_wire, PersonWire, person_from),
    # Counted when it is read, and so nothing to compare either.
    case(CONSENT, consent_wire, ConsentWire, consent_from, "used"),
    case(LICENCE, licence_wire, LicenceWire, licence_from, "used"),
    case(
        END,
        lambda end: licence_wire(dataclasses.replace(LICENCE, end=end)),
        LicenceWire,
        lambda wire: licence_from(wire).end,
    ),
    case(PUBLICATION, publication_wire, PublicationWire, publication_from),
    case(WORK, work_wire, WorkWire, work_from),
    case(
        FINGERPRINT,
        lambda known: work_wire(dataclasses.replace(WORK, fingerprints=(known,))),
        WorkWire,
        lambda wire: work_from(wire).fingerprints[0],
    ),
    case(
        FEATURES,
        lambda one: work_wire(
            dataclasses.replace(WORK, fingerprints=(dataclasses.replace(FINGERPRINT, features=one),))
        ),
        WorkWire,
        lambda wire: work_from(wire).fingerprints[0].features,
    ),
    case(EVIDENCE, lambda one: evidence_wire(one, b"content"), EvidenceWire, evidence_from),
    case(NOTICE, notice_wire, NoticeWire, notice_from),
    case(DECISION, decision_wire, DecisionWire, decision_from),
    case(
        RELEASE,
        lambda release: decision_wire(dataclasses.replace(DECISION, release=release)),
        DecisionWire,
        lambda wire: decision_from(wire).release,
    ),
    case(DISMISSAL, dismissal_wire, DismissalWire, dismissal_from),
    case(
        PLACE,
        lambda place: dismissal_wire(dataclasses.replace(DISMISSAL, place=place)),
        DismissalWire,
        lambda wire: dismissal_from(wire).place,
    ),
    case(
        ENDING,
        lambda ending: dismissal_wire(dataclasses.replace(DISMISSAL, ending=ending)),
        DismissalWire,
        lambda wire: dismissal_from(wire).ending,
    ),
)
EVERY = pytest.mark.parametrize("one", BOTH_WAYS, ids=lambda one: one.name)


def written(wire: object) -> bytes:
    return msgspec.json.encode(wire)


@EVERY
def test_no_field_of_a_record_is_left_out_of_its_json(one: Case) -> None:
    assert one.behind() == one.apart


@EVERY
def test_every_field_of_a_record_comes_back_from_its_json(one: Case) -> None:
    # What is not compared cannot be told from what came back.
    assert one.lost() <= one.apart


def test_what_goes_out_only_leaves_out_what_it_says() -> None:
    # A post's place among the tasks is told by its id, channel and address; the template of artwork is learnt anew.
    assert fields_behind(TAKEDOWN, lambda one: written(takedown_wire(one))) == {"publication"}
    assert fields_behind(ARTWORK, lambda one: written(work_wire(WORK, [one]))) == {"version", "template"}
    assert fields_behind(EVIDENCE, lambda one: written(file_wire(one))) == set()
    assert fields_behind(EVIDENCE, lambda one: written(proof_wire(one))) == {"person", "consent", "licence", "at"}
    # What a report says of others is none of the business of whoever asks.
    assert fields_behind(DECISION, lambda one: written(check_wire(one))) == {"report"}


@pytest.mark.parametrize("dimension", fields_of(SCOPE))
def test_no_word_of_a_scope_is_lost(dimension: str) -> None:
    less = dataclasses.replace(SCOPE, **{dimension: frozenset({"a"})})
    for altered in (dataclasses.replace(CONSENT, scope=less), dataclasses.replace(CONSENT, excluded=less)):
        assert consent_from(consent_wire(altered)) == altered


def test_every_kind_of_record_in_an_export_is_held_against_a_sample() -> None:
    parts = {field.name: get_args(field.type) for field in msgspec.structs.fields(RegisterWire)}
    kinds = {kind for name, listed in parts.items() if name not in {"schema", "made_at"} for kind in listed}
    # A task is told by its post's id; a face is bytes, and whose they are.
    assert kinds - {one.kind for one in BOTH_WAYS} == {TakedownWire, FaceWire}


def test_every_sample_says_something_in_every_field() -> None:
    # A field whose value is the one that it has when nothing is said could be forgotten unseen.
    records = [one for _, one in inspect.getmembers(samples, dataclasses.is_dataclass) if not isinstance(one, type)]
    assert len(records) > len(BOTH_WAYS)
    for record in records:
        unsaid = {field.name for field in dataclasses.fields(record) if getattr(record, field.name) == field.default}
        assert unsaid <= {"used"}, record


@pytest.mark.parametrize("dimension", ["purposes", "territories"])
def test_a_dimension_that_stands_beside_the_scope_is_refused_inside_it(dimension: str) -> None:
    words = {"pii_principal_id": "anna", "kind": "publication", "event_state": "given"}
    record = {**words, "event_time": "2026-01-01T00:00:00Z", "scope": {dimension: ["internal"]}}
    with pytest.raises(ValueError, match="beside it"):
        consent_from(msgspec.convert(record, ConsentWire, strict=False))
