"""Whom the faces of a picture are like, as JSON; cosines are rounded to four places."""

from __future__ import annotations

import msgspec

from imgpolicy.domain.lookup import FaceLookup, Lookup

_PLACES = 4


class CandidateWire(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the face is like."""

    person: str
    score: float


class FaceLookupWire(msgspec.Struct, frozen=True, kw_only=True):
    """One face, counted from 1; box and height in pixels of the upright picture."""

    face: int
    box: tuple[int, int, int, int]
    height: float
    person: str | None
    may_be: list[str]
    margin: float | None
    poor: str | None
    doubtful: bool
    candidates: list[CandidateWire]


class LookupWire(msgspec.Struct, frozen=True, kw_only=True):
    """The faces of a picture."""

    engine: str
    threshold: float
    margin: float
    faces: list[FaceLookupWire]


def lookup_wire(lookup: Lookup) -> LookupWire:
    """The lookup as it is written for programs."""
    return LookupWire(
        engine=lookup.engine,
        threshold=round(lookup.threshold, _PLACES),
        margin=lookup.margin,
        faces=[_face(number, face) for number, face in enumerate(lookup.faces, start=1)],
    )


def _face(number: int, face: FaceLookup) -> FaceLookupWire:
    return FaceLookupWire(
        face=number,
        box=face.box,
        height=round(face.height, 1),
        person=face.person,
        may_be=list(face.may_be),
        margin=None if face.margin is None else round(face.margin, _PLACES),
        poor=face.poor,
        doubtful=face.doubtful,
        candidates=[CandidateWire(person=one.person, score=round(one.score, _PLACES)) for one in face.candidates],
    )
