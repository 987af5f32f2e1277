"""Covers in a picture with a palette: entries that nothing outside them uses get their colours.

Entries that were used below the redactions alone would tell what colours were there: they become grey too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.remedies.redact.regions import GREY, Redaction

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A palette with room for the redactions: its colours, which of them are new, and which shows which colour."""

    table: tuple[Colour, ...] = field(repr=False)
    new: frozenset[int]
    indices: dict[Colour, int]

    def cells(self, redaction: Redaction) -> Image.Image:
        """The cells of a redaction as indices into the palette, in mode P."""
        rows = [[self.indices[_colour(cell)] for cell in row] for row in redaction.cells]
        return indexed(np.array(rows, np.uint8))


def indexed(indices: NDArray[np.uint8]) -> Image.Image:
    """A picture in mode P with these indices."""
    height, width = indices.shape
    return Image.frombytes("P", (width, height), np.ascontiguousarray(indices).tobytes())


def placed(
    table: Sequence[Colour], used: Collection[int], see_through: Collection[int], redactions: Sequence[Redaction]
) -> Placed:
    """The palette with the colours of the covers in it, in entries that are not used, or else in the nearest.

    `used` are the indices that are used outside the redactions, `see_through` those that are not fully opaque in any
    frame. Raises RemedyError when no entry can show anything.
    """
    free = [index for index in range(len(table)) if index not in used and index not in see_through]
    wanted = list(dict.fromkeys(_colour(cell) for one in redactions for row in one.cells for cell in row))
    grey = (GREY, GREY, GREY)
    colours = [grey if index in set(free) else colour for index, colour in enumerate(table)]
    if len(free) >= len(wanted):
        indices = dict(zip(wanted, free, strict=False))
        for colour, index in indices.items():
            colours[index] = colour
    else:
        opaque = [index for index in range(len(colours)) if index not in see_through]
        if not opaque:
            raise RemedyError(phrase("its palette has no colour that is not transparent; save it as PNG first"))
        indices = {colour: min(opaque, key=lambda index: _far(colours[index], colour)) for colour in wanted}
    return Placed(table=tuple(colours), new=frozenset(free), indices=indices)


def _colour(cell: NDArray[np.uint8]) -> Colour:
    red, green, blue = (int(value) for value in cell)
    return red, green, blue


def _far(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def used_outside(image: Image.Image, redactions: Sequence[Redaction], corner: tuple[int, int]) -> set[int]:
    """The indices that pixels outside the redactions have, in a layer whose top left pixel lies at `corner`."""
    outside = Image.new("L", image.size, 255)
    for one in redactions:
        outside.paste(0, (one.box.left - corner[0], one.box.top - corner[1]), Image.fromarray(one.mask))
    return {index for index, count in enumerate(image.histogram(outside)) if count}


def paint(image: Image.Image, fill: Image.Image, redaction: Redaction, corner: tuple[int, int] = (0, 0)) -> None:
    """Lay the cells of a redaction, in the mode of the image, over a layer whose top left pixel lies at `corner`."""
    left, top, right, bottom = redaction.box
    whole = fill.resize((right - left, bottom - top), Image.Resampling.NEAREST)
    image.paste(whole, (left - corner[0], top - corner[1]), Image.fromarray(redaction.mask))
