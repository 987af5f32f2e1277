"""The search for registered logos: places of the picture that might be one, then a closer look at each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from imgpolicy.domain.work import KnownArtwork, KnownLogo
from imgpolicy.engines.guests import Guests
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract.logos.artwork import Artwork, stored_artwork
from imgpolicy.extract.logos.canonical import Quad, Shape, moved, patch
from imgpolicy.extract.logos.looks import may_show
from imgpolicy.extract.logos.scan import Candidate, candidates, shared
from imgpolicy.extract.logos.template import VERSION, Template, from_bytes, learn
from imgpolicy.extract.logos.verifier import verifier
from imgpolicy.phrase import message_of, phrase

POSSIBLE = 8.7
"""Evidence below which nothing is reported of a place; fixed on logos and photographs that nothing was fitted on:
docs/decisions/0014-logos.md."""

IN_ONE_COLOUR = 10.4
"""Evidence that a mark in white or black alone, or its outline, stays under: less than makes a logo certain, since it
has a form and nothing else."""

_SCAN = 0.35  # logits that a standard deviation of the scan's score is worth
_MOST = 120  # places looked at closely: all of 60 logos; those of more logos are the likeliest, and a few more
_A_LOGO = 0.5
_SAME_PLACE = 0.25
_SURER = (0.0, 1.0, 4.0)  # logits that a look must be surer: as it is, its mark in one colour, its outline


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sought:
    """Artwork that is searched for: the SHA-256 of its file, and its template."""

    artwork: str
    template: Template = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A place, and the evidence, of scan and verifier together, that it shows the template of this number."""

    template: int
    quad: Quad
    evidence: float


def searchable(logos: Sequence[KnownLogo]) -> tuple[Sought, ...]:
    """The artwork that can be looked for, ready to be; templates of another version are learnt anew from it.

    Raises RegisterError when what the register holds is damaged.
    """
    return tuple(
        Sought(artwork=artwork.sha256, template=_template(logo, artwork))
        for logo in logos
        for artwork in logo.artworks
        if artwork.template is not None
    )


def artworks_of(logo: KnownLogo) -> tuple[Artwork, ...]:
    """The artworks of a logo as they are kept; RegisterError when one is damaged."""
    return tuple(_artwork(logo, known) for known in logo.artworks)


def _template(logo: KnownLogo, artwork: KnownArtwork) -> Template:
    if artwork.version != VERSION or artwork.template is None:
        return learn(_artwork(logo, artwork))
    try:
        return from_bytes(artwork.template)
    except PictureError as error:
        raise _damaged(logo, error) from error


def _artwork(logo: KnownLogo, known: KnownArtwork) -> Artwork:
    try:
        return stored_artwork(known.picture, known.sha256)
    except PictureError as error:
        raise _damaged(logo, error) from error


def _damaged(logo: KnownLogo, error: PictureError) -> RegisterError:
    return RegisterError(
        phrase(
            "the register is damaged: {error} ({id}); remove it and add it again",
            error=message_of(error),
            id=repr(logo.id),
        )
    )


_LINEAR_ALGEBRA = Guests(lambda: threadpool_limits(limits=1, user_api="blas").restore_original_limits)
"""On one thread: its threads wait for each other by spinning, which costs more than they save."""


def sightings(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> list[Sighting]:
    """The places of a picture, RGB, that were looked at closely, the surest first, each with its likeliest template."""
    if not templates:
        return []
    with _LINEAR_ALGEBRA.at_rest(), opencv_at_rest():
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
    sightings: list[Sighting] = []
    for shape, cut_places in cuts.items():
        pairs = [
            (place, cut, look, surer)
            for place, cut in cut_places
            for look, surer in zip(templates[place.template].looks, _SURER, strict=False)
            if may_show(cut, look)
        ]
        logits, offsets = verifier().judge([cut for _, cut, _, _ in pairs], [look for _, _, look, _ in pairs])
        best: dict[int, Sighting] = {}
        for (place, _, look, surer), logit, offset in zip(pairs, logits, offsets, strict=True):
            evidence = float(logit) + _SCAN * place.score - surer
            evidence = held_back(evidence) if look.painted else evidence
            known = best.get(id(place))
            if known is None or known.evidence < evidence:
                quad = moved(place.quad, offset, shape)
                best[id(place)] = Sighting(template=place.template, quad=quad, evidence=evidence)
        sightings.extend(best.values())
    return sightings


def held_back(evidence: float) -> float:
    """The evidence of a mark in one colour: under IN_ONE_COLOUR, in the same order."""
    beyond = evidence - (IN_ONE_COLOUR - 1)
    return evidence if beyond <= 0 else IN_ONE_COLOUR - math.exp(-beyond)
