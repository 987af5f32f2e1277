"""Faces as a fact: whatever the face engine sees in the picture."""

from __future__ import annotations

import numpy as np

from imgpolicy.engines import FaceEngine
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Face, Faces, Unknown
from imgpolicy.picture import Picture

RECOGNISABLE = 48
"""Height of a face in pixels from which people recognise it, and so does SFace (.98 of them, decision 3). A picture so
large that faces of this size may not be seen was not looked at well enough."""


class FaceExtractor:
    """An `Extractor` of `Faces` by the given engine; vectors of people stay in memory."""

    gives = Faces
    sensitive = True

    def __init__(self, engine: FaceEngine) -> None:
        self._engine = engine

    @property
    def version(self) -> str:
        """The engine's id: another engine sees other faces."""
        return self._engine.engine_id

    def extract(self, picture: Picture) -> Faces:
        """The faces in the picture from left to right, and as an unknown those too small to be seen.

        Raises ExtractError when the engine could not look, or gave a vector that is none.
        """
        faces = self._engine.faces(picture)
        for face in faces:
            _check_vector(face, self._engine.dimensions)
        smallest = round(self._engine.smallest_face(picture))
        small = Unknown(
            what=f"faces under {smallest} pixels",
            reason=f"faces lower than {smallest} pixels are too small to be found in a picture of this size",
            lifts=smallest >= RECOGNISABLE,
        )
        return Faces(engine=self._engine.engine_id, faces=faces, unknowns=(small,))


def _check_vector(face: Face, dimensions: int) -> None:
    """A vector that is no direction would match anybody, or nobody."""
    length = float(np.linalg.norm(face.vector)) if face.vector.shape == (dimensions,) else np.nan
    if not abs(length - 1) < 0.01:
        raise ExtractError("the face engine gave a vector that is not of unit length")
