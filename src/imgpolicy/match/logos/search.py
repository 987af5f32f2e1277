"""The search for registered logos: places of the picture that might be one, then a closer look at each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.work import KnownArtwork, KnownLogo, WorkKind
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract.logos.artwork import stored_artwork
from imgpolicy.extract.logos.canonical import Quad, Shape, moved, patch
from imgpolicy.extract.logos.template import VERSION, Template, from_bytes, learn
from imgpolicy.facts import Scene
from imgpolicy.match.logos import LogoMatch
from imgpolicy.match.logos.scan import Candidate, candidates, shared
from imgpolicy.match.logos.verifier import verifier

CERTAIN = 10.5
POSSIBLE = 8.0
"""Evidence, fixed on logos and photographs that nothing was fitted on: docs/decisions/0014-logos.md."""

_SCAN = 0.25  # logits that a standard deviation of the scan's score is worth
_MOST = 40  # places looked at closely; more logos share a few more
_A_LOGO = 0.5
_SAME_PLACE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Logo:
    """A registered logo with the templates of its artwork."""

    id: str
    kind: WorkKind
    title: str
    owner: str | None
    templates: tuple[Template, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A place, and the evidence, of scan and verifier together, that it shows the template of this number."""

    template: int
    quad: Quad
    evidence: float


def searchable(logos: Sequence[KnownLogo]) -> tuple[Logo, ...]:
    """The logos that can be looked for, ready to be; templates of another version are learnt anew from the artwork.

    Raises RegisterError when what the register holds is damaged.
    """
    ready = []
    for logo in logos:
        templates = tuple(_template(logo, artwork) for artwork in logo.artworks if artwork.template is not None)
        if templates:
            ready.append(Logo(id=logo.id, kind=logo.kind, title=logo.title, owner=logo.owner, templates=templates))
    return tuple(ready)


def _template(logo: KnownLogo, artwork: KnownArtwork) -> Template:
    try:
        if artwork.version == VERSION and artwork.template is not None:
            return from_bytes(artwork.template)
        return learn(stored_artwork(artwork.picture, artwork.sha256))
    except PictureError as error:
        raise RegisterError(f"the register is damaged: {error} ({logo.id!r}); remove it and add it again") from error


def find_logos(logos: Sequence[Logo], scene: Scene) -> Iterator[LogoMatch]:
    """The logos that the picture shows, possibly or certainly, the surest first; one logo a place."""
    owners = [logo for logo in logos for _ in logo.templates]
    for seen in sightings(scene.pixels, [template for logo in logos for template in logo.templates]):
        if seen.evidence < POSSIBLE:
            return
        logo = owners[seen.template]
        yield LogoMatch(
            work=logo.id,
            kind=logo.kind,
            title=logo.title,
            owner=logo.owner,
            box=_box(seen.quad, scene),
            score=round(seen.evidence, 2),
            certain=seen.evidence >= CERTAIN,
        )


def sightings(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> list[Sighting]:
    """The places of a picture, RGB, that were looked at closely, the surest first, each with its likeliest template."""
    if not templates:
        return []
    # Threads of the linear algebra wait for each other by spinning, which costs more than they save.
    with threadpool_limits(limits=1, user_api="blas"), opencv_at_rest():
        return _sightings(pixels, templates)


def _sightings(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> list[Sighting]:
    places = candidates(pixels, templates)[: _MOST + int(_A_LOGO * len(templates))]
    kept: list[Sighting] = []
    for seen in sorted(_looked_at(pixels, places, templates), key=lambda seen: -seen.evidence):
        if all(shared(seen.quad, other.quad) < _SAME_PLACE for other in kept):
            kept.append(seen)
    return kept


def _looked_at(pixels: NDArray[np.uint8], places: Sequence[Candidate], templates: Sequence[Template]) -> list[Sighting]:
    """The places as the verifier sees them, their corners put right, by shape."""
    cuts: dict[Shape, list[tuple[Candidate, NDArray[np.uint8]]]] = defaultdict(list)
    for place in places:
        shape = templates[place.template].shape
        cut = patch(pixels, place.quad, shape)
        if cut is not None:
            cuts[shape].append((place, cut))
    found: list[Sighting] = []
    for shape, cut_places in cuts.items():
        pairs = [(place, cut, look) for place, cut in cut_places for look in templates[place.template].looks]
        logits, offsets = verifier().judge([cut for _, cut, _ in pairs], [look for _, _, look in pairs])
        best: dict[int, Sighting] = {}
        for (place, _, _), logit, offset in zip(pairs, logits, offsets, strict=True):
            evidence = float(logit) + _SCAN * place.score
            known = best.get(id(place))
            if known is None or known.evidence < evidence:
                quad = moved(place.quad, offset, shape)
                best[id(place)] = Sighting(template=place.template, quad=quad, evidence=evidence)
        found.extend(best.values())
    return found


def _box(quad: Quad, scene: Scene) -> Box:
    """The box around a quad, in pixels of the full picture."""
    height, width = scene.pixels.shape[:2]
    low = np.clip(quad.min(0), 0, (width, height)) * scene.scale
    high = np.clip(quad.max(0), 0, (width, height)) * scene.scale
    return Box(int(low[0]), int(low[1]), math.ceil(high[0]), math.ceil(high[1]))
