"""The JSON of a report and of facts, as types: what is written here is the contract, and its JSON Schema.

A name here never changes its meaning within one schema version.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.terms import FaceStatus, PeopleMode
from imgpolicy.domain.verdict import Covered, RemedyKind, VerdictWord
from imgpolicy.facts import Kind

REPORT_SCHEMA: Literal["imgpolicy.report/1"] = "imgpolicy.report/1"

Evidence = str | int | float | bool | None | list[str | int]


class ModelWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    sha256: str
    threshold: float | None


class ToolWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    models: list[ModelWire]


class PictureWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture; everything but its name is null when it could not be read."""

    name: str
    sha256: str | None
    format: str | None
    width: int | None
    height: int | None


class PostingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the editor declared, with what followed from the policy; null where nothing was stated."""

    channel: str | None
    role: Role | None
    purpose: str | None
    audience: str | None
    setting: str | None
    actor: str | None
    origin: Origin | None
    caption: str | None
    people: list[str]
    campaign: str | None
    territory: str | None
    event: str | None
    edit: str | None
    on: dt.date


class FaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One face. `person` is a register id, and only when identified; `consent` the record that covers the posting.

    `candidates` stands where it is not sure who it is, and has the ids of those whom it may be; `dismissal` where a
    reviewer's record says that it is no face, `frame` where it is not on the first frame.
    """

    box: Box
    certainty: float
    person: str | None
    score: float | None
    margin: float | None
    consent: str | None
    status: FaceStatus
    candidates: list[str] | msgspec.UnsetType = msgspec.UNSET
    dismissal: str | msgspec.UnsetType = msgspec.UNSET
    frame: int | msgspec.UnsetType = msgspec.UNSET


class DeclaredWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whom the editor named and no face was found to be: how the consents stand to the posting."""

    person: str
    consent: str | None
    status: CoverStatus


class WorkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registered work that the picture shows, or may show; `licence` the record that covers the posting."""

    work: str
    title: str
    certain: bool
    licence: str | None


class RemedyWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way out.

    `covers` says what a redaction covers, `keeps` which part of the picture a crop keeps; `letter` is a text to send to
    whoever is to be asked.
    """

    kind: RemedyKind
    text: str
    automatic: bool
    command: str | None
    covers: Covered | msgspec.UnsetType = msgspec.UNSET
    keeps: Box | msgspec.UnsetType = msgspec.UNSET
    letter: str | msgspec.UnsetType = msgspec.UNSET


class FindingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    verdict: VerdictWord
    title: str
    message: str
    box: Box | None
    evidence: dict[str, Evidence]
    remedies: list[RemedyWire]
    paragraph: str | None


class WaivedWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that does not count for the verdict: who accepted it, why, and up to which day."""

    finding: FindingWire
    by: str
    reason: str
    until: dt.date


class UnknownWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that was not checked; `lifts` says that the verdict is therefore at least review."""

    what: str
    reason: str
    lifts: bool


class PolicyWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy that judged; `people` is its mode: what is done about the people in a picture."""

    name: str
    sha256: str
    people: PeopleMode


class RegisterWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    head: str | None


class ReleaseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who let the picture go against its findings, and why."""

    by: str
    reason: str
    second: str | None


class ReportWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer for one picture. `changes` stands where imgpolicy changed the picture before it was judged."""

    picture: PictureWire
    verdict: VerdictWord
    valid_until: dt.date | None
    made_at: dt.datetime
    posting: PostingWire
    faces: list[FaceWire]
    declared: list[DeclaredWire]
    works: list[WorkWire]
    findings: list[FindingWire]
    waived: list[WaivedWire]
    not_checked: list[UnknownWire]
    policy: PolicyWire
    register: RegisterWire
    release: ReleaseWire | None
    changes: list[str] | msgspec.UnsetType = msgspec.UNSET


class ReportsWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy check --format json` prints."""

    schema: Literal["imgpolicy.report/1"]
    tool: ToolWire
    reports: list[ReportWire]


class PoseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a face looks, in degrees: yaw right, pitch up and roll clockwise in the picture are positive."""

    yaw: float
    pitch: float
    roll: float


class FactFaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    box: Box
    certainty: float
    landmarks: list[tuple[float, float]]
    height: float
    sharpness: float
    pose: PoseWire
    frame: int


class TraceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    channel: str
    kind: Kind
    offset: int
    value: str


class StatementWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of rights, by its XMP name; statements may contradict each other."""

    what: str
    channel: str
    value: str


class MetadataWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    findings: list[TraceWire]
    rights: list[StatementWire]
    decoded: dict[str, str]


class ManifestWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One C2PA manifest; `state` is what was found of the active one's signature."""

    active: bool
    generator: str
    actions: list[str]
    source_types: list[str]
    state: str | None


class ProvenanceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether there are C2PA manifests, and those that could be read."""

    present: bool
    manifests: list[ManifestWire]


class FingerprintWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sha256: str
    phash: str
    pdq: str


class TextWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that the picture shows."""

    box: Box
    value: str
    confidence: float
    frame: int


class CodeWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code that the picture shows, and what it holds."""

    box: Box
    kind: str
    value: str
    frame: int


class FactsWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts of one picture; null is a fact that nothing looked for, or that could not be looked at.

    `others` has facts of types that plug-ins bring, by the name of the type, where there are any.
    """

    faces: list[FactFaceWire] | None
    metadata: MetadataWire | None
    provenance: ProvenanceWire | None
    fingerprint: FingerprintWire | None
    texts: list[TextWire] | None
    codes: list[CodeWire] | None
    others: dict[str, msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class InspectionWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy inspect --format json` prints."""

    picture: PictureWire
    facts: FactsWire
    not_checked: list[UnknownWire]
