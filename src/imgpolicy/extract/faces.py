"""Faces as a fact: whatever the face engine sees in the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from imgpolicy.engines import NO_VECTOR, FaceEngine, FaceFinder
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Face, Faces, Unknown
from imgpolicy.picture import Picture

RECOGNISABLE = 48
"""Height of a face in pixels from which people recognise it, and so does SFace (.98 of them, decision 3). A picture so
large that faces of this size may not be seen was not looked at well enough."""


HIDDEN = Unknown(
    what="hidden faces",
    reason="faces seen from the side or behind, covered, or very dark may not be found",
    lifts=False,
)


class FaceExtractor:
    """An `Extractor` of `Faces` by the given engine; vectors of people stay in memory.

    Unless people are to be compared the faces have vectors of no numbers. An engine that cannot find faces without
    making vectors has them thrown away here.
    """

    gives = Faces
    sensitive = True

    def __init__(self, engine: FaceEngine, *, compare: bool = True) -> None:
        self._engine = engine
        self._compare = compare

    @property
    def version(self) -> str:
        """The engine's id: another engine sees other faces."""
        return self._engine.engine_id

    def extract(self, picture: Picture) -> Faces:
        """The faces in the picture from left to right, and as an unknown those too small to be seen.

        Raises ExtractError when the engine could not look, or gave a vector that is none.
        """
        faces = self._faces(picture)
        smallest = round(self._engine.smallest_face(picture))
        small = Unknown(
            what=f"faces under {smallest} pixels",
            reason=f"faces lower than {smallest} pixels are too small to be found in a picture of this size",
            lifts=smallest >= RECOGNISABLE,
        )
        return Faces(engine=self._engine.engine_id, faces=faces, unknowns=(small, HIDDEN))

    def _faces(self, picture: Picture) -> tuple[Face, ...]:
        if not self._compare:
            found = self._engine.find(picture) if isinstance(self._engine, FaceFinder) else self._engine.faces(picture)
            return tuple(replace(face, vector=NO_VECTOR) for face in found)
        faces = self._engine.faces(picture)
        for face in faces:
            _check_vector(face, self._engine.dimensions)
        return faces


def _check_vector(face: Face, dimensions: int) -> None:
    """A vector that is no direction would match anybody, or nobody."""
    length = float(np.linalg.norm(face.vector)) if face.vector.shape == (dimensions,) else np.nan
    if not abs(length - 1) < 0.01:
        raise ExtractError("the face engine gave a vector that is not of unit length")
