"""The form in which each kind of fact is kept: what is written here is the contract of schema 1.

What the file says in its metadata, and the picture in texts and codes, is not kept, only that and where it does. The
places of metadata, statements of rights, and what manifests say, are sealed: a file may choose their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self, TypeAlias

import msgspec
import numpy as np

from imgpolicy.domain.geometry import Box, Corners, Point
from imgpolicy.domain.trace import Kind, Statement, Trace
from imgpolicy.facts import (
    Code,
    Codes,
    Face,
    Faces,
    Fact,
    Fingerprint,
    Keypoints,
    Logos,
    LogoSighting,
    Manifest,
    Metadata,
    Pose,
    Provenance,
    Spot,
    Text,
    Texts,
    Unknown,
)
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.wire.parts import ArrayForm, UnknownForm, array_form, array_of, unknown_forms, unknowns_of

Seal: TypeAlias = Callable[[bytes], bytes]
"""Seals something, or takes the seal off again."""

_HASH_BYTES = 32
NOT_KEPT = phrase("what it says is not kept; look at the picture again")
"""Why what a text or a code says is unknown."""


class FactForm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of all forms."""

    unknowns: list[UnknownForm]

    @classmethod
    def kind(cls) -> str:
        """The word for the kind of fact."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def of(cls, fact: Fact, seal: Seal, /) -> FactForm:
        """The form of a fact of the type that this is the form of."""
        raise NotImplementedError

    def fact(self, unseal: Seal, /) -> Fact:
        """The fact. ValueError or LookupError when the form is not of one."""
        raise NotImplementedError


class _Spot(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    box: Corners
    look: bytes
    clarity: int


class _Face(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    box: Box
    height: float
    certainty: float
    landmarks: tuple[Point, Point, Point, Point, Point]
    sharpness: float
    pose: tuple[float, float, float]
    frame: int
    also: list[int]
    spots: list[_Spot]
    evidence: float = 1.0

    @classmethod
    def of(cls, face: Face) -> Self:
        return cls(
            box=face.box,
            height=face.height,
            certainty=face.certainty,
            landmarks=face.landmarks,
            sharpness=face.sharpness,
            pose=(face.pose.yaw, face.pose.pitch, face.pose.roll),
            frame=face.frame,
            also=sorted(face.also),
            spots=[_Spot(spot.box, _hash_bytes(spot.look), spot.clarity) for spot in face.spots],
            evidence=face.evidence,
        )

    def face(self) -> Face:
        yaw, pitch, roll = self.pose
        return Face(
            box=self.box,
            height=self.height,
            certainty=self.certainty,
            landmarks=self.landmarks,
            sharpness=self.sharpness,
            pose=Pose(yaw=yaw, pitch=pitch, roll=roll),
            evidence=self.evidence,
            frame=self.frame,
            also=frozenset(self.also),
            spots=tuple(Spot(box=spot.box, look=_hash(spot.look), clarity=spot.clarity) for spot in self.spots),
        )


class FacesForm(FactForm, frozen=True, tag="faces"):
    """Faces, without their vectors."""

    engine: str
    faces: list[_Face]

    @classmethod
    def of(cls, fact: Fact, _seal: Seal, /) -> FactForm:
        assert isinstance(fact, Faces)
        return cls(unknown_forms(fact.unknowns), fact.engine, [_Face.of(face) for face in fact.faces])

    def fact(self, _unseal: Seal, /) -> Fact:
        faces = tuple(one.face() for one in self.faces)
        return Faces(engine=self.engine, faces=faces, unknowns=unknowns_of(self.unknowns))


class _Trace(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    channel: str
    kind: Kind
    offset: int


class _Statement(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    what: str
    channel: str
    value: str


class MetadataForm(FactForm, frozen=True, tag="metadata"):
    """Traces without what they say, and no EXIF in words; sealed, as the `rights` are."""

    with_values: bool
    traces: bytes | None
    rights: bytes | None

    @classmethod
    def of(cls, fact: Fact, seal: Seal, /) -> FactForm:
        assert isinstance(fact, Metadata)
        rights = [_Statement(one.what, one.path, one.value) for one in fact.rights]
        traces = [_Trace(one.path, one.kind, one.offset) for one in fact.traces]
        return cls(
            unknown_forms(fact.unknowns),
            with_values=not any(one.value for one in fact.traces) and not fact.decoded and fact.with_values,
            traces=seal(msgspec.msgpack.encode(traces)) if traces else None,
            rights=seal(msgspec.msgpack.encode(rights)) if rights else None,
        )

    def fact(self, unseal: Seal, /) -> Fact:
        placed = [] if self.traces is None else msgspec.msgpack.decode(unseal(self.traces), type=list[_Trace])
        stated = [] if self.rights is None else msgspec.msgpack.decode(unseal(self.rights), type=list[_Statement])
        return Metadata(
            traces=tuple(Trace(path=one.channel, kind=one.kind, offset=one.offset, value="") for one in placed),
            rights=tuple(Statement(what=one.what, path=one.channel, value=one.value) for one in stated),
            with_values=self.with_values,
            unknowns=unknowns_of(self.unknowns),
        )


class _Manifest(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    active: bool
    generator: str
    actions: tuple[str, ...]
    source_types: tuple[str, ...]
    state: str | None
    failures: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Manifest) -> Self:
        return cls(one.active, one.generator, one.actions, one.source_types, one.state, one.failures)

    def manifest(self) -> Manifest:
        return Manifest(
            active=self.active,
            generator=self.generator,
            actions=self.actions,
            source_types=self.source_types,
            state=self.state,
            failures=self.failures,
        )


class ProvenanceForm(FactForm, frozen=True, tag="provenance"):
    """Whether there are manifests; `manifests` are sealed."""

    present: bool
    manifests: bytes | None

    @classmethod
    def of(cls, fact: Fact, seal: Seal, /) -> FactForm:
        assert isinstance(fact, Provenance)
        manifests = [_Manifest.of(one) for one in fact.manifests]
        sealed = seal(msgspec.msgpack.encode(manifests)) if manifests else None
        return cls(unknown_forms(fact.unknowns), fact.present, sealed)

    def fact(self, unseal: Seal, /) -> Fact:
        sealed = self.manifests
        stored = [] if sealed is None else msgspec.msgpack.decode(unseal(sealed), type=list[_Manifest])
        manifests = tuple(one.manifest() for one in stored)
        return Provenance(present=self.present, manifests=manifests, unknowns=unknowns_of(self.unknowns))


class FingerprintForm(FactForm, frozen=True, tag="fingerprint"):
    """The hashes of a picture."""

    sha256: str
    phash: int
    pdq: list[bytes]
    quality: int
    frame: int
    further: list[FingerprintForm]

    @classmethod
    def of(cls, fact: Fact, seal: Seal, /) -> FingerprintForm:
        assert isinstance(fact, Fingerprint)
        return cls(
            unknowns=unknown_forms(fact.unknowns),
            sha256=fact.sha256,
            phash=fact.phash,
            pdq=[_hash_bytes(one) for one in fact.pdq],
            quality=fact.quality,
            frame=fact.frame,
            further=[cls.of(one, seal) for one in fact.further],
        )

    def fact(self, unseal: Seal, /) -> Fingerprint:
        return Fingerprint(
            sha256=self.sha256,
            phash=self.phash,
            pdq=tuple(_hash(one) for one in self.pdq),
            quality=self.quality,
            frame=self.frame,
            further=tuple(one.fact(unseal) for one in self.further),
            unknowns=unknowns_of(self.unknowns),
        )


class KeypointsForm(FactForm, frozen=True, tag="keypoints"):
    """The keypoints of a picture, and what was seen at each."""

    width: int
    height: int
    frame: int
    places: ArrayForm
    sizes: ArrayForm
    angles: ArrayForm
    descriptors: ArrayForm
    words: ArrayForm
    mirrored: ArrayForm
    further: list[KeypointsForm]

    @classmethod
    def of(cls, fact: Fact, seal: Seal, /) -> KeypointsForm:
        assert isinstance(fact, Keypoints)
        return cls(
            unknowns=unknown_forms(fact.unknowns),
            width=fact.width,
            height=fact.height,
            frame=fact.frame,
            places=array_form(fact.places),
            sizes=array_form(fact.sizes),
            angles=array_form(fact.angles),
            descriptors=array_form(fact.descriptors),
            words=array_form(fact.words),
            mirrored=array_form(fact.mirrored),
            further=[cls.of(one, seal) for one in fact.further],
        )

    def fact(self, unseal: Seal, /) -> Keypoints:
        if len({form.shape[0] if form.shape else -1 for form in self._arrays()}) != 1:
            raise ValueError("arrays of several lengths")
        return Keypoints(
            width=self.width,
            height=self.height,
            frame=self.frame,
            places=array_of(self.places, np.float32, 2),
            sizes=array_of(self.sizes, np.float32),
            angles=array_of(self.angles, np.float32),
            descriptors=array_of(self.descriptors, np.uint8, 16),
            words=array_of(self.words, np.uint16, 3),
            mirrored=array_of(self.mirrored, np.bool_),
            further=tuple(one.fact(unseal) for one in self.further),
            unknowns=unknowns_of(self.unknowns),
        )

    def _arrays(self) -> tuple[ArrayForm, ...]:
        return self.places, self.sizes, self.angles, self.descriptors, self.words, self.mirrored


class _Sighting(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    artwork: str
    box: Box
    evidence: float
    frame: int = 0


class LogosForm(FactForm, frozen=True, tag="logos"):
    """Where logos were seen, and by which artwork."""

    sightings: list[_Sighting]

    @classmethod
    def of(cls, fact: Fact, _seal: Seal, /) -> FactForm:
        assert isinstance(fact, Logos)
        sightings = [_Sighting(one.artwork, one.box, one.evidence, one.frame) for one in fact.sightings]
        return cls(unknown_forms(fact.unknowns), sightings)

    def fact(self, _unseal: Seal, /) -> Fact:
        sightings = (
            LogoSighting(artwork=one.artwork, box=one.box, evidence=one.evidence, frame=one.frame)
            for one in self.sightings
        )
        return Logos(sightings=tuple(sightings), unknowns=unknowns_of(self.unknowns))


class _Text(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    box: Box
    confidence: float
    frame: int


class TextsForm(FactForm, frozen=True, tag="texts"):
    """Texts without what they say, so that what they say is unknown."""

    texts: list[_Text]

    @classmethod
    def of(cls, fact: Fact, _seal: Seal, /) -> FactForm:
        assert isinstance(fact, Texts)
        return cls(unknown_forms(fact.unknowns), [_Text(one.box, one.confidence, one.frame) for one in fact.texts])

    def fact(self, _unseal: Seal, /) -> Fact:
        texts = (Text(box=one.box, value="", confidence=one.confidence, frame=one.frame) for one in self.texts)
        return Texts(texts=tuple(texts), unknowns=_unsaid(phrase("text"), self.unknowns, len(self.texts)))


class _Code(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    box: Box
    kind: str
    frame: int


class CodesForm(FactForm, frozen=True, tag="codes"):
    """Codes without what they say, so that what they say is unknown."""

    codes: list[_Code]

    @classmethod
    def of(cls, fact: Fact, _seal: Seal, /) -> FactForm:
        assert isinstance(fact, Codes)
        return cls(unknown_forms(fact.unknowns), [_Code(one.box, one.kind, one.frame) for one in fact.codes])

    def fact(self, _unseal: Seal, /) -> Fact:
        codes = (Code(box=one.box, kind=one.kind, value="", frame=one.frame) for one in self.codes)
        return Codes(codes=tuple(codes), unknowns=_unsaid(phrase("codes"), self.unknowns, len(self.codes)))


AnyForm = (
    FacesForm | MetadataForm | ProvenanceForm | FingerprintForm | KeypointsForm | LogosForm | TextsForm | CodesForm
)

FORMS: Mapping[type[Fact], type[FactForm]] = {
    Faces: FacesForm,
    Metadata: MetadataForm,
    Provenance: ProvenanceForm,
    Fingerprint: FingerprintForm,
    Keypoints: KeypointsForm,
    Logos: LogosForm,
    Texts: TextsForm,
    Codes: CodesForm,
}
"""The form of each kind of fact that is kept; one that a plug-in brings has none."""


def _unsaid(what: Phrase, forms: list[UnknownForm], count: int) -> tuple[Unknown, ...]:
    """What was unknown, and what the words were, where there were any: rules go by them."""
    unsaid = Unknown(what=what, reason=NOT_KEPT)
    return tuple(dict.fromkeys((*unknowns_of(forms), *([unsaid] if count else []))))


def _hash_bytes(value: int) -> bytes:
    return value.to_bytes(_HASH_BYTES, "big")


def _hash(data: bytes) -> int:
    if len(data) != _HASH_BYTES:
        raise ValueError("a hash of another length")
    return int.from_bytes(data, "big")
