"""Redact: the same picture with faces, texts, codes or logos covered for good, proved before anybody gets it.

bytes ─► strip ─► cover the samples as they are stored ─► prove (parse again, decode again, inside and outside) ─► bytes

The file is stripped first, so that no preview, further picture, depth or gain map goes on showing what is covered. A
format has a module that draws redactions into a stripped file (`Redraws`); those that are decoded and encoded whole
share `whole`. `crop` keeps a part of a picture in the same way.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

from imgpolicy import formats
from imgpolicy.containers.parts import MalformedError
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.errors import PictureError, RemedyError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Pixels, load
from imgpolicy.remedies.redact.regions import (
    Redaction,
    Redraws,
    Region,
    Shape,
    as_stored,
    as_upright,
    clipped,
    covered,
    mosaic,
    pixels_as_stored,
    solid,
)
from imgpolicy.remedies.redact.shown import prove_part, prove_shown
from imgpolicy.remedies.redact.source import Source, finished, source

__all__ = ["Cropped", "Redacted", "Region", "Shape", "crop", "redact"]


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """A picture with places covered: its bytes and format, and the boxes that were covered.

    `covered` has a frame's number and a box of its upright picture for each place: the boxes that were asked for,
    grown, and in an animation those of further frames that show the same pixels.
    """

    data: bytes = field(repr=False)
    format: str
    covered: tuple[tuple[int, Box], ...]


@dataclass(frozen=True, kw_only=True)
class Cropped:
    """A part of a picture: its bytes and format, and which box of the upright picture it is."""

    data: bytes = field(repr=False)
    format: str
    box: Box


def redact(data: bytes, regions: Sequence[Region], *, manner: Manner = Manner.SOLID) -> Redacted:
    """The picture in `data` with these regions covered, proved.

    Of all else the file keeps its colour profile, the way up and statements of rights. Raises RemedyError when a
    region lies outside the picture, its format cannot be written here, it is damaged, a mosaic is asked for in an
    animation, or the proof fails.
    """
    if not regions:
        raise RemedyError(phrase("cannot be redacted: no region was named"))
    with _in_one_line(phrase("cannot be redacted")):
        old = source(data)
        redactions = [_redaction(old, one, manner) for one in regions]
        drawn = _module(old.format).draw(old.stripped, redactions)
        written = finished(old, drawn.data)
        if not drawn.proved:
            prove_shown(old.stripped, written, drawn)
        boxes = (as_upright(one.box, old.size(one.frame), old.turn) for one in drawn.redactions)
        frames = (old.stored(one.frame) for one in drawn.redactions)
        return Redacted(data=written, format=old.format, covered=tuple(zip(frames, boxes, strict=True)))


def crop(data: bytes, box: Box) -> Cropped:
    """The part of the picture in `data` that lies in this box of the upright picture, proved.

    A JPEG keeps whole blocks, so that each is coded as it was: its box is shrunk to these. Of all else the file keeps
    what `redact` keeps. Raises RemedyError as that does, and for animations and documents of several pages.
    """
    with _in_one_line(phrase("cannot be cropped")):
        old = source(data)
        if old.frames > 1:
            raise RemedyError(
                phrase("it has {frames} frames or pages, and one is what can be cropped", frames=old.frames)
            )
        size = old.size(0)
        inside = clipped(box, *size)
        if inside.left >= inside.right or inside.top >= inside.bottom:
            raise RemedyError(
                phrase("the box is empty or lies outside the {width} x {height} picture", width=size[0], height=size[1])
            )
        cut = _module(old.format).crop(old.stripped, as_stored(inside, size, old.turn))
        written = finished(old, cut.data)
        if not cut.proved:
            prove_part(old.stripped, written, cut)
        return Cropped(data=written, format=old.format, box=as_upright(cut.box, size, old.turn))


@contextmanager
def _in_one_line(what: str) -> Iterator[None]:
    """Turns whatever readers and decoders raise into a RemedyError that says what could not be done."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (MalformedError, PictureError, RemedyError) as error:
        raise RemedyError(phrase("{what}: {error}", what=what, error=message_of(error))) from error
    except DECODER_ERRORS as error:
        raise RemedyError(
            phrase("{what}: it cannot be decoded or encoded ({kind})", what=what, kind=type(error).__name__)
        ) from error


def _module(name: str) -> Redraws:
    """The module that draws into files of the format of this name: it has one, or there would be no source."""
    module = import_module(formats.named(name).redrawn_by or "")
    assert isinstance(module, Redraws)
    return module


def _redaction(old: Source, region: Region, manner: Manner) -> Redaction:
    """The redaction for a region, in the picture as it is stored."""
    if not 0 <= region.frame < old.frames:
        raise RemedyError(phrase("there is no frame {frame} among {frames}", frame=region.frame, frames=old.frames))
    in_cells = manner is Manner.MOSAIC and not region.solid
    if in_cells and old.frames > 1:
        raise RemedyError(phrase("a mosaic over several frames can be undone; cover it solidly"))
    frame = old.stored(region.frame)
    size = old.size(frame)
    box, mask = covered(region, *size)
    cells = mosaic(_below(old.stripped, box)) if in_cells else solid()
    return Redaction(
        frame=frame,
        box=as_stored(box, size, old.turn),
        mask=pixels_as_stored(mask, old.turn),
        cells=pixels_as_stored(cells, old.turn),
    )


def _below(stripped: bytes, box: Box) -> Pixels:
    """What is below a redaction, at the working scale: a mosaic needs no more."""
    picture = load(stripped, phrase("the picture"))
    left, top, right, bottom = (side / picture.scale for side in box)
    rows = slice(int(top), max(int(top) + 1, round(bottom)))
    columns = slice(int(left), max(int(left) + 1, round(right)))
    return np.ascontiguousarray(picture.pixels[rows, columns])
