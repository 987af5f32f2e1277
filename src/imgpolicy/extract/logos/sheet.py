"""A picture of what is looked for: each artwork as it is, and in the ways in which one colour shows it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from imgpolicy.domain.work import Shown
from imgpolicy.extract.logos.artwork import Artwork
from imgpolicy.extract.logos.variants import painted, variants

_SIDE, _EDGE = 200, 20
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def sheet(artworks: Sequence[Artwork]) -> bytes:
    """A PNG with a row for each artwork: as it is, in white, in black, and its outline, as far as there are these."""
    rows = [[_tile(shown, ground) for shown, ground in _ways(artwork)] for artwork in artworks]
    made = Image.new("RGB", (_SIDE * max(map(len, rows), default=1), _SIDE * max(len(rows), 1)), _WHITE)
    for down, row in enumerate(rows):
        for across, tile in enumerate(row):
            made.paste(tile, (across * _SIDE, down * _SIDE))
    file = io.BytesIO()
    made.save(file, "PNG")
    return file.getvalue()


def _ways(artwork: Artwork) -> Iterator[tuple[Artwork, tuple[int, int, int]]]:
    """The artwork as it may be shown, each on the ground that it stands out from."""
    yield artwork, artwork.ground
    for variant in variants(artwork):
        if variant.shown is not Shown.OUTLINE:
            yield painted(artwork, variant, _WHITE), _BLACK
        yield painted(artwork, variant, _BLACK), _WHITE


def _tile(artwork: Artwork, ground: tuple[int, int, int]) -> Image.Image:
    tile = Image.new("RGBA", (_SIDE, _SIDE), ground)
    drawn = Image.fromarray(np.ascontiguousarray(artwork.pixels))
    drawn.thumbnail((_SIDE - 2 * _EDGE, _SIDE - 2 * _EDGE))
    tile.alpha_composite(drawn, ((_SIDE - drawn.width) // 2, (_SIDE - drawn.height) // 2))
    return tile.convert("RGB")
