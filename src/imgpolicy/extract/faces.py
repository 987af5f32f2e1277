"""Faces as a fact: whatever the face engine sees in the picture."""

from __future__ import annotations

from imgpolicy.engines import FaceEngine
from imgpolicy.facts import Faces
from imgpolicy.picture import Picture


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
        """The faces in the picture from left to right; raises ExtractError when the engine could not look."""
        return Faces(engine=self._engine.engine_id, faces=self._engine.faces(picture))
