"""Pictures that are decoded and encoded whole: what the modules of TIFF, BMP, AVIF and HEIC share."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from imgpolicy.containers.heif import properties
from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.remedies.redact.palette import paint, placed, used_outside
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction

_EXACT = frozenset({"1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "I;16B"})
"""Modes in which Pillow holds the pixels as they are stored."""
_PRIMARIES, _TRANSFERS = frozenset({1, 2}), frozenset({1, 2, 6, 13, 14, 15})
"""Of sRGB and BT.709, or not stated (ITU-T H.273, tables 2 and 3)."""

Change = Callable[[Image.Image, int], Image.Image]
"""What is done to the pixels of a frame or page, whose number comes second: another picture in the same mode."""
Write = Callable[[bytes, Change], bytes]
"""The file with all its frames or pages changed so."""


def draw(data: bytes, redactions: Sequence[Redaction], write: Write, *, exact: bool) -> Drawn:
    """The file with the redactions, as its format writes it; `exact` says that this loses nothing.

    Raises RemedyError for samples or colours that would not stay, or what decoders raise.
    """

    def change(image: Image.Image, frame: int) -> Image.Image:
        return _painted(image, [one for one in redactions if one.frame == frame])

    return Drawn(data=write(data, change), redactions=tuple(redactions), exact=exact)


def crop(data: bytes, box: Box, write: Write, *, exact: bool) -> Cut:
    """The part of the picture in this box, in a file with one frame. Raises as `draw` does."""

    def change(image: Image.Image, _: int) -> Image.Image:
        return _painted(image.crop(box), ())

    return Cut(data=write(data, change), box=box, exact=exact)


def refuse_wide_colours(data: bytes) -> None:
    """Nothing, or RemedyError when an AVIF or HEIC says in numbers (nclx) that its colours are not plain RGB."""
    for box in properties(data):
        body = data[box.body : box.end]
        if box.type == b"colr" and body[:4] == b"nclx" and len(body) >= 8:
            primaries, transfer = struct.unpack_from(">HH", body, 4)
            if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
                raise RemedyError(phrase("its colours are of a wide range; save it as JPEG or PNG first"))


def _painted(image: Image.Image, redactions: Sequence[Redaction]) -> Image.Image:
    """A copy of the decoded picture with these covers in it, in its own mode."""
    if image.mode not in _EXACT:
        raise RemedyError(phrase("pixels of the kind {mode} are not drawn into; save it as PNG first", mode=image.mode))
    if image.mode.startswith("I;16"):
        return _painted_deep(image, redactions)
    image = image.copy()
    if image.mode == "P":
        colours = bytes(image.getpalette("RGB") or b"").ljust(768, b"\0")
        table = [(red, green, blue) for red, green, blue in struct.iter_unpack("3B", colours)]
        room = placed(table, used_outside(image, redactions, (0, 0)), (), redactions)
        image.putpalette(b"".join(bytes(colour) for colour in room.table))
        fills = [room.cells(one) for one in redactions]
    else:
        fills = [Image.fromarray(one.cells).convert(image.mode) for one in redactions]
    for one, fill in zip(redactions, fills, strict=True):
        paint(image, fill, one)
    return image


def _painted_deep(image: Image.Image, redactions: Sequence[Redaction]) -> Image.Image:
    """The same for grey of 16 bits."""
    pixels = np.asarray(image).astype(np.uint16)
    for one in redactions:
        left, top, right, bottom = one.box
        fill = np.asarray(one.fill("L", (right - left, bottom - top)), np.uint16) * 257
        pixels[top:bottom, left:right][one.mask] = fill[one.mask]
    return Image.fromarray(pixels)
