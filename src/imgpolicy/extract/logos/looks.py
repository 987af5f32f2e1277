"""What a place in a picture is held against: the artwork as it is, and in the ways in which one colour shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from imgpolicy.extract.logos.artwork import Artwork, Rgba
from imgpolicy.extract.logos.canonical import Shape, reference
from imgpolicy.extract.logos.hog import Floats
from imgpolicy.extract.logos.variants import painted, variants

MOST_LOOKS = 3

_CONTRAST = 20.0  # grey levels between the means of a mark in white or black and of what is around it
_WHITE, _BLACK = np.float32(255), np.float32(15)
_ANY = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """A way in which a logo may be shown, RGBA in a shape with its margin, colours multiplied by their opacity.

    A `painted` one is white or black, whichever a place shows.
    """

    painted: bool
    pixels: Rgba = field(repr=False)


def looks(artwork: Artwork, shape: Shape) -> tuple[Look, ...]:
    """The artwork as it is, then as its variants show it."""
    return (
        Look(painted=False, pixels=reference(artwork, shape)),
        *(
            Look(painted=True, pixels=reference(painted(artwork, variant, _ANY), shape))
            for variant in variants(artwork)
        ),
    )


def may_show(place: NDArray[np.uint8], look: Look) -> bool:
    """Whether a place, RGB, may show this look: one in white or black is far from its ground."""
    if not look.painted:
        return True
    opacity = look.pixels[..., 3].astype(np.float32)
    grey = np.asarray(cv2.cvtColor(place, cv2.COLOR_RGB2GRAY), np.float32)
    total, covered = float(opacity.size * 255), float(opacity.sum())
    inside, everywhere = float((grey * opacity).sum()), 255 * float(grey.sum())
    return abs(inside / max(covered, 1) - (everywhere - inside) / max(total - covered, 1)) >= _CONTRAST


def side_by_side(places: NDArray[np.uint8], pixels: Rgba, in_one_colour: NDArray[np.bool_]) -> Floats:
    """What the network sees of places, shape (n, height, width, 3), and of the pixels of the look beside each, of which
    some are painted: (n, 7, height, width).

    The place; the look on the place's own ground, a painted one in white or in black, whichever the place is nearer to;
    and the look's opacity. Colours are from -1 to 1.
    """
    place, look = places.astype(np.float32), pixels.astype(np.float32)
    opacity = look[..., 3:] / np.float32(255)
    ground = _mean(place, 1 - opacity)
    lighter = (_mean(place, opacity) - ground).mean(3, keepdims=True) > 0
    paint = opacity * np.where(lighter, _WHITE, _BLACK)
    drawn = np.where(in_one_colour[:, None, None, None], paint, look[..., :3]) + (1 - opacity) * ground
    seen = np.concatenate([place / 127.5 - 1, drawn / 127.5 - 1, opacity], axis=3)
    return np.ascontiguousarray(seen.transpose(0, 3, 1, 2), dtype=np.float32)


def _mean(place: Floats, weights: Floats) -> Floats:
    """The mean colour of each place, by these weights of its pixels."""
    total = np.maximum(weights.sum((1, 2), keepdims=True), 1)
    return np.asarray((place * weights).sum((1, 2), keepdims=True) / total, np.float32)
