"""The picture as the search for logos looks at it."""

from __future__ import annotations

from imgpolicy.facts import Scene
from imgpolicy.picture import Picture


class SceneExtractor:
    """Hands on the working pixels, which stay in memory; what is seen in them depends on the registered logos."""

    gives = Scene
    version = "1"
    sensitive = True

    def extract(self, picture: Picture) -> Scene:
        return Scene(pixels=picture.pixels, scale=picture.scale)
