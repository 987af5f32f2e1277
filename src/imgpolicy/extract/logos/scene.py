"""The picture as the search for logos looks at it."""

from __future__ import annotations

from imgpolicy.facts import Scene
from imgpolicy.frames import left_out
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture


class SceneExtractor:
    """Hands on the working pixels, which stay in memory; what is seen in them depends on the registered logos."""

    gives = Scene
    version = "1"
    sensitive = True

    def extract(self, picture: Picture) -> Scene:
        """The pixels of the first frame; further ones are unknown."""
        rest = left_out(picture, 1, phrase("logos in further frames"))
        return Scene(pixels=picture.pixels, scale=picture.scale, unknowns=rest)
