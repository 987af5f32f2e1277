"""Redact: the same picture with faces, texts, codes or logos covered for good, proved before anybody gets it.

bytes ─► strip ─► cover the samples as they are stored ─► prove (walk again, decode again, inside and outside) ─► bytes

The file is stripped first, so that no preview, further picture, depth or gain map goes on showing what is covered. A
format is a module that draws covers into a stripped file: `jpeg`, `png`, `gif`, `webp`, and `whole` for the rest.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from imgpolicy import containers
from imgpolicy.containers.parts import MalformedError, StripMode
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.errors import PictureError, RemedyError
from imgpolicy.facts import Box
from imgpolicy.picture import AT_ONCE, MAX_PIXELS, Pixels, load, opened
from imgpolicy.remedies.proof import prove_traces
from imgpolicy.remedies.redact import gif, jpeg, png, webp, whole
from imgpolicy.remedies.redact.regions import (
    Cover,
    Drawn,
    Manner,
    Region,
    Shape,
    as_stored,
    as_upright,
    covered,
    mosaic,
    pixels_as_stored,
    solid,
)
from imgpolicy.remedies.redact.shown import prove_shown
from imgpolicy.remedies.strip import wanted

__all__ = ["Manner", "Redacted", "Region", "Shape", "redact"]

_ORIENTATION = 0x0112
_MOST_PIXELS = 400_000_000
"""Pixels of all frames or pages together: each is decoded several times."""


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """A picture with places covered: its bytes and format, and the boxes that were covered.

    `covered` has a frame's number and a box of its upright picture for each place: the boxes that were asked for,
    grown, and in an animation those of further frames that show the same pixels.
    """

    data: bytes = field(repr=False)
    format: str
    covered: tuple[tuple[int, Box], ...]


def redact(data: bytes, regions: Sequence[Region], *, manner: Manner = Manner.SOLID) -> Redacted:
    """The picture in `data` with these regions covered, without metadata but for its colour profile, the way up and
    statements of rights, and proved.

    Raises RemedyError when a region lies outside the picture, its format cannot be written here, it is damaged, a
    mosaic is asked for in an animation, or the proof fails.
    """
    if not regions:
        raise RemedyError("cannot be redacted: no region was named")
    try:
        with warnings.catch_warnings(action="ignore"):
            return _redacted(data, regions, manner)
    except (MalformedError, PictureError) as error:
        raise RemedyError(f"cannot be redacted: {error}") from error
    except DECODER_ERRORS as error:
        raise RemedyError(f"cannot be redacted: it cannot be decoded ({type(error).__name__})") from error


_WRITERS: dict[str, Callable[[bytes, Sequence[Cover]], Drawn]] = {
    "JPEG": jpeg.cover,
    "PNG": png.cover,
    "GIF": gif.cover,
    "WEBP": webp.cover,
    "TIFF": whole.cover_tiff,
    "BMP": whole.cover_bmp,
    "AVIF": whole.cover_avif,
    "HEIF": whole.cover_heif,
}


def _redacted(data: bytes, regions: Sequence[Region], manner: Manner) -> Redacted:
    before = containers.walk(data)
    writer = _WRITERS.get(before.format)
    if writer is None:
        raise RemedyError(
            f"cannot be redacted: {before.format} files are not drawn into here; save it as JPEG or PNG first"
        )
    kept = wanted(before, StripMode.ALL)
    stripped = containers.rewrite(data, before, kept)
    image = opened(stripped, "the picture")
    _refuse_too_much(regions, manner, image.size, getattr(image, "n_frames", 1))
    # Pillow turns TIFF and HEIC upright itself.
    turn = 1 if before.format in AT_ONCE else image.getexif().get(_ORIENTATION, 1)
    covers = []
    for one in regions:
        if before.format in AT_ONCE:
            image.seek(one.frame)
        covers.append(_cover(one, stripped, manner, _upright(image.size, turn), turn))
    drawn = writer(stripped, covers)
    written = containers.rewrite(drawn.data, containers.walk(drawn.data), kept)
    prove_traces(data, before, written, StripMode.ALL)
    if before.format != "JPEG":
        prove_shown(stripped, written, drawn)
    boxes = tuple((one.frame, as_upright(one.box, _upright(image.size, turn), turn)) for one in drawn.covers)
    return Redacted(data=written, format=before.format, covered=boxes)


def _upright(size: tuple[int, int], turn: int) -> tuple[int, int]:
    return (size[1], size[0]) if turn in {5, 6, 7, 8} else size


def _refuse_too_much(regions: Sequence[Region], manner: Manner, size: tuple[int, int], frames: int) -> None:
    width, height = size
    if width * height > MAX_PIXELS or width * height * frames > _MOST_PIXELS:
        raise RemedyError(
            f"cannot be redacted: {frames} times {width} x {height} pixels are more than can be drawn into"
        )
    if manner is Manner.MOSAIC and frames > 1:
        raise RemedyError("cannot be redacted: a mosaic over several frames can be undone; cover it solidly")
    for one in regions:
        if not 0 <= one.frame < frames:
            raise RemedyError(f"cannot be redacted: there is no frame {one.frame} among {frames}")


def _cover(region: Region, stripped: bytes, manner: Manner, size: tuple[int, int], turn: int) -> Cover:
    """The cover for a region of the upright picture of this size, in the picture as it is stored."""
    box, mask = covered(region, *size)
    cells = solid() if manner is Manner.SOLID else mosaic(_below(stripped, box))
    return Cover(
        frame=region.frame,
        box=as_stored(box, size, turn),
        mask=pixels_as_stored(mask, turn),
        cells=pixels_as_stored(cells, turn),
    )


def _below(stripped: bytes, box: Box) -> Pixels:
    """What is below a cover, at the working scale: a mosaic needs no more."""
    picture = load(stripped, "the picture")
    left, top, right, bottom = (side / picture.scale for side in box)
    rows = slice(int(top), max(int(top) + 1, round(bottom)))
    columns = slice(int(left), max(int(left) + 1, round(right)))
    return np.ascontiguousarray(picture.pixels[rows, columns])
