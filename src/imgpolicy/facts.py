"""What is in one picture: plain values, no opinion and no names.

An extractor gives one `Fact`. What could not be looked at is an `Unknown`, never an empty fact.
All boxes and points are in pixels of the upright picture at full scale, the origin at the top left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float32]"
"""A face vector: one-dimensional, of unit length."""


class Box(NamedTuple):
    """A rectangle in pixels of the upright picture; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int


class Point(NamedTuple):
    """A place in pixels of the upright picture."""

    x: float
    y: float


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Face:
    """One face: where it is, how sure the detector is (0 to 1), five landmarks and its vector.

    `height` is that of the box in pixels of the picture that the vector was made from, which may be smaller than the
    picture at full scale: it says how much there was to recognise somebody by.

    The landmarks are right eye, left eye, tip of the nose, right and left corner of the mouth, of the person.
    The vector stays in memory: it is no part of any output.
    """

    box: Box
    height: float
    certainty: float
    landmarks: tuple[Point, Point, Point, Point, Point]
    vector: Vector = field(repr=False)


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


@dataclass(frozen=True, kw_only=True)
class Metadata(Fact):
    """Every trace that the file holds besides the picture, and EXIF as text for people to read."""

    traces: tuple[Trace, ...]
    decoded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Fingerprint(Fact):
    """What a picture is recognised by as a whole.

    `phash` has 64 bits. `pdq` has the 256-bit hash of the picture in each of its eight dihedral forms (four
    turns, each also mirrored), the picture as it stands first. `quality` is PDQ's, 0 to 100: below 50 the
    picture is too flat for its hashes to mean anything.
    """

    sha256: str
    phash: int
    pdq: tuple[int, ...]
    quality: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene(Fact):
    """The picture as registered logos are searched for in it: RGB, shape (height, width, 3), read-only.

    `scale` is how many full-scale pixels one of these spans, at least 1.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    scale: float


class Facts:
    """The facts of one picture, by type: ``facts.get(Faces)`` is a `Faces` or an `Unknown`."""

    def __init__(self, known: Mapping[type[Fact], Fact | Unknown]) -> None:
        self._known = dict(known)

    def get(self, kind: type[FactT]) -> FactT | Unknown:
        """The fact of this type, or the `Unknown` that stands for it."""
        fact = self._known.get(kind)
        if isinstance(fact, kind | Unknown):
            return fact
        return Unknown(what=kind.__name__.lower(), reason="no extractor looked for it")

    def unknowns(self) -> Iterator[Unknown]:
        """Everything that could not be looked at, whole facts and parts of facts."""
        for fact in self._known.values():
            if isinstance(fact, Unknown):
                yield fact
            else:
                yield from fact.unknowns
