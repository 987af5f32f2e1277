"""What is in one picture: plain values, no opinion and no names.

An extractor gives one `Fact`. What could not be looked at is an `Unknown`, never an empty fact.
All boxes and points are in pixels of the upright picture at full scale, the origin at the top left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.phrase import Phrase, phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float32]"
"""A face vector: one-dimensional, of unit length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that was not looked at, and why.

    `lifts` is true when the policy asks for it: the verdict is then at least review. It is false for what
    the policy does not ask for and for the known limits of a method.
    """

    what: str
    reason: str
    lifts: bool = True


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of all facts. `unknowns` names the parts that the extractor could not look at."""

    unknowns: tuple[Unknown, ...] = ()


FactT = TypeVar("FactT", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where a face looks, in degrees; one that looks straight at the camera has 0, 0, 0.

    Positive is: yaw towards the right edge of the picture, pitch up, roll tilted clockwise as one sees the picture.
    Yaw and pitch follow the upright face, -90 to 90, and roll is -180 to 180.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Face:
    """One face: where it is, how sure the detector is (0 to 1), five landmarks and its vector.

    `height` is that of the box in pixels of the picture that the vector was made from, which may be smaller than the
    picture at full scale: it says how much there was to recognise somebody by. `sharpness` is 0 to 1, measured on the
    aligned face, so that it can be compared between pictures of any scale, and `pose` is estimated from the landmarks:
    both as engines/quality.py says. `frame` is the frame or page of the file that shows the face, the first being 0,
    and `also` the others that go on showing it.

    The landmarks are right eye, left eye, tip of the nose, right and left corner of the mouth, of the person.
    The vector stays in memory: it is no part of any output.
    """

    box: Box
    height: float
    certainty: float
    landmarks: tuple[Point, Point, Point, Point, Point]
    sharpness: float
    pose: Pose
    frame: int = 0
    also: frozenset[int] = frozenset()
    vector: Vector = field(repr=False)

    @property
    def frames(self) -> frozenset[int]:
        """All the frames or pages that show it."""
        return self.also | {self.frame}


@dataclass(frozen=True, kw_only=True)
class Faces(Fact):
    """The faces in a picture, from left to right, and the engine whose vectors they carry."""

    engine: str
    faces: tuple[Face, ...]


class Kind(StrEnum):
    """What a part of a file tells.

    Picture, colour, animation, structure and orientation decide how the picture looks. Rights stay in a posted
    file. The others are what a file gives away.
    """

    PICTURE = "picture"
    COLOUR = "colour"
    ANIMATION = "animation"
    STRUCTURE = "structure"
    ORIENTATION = "orientation"
    RIGHTS = "rights"
    COORDINATE = "coordinate"
    PLACE = "place"
    IDENTITY = "identity"
    EMBEDDED = "embedded picture"
    UNKNOWN = "unknown"


KIND_WORDS: Mapping[Kind, Phrase] = {
    Kind.PICTURE: phrase("picture"),
    Kind.COLOUR: phrase("colour"),
    Kind.ANIMATION: phrase("animation"),
    Kind.STRUCTURE: phrase("structure"),
    Kind.ORIENTATION: phrase("orientation"),
    Kind.RIGHTS: phrase("rights"),
    Kind.COORDINATE: phrase("coordinate"),
    Kind.PLACE: phrase("place"),
    Kind.IDENTITY: phrase("identity"),
    Kind.EMBEDDED: phrase("embedded picture"),
    Kind.UNKNOWN: phrase("unknown"),
}
"""What parts of a file tell, in words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that the file tells: through which channel, of what kind, at which byte, and what it says.

    `channel` is a path such as ``jpeg/app1-exif/gps``; `offset` counts bytes from the start of the file;
    `value` is printable text of bounded length.
    """

    channel: str
    kind: Kind
    offset: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that the file says of rights in it, or of what made it: by its XMP name, where, and in what words.

    Statements may contradict each other, and any of them may be forged: none is more true than another.
    """

    what: str
    channel: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Metadata(Fact):
    """Every trace that the file holds besides the picture, what it says of rights, and EXIF in words for people."""

    traces: tuple[Trace, ...]
    rights: tuple[Statement, ...] = ()
    decoded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One C2PA manifest: what made the claim, the actions and digital source types that it names.

    `active` is the one that speaks of the picture as it is, the others of what it was made from. `state` is what was
    found of the active one's signature: ``Valid`` or ``Invalid``; None for the others.
    """

    active: bool
    generator: str
    actions: tuple[str, ...]
    source_types: tuple[str, ...]
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class Provenance(Fact):
    """Whether the file holds C2PA manifests, and what they say; when nobody could read them, an unknown says so."""

    present: bool
    manifests: tuple[Manifest, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fingerprint(Fact):
    """What a picture is recognised by as a whole.

    `phash` has 64 bits. `pdq` has the 256-bit hash of the picture in each of its eight dihedral forms (four
    turns, each also mirrored), the picture as it stands first. `quality` is PDQ's, 0 to 100: below 50 the
    picture is too flat for its hashes to mean anything. They are those of the first frame or page; `further` has
    those of others, each with the number of its `frame`.
    """

    sha256: str
    phash: int
    pdq: tuple[int, ...]
    quality: int
    frame: int = 0
    further: tuple[Fingerprint, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Keypoints(Fact):
    """Places that are found again in copies and parts of the picture, and what they look like.

    One row a keypoint, in an order in which any number of the first are spread over the picture. `places` (n, 2) and
    `sizes` (n,), float32, are in pixels of the upright picture at full scale, `angles` (n,), float32, in degrees.
    `descriptors` (n, 16), uint8, packs 128 bits; `words` (n, 3), uint16, are the vocabulary's nearest, the first the
    nearest. A picture and its mirror image have the same descriptors: `mirrored` (n,) says which were turned over for
    that. A keypoint so even that noise decides it stands twice, the second time behind all others. They are those of
    the first frame or page; `further` has those of others, each with the number of its `frame`.
    """

    width: int
    height: int
    frame: int = 0
    further: tuple[Keypoints, ...] = field(default=(), repr=False)
    places: NDArray[np.float32] = field(repr=False)
    sizes: NDArray[np.float32] = field(repr=False)
    angles: NDArray[np.float32] = field(repr=False)
    descriptors: NDArray[np.uint8] = field(repr=False)
    words: NDArray[np.uint16] = field(repr=False)
    mirrored: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoSighting:
    """A place that shows registered artwork: the SHA-256 of the artwork's file, where it is, and how sure that is.

    `evidence` is in logits (docs/decisions/0014-logos.md).
    """

    artwork: str
    box: Box
    evidence: float


@dataclass(frozen=True, kw_only=True)
class Logos(Fact):
    """Where the artwork that was looked for is seen in the first frame, the surest first; one artwork a place."""

    sightings: tuple[LogoSighting, ...] = ()


class Facts:
    """The facts of one picture, by type: ``facts.get(Faces)`` is a `Faces` or an `Unknown`."""

    def __init__(self, known: Mapping[type[Fact], Fact | Unknown]) -> None:
        self._known = dict(known)

    def get(self, kind: type[FactT]) -> FactT | Unknown:
        """The fact of this type, or the `Unknown` that stands for it."""
        fact = self._known.get(kind)
        if isinstance(fact, kind | Unknown):
            return fact
        return Unknown(what=named(kind), reason=phrase("no extractor looked for it"))

    def joined(self, others: Facts) -> Facts:
        """These facts and the others, which stand in place of these where both have one."""
        return Facts({**self._known, **others._known})

    def unknowns(self) -> Iterator[Unknown]:
        """Everything that could not be looked at, whole facts and parts of facts."""
        for fact in self._known.values():
            if isinstance(fact, Unknown):
                yield fact
            else:
                yield from fact.unknowns


def named(kind: type[Fact]) -> str:
    """What reports call a fact of this type: in words, or by the type's own name when a plug-in brings it."""
    return _NAMES.get(kind, kind.__name__.lower())


_NAMES: Mapping[type[Fact], Phrase] = {
    Faces: phrase("faces"),
    Metadata: phrase("metadata"),
    Provenance: phrase("provenance"),
    Fingerprint: phrase("fingerprint"),
    Keypoints: phrase("keypoints"),
    Logos: phrase("scene"),
}
