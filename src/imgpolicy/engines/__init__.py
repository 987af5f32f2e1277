"""Face engines: each finds the faces in a picture and gives every face a vector.

The extractor of faces asks an engine; the matching compares vectors of the same engine only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from imgpolicy.domain.model import Model
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Face, Unknown, Vector
from imgpolicy.picture import Picture

NO_VECTOR: Vector = np.zeros(0, dtype=np.float32)
"""What stands for the vector of a face that is held against nobody."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenFace:
    """A face as an engine sees it: what is a fact, and apart from that the vector, which stays in memory.

    `masked` is True where its lower half looks covered: nobody is learnt from it.
    """

    face: Face
    vector: Vector = field(repr=False)
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The faces of a picture from left to right, and what of it the engine could not look at."""

    faces: tuple[SeenFace, ...]
    unknowns: tuple[Unknown, ...] = ()


@runtime_checkable
class Surveyor(Protocol):
    """An engine that says what it could not look at, besides the faces that it found."""

    def survey(self, picture: Picture, *, vectors: bool) -> Survey:
        """The faces as `FaceEngine.faces` gives them, each with `NO_VECTOR` where none are wanted; the same errors."""
        ...


@runtime_checkable
class FaceFinder(Protocol):
    """An engine that can find faces without telling people apart: no vectors are made of them."""

    @property
    def detectors(self) -> tuple[Model, ...]:
        """The models that are used for it."""
        ...

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The faces of the picture from left to right, as `FaceEngine.faces` gives them; the same errors."""
        ...


@runtime_checkable
class FaceEngine(Protocol):
    """One way to find faces and to tell people apart by them.

    `engine_id` stands with every stored vector and changes when the same face would give another vector. `models`
    are the model files in the order in which they are used, one or more, the last being the one that makes the vectors.
    Vectors have `dimensions` numbers and unit length; their likeness is the cosine, -1 to 1.
    """

    @property
    def engine_id(self) -> str:
        """What its vectors are told from others by."""
        ...

    @property
    def models(self) -> tuple[Model, ...]:
        """The model files, the one that makes the vectors last."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def calibration(self) -> Calibration:
        """What the cosines of its vectors are worth."""
        ...

    def smallest_face(self, picture: Picture) -> float:
        """The height, in pixels of the upright picture at full scale, below which faces may not be seen."""
        ...

    def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
        """The faces of the picture from left to right, with vectors; raises ExtractError when it could not look."""
        ...
