"""Logos as a fact: which registered artwork the picture shows, and where. Whose it is, the matching says."""

from __future__ import annotations

import hashlib
import math
from functools import cached_property

import numpy as np

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.work import KnownLogo
from imgpolicy.extract.logos.canonical import Quad
from imgpolicy.extract.logos.search import POSSIBLE, Sought, searchable, sightings
from imgpolicy.extract.logos.template import VERSION
from imgpolicy.facts import Logos, LogoSighting, Unknown
from imgpolicy.frames import left_out
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture


class LogoExtractor:
    """An `Extractor` of `Logos`: it looks for the artwork of these logos, and of their names sees nothing."""

    gives = Logos
    name = "logos"
    version = f"1/{VERSION}"
    sensitive = False
    limits = (
        Unknown(
            what=phrase("logos"),
            reason=phrase(
                "logos narrower than 5 % of the picture, turned by more than 10 degrees, or set in other letters than"
                " their artwork are not looked for"
            ),
            lifts=False,
        ),
    )

    def __init__(self, logos: tuple[KnownLogo, ...] = ()) -> None:
        self.logos = logos

    @cached_property
    def options(self) -> str:
        """A digest of the artwork that is looked for; empty when there is none."""
        sought = sorted(
            artwork.sha256 for logo in self.logos for artwork in logo.artworks if artwork.template is not None
        )
        return hashlib.sha256("".join(sought).encode()).hexdigest() if sought else ""

    def extract(self, picture: Picture) -> Logos:
        """The artwork that the first frame shows, possibly or surely, the surest first; further ones are unknown.

        RegisterError when the artwork is damaged.
        """
        sought = self._sought
        seen = sightings(picture.pixels, [one.template for one in sought])
        return Logos(
            sightings=tuple(
                LogoSighting(
                    artwork=sought[one.template].artwork, box=_box(one.quad, picture), evidence=float(one.evidence)
                )
                for one in seen
                if one.evidence >= POSSIBLE
            ),
            unknowns=left_out(picture, 1, phrase("logos in further frames")),
        )

    @cached_property
    def _sought(self) -> tuple[Sought, ...]:
        return searchable(self.logos)


def _box(quad: Quad, picture: Picture) -> Box:
    """The box around a quad, in pixels of the full picture."""
    height, width = picture.pixels.shape[:2]
    low = np.clip(quad.min(0), 0, (width, height)) * picture.scale
    high = np.clip(quad.max(0), 0, (width, height)) * picture.scale
    return Box(int(low[0]), int(low[1]), math.ceil(high[0]), math.ceil(high[1]))
