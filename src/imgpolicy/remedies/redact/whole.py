"""Pictures that are decoded and encoded whole: TIFF and BMP exactly, AVIF and HEIC with little loss.

TIFF is written with its pages turned as they were stored, AVIF and HEIC as they are shown.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from imgpolicy.containers.heif import properties
from imgpolicy.errors import RemedyError
from imgpolicy.picture import opened
from imgpolicy.remedies.redact.palette import paint, placed, used_outside
from imgpolicy.remedies.redact.regions import Cover, Drawn

_AVIF_QUALITY, _HEIF_QUALITY = 95, 85
"""benchmarks/redact.py shows what is lost, and what it costs in size."""
_EXACT = frozenset({"1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "I;16B"})
"""Modes in which Pillow holds the pixels as they are stored."""
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
_PRIMARIES, _TRANSFERS = frozenset({1, 2}), frozenset({1, 2, 6, 13, 14, 15})
"""Of sRGB and BT.709, or not stated (ITU-T H.273, tables 2 and 3)."""
_BITS, _ORIENTATION, _SAMPLES, _PREDICTOR = 0x0102, 0x0112, 0x0115, 0x013D


def cover_tiff(data: bytes, covers: Sequence[Cover]) -> Drawn:
    """The TIFF with the covers, which are in upright pixels; all its pages are deflated without loss.

    Raises RemedyError for samples that Pillow cannot hold as they are, or what decoders raise.
    """
    first, *others = _pages(data, covers)
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return Drawn(data=file.getvalue(), covers=tuple(covers), exact=True)


def _pages(data: bytes, covers: Sequence[Cover]) -> Iterator[Image.Image]:
    image = opened(data, "the picture")
    if not isinstance(image, TiffImageFile):
        raise RemedyError("cannot be redacted: it is not the TIFF that it seems to be")
    for number in range(image.n_frames):
        image.seek(number)
        tags = image.tag_v2
        if tags.get(_SAMPLES, 1) > 1 and max(tags.get(_BITS, (1,))) > 8:
            raise RemedyError(
                "cannot be redacted: a TIFF of more than 8 bits and several channels; save it as PNG first"
            )
        turn = tags.get(_ORIENTATION, 1)
        image.load()
        page = _painted(image, [one for one in covers if one.frame == number])
        kept = {_ORIENTATION: turn} | ({_PREDICTOR: 2} if page.mode in _PREDICTED else {})
        page = page.transpose(_TURNS[turn]) if turn in _TURNS else page
        page.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
        page.encoderinfo = {"tiffinfo": kept, "dpi": image.info.get("dpi")}
        yield page


def cover_bmp(data: bytes, covers: Sequence[Cover]) -> Drawn:
    """The BMP with the covers. Raises what decoders raise."""
    image = opened(data, "the picture")
    image.load()
    file = io.BytesIO()
    _painted(image, covers).save(file, "BMP", dpi=image.info.get("dpi", (96, 96)))
    return Drawn(data=file.getvalue(), covers=tuple(covers), exact=True)


def _painted(image: Image.Image, covers: Sequence[Cover]) -> Image.Image:
    """A copy of the decoded picture with these covers in it, in its own mode."""
    if image.mode not in _EXACT:
        raise RemedyError(
            f"cannot be redacted: pixels of the kind {image.mode} are not drawn into; save it as PNG first"
        )
    if image.mode.startswith("I;16"):
        return _painted_deep(image, covers)
    image = image.copy()
    if image.mode == "P":
        colours = bytes(image.getpalette("RGB") or b"").ljust(768, b"\0")
        table = [(red, green, blue) for red, green, blue in struct.iter_unpack("3B", colours)]
        room = placed(table, used_outside(image, covers, (0, 0)), (), covers)
        image.putpalette(b"".join(bytes(colour) for colour in room.table))
        fills = [room.cells(one) for one in covers]
    else:
        fills = [Image.fromarray(one.cells).convert(image.mode) for one in covers]
    for one, fill in zip(covers, fills, strict=True):
        paint(image, fill, one)
    return image


def _painted_deep(image: Image.Image, covers: Sequence[Cover]) -> Image.Image:
    """The same for grey of 16 bits."""
    pixels = np.asarray(image).astype(np.uint16)
    for one in covers:
        left, top, right, bottom = one.box
        fill = np.asarray(one.fill("L", (right - left, bottom - top)), np.uint16) * 257
        pixels[top:bottom, left:right][one.mask] = fill[one.mask]
    return Image.fromarray(pixels)


def cover_avif(data: bytes, covers: Sequence[Cover]) -> Drawn:
    """The AVIF with the covers, encoded anew with little loss, its frames shown as long and turned as they were.

    Raises RemedyError for colours that would not be the same, or what decoders raise.
    """
    _refuse_colours(data)
    image = opened(data, "the picture")
    frames, durations = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        frames.append(_painted(image, [one for one in covers if one.frame == number]))
        durations.append(image.info.get("duration", 0))
    turned = Image.Exif()
    turned[_ORIENTATION] = image.getexif().get(_ORIENTATION, 1)
    file = io.BytesIO()
    frames[0].save(
        file,
        "AVIF",
        save_all=len(frames) > 1,
        append_images=frames[1:],
        duration=durations,
        quality=_AVIF_QUALITY,
        subsampling="4:4:4",
        speed=8,
        exif=turned,
        icc_profile=image.info.get("icc_profile", b""),
    )
    return Drawn(data=file.getvalue(), covers=tuple(covers), exact=False)


def cover_heif(data: bytes, covers: Sequence[Cover]) -> Drawn:
    """The HEIC with the covers, encoded anew with little loss; the covers are in upright pixels.

    Raises RemedyError when libheif came without an encoder or for colours that would not be the same, or what decoders
    raise.
    """
    import pillow_heif

    if not pillow_heif.libheif_info()["HEIF"]:
        raise RemedyError("cannot be redacted: HEIC cannot be encoded by this libheif; save it as JPEG first")
    _refuse_colours(data)
    image = opened(data, "the picture")
    image.load()
    drawn = _painted(image, covers)
    drawn.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
    file = io.BytesIO()
    # 4:2:0 is what telephones write, and what all viewers show.
    pillow_heif.from_pillow(drawn).save(file, quality=_HEIF_QUALITY, chroma=420)
    return Drawn(data=file.getvalue(), covers=tuple(covers), exact=False)


def _refuse_colours(data: bytes) -> None:
    """Nothing, or RemedyError when the file says in numbers (nclx) that its colours are not those of plain RGB."""
    for box in properties(data):
        body = data[box.body : box.end]
        if box.type == b"colr" and body[:4] == b"nclx" and len(body) >= 8:
            primaries, transfer = struct.unpack_from(">HH", body, 4)
            if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
                raise RemedyError("cannot be redacted: its colours are of a wide range; save it as JPEG or PNG first")
