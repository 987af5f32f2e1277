"""The facts of one picture as JSON: what `imgpolicy inspect --format json` prints."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.trace import Kind
from imgpolicy.facts import Codes, Faces, Facts, Fingerprint, Metadata, Provenance, Texts, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.wire.others import other_facts
from imgpolicy.wire.report import PictureWire, UnknownWire, picture_wire, unknown_wires
from imgpolicy.wire.values import as_json, safe_optional, safe_text


class PoseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a face looks, in degrees: yaw right, pitch up and roll clockwise in the picture are positive."""

    yaw: float
    pitch: float
    roll: float


class FactFaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A face as it was found; nobody says whose it is."""

    box: Box
    certainty: float
    evidence: float
    landmarks: list[tuple[float, float]]
    height: float
    sharpness: float
    pose: PoseWire
    frame: int


class TraceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that the file says of where or who, or hides, and at which byte."""

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
    """What the file says, and EXIF in words."""

    findings: list[TraceWire]
    rights: list[StatementWire]
    decoded: dict[str, str]


class ManifestWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One C2PA manifest; `state` is what was found of the active one's signature, `failures` what does not verify."""

    active: bool
    generator: str
    actions: list[str]
    source_types: list[str]
    state: str | None
    failures: list[str]


class ProvenanceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether there are C2PA manifests, and those that could be read."""

    present: bool
    manifests: list[ManifestWire]


class FingerprintWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hashes of the picture, in hex."""

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


def facts_json(facts: Facts, unknowns: Sequence[Unknown], language: Language = ENGLISH) -> str:
    """The facts of one picture as one JSON document, ending in a line break."""
    document = InspectionWire(
        picture=picture_wire(facts.picture),
        facts=_facts(facts),
        not_checked=unknown_wires(unknowns, language),
    )
    return as_json(document)


def _facts(facts: Facts) -> FactsWire:
    faces, metadata, fingerprint = facts.get(Faces), facts.get(Metadata), facts.get(Fingerprint)
    provenance, texts, codes = facts.get(Provenance), facts.get(Texts), facts.get(Codes)
    others = {name: msgspec.Raw(msgspec.json.encode(fact)) for name, fact in other_facts(facts).items()}
    return FactsWire(
        faces=None if isinstance(faces, Unknown) else _fact_faces(faces),
        metadata=None if isinstance(metadata, Unknown) else _metadata(metadata),
        provenance=None if isinstance(provenance, Unknown) else _provenance(provenance),
        fingerprint=None if isinstance(fingerprint, Unknown) else _fingerprint(fingerprint),
        texts=None if isinstance(texts, Unknown) else _texts(texts),
        codes=None if isinstance(codes, Unknown) else _codes(codes),
        others=others or msgspec.UNSET,
    )


def _texts(texts: Texts) -> list[TextWire]:
    return [
        TextWire(box=one.box, value=safe_text(one.value), confidence=round(one.confidence, 4), frame=one.frame)
        for one in texts.texts
    ]


def _codes(codes: Codes) -> list[CodeWire]:
    return [
        CodeWire(box=one.box, kind=safe_text(one.kind), value=safe_text(one.value), frame=one.frame)
        for one in codes.codes
    ]


def _fact_faces(faces: Faces) -> list[FactFaceWire]:
    return [
        FactFaceWire(
            box=face.box,
            certainty=round(face.certainty, 4),
            evidence=round(face.evidence, 4),
            landmarks=[(round(x, 1), round(y, 1)) for x, y in face.landmarks],
            height=round(face.height, 1),
            sharpness=round(face.sharpness, 4),
            pose=PoseWire(yaw=round(face.pose.yaw, 1), pitch=round(face.pose.pitch, 1), roll=round(face.pose.roll, 1)),
            frame=face.frame,
        )
        for face in faces.faces
    ]


def _metadata(metadata: Metadata) -> MetadataWire:
    return MetadataWire(
        findings=[
            TraceWire(channel=trace.path, kind=trace.kind, offset=trace.offset, value=safe_text(trace.value))
            for trace in metadata.traces
        ],
        rights=[
            StatementWire(what=said.what, channel=said.path, value=safe_text(said.value)) for said in metadata.rights
        ],
        decoded={safe_text(key): safe_text(value) for key, value in metadata.decoded.items()},
    )


def _provenance(provenance: Provenance) -> ProvenanceWire:
    return ProvenanceWire(
        present=provenance.present,
        manifests=[
            ManifestWire(
                active=manifest.active,
                generator=safe_text(manifest.generator),
                actions=[safe_text(action) for action in manifest.actions],
                source_types=[safe_text(value) for value in manifest.source_types],
                state=safe_optional(manifest.state),
                failures=[safe_text(code) for code in manifest.failures],
            )
            for manifest in provenance.manifests
        ],
    )


def _fingerprint(fingerprint: Fingerprint) -> FingerprintWire:
    return FingerprintWire(
        sha256=fingerprint.sha256, phash=f"{fingerprint.phash:016x}", pdq=f"{fingerprint.pdq[0]:064x}"
    )
