"""Faces and fingerprints in few bytes, for a store of a million pictures: what follows from something else is left out.

It is left out only where it follows to the bit; anything else is written. So a fact comes back as it was.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Self

import msgspec

from imgpolicy.domain.geometry import Box, Corners, Point
from imgpolicy.domain.surroundings import places_about
from imgpolicy.facts import Face, Faces, Fact, Fingerprint, PictureInfo, Pose, Spot
from imgpolicy.wire.turned import packed, unpacked

_HASH_BYTES = 32


class _Numbers(NamedTuple):
    """The numbers of a face that are no whole ones, in the order in which they are written."""

    height: float
    certainty: float
    sharpness: float
    yaw: float
    pitch: float
    roll: float
    evidence: float


_SIDES = 2 * 5
"""How many numbers the landmarks are, which stand behind the others."""

_COUNT = len(_Numbers._fields) + _SIDES


class ShortForm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of the short forms, of facts whose unknowns stand elsewhere."""

    def fact(self, picture: PictureInfo, /) -> Fact:
        """The fact of this picture. ValueError when the form is not of one."""
        raise NotImplementedError


class _ShortFace(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    box: Box
    numbers: bytes
    looks: bytes
    clarities: bytes
    places: list[Corners]
    frame: int
    also: list[int]

    @classmethod
    def of(cls, face: Face, frame: Sequence[int]) -> Self:
        numbers = _Numbers(
            height=face.height,
            certainty=face.certainty,
            sharpness=face.sharpness,
            yaw=face.pose.yaw,
            pitch=face.pose.pitch,
            roll=face.pose.roll,
            evidence=face.evidence,
        )
        places = [spot.box for spot in face.spots]
        return cls(
            box=face.box,
            numbers=_floats([*numbers, *(side for point in face.landmarks for side in point)]),
            looks=b"".join(spot.look.to_bytes(_HASH_BYTES, "big") for spot in face.spots),
            clarities=bytes(spot.clarity for spot in face.spots),
            places=[] if places and tuple(places) == _places(face.box, frame) else places,
            frame=face.frame,
            also=sorted(face.also),
        )

    def face(self, frame: Sequence[int]) -> Face:
        values = _numbers(self.numbers, _COUNT)
        numbers, sides = _Numbers(*values[:-_SIDES]), values[-_SIDES:]
        first, second, third, fourth, fifth = (Point(*sides[at : at + 2]) for at in range(0, _SIDES, 2))
        return Face(
            box=self.box,
            height=numbers.height,
            certainty=numbers.certainty,
            landmarks=(first, second, third, fourth, fifth),
            sharpness=numbers.sharpness,
            pose=Pose(yaw=numbers.yaw, pitch=numbers.pitch, roll=numbers.roll),
            evidence=numbers.evidence,
            frame=self.frame,
            also=frozenset(self.also),
            spots=self._spots(frame),
        )

    def _spots(self, frame: Sequence[int]) -> tuple[Spot, ...]:
        if not self.clarities:
            return ()
        ends = pairwise(range(0, len(self.looks) + 1, _HASH_BYTES))
        looks = [int.from_bytes(self.looks[low:high], "big") for low, high in ends]
        places = self.places or _places(self.box, frame)
        return tuple(
            Spot(box=place, look=look, clarity=clarity)
            for place, look, clarity in zip(places, looks, self.clarities, strict=True)
        )


class ShortFaces(ShortForm, frozen=True, tag="faces in few"):
    """Faces, without their vectors, and without the places about them that follow from the boxes."""

    engine: str
    faces: list[_ShortFace]

    @classmethod
    def of(cls, fact: Faces, picture: PictureInfo) -> Self:
        """The short form; no spot looks clearer than 255, and all floats are numbers of at most 8 bytes."""
        return cls(fact.engine, [_ShortFace.of(face, _size(picture)) for face in fact.faces])

    def fact(self, picture: PictureInfo, /) -> Faces:
        return Faces(engine=self.engine, faces=tuple(one.face(_size(picture)) for one in self.faces))


class ShortFingerprint(ShortForm, frozen=True, tag="fingerprint in few"):
    """The hashes of a picture, but for what the first of them and the file's SHA-256 say already."""

    phash: int
    pdq: bytes
    quality: int
    frame: int
    further: list[ShortFingerprint]

    @classmethod
    def of(cls, fact: Fingerprint) -> ShortFingerprint:
        """The short form."""
        further = [cls.of(one) for one in fact.further]
        return cls(fact.phash, packed(fact.pdq), fact.quality, fact.frame, further)

    def fact(self, picture: PictureInfo, /) -> Fingerprint:
        return Fingerprint(
            sha256=picture.sha256 or "",
            phash=self.phash,
            pdq=unpacked(self.pdq),
            quality=self.quality,
            frame=self.frame,
            further=tuple(one.fact(picture) for one in self.further),
        )


def short_form(fact: Fact, picture: PictureInfo) -> ShortForm | None:
    """The short form of a fact of this picture, whose unknowns stand elsewhere; None where its kind has none."""
    if isinstance(fact, Faces):
        return ShortFaces.of(fact, picture)
    return ShortFingerprint.of(fact) if isinstance(fact, Fingerprint) else None


def _size(picture: PictureInfo) -> tuple[int, int]:
    return picture.width or 0, picture.height or 0


def _places(box: Box, frame: Sequence[int]) -> tuple[Corners, ...]:
    """The places about a box in a frame of this size; none where there can be none."""
    width, height = frame
    if min(width, height, box.right - box.left, box.bottom - box.top) <= 0:
        return ()
    return places_about(box, width, height)


def _floats(values: Sequence[float]) -> bytes:
    """The numbers one after the other, of 4 bytes each where that loses nothing."""
    try:
        few = struct.pack(f"<{len(values)}f", *values)
    except OverflowError:
        few = b""
    whole = struct.pack(f"<{len(values)}d", *values)
    return few if few and struct.pack(f"<{len(values)}d", *struct.unpack(f"<{len(values)}f", few)) == whole else whole


def _numbers(data: bytes, count: int) -> tuple[float, ...]:
    """What `_floats` wrote of so many numbers; ValueError when it is none of that."""
    for kind, size in (("f", 4), ("d", 8)):
        if len(data) == count * size:
            return struct.unpack(f"<{count}{kind}", data)
    raise ValueError("numbers of another length")
