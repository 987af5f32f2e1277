"""Where a picture is covered, and with what: regions as somebody names them, redactions as they are painted.

A `Region` is a box of the upright picture and what it holds. A `Redaction` is grown by a margin, has its shape as a
mask, lies in the picture as its file stores it, and carries the new pixels.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.picture import Pixels

Scalar = TypeVar("Scalar", np.bool_, np.uint8)

Mask = NDArray[np.bool_]
"""Which pixels of a box are covered, shape (height, width)."""

GREY = 128
"""All three channels of a solid redaction: the same in every picture, so that it says nothing of what was below."""

CELLS = 4
"""Cells of a mosaic along the shorter side of its box."""
NOISE = 255
"""A cell of a mosaic is off its mean by a random number up to this, before it is cut off at black and white. Both are
measured in decision 16."""

# The head around a detector's face, which reaches from the eyebrows to the chin, in parts of the face's width and
# height: ears and cheeks at its sides, hair above, chin and beard below.
_SIDE, _ABOVE, _BELOW = 0.25, 0.5, 0.25
_MARGIN, _LEAST = 0.1, 3
"""What a rectangle grows by on each side, in parts of its shorter side, and the least of it in pixels."""


class Shape(StrEnum):
    """What a region holds, which says how its box is grown and shaped."""

    HEAD = "head"
    RECTANGLE = "rectangle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A box in pixels of the upright picture at full scale that is to be covered, in one frame or page of the file.

    With `Shape.HEAD` the box is that of a face, and `roll` how far the face is tilted clockwise, in degrees, as
    `Pose.roll` has it. With `Shape.RECTANGLE` it is that of a text, code or logo. In a box of `spares`, the face of
    somebody who stays, nothing is covered that lies outside the region's own box. One that is `solid` is never made a
    mosaic of, of which words and codes can be had back.
    """

    box: Box
    shape: Shape
    frame: int = 0
    roll: float = 0.0
    solid: bool = False
    spares: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redaction:
    """New pixels for one place of one frame: those of `box` where `mask` is true.

    The box is in pixels of the picture as its file stores it, not turned upright. `cells` are the new pixels in RGB,
    each spread evenly over its part of the box: a single one for a solid redaction.
    """

    frame: int
    box: Box
    mask: Mask = field(repr=False)
    cells: Pixels = field(repr=False)

    def fill(self, mode: str, size: tuple[int, int]) -> Image.Image:
        """The new pixels of the whole box in this mode of Pillow, scaled to this (width, height)."""
        return Image.fromarray(self.cells).convert(mode).resize(size, Image.Resampling.NEAREST)

    def sampled(self, across: int, down: int) -> tuple[Box, Mask]:
        """Box and mask for a picture with one sample to so many pixels: one that stands for any of them is covered."""
        box = aligned(self.box, across, down)
        wide = np.zeros((box.bottom - box.top, box.right - box.left), np.bool_)
        top, left = self.box.top - box.top, self.box.left - box.left
        wide[top : top + self.mask.shape[0], left : left + self.mask.shape[1]] = self.mask
        mask = wide[::down, ::across].copy()
        for row in range(down):
            for column in range(across):
                mask |= wide[row::down, column::across]
        return Box(box.left // across, box.top // down, box.right // across, box.bottom // down), mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """A file with covers in it: those asked for, and those for further frames that show the same pixels.

    `exact` says that all other pixels are the same, not only to the eye; `proved` that the file was held against what
    was planned already, by samples that nobody else gets to see.
    """

    data: bytes = field(repr=False)
    redactions: tuple[Redaction, ...]
    exact: bool
    proved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file with a part of the picture: its bytes, and which box of the old one as it was stored.

    `exact` and `proved` are as those of `Drawn`.
    """

    data: bytes = field(repr=False)
    box: Box
    exact: bool
    proved: bool = False


@runtime_checkable
class Redraws(Protocol):
    """What the module of a format has that draws into its files. They come stripped."""

    def draw(self, data: bytes, redactions: Sequence[Redaction]) -> Drawn:
        """The file with the redactions. Raises RemedyError when it cannot be written so, or what decoders raise."""
        ...

    def crop(self, data: bytes, box: Box) -> Cut:
        """The part of the one picture that lies in the box, as it is stored. Raises as `draw` does."""
        ...


def aligned(box: Box, across: int, down: int) -> Box:
    """The box grown to whole cells of so many pixels; it may then reach over the picture's edge."""
    left, top = box.left // across * across, box.top // down * down
    return Box(left, top, -(-box.right // across) * across, -(-box.bottom // down) * down)


def within(box: Box, across: int, down: int, size: tuple[int, int]) -> Box:
    """The box shrunk to whole cells of so many pixels, but for where it ends with a picture of this size.

    RemedyError when there is no whole cell in it.
    """
    right = box.right if box.right == size[0] else box.right // across * across
    bottom = box.bottom if box.bottom == size[1] else box.bottom // down * down
    inner = Box(-(-box.left // across) * across, -(-box.top // down) * down, right, bottom)
    if inner.left >= inner.right or inner.top >= inner.bottom:
        raise RemedyError(phrase("the box holds no whole block of {across} x {down} pixels", across=across, down=down))
    return inner


def covered(region: Region, width: int, height: int) -> tuple[Box, Mask]:
    """The box that the region covers in an upright picture of this size, and which of its pixels.

    Raises RemedyError when the region's box is empty or lies outside the picture.
    """
    inside = clipped(region.box, width, height)
    if inside.left >= inside.right or inside.top >= inside.bottom:
        named = ", ".join(str(side) for side in region.box)
        raise RemedyError(
            phrase(
                "cannot be redacted: the box {named} is empty or lies outside the {width} x {height} picture",
                named=named,
                width=width,
                height=height,
            )
        )
    if region.shape is Shape.RECTANGLE:
        margin = max(_LEAST, round(_MARGIN * min(_size(region.box))))
        left, top, right, bottom = region.box
        box = clipped(Box(left - margin, top - margin, right + margin, bottom + margin), width, height)
        mask = np.ones((box.bottom - box.top, box.right - box.left), np.bool_)
    else:
        box, mask = _head(region, width, height)
    for face in region.spares:
        _set(mask, face, box, covered=False)
    # What the region is about is covered whoever is near; of a tilted head it has corners outside the ellipse.
    _set(mask, region.box, box, covered=True)
    return box, mask


def _set(mask: Mask, inner: Box, box: Box, *, covered: bool) -> None:
    """Set the pixels of the inner box in the mask of a box; none when they are apart."""
    rows = slice(max(inner.top - box.top, 0), max(inner.bottom - box.top, 0))
    mask[rows, max(inner.left - box.left, 0) : max(inner.right - box.left, 0)] = covered


def _size(box: Box) -> tuple[int, int]:
    return box.right - box.left, box.bottom - box.top


def clipped(box: Box, width: int, height: int) -> Box:
    """What of the box lies in a picture of this size; its sides are in the wrong order when nothing does."""
    left, top, right, bottom = box
    return Box(max(left, 0), max(top, 0), min(right, width), min(bottom, height))


def _head(region: Region, width: int, height: int) -> tuple[Box, Mask]:
    """An ellipse around the whole head, its long axis tilted as the face is."""
    across, down = _size(region.box)
    turn = math.radians(region.roll)
    if abs(math.sin(turn)) > math.cos(math.pi / 4):
        across, down = down, across
    half_across = across * (0.5 + _SIDE) + _LEAST
    half_down = down * (1 + _ABOVE + _BELOW) / 2 + _LEAST
    # Upwards in the head, where it reaches further than below the chin.
    shift = down * (_ABOVE - _BELOW) / 2
    x = (region.box.left + region.box.right) / 2 + shift * math.sin(turn)
    y = (region.box.top + region.box.bottom) / 2 - shift * math.cos(turn)
    reach_x = math.hypot(half_across * math.cos(turn), half_down * math.sin(turn))
    reach_y = math.hypot(half_across * math.sin(turn), half_down * math.cos(turn))
    around = (math.floor(x - reach_x), math.floor(y - reach_y), math.ceil(x + reach_x), math.ceil(y + reach_y))
    box = clipped(Box(*around), width, height)
    rows = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y)
    columns = np.arange(box.left, box.right, dtype=np.float32)[None, :] + np.float32(0.5 - x)
    cosine, sine = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    along = (columns * cosine + rows * sine) / np.float32(half_across)
    upright = (rows * cosine - columns * sine) / np.float32(half_down)
    return box, np.asarray(along * along + upright * upright <= 1)


def solid() -> Pixels:
    """The one cell of a solid redaction."""
    return np.full((1, 1, 3), GREY, np.uint8)


def mosaic(below: Pixels) -> Pixels:
    """The cells of a mosaic, made from what is below it at any scale.

    Each is the mean brightness of what is below, off by noise from the system's secure source: what is left of a face
    are about twenty numbers, none of them true. Colours would be further numbers, and noise inside a cell would be of
    no use: averaging takes it out.
    """
    height, width = below.shape[:2]
    cell = max(1.0, min(width, height) / CELLS)
    size = (max(1, round(width / cell)), max(1, round(height / cell)))
    means = np.asarray(Image.fromarray(below).convert("L").resize(size, Image.Resampling.BOX), np.float64)
    random = np.frombuffer(secrets.token_bytes(4 * means.size), np.uint32).reshape(means.shape)
    noisy = np.clip(means + NOISE * (random / (2**31 - 0.5) - 1), 0, 255).round().astype(np.uint8)
    return noisy[:, :, None].repeat(3, axis=2)


def as_stored(box: Box, size: tuple[int, int], orientation: int) -> Box:
    """The box of an upright picture of this size where its file stores it; `orientation` is EXIF's, 1 to 8."""
    left, top, right, bottom = box
    width, height = size
    stored = {
        2: (width - right, top, width - left, bottom),
        3: (width - right, height - bottom, width - left, height - top),
        4: (left, height - bottom, right, height - top),
        5: (top, left, bottom, right),
        6: (top, width - right, bottom, width - left),
        7: (height - bottom, width - right, height - top, width - left),
        8: (height - bottom, left, height - top, right),
    }
    return Box(*stored.get(orientation, box))


def as_upright(box: Box, size: tuple[int, int], orientation: int) -> Box:
    """The other way round: where a box of the stored picture is in the upright one, whose size this is."""
    stored = (size[1], size[0]) if orientation in {5, 6, 7, 8} else size
    return as_stored(box, stored, {6: 8, 8: 6}.get(orientation, orientation))


def pixels_as_stored(pixels: NDArray[Scalar], orientation: int) -> NDArray[Scalar]:
    """The same for pixels, whose first two axes are rows and columns."""
    if orientation in {5, 7}:
        pixels = pixels.swapaxes(0, 1)
    elif orientation in {6, 8}:
        pixels = np.rot90(pixels, 1 if orientation == 6 else -1)
    turned = {2: pixels[:, ::-1], 3: pixels[::-1, ::-1], 4: pixels[::-1], 7: pixels[::-1, ::-1]}
    return np.ascontiguousarray(turned.get(orientation, pixels))
