"""Pictures that are decoded and encoded whole: TIFF and BMP exactly, AVIF and HEIC with little loss.

TIFF is written with its pages turned as they were stored, AVIF and HEIC as they are shown.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from imgpolicy.containers.heif import properties
from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.picture import opened
from imgpolicy.remedies.redact.palette import paint, placed, used_outside
from imgpolicy.remedies.redact.regions import Cover, Cut, Drawn

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


Change = Callable[[Image.Image, int], Image.Image]
"""What is done to the pixels of a frame or page, whose number comes second: another picture in the same mode."""


def cover(data: bytes, kind: str, covers: Sequence[Cover]) -> Drawn:
    """The file of this kind with the covers; those of a TIFF or HEIC are in upright pixels.

    Raises RemedyError for samples or colours that would not stay, when libheif came without an encoder, or what
    decoders raise.
    """

    def change(image: Image.Image, frame: int) -> Image.Image:
        return _painted(image, [one for one in covers if one.frame == frame])

    return Drawn(data=_WRITERS[kind](data, change), covers=tuple(covers), exact=kind in _LOSSLESS)


def crop(data: bytes, kind: str, box: Box) -> Cut:
    """The part of the picture in this box, in a file of this kind with one frame. Raises as `cover` does."""

    def change(image: Image.Image, _: int) -> Image.Image:
        return _painted(image.crop(box), ())

    return Cut(data=_WRITERS[kind](data, change), box=box, exact=kind in _LOSSLESS)


def _tiff(data: bytes, change: Change) -> bytes:
    first, *others = _pages(data, change)
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return file.getvalue()


def _pages(data: bytes, change: Change) -> Iterator[Image.Image]:
    image = opened(data, "the picture")
    if not isinstance(image, TiffImageFile):
        raise RemedyError("it is not the TIFF that it seems to be")
    for number in range(image.n_frames):
        image.seek(number)
        tags = image.tag_v2
        if tags.get(_SAMPLES, 1) > 1 and max(tags.get(_BITS, (1,))) > 8:
            raise RemedyError("a TIFF of more than 8 bits and several channels; save it as PNG first")
        turn = tags.get(_ORIENTATION, 1)
        image.load()
        page = change(image, number)
        kept = {_ORIENTATION: turn} | ({_PREDICTOR: 2} if page.mode in _PREDICTED else {})
        page = page.transpose(_TURNS[turn]) if turn in _TURNS else page
        page.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
        page.encoderinfo = {"tiffinfo": kept, "dpi": image.info.get("dpi")}
        yield page


def _bmp(data: bytes, change: Change) -> bytes:
    image = opened(data, "the picture")
    image.load()
    file = io.BytesIO()
    change(image, 0).save(file, "BMP", dpi=image.info.get("dpi", (96, 96)))
    return file.getvalue()


def _painted(image: Image.Image, covers: Sequence[Cover]) -> Image.Image:
    """A copy of the decoded picture with these covers in it, in its own mode."""
    if image.mode not in _EXACT:
        raise RemedyError(f"pixels of the kind {image.mode} are not drawn into; save it as PNG first")
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


def _avif(data: bytes, change: Change) -> bytes:
    """Its frames are shown as long, and turned, as they were."""
    _refuse_colours(data)
    image = opened(data, "the picture")
    frames, durations = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        frames.append(change(image, number))
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
    return file.getvalue()


def _heif(data: bytes, change: Change) -> bytes:
    import pillow_heif

    if not pillow_heif.libheif_info()["HEIF"]:
        raise RemedyError("HEIC cannot be encoded by this libheif; save it as JPEG first")
    _refuse_colours(data)
    image = opened(data, "the picture")
    first = image.tell()
    file = io.BytesIO()
    new = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        drawn = change(image, number)
        drawn.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
        new.add_from_pillow(drawn)
    # 4:2:0 is what telephones write, and what all viewers show.
    new.save(file, quality=_HEIF_QUALITY, chroma=420, primary_index=first)
    return file.getvalue()


def _refuse_colours(data: bytes) -> None:
    """Nothing, or RemedyError when the file says in numbers (nclx) that its colours are not those of plain RGB."""
    for box in properties(data):
        body = data[box.body : box.end]
        if box.type == b"colr" and body[:4] == b"nclx" and len(body) >= 8:
            primaries, transfer = struct.unpack_from(">HH", body, 4)
            if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
                raise RemedyError("its colours are of a wide range; save it as JPEG or PNG first")


_WRITERS: dict[str, Callable[[bytes, Change], bytes]] = {"TIFF": _tiff, "BMP": _bmp, "AVIF": _avif, "HEIF": _heif}
_LOSSLESS = frozenset({"TIFF", "BMP"})
