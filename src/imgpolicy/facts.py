"""What is in one picture: plain values, no opinion and no names.

An extractor gives one `Fact`. What could not be looked at is an `Unknown`, never an empty fact.
All boxes and points are in pixels of the upright picture at full scale, the origin at the top left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar

from imgpolicy.domain.geometry import Box, Corners, Point, Quad, box_corners
from imgpolicy.domain.trace import Statement, Trace
from imgpolicy.errors import FactsError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInfo:
    """What a report says of the picture itself; None where it could not be read."""

    name: str
    sha256: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBy:
    """Which extractor found a fact: its name, its version, and what it was to look for, in a word.

    The fact of a `sensitive` extractor stays in memory.
    """

    extractor: str
    version: str
    options: str = ""
    sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of all facts. `unknowns` names the parts that the extractor could not look at.

    One whose type is `sensitive` stays in memory, whoever found it.
    """

    sensitive: ClassVar[bool] = False

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


PERSON = 0.8
"""Evidence from which a find is a person's face. Engines weigh it so that of a hundred photographs of animals one
reaches it (benchmarks/detection.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a frame, as shares of its size, and how it looks: PDQ of what is inside, and PDQ's quality."""

    box: Corners
    look: int
    clarity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face: where it is, how sure the detector is (0 to 1), and five landmarks.

    `height` is that of the box in pixels of the picture that was looked at, which may be smaller than the
    picture at full scale: it says how much there was to recognise somebody by. `sharpness` is 0 to 1, measured on the
    aligned face, so that it can be compared between pictures of any scale, and `pose` is estimated from the landmarks:
    both as engines/quality.py says. `evidence` is how much speaks for a person's face and not an animal's, a statue's
    or a pattern, 0 to 1, as the engine weighs it; 1 where it does not. `frame` is the frame or page of the file that
    shows the face, the first being 0, and `also` the others that go on showing it. `spots` are places about the face by
    which it is found again in copies of the picture, the one to keep first (extract/spots.py).

    The landmarks are right eye, left eye, tip of the nose, right and left corner of the mouth, of the person.
    """

    box: Box
    height: float
    certainty: float
    landmarks: tuple[Point, Point, Point, Point, Point]
    sharpness: float
    pose: Pose
    evidence: float = 1.0
    frame: int = 0
    also: frozenset[int] = frozenset()
    spots: tuple[Spot, ...] = field(default=(), repr=False)

    @property
    def doubtful(self) -> bool:
        """True when it may be no person's face."""
        return self.evidence < PERSON

    @property
    def frames(self) -> frozenset[int]:
        """All the frames or pages that show it."""
        return self.also | {self.frame}


@dataclass(frozen=True, kw_only=True)
class Faces(Fact):
    """The faces in a picture, from left to right, and the engine that found them."""

    engine: str
    faces: tuple[Face, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Embeddings(Fact):
    """The vectors by which people are told apart, float32 of shape (faces, d): a row a face, in the order of `Faces`.

    They stay in memory: they are no part of any output, and no rule sees them.
    """

    sensitive: ClassVar[bool] = True

    engine: str
    vectors: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Metadata(Fact):
    """Every trace that the file holds besides the picture, what it says of rights, and EXIF in words for people.

    Without `with_values` what the traces say was not kept: the `value` of each is empty, and nothing is `decoded`.
    """

    traces: tuple[Trace, ...]
    with_values: bool = True
    rights: tuple[Statement, ...] = ()
    decoded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One C2PA manifest: what made the claim, the actions and digital source types that it names.

    `active` is the one that speaks of the picture as it is, the others of what it was made from. `state` is what was
    found of the active one's signature: ``Valid`` or ``Invalid``; None for the others. `failures` are the codes of what
    does not verify (C2PA 2.2, 15.2), such as ``assertion.dataHash.mismatch`` where the picture was changed.
    """

    active: bool
    generator: str
    actions: tuple[str, ...]
    source_types: tuple[str, ...]
    state: str | None = None
    failures: tuple[str, ...] = ()


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


PDQ_APART = (0, 2, 4, 5)
"""Those of the eight forms in `Fingerprint.pdq` of which the others are these mirrored at a diagonal.

That swaps rows and columns of the coefficients, and so the bits of the hash, which are 16 x 16 of them.
"""


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

    `evidence` is in logits (docs/decisions/0014-logos.md); `frame` is the first frame or page that shows it there, the
    first of all being 0.
    """

    artwork: str
    box: Box
    evidence: float
    frame: int = 0


@dataclass(frozen=True, kw_only=True)
class Logos(Fact):
    """Where the artwork that was looked for is seen, frame by frame, the surest of each first; one artwork a place."""

    sightings: tuple[LogoSighting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A line of text that the picture shows: where, its reading, how sure that is (0 to 1), and on which frame or page.

    `corners` are those of the line as it is read, from the top left clockwise, where it does not fill its box.
    """

    box: Box
    value: str = field(repr=False)
    confidence: float
    corners: Quad | None = None
    frame: int = 0

    @property
    def quad(self) -> Quad:
        """The corners of the line, from the top left of its reading clockwise."""
        return self.corners or box_corners(self.box)

    @property
    def height(self) -> float:
        """The height of the line in pixels at full scale, across the direction in which it is read."""
        top_left, top_right, bottom_right, bottom_left = self.quad
        return (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2


@dataclass(frozen=True, kw_only=True)
class Texts(Fact):
    """The lines of text that can be read in a picture, as a reader finds them."""

    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that the picture shows: where, of which symbology (``qr``, ``ean-13``, …), what it holds, on which frame.

    `corners` are those of the code, where it does not fill its box.
    """

    box: Box
    kind: str
    value: str = field(repr=False)
    corners: Quad | None = None
    frame: int = 0


@dataclass(frozen=True, kw_only=True)
class Codes(Fact):
    """The QR codes and bar codes in a picture."""

    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, eq=False)
class Facts:
    """The facts of one picture, by type: ``facts.get(Faces)`` is a `Faces` or an `Unknown`.

    `picture` is what a report says of the picture, and `elsewhere` what the file may show besides what was looked at.
    `sources` says of each fact which extractor found it.
    FactsError when the fingerprint is of another file.
    """

    known: Mapping[type[Fact], Fact | Unknown]
    picture: PictureInfo = PictureInfo(name="")
    elsewhere: tuple[Unknown, ...] = ()
    sources: Mapping[type[Fact], FoundBy] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fingerprint = self.known.get(Fingerprint)
        if isinstance(fingerprint, Fingerprint) and self.picture.sha256 not in (None, fingerprint.sha256):
            raise FactsError(
                phrase(
                    "{picture}: the fingerprint is another picture's; look at the picture again",
                    picture=self.picture.name,
                )
            )

    def get(self, kind: type[FactT]) -> FactT | Unknown:
        """The fact of this type, or the `Unknown` that stands for it."""
        fact = self.known.get(kind)
        if isinstance(fact, kind | Unknown):
            return fact
        return Unknown(what=named(kind), reason=phrase("no extractor looked for it"))

    def joined(self, others: Facts) -> Facts:
        """The others with these facts, those of the others in place of these where both have one.

        FactsError when they are of another picture.
        """
        if None not in (self.picture.sha256, others.picture.sha256) and self.picture.sha256 != others.picture.sha256:
            raise FactsError(
                phrase(
                    "{picture} and {other}: facts of two pictures are not joined",
                    picture=self.picture.name,
                    other=others.picture.name,
                )
            )
        return replace(others, known={**self.known, **others.known}, sources={**self.sources, **others.sources})

    def only(self, kinds: Iterable[type[Fact]]) -> Facts:
        """Those of these types, in this order."""
        known = {kind: self.known[kind] for kind in kinds if kind in self.known}
        if list(known) == list(self.known) and self.sources.keys() <= known.keys():
            return self
        return replace(self, known=known, sources={kind: by for kind, by in self.sources.items() if kind in known})

    def without(self, kind: type[Fact]) -> Facts:
        """All but the one of this type."""
        return self.only(one for one in self.known if one is not kind)

    def unknowns(self) -> Iterator[Unknown]:
        """Everything that could not be looked at, whole facts and parts of facts."""
        for fact in self.known.values():
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
    Texts: phrase("text"),
    Codes: phrase("codes"),
}
