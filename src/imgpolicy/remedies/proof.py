"""The proof that a rewritten file shows the same picture and tells nothing more; RemedyError on any doubt.

Two readers that share no code must agree: our parsers, and Pillow with libheif.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import struct
import warnings
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from imgpolicy import formats
from imgpolicy.containers.blocks import icc
from imgpolicy.containers.limits import MAX_MOVING, MAX_PIXELS, MAX_PROVED
from imgpolicy.containers.parts import CUT_SHORT, LOCATION, MalformedError, ParsedFile, of_profile
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace
from imgpolicy.errors import PictureError, RemedyError
from imgpolicy.formats import Decoder, Frames
from imgpolicy.phrase import phrase
from imgpolicy.remedies.proof_svg import prove_drawing
from imgpolicy.undecoded import open_image, refuse_bomb, refuse_held_whole

_ALLOWED = {
    StripMode.ALL: frozenset({Kind.RIGHTS, Kind.COLOUR, Kind.ORIENTATION}),
    StripMode.LOCATION: frozenset(Kind) - LOCATION - {Kind.UNKNOWN},
}
UNDECODED = phrase("the picture cannot be decoded here: that its coded bytes are the same was proved alone")
"""What is said of a stripped picture that no decoder shows, neither before nor after."""
_BAND = 45_000
"""Pixels that are compared at a time."""
_ORIENTATION, _GPS_IFD, _GPS_VERSION = 0x0112, 0x8825, 0
_GPS_POSITION = (2, 4)
_XMP_LOCATION = re.compile(
    rb"(?:GPS(?:Latitude|Longitude)|:(?:City|State|Country|CountryCode|CountryName|Location|Sublocation))"
    rb"(?:\s*=\s*[\"'][^\"'\s]|>\s*[^<\s])",
    re.IGNORECASE,
)
# What Pillow says of a picture without metadata: how it is coded, shown and coloured.
_PLAIN_INFO = frozenset(
    {
        *("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform", "progressive"),
        *("progression", "icc_profile", "exif", "xmp", "XML:com.adobe.xmp", "gamma", "srgb", "chromaticity"),
        *("transparency", "aspect", "interlace", "loop", "duration", "background", "disposal", "blend", "bbox"),
        *("default_image", "timestamp", "version", "compression", "resolution", "extension", "bit_depth", "chroma"),
        *("primary", "metadata", "thumbnails", "nclx_profile", "icc_profile_type", "depth_images", "aux"),
        *("original_orientation", "heif", "lossless", "stride", "sampling", "tiling"),
    }
)


def prove_bytes(data: bytes, before: ParsedFile, written: bytes, mode: StripMode) -> ParsedFile:
    """The written bytes, parsed, when they hold the same coded picture and both readers find no trace in them."""
    after = prove_traces(data, before, written, mode)
    if _coded(data, before) != _coded(written, after):
        raise RemedyError(phrase("the proof failed: the coded picture is not the same"))
    return after


def prove_traces(data: bytes, before: ParsedFile, written: bytes, mode: StripMode) -> ParsedFile:
    """The parsed form of the written bytes, when both readers find no trace in them that must not be there.

    The new picture is shown as the old one is: in the same format, the same way up and in the same colours.
    """
    try:
        after = formats.parse(written)
    except MalformedError as error:
        raise RemedyError(
            phrase("the proof failed: the rewritten file cannot be parsed ({error})", error=str(error))
        ) from error
    _prove_parsed(after, mode)
    if before.format != after.format:
        raise RemedyError(phrase("the proof failed: the coded picture is not in the same format"))
    if (before.orientation or 1) != (after.orientation or 1):
        raise RemedyError(phrase("the proof failed: the orientation is not the same"))
    if icc.colour(before.reading.icc or b"") != icc.colour(after.reading.icc or b""):
        raise RemedyError(phrase("the proof failed: the colour profile is not the same"))
    kind = formats.named(before.format)
    if kind.drawing:
        prove_drawing(data, written, _prove_picture)
    if kind.decoder:
        with warnings.catch_warnings(action="ignore"):
            _prove_second_reader(data, written, kind.decoder, mode)
    return after


def _prove_picture(data: bytes, written: bytes) -> None:
    """Nothing, when both pictures in a drawing are the same and the second tells nothing."""
    try:
        before = formats.parse(data)
    except MalformedError as error:
        raise RemedyError(
            phrase("the proof failed: a picture in the drawing cannot be parsed ({error})", error=str(error))
        ) from error
    prove_bytes(data, before, written, StripMode.ALL)
    if written != data:
        prove_pixels(data, written, before.format)


def _prove_parsed(after: ParsedFile, mode: StripMode) -> None:
    left = next((trace for trace in _looked_at(after, mode) if trace.kind not in _ALLOWED[mode]), None)
    if left:
        raise RemedyError(phrase("the proof failed: {kind} is left in {path}", kind=left.kind, path=left.path))
    unread = next((doubt for doubt in after.unread if doubt != CUT_SHORT), None)
    if unread and mode is StripMode.ALL:
        raise RemedyError(phrase("the proof failed: {reason}", reason=unread))


def _looked_at(after: ParsedFile, mode: StripMode) -> Iterator[Trace]:
    """The traces that count: without location alone, profiles stay as they are, with all that they hold."""
    for one in after.parts:
        if mode is StripMode.ALL or one.kind is not Kind.COLOUR:
            yield from (trace for trace in one.traces if mode is StripMode.ALL or not of_profile(trace))


def _coded(data: bytes, parsed: ParsedFile) -> bytes:
    whole = memoryview(data)
    return b"".join(whole[start:end] for start, end in parsed.coded)


def _prove_second_reader(data: bytes, written: bytes, how: Decoder, mode: StripMode) -> None:
    old: Image.Image | None = None
    try:
        old = _opened_if_possible(data, how)
        new = _open(written, how)
        _refuse([phrase("another orientation")] if old and _turn(old) != _turn(new) else [])
        if mode is StripMode.ALL:
            _refuse(sorted(str(key) for key in new.info if key not in _PLAIN_INFO))
            _refuse([phrase("EXIF tag {tag}", tag=tag) for tag in new.getexif() if tag not in how.tags])
        _refuse([phrase("GPS tag {tag}", tag=tag) for tag in new.getexif().get_ifd(_GPS_IFD) if tag != _GPS_VERSION])
        _refuse([phrase("a location in XMP")] if _xmp_location(new) else [])
        _refuse(
            [phrase("the position in binary")] if old and any(raw in written for raw in _raw_positions(old)) else []
        )
    except (*DECODER_ERRORS, PictureError) as error:
        # What it does not open before and after, or would take too much to decode, it has no word on.
        if old or _opens(data, how):
            name = type(error).__name__
            raise RemedyError(
                phrase("the proof failed: a second reader cannot open the picture ({name})", name=name)
            ) from error


def _turn(image: Image.Image) -> int:
    """Which way is up, 1 to 8, as Pillow reads it from EXIF or XMP."""
    said = image.getexif().get(_ORIENTATION)
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def _opened_if_possible(data: bytes, how: Decoder) -> Image.Image | None:
    """The old picture; None when this reader cannot open it or read its EXIF, and so has nothing to compare."""
    try:
        image = _open(data, how)
        image.getexif().get_ifd(_GPS_IFD)
    except DECODER_ERRORS:
        return None
    return image


def _refuse(left: list[str]) -> None:
    if left:
        raise RemedyError(
            phrase("the proof failed: a second reader finds {what} in the rewritten file", what=left[0][:40])
        )


def _xmp_location(image: Image.Image) -> bool:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return bool(_XMP_LOCATION.search(packet.encode() if isinstance(packet, str) else packet))


def _raw_positions(image: Image.Image) -> Iterator[bytes]:
    """The rational numbers of latitude and longitude as they can stand in a file, in both byte orders."""
    gps = image.getexif().get_ifd(_GPS_IFD)
    for tag in _GPS_POSITION:
        parts = gps.get(tag)
        if not isinstance(parts, tuple):
            continue
        numbers = [number for part in parts for number in (part.numerator, part.denominator)]
        # Zeros alone, over whatever, are no position, and stand in every file.
        if len(numbers) == 6 and any(numbers[::2]):
            for order in "<>":
                yield struct.pack(f"{order}6I", *(number & 0xFFFFFFFF for number in numbers))


def prove_pixels(data: bytes, written: bytes, kind: str) -> str | None:
    """Nothing, when every frame of both files decodes to the same pixels, up to 250 megapixels; else a one-line doubt.

    Of a format that is not decoded here, and of a picture that no decoder here shows, or that would cost too much, the
    coded bytes are compared alone. Raises RemedyError when the pixels differ, or the new picture alone is not shown.
    """
    how = formats.named(kind).decoder
    if how is None:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            same = _same_pixels(data, written, how)
    except PictureError:
        same = None
    if same is False:
        raise RemedyError(phrase("the proof failed: the pixels are not the same"))
    return UNDECODED if same is None else None


def _same_pixels(data: bytes, written: bytes, how: Decoder) -> bool | None:
    """Whether the pixels of both files are the same; None when no decoder shows the old ones."""
    try:
        return _same_frames(data, written, how)
    except DECODER_ERRORS as error:
        refused = error
    if how.end is not None:
        same = _same_as_far_as_it_goes(data, written, how.end)
        if same is not None:
            return same
    if how.mended is not None:
        with contextlib.suppress(*DECODER_ERRORS, MalformedError):
            return _same_frames(how.mended(data), how.mended(written), how)
    if _decodes(data, how):
        raise RemedyError(
            phrase("the proof failed: the picture cannot be decoded ({kind})", kind=type(refused).__name__)
        ) from refused
    return None


def _same_as_far_as_it_goes(data: bytes, written: bytes, end: bytes) -> bool | None:
    """Whether files that are cut short, ended so, have the same pixels to OpenCV; None when it shows no old one."""
    old = _seen_by_opencv(data + end)
    return None if old is None else old == _seen_by_opencv(written + end)


def _seen_by_opencv(data: bytes) -> tuple[object, bytes] | None:
    """The shape of the picture, and a digest of its pixels; None when it shows none."""
    import cv2
    import numpy as np

    try:
        image = open_image(data)
    except DECODER_ERRORS:
        return None
    how = cv2.IMREAD_REDUCED_COLOR_2 if image.width * image.height > MAX_PIXELS else cv2.IMREAD_UNCHANGED
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), how | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if pixels is None else (pixels.shape, hashlib.sha256(pixels.tobytes()).digest())


def _opens(data: bytes, how: Decoder) -> bool:
    try:
        _open(data, how)
    except (*DECODER_ERRORS, PictureError):
        return False
    return True


def _decodes(data: bytes, how: Decoder) -> bool:
    """Whether the decoder shows every frame of the picture."""
    try:
        return bool(list(_shown(data, how)))
    except DECODER_ERRORS:
        return False


def _same_frames(data: bytes, written: bytes, how: Decoder) -> bool:
    # One after the other: a decoder takes up to sixteen bytes for each pixel.
    return list(_shown(data, how)) == list(_shown(written, how))


def _shown(data: bytes, how: Decoder) -> Iterator[tuple[object, ...]]:
    """How many frames there are, then what each shows, until 250 megapixels are decoded."""
    image = _open(data, how)
    # What is no frame, the further pictures of a JPEG, are previews and gain maps, and go.
    frames = 1 if how.frames is Frames.ONE else getattr(image, "n_frames", 1)
    yield (frames,)
    spent = 0
    for frame in range(frames):
        if frame and how.libheif:
            # It keeps every page that it has decoded.
            image = _open(data, how)
        if frames > 1:
            image.seek(frame)
        refuse_bomb(image, phrase("the picture"))
        pixels = image.width * image.height
        spent += pixels
        if spent > MAX_PROVED or (frame and how.frames is Frames.MOMENTS and pixels > MAX_MOVING):
            return
        if pixels > MAX_PIXELS:
            image.draft(image.mode, (image.width // 2, image.height // 2))
        image.load()
        yield image.mode, image.size, image.info.get("duration"), image.getpalette(), _digest(image)


def _digest(image: Image.Image) -> bytes:
    """Of all pixels, a band of rows at a time: that stays in cache."""
    rows = max(1, _BAND // image.width)
    digest = hashlib.sha256()
    for top in range(0, image.height, rows):
        digest.update(image.crop((0, top, image.width, min(top + rows, image.height))).tobytes())
    return digest.digest()


def _open(data: bytes, how: Decoder) -> Image.Image:
    """The file, opened by the decoder of its format; PictureError when decoding it would cost too much."""
    image = open_image(data)
    if formats.opened_as(image.format).decoder is not how:
        raise UnidentifiedImageError("another format")
    refuse_bomb(image, phrase("the picture"))
    refuse_held_whole(image, data, phrase("the picture"))
    return image
