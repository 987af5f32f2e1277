"""Logos as a fact: which registered artwork the picture shows, and where. Whose it is, the matching says."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.work import KnownLogo
from imgpolicy.extract.logos.canonical import Quad
from imgpolicy.extract.logos.search import POSSIBLE, Sought, searchable, sightings
from imgpolicy.extract.logos.template import VERSION
from imgpolicy.extract.logos.verifier import MODEL
from imgpolicy.facts import Logos, LogoSighting, Unknown
from imgpolicy.frames import Watch, left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

_SAME_PLACE = 0.5
"""Two boxes of one artwork on two frames are one place when they share more than this of their common area."""


class LogoExtractor:
    """An `Extractor` of `Logos`: it looks for the artwork of these logos, and of their names sees nothing."""

    gives = Logos
    name = "logos"
    version = f"3/{VERSION}/{MODEL.sha256[:12]}"
    sensitive = False
    limits = (
        Unknown(
            what=phrase("logos"),
            reason=phrase(
                "logos narrower than 5 % of the picture, turned by more than 30 degrees, or set in other letters than"
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
        """The artwork that the picture's frames show, possibly or surely; frames not looked at are unknown.

        RegisterError when the artwork is damaged.
        """
        return _concluded(picture, *look_at_each(picture, self._of_frame))

    def watch(self, picture: Picture) -> Watch[tuple[LogoSighting, ...]]:
        """The same of frames that it is shown."""
        return Watch(self._of_frame, lambda seen, count: (_concluded(picture, seen, count),))

    def _of_frame(self, shown: Picture) -> tuple[LogoSighting, ...]:
        sought = self._sought
        seen = sightings(shown.pixels, [one.template for one in sought])
        return tuple(
            LogoSighting(
                artwork=sought[one.template].artwork,
                box=_box(one.quad, shown),
                evidence=float(one.evidence),
                frame=shown.frame,
            )
            for one in seen
            if one.evidence >= POSSIBLE
        )

    @cached_property
    def _sought(self) -> tuple[Sought, ...]:
        return searchable(self.logos)


def _concluded(picture: Picture, seen: Sequence[tuple[LogoSighting, ...]], count: int) -> Logos:
    """What so many frames show; artwork that further frames show at the same place once, as sure as in the surest."""
    kept: list[LogoSighting] = []
    for one in (one for frame in seen for one in frame):
        before = next((n for n, other in enumerate(kept) if _again(one, other)), None)
        if before is None:
            kept.append(one)
        else:
            kept[before] = replace(kept[before], evidence=max(kept[before].evidence, one.evidence))
    return Logos(sightings=tuple(kept), unknowns=left_out(picture, count, phrase("logos in further frames")))


def _again(one: LogoSighting, other: LogoSighting) -> bool:
    same = one.artwork == other.artwork and one.frame != other.frame
    return same and overlap(one.box, other.box) > _SAME_PLACE


def _box(quad: Quad, picture: Picture) -> Box:
    """The box around a quad, in pixels of the full picture."""
    height, width = picture.pixels.shape[:2]
    low = np.clip(quad.min(0), 0, (width, height)) * picture.scale
    high = np.clip(quad.max(0), 0, (width, height)) * picture.scale
    return Box(int(low[0]), int(low[1]), math.ceil(high[0]), math.ceil(high[1]))
