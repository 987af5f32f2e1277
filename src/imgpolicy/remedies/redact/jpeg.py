"""A JPEG redrawn: decoded to the samples that it stores, changed, and encoded with its own tables.

No colour is converted and no chroma sample is mixed with its neighbours, so that outside the blocks that were changed
the encoder finds nearly the coefficients that the file had.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import mul

import numpy as np
from PIL import Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile

from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction, aligned, within

LEAST_PSNR = 49.0
"""Decibels that the picture keeps outside the touched blocks, over all its colours: 45 in any part of it."""
_MOST_ERROR: float = 255.0**2 / 10.0 ** (LEAST_PSNR / 10)
_AS_RGB = (1.0, 1.09, 0.82)
"""What a square error of Y, Cb and Cr adds to that of RGB (JFIF 1.02: the squares of each column, over three)."""
_MOST_OFF = 40.0
"""How far a band may be off its new pixels inside them (root of the mean square): what a coarse table makes of them."""
_FINE = 2
"""The coarsest step of a table where the old samples do not lie on its grid any more."""
_SUBSAMPLING = {(1, 1): 0, (2, 1): 1, (2, 2): 2}
"""Pillow's numbers for how many luma samples there are to one of chroma, across and down: those that it can write."""
# libjpeg spreads chroma over two pixels by weighing a sample and its neighbours 1, 6, 1. Undone, they weigh this much
# less with each step away: the inverse of that filter, which is smaller than a thousandth behind six steps.
_RATIO, _SCALE, _STEPS = 2 * math.sqrt(2) - 3, math.sqrt(2), 6


@dataclass(frozen=True, kw_only=True, eq=False)
class _Samples:
    """What a JPEG stores, a picture for each component at its own resolution, and how it is coded.

    A sample of a component stands for its `cell` of pixels (across, down). `tables` are the quantisation tables of the
    components, `source` the file that was opened.
    """

    mode: str
    bands: tuple[Image.Image, ...] = field(repr=False)
    cells: tuple[tuple[int, int], ...]
    tables: tuple[list[int], ...] = field(repr=False)
    source: JpegImageFile = field(repr=False)

    @property
    def block(self) -> tuple[int, int]:
        """The smallest unit that is coded by itself, in pixels across and down (T.81, A.2)."""
        return max(across for across, _ in self.cells) * 8, max(down for _, down in self.cells) * 8


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The JPEG with these redactions, on its own tables and subsampling, without any metadata; and the redactions.

    Where much of it is brighter or darker than samples can be, which no encoder can meet again, or its tables are too
    coarse for a mosaic, they are made finer. Raises RemedyError when it is a kind of JPEG that cannot be written here,
    or the proof fails.
    """
    old = _samples(data)
    new = replace(old, bands=tuple(_painted(old, number, redactions) for number in range(len(old.bands))))
    return Drawn(data=_proved(new, redactions), redactions=tuple(redactions), exact=False, proved=True)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the JPEG in this box, shrunk to whole blocks: each is coded as it was, and nothing beyond is shown.

    Raises RemedyError as `draw` does, and when no whole block is in the box.
    """
    old = _samples(data)
    kept = within(box, *old.block, old.bands[0].size)
    bands = []
    for band, (across, down) in zip(old.bands, old.cells, strict=True):
        ends = -(-kept.right // across), -(-kept.bottom // down)
        bands.append(band.crop((kept.left // across, kept.top // down, *ends)))
    return Cut(data=_proved(replace(old, bands=tuple(bands)), ()), box=kept, exact=False, proved=True)


def _proved(new: _Samples, redactions: Sequence[Redaction]) -> bytes:
    """The file with these samples, on the tables that they have, or on finer ones where those would lose too much."""
    for planned in (new, _finer(new)):
        written = _encoded(planned)
        if _as_planned(planned, _samples(written), redactions):
            return written
    raise RemedyError(phrase("the proof failed: the redacted picture is not what was drawn"))


def _finer(samples: _Samples) -> _Samples:
    return replace(samples, tables=tuple([min(step, _FINE) for step in table] for table in samples.tables))


def _samples(data: bytes) -> _Samples:
    image = _opened(data)
    components: list[tuple[int, int, int, int]] = image.layer
    tables = tuple(list(image.quantization[table]) for *_, table in components)
    mode = _mode(image)
    across, down = _cell(components)
    if (across, down) not in _SUBSAMPLING or _own_colours(image) or min(image.size) < 2:
        # Such samples cannot be had, or not be written: those that are shown, on tables that change nothing to see.
        across, down = 1, 1
        tables = tuple([min(step, _FINE) for step in table] for table in tables)
    cells = ((1, 1), (across, down), (across, down)) if mode == "YCbCr" else ((1, 1),) * len(components)
    if mode == "YCbCr" and (across, down) == (2, 2):
        image.draft("L", None)
        image.load()
        bands = (image, *_halved_chroma(data))
    elif mode == "YCbCr":
        image.draft(mode, None)
        luma, *chroma = image.split()
        bands = (luma, *(map(_gathered, chroma) if across == 2 else chroma))
    else:
        bands = image.split()
    return _Samples(mode=mode, bands=bands, cells=cells, tables=tables, source=image)


def _opened(data: bytes) -> JpegImageFile:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    if not isinstance(image, JpegImageFile) or not image.quantization:
        raise RemedyError(phrase("it is a kind of JPEG that is not written here; save it as PNG first"))
    return image


def _mode(image: JpegImageFile) -> str:
    """The colours that the components hold, as libjpeg decides on it (default_decompress_parms)."""
    if image.mode != "RGB":
        return image.mode
    if "jfif" in image.info:
        return "YCbCr"
    if "adobe" in image.info:
        return "RGB" if image.info.get("adobe_transform") == 0 else "YCbCr"
    return "RGB" if [one[0] for one in image.layer] == [82, 71, 66] else "YCbCr"


def _own_colours(image: JpegImageFile) -> bool:
    """True for YCCK, which Pillow reads as CMYK and cannot write."""
    return image.mode == "CMYK" and image.info.get("adobe_transform") == 2


def _cell(components: Sequence[tuple[int, int, int, int]]) -> tuple[int, int]:
    """How many pixels one sample of the further components spans; (0, 0) when they differ or do not divide evenly."""
    (_, across, down, _), *others = components
    cells = {(across // one[1], down // one[2]) for one in others} or {(1, 1)}
    even = all(across % one[1] == 0 and down % one[2] == 0 for one in others)
    return cells.pop() if even and len(cells) == 1 else (0, 0)


def _halved_chroma(data: bytes) -> tuple[Image.Image, ...]:
    """Both chroma components as they are stored: decoded at half size they come so, and luma shrinks to them."""
    image = _opened(data)
    image.draft("YCbCr", (image.width // 2, image.height // 2))
    return image.split()[1:]


def _gathered(spread: Image.Image) -> Image.Image:
    """The samples that libjpeg spread over pairs of pixels (jdsample.c, h2v1_fancy_upsample)."""
    import cv2

    pixels = np.asarray(spread, np.float32)
    if pixels.shape[1] <= 4:
        # So few are repeated and not spread.
        return Image.fromarray(np.asarray(spread)[:, ::2])
    if pixels.shape[1] % 2:
        last = pixels[:, -1:] + (pixels[:, -1:] - pixels[:, -2:-1]) / 2
        pixels = np.concatenate((pixels, last), axis=1)
    taps = _SCALE * _RATIO ** np.abs(np.arange(-_STEPS, _STEPS + 1, dtype=np.float64))
    means = cv2.resize(pixels, (pixels.shape[1] // 2, pixels.shape[0]), interpolation=cv2.INTER_AREA)
    samples = cv2.sepFilter2D(means, -1, taps, np.ones(1), borderType=cv2.BORDER_REFLECT)
    return Image.fromarray(np.clip(samples + np.float32(0.5), 0, 255).astype(np.uint8))


def _repeated(samples: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Each sample over all the pixels of its cell; the encoder's mean of them is the sample again."""
    width, height = size
    across, down = -(-width // samples.width), -(-height // samples.height)
    return samples.resize(size, Image.Resampling.NEAREST, box=(0, 0, width / across, height / down))


def _painted(old: _Samples, number: int, redactions: Sequence[Redaction]) -> Image.Image:
    """One component, drawn into as it is; a sample that stands for any covered pixel is covered."""
    band = old.bands[number]
    for one in redactions:
        box, mask = one.sampled(*old.cells[number])
        fill = one.fill(old.mode, (box.right - box.left, box.bottom - box.top)).getchannel(number)
        band.paste(fill, (box.left, box.top), Image.fromarray(mask))
    return band


def _encoded(samples: _Samples) -> bytes:
    file = io.BytesIO()
    size = samples.bands[0].size
    bands = [one if one.size == size else _repeated(one, size) for one in samples.bands]
    picture = Image.merge(samples.mode, bands) if len(bands) > 1 else bands[0]
    picture.save(
        file,
        "JPEG",
        qtables=_tables(samples),
        subsampling=_SUBSAMPLING[samples.cells[-1]],
        progressive="progressive" in samples.source.info,
        keep_rgb=samples.mode == "RGB",
        dpi=samples.source.info.get("dpi", (0, 0)),
    )
    return file.getvalue()


def _tables(samples: _Samples) -> list[list[int]]:
    """A table for each component, without those at the end that repeat the one before: Pillow goes on with the last."""
    tables = list(samples.tables)
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables.pop()
    return tables


def _as_planned(planned: _Samples, written: _Samples, redactions: Sequence[Redaction]) -> bool:
    """Whether the written file shows what was planned: nearly so outside the touched blocks, and as such inside."""
    if planned.mode != written.mode or planned.cells != written.cells:
        return False
    touched = [aligned(one.box, *planned.block) for one in redactions]
    squares = []
    for ours, theirs, (across, down) in zip(planned.bands, written.bands, planned.cells, strict=True):
        off = ImageChops.difference(ours, theirs)
        for left, top, right, bottom in touched:
            box = (left // across, top // down, min(right // across, off.width), min(bottom // down, off.height))
            if _mean_square(off.crop(box)) > _MOST_OFF**2:
                return False
            off.paste(0, box)
        squares.append(_mean_square(off))
    weights = _AS_RGB if planned.mode == "YCbCr" else (1 / len(squares),) * len(squares)
    error = math.fsum(map(mul, weights, squares))
    return error <= _MOST_ERROR


def _mean_square(off: Image.Image) -> float:
    counts = off.histogram()
    return sum(count * value * value for value, count in enumerate(counts)) / max(1, off.width * off.height)
