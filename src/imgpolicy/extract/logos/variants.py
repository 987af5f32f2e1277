"""What a logo looks like when it is printed in one colour: its silhouette, its mark without the ground, its outline.

These are made of the artwork, since few organisations have them as files, and shirts, doors and cars show them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.work import Shown
from imgpolicy.extract.logos.artwork import Artwork

Mask = NDArray[np.uint8]
"""How opaque a mark is, 0 to 255; shape (height, width)."""

_DIFFERENT = 30.0  # distance in CIELAB from the ground's colour at which a pixel is wholly of the mark
_LEAST, _MOST = 0.03, 0.85  # share of the ground that a mark on it covers
_STROKE = 0.04  # of the artwork's size, the breadth of an outline
_DARK, _LIGHT = 15, 255
_OUTLINED = 0.6  # share of a silhouette that its outline may cover and still be something else


@dataclass(frozen=True, kw_only=True, eq=False)
class Variant:
    """A logo in one colour, whichever: how it is shown, and where it is opaque; of the artwork's own size."""

    shown: Shown
    mask: Mask = field(repr=False)


def variants(artwork: Artwork) -> tuple[Variant, ...]:
    """The ways to show this artwork in one colour, each that shows something of it; for a mark on a ground of its own
    this is the mark alone.
    """
    whole = Variant(shown=Shown.SILHOUETTE, mask=np.ascontiguousarray(artwork.pixels[:, :, 3]))
    first = whole
    if _plain(whole.mask):
        mark = _on_its_ground(artwork)
        if mark is None:
            return ()
        first = Variant(shown=Shown.CUT_OUT, mask=mark)
    drawn = Variant(shown=Shown.OUTLINE, mask=_outline(first.mask))
    bold = float(drawn.mask.sum(dtype=np.int64)) < _OUTLINED * float(first.mask.sum(dtype=np.int64))
    return (first, drawn) if bold else (first,)


def painted(artwork: Artwork, variant: Variant, colour: tuple[int, int, int]) -> Artwork:
    """The artwork as this variant shows it, in this colour."""
    pixels = np.empty_like(artwork.pixels)
    pixels[:, :, :3] = colour
    pixels[:, :, 3] = variant.mask
    return replace(artwork, pixels=pixels)


def _plain(mask: Mask) -> bool:
    """Whether a mark in one colour would be a disc, a ring or a bar, as pictures are full of."""
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[:, :, 3] = mask
    return Artwork(sha256="", pixels=pixels).simple


def _on_its_ground(artwork: Artwork) -> Mask | None:
    """The mark that stands on a ground of one colour, where the artwork has one: what is not of its colour."""
    opacity = artwork.pixels[:, :, 3]
    lab = cv2.cvtColor(artwork.pixels[:, :, :3], cv2.COLOR_RGB2Lab).astype(np.float32)
    inside = opacity > 128
    edge = inside & ~cv2.erode(inside.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=0).astype(bool)
    if not edge.any():
        return None
    ground = np.median(lab[edge], axis=0)
    apart = np.clip(np.linalg.norm(lab - ground, axis=2) / _DIFFERENT, 0, 1)
    mask = np.asarray(apart * opacity, np.uint8)
    share = float((mask > 128).sum()) / float(inside.sum())
    return mask if _LEAST < share < _MOST and not _plain(mask) else None


def _outline(mask: Mask) -> Mask:
    """The edge of a mask, drawn inside of it."""
    side = max(3, round(_STROKE * float(np.sqrt(mask.size))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * side + 1, 2 * side + 1))
    return np.asarray(mask - cv2.erode(mask, kernel, borderValue=0), np.uint8)
