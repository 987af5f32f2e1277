"""A TIFF redrawn: its pages decoded, changed, deflated without loss, and turned as they were stored."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import whole
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction
from imgpolicy.remedies.redact.whole import Change

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""From upright to stored, by EXIF's orientation."""
_PREDICTED = frozenset({"L", "RGB", "RGBA", "I;16"})
"""Modes that deflate better as differences from pixel to pixel."""
_BITS, _ORIENTATION, _SAMPLES, _PREDICTOR = 0x0102, 0x0112, 0x0115, 0x013D


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The TIFF with the redactions, which are in upright pixels.

    Raises RemedyError for samples that would not stay, or what decoders raise.
    """
    return whole.draw(data, redactions, _written, exact=True)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the TIFF in this box; the file must have one page. Raises as `draw` does."""
    return whole.crop(data, box, _written, exact=True)


def _written(data: bytes, change: Change) -> bytes:
    first, *others = _pages(data, change)
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return file.getvalue()


def _pages(data: bytes, change: Change) -> Iterator[Image.Image]:
    image = opened(data, phrase("the picture"))
    if not isinstance(image, TiffImageFile):
        raise RemedyError(phrase("it is not the TIFF that it seems to be"))
    for number in range(image.n_frames):
        image.seek(number)
        tags = image.tag_v2
        if tags.get(_SAMPLES, 1) > 1 and max(tags.get(_BITS, (1,))) > 8:
            raise RemedyError(phrase("a TIFF of more than 8 bits and several channels; save it as PNG first"))
        turn = tags.get(_ORIENTATION, 1)
        image.load()
        page = change(image, number)
        kept = {_ORIENTATION: turn} | ({_PREDICTOR: 2} if page.mode in _PREDICTED else {})
        page = page.transpose(_TURNS[turn]) if turn in _TURNS else page
        page.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
        page.encoderinfo = {"tiffinfo": kept, "dpi": image.info.get("dpi")}
        yield page
