"""Whom the faces of a picture are like, for those who keep the register."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.geometry import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person in the register, and the cosine between the face and the nearest of their vectors, -1 to 1."""

    person: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLookup:
    """A face, those whom it is most like, and what became of it.

    `box` and `height` are in pixels of the upright picture. `person` is whom it is named as; `may_be` those between
    whom it is not sure; `poor` says why it is too poor to be named. `margin` is the lead of the first, None without a
    second.
    """

    box: Box
    height: float
    candidates: tuple[Candidate, ...]
    person: str | None
    may_be: tuple[str, ...]
    margin: float | None
    poor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The faces of a picture from left to right; the engine, and the cosine and the lead from which one is named."""

    engine: str
    threshold: float
    margin: float
    faces: tuple[FaceLookup, ...]
