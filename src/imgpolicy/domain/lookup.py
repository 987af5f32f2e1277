"""Whom the faces of a picture are like, for those who keep the register."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from imgpolicy.domain.geometry import Box

PHOTOGRAPHS = 3
"""How many photographs a person is enrolled with, as recommended. The nearest counts, so each is a chance more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person in the register, and the cosine between the face and the nearest of their vectors, -1 to 1.

    `agreed` is the mean of that and the second of their vectors, where they have more than one: chance finds one
    photograph that is alike sooner than two.
    """

    person: str
    score: float
    agreed: float


class FaceAdvice(StrEnum):
    """What makes somebody surer to be recognised, and to be told from others."""

    MORE = "more photographs"
    OTHER = "other photographs"
    LOOK = "look at the photographs"
    NAME = "name them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinctness:
    """How surely somebody is told apart by the photographs that they are enrolled with; all likenesses are cosines.

    `alike` and `unlike` are the likenesses of the two of their photographs that are most and least alike, None with
    fewer than two. `nearest` is whoever else is most like them, and `likeness` how much; None where nobody else is
    enrolled. From `threshold` on a face is named in a picture of one face, with a lead of `margin`.
    """

    person: str
    engine: str
    photographs: int
    alike: float | None
    unlike: float | None
    nearest: str | None
    likeness: float | None
    threshold: float
    margin: float
    advice: tuple[FaceAdvice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLookup:
    """A face, those whom it is most like, and what became of it.

    `box` and `height` are in pixels of the upright picture. `person` is whom it is named as; `may_be` those between
    whom it is not sure; `poor` says why it is too poor to be named, and `doubtful` that it may be no person's and is
    like nobody. `margin` is the lead of the first, None without a second.
    """

    box: Box
    height: float
    candidates: tuple[Candidate, ...]
    person: str | None
    may_be: tuple[str, ...]
    margin: float | None
    poor: str | None
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The faces of a picture from left to right; the engine, and the cosine and the lead from which one is named."""

    engine: str
    threshold: float
    margin: float
    faces: tuple[FaceLookup, ...]
