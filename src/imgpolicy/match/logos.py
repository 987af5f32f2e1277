"""Artwork that was seen in the picture, held against the registered logos: whose it is, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.work import KnownLogo, WorkKind
from imgpolicy.facts import Logos

CERTAIN = 10.5
"""Evidence from which it is the logo, fixed on logos and photographs that nothing was fitted on:
docs/decisions/0014-logos.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoMatch:
    """A registered logo that is seen in the picture, and where.

    `score` is the evidence, in logits (docs/decisions/0014-logos.md); `certain` says that it is high enough to be the
    logo and not only possibly. `frame` is the first frame or page that shows it there, the first of all being 0.
    """

    work: str
    kind: WorkKind
    title: str
    owner: str | None
    box: Box
    score: float
    certain: bool
    frame: int = 0


def match_logos(seen: Logos, logos: Sequence[KnownLogo]) -> Iterator[LogoMatch]:
    """The logos whose artwork is seen in the picture, possibly or certainly, frame by frame; one logo a place.

    Artwork that is of none of these logos, as of one removed since, is nothing.
    """
    of_artwork = {artwork.sha256: logo for logo in logos for artwork in logo.artworks}
    for one in seen.sightings:
        logo = of_artwork.get(one.artwork)
        if logo is not None:
            yield LogoMatch(
                work=logo.id,
                kind=logo.kind,
                title=logo.title,
                owner=logo.owner,
                box=one.box,
                score=round(one.evidence, 2),
                certain=one.evidence >= CERTAIN,
                frame=one.frame,
            )
