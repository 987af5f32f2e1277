"""The bytes of one file, opened safely: `load` gives a `Picture` or raises `PictureError`.

Here and nowhere else a picture is decoded, once, at the scale that the extractors need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BYTES, MAX_PIXELS
from imgpolicy.decoders import DECODER_ERRORS
from imgpolicy.errors import PictureError
from imgpolicy.facts import Unknown
from imgpolicy.formats import Decoder, Frames, Turned
from imgpolicy.others import other
from imgpolicy.phrase import phrase
from imgpolicy.undecoded import open_image, refuse_bomb, refuse_held_whole

Pixels = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

WORKING_SIDE = 1280
"""Long side that the extractors ask for; a larger picture is decoded so that its long side is 1280 to 2559."""

_MOST_PAGES = 1000
_BAND = 8_000_000
"""Pixels that are converted at a time: more take their memory several times over."""
_USUAL_GAMMA = (0.4, 0.6)
_SAMPLES = 256
_ONE_COLOUR = 8
_SWAPPED = frozenset({5, 6, 7, 8})
_ORIENTATION = 0x0112


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """One picture, proved to decode.

    `name` is the argument as it was given. `width` and `height` are those of the upright picture at full scale.
    `pixels` is the upright picture at the working scale, read-only, transparent parts on white. `unknowns` is what the
    file may show elsewhere besides these pixels. Of an animation or a document this is one frame or page: `frame` says
    which, the first being 0, and `frame_count` how many there are, those of the file that are not this one being looked
    at through `imgpolicy.frames`.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    format: str
    width: int
    height: int
    unknowns: tuple[Unknown, ...]
    pixels: Pixels = field(repr=False)
    frame: int = 0
    frame_count: int = 1

    @property
    def scale(self) -> float:
        """How many full-scale pixels one working pixel spans, at least 1."""
        height, width = (int(side) for side in self.pixels.shape[:2])
        return max(self.width / width, self.height / height)


def load(data: bytes, name: str) -> Picture:
    """The picture in `data`, decoded upright at the working scale.

    Raises PictureError for anything that is empty, too large, damaged, or of no format that is read here.
    """
    if not data:
        raise PictureError(phrase("{name}: the file is empty", name=name))
    if len(data) > MAX_BYTES:
        raise PictureError(
            phrase(
                "{name}: {size} bytes are more than the limit of {most}",
                name=name,
                size=f"{len(data):,}",
                most=f"{MAX_BYTES:,}",
            )
        )
    try:
        image = opened(data, name)
        return Picture(
            name=name,
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            format=formats.opened_as(image.format).name,
            # Counted first: counting moves through the file.
            frame_count=_frame_count(image),
            **decoded(image, name),
        )
    except DECODER_ERRORS as error:
        raise _damaged(name, error) from error


def cut_out(data: bytes, name: str) -> Pixels:
    """The upright picture with its transparency, RGBA of shape (height, width, 4), at the working scale.

    Raises PictureError as `load` does.
    """
    load(data, name)
    image = opened(data, name)
    try:
        image.thumbnail((WORKING_SIDE, WORKING_SIDE))
        return np.array(ImageOps.exif_transpose(_eight_bit(image)).convert("RGBA"))
    except DECODER_ERRORS as error:
        raise _damaged(name, error) from error


class Decoded(TypedDict):
    """What a `Picture` has of one frame."""

    width: int
    height: int
    unknowns: tuple[Unknown, ...]
    pixels: Pixels


def decoded(image: Image.Image, name: str) -> Decoded:
    """The frame at which the image stands. Raises PictureError, or what decoders raise (`DECODER_ERRORS`)."""
    refuse_bomb(image, name)
    width, height = _upright_size(image)
    return Decoded(
        width=width, height=height, unknowns=tuple(_unseen(image)), pixels=_decode(image, _working_scale(image))
    )


def opened(data: bytes, name: str) -> Image.Image:
    """The file as Pillow sees it, nothing decoded yet. Raises PictureError when it is of no format read here."""
    try:
        image = open_image(data)
    except UnidentifiedImageError as error:
        kind = other(data)
        if kind is not None:
            raise PictureError(phrase("{name}: {what}", name=name, what=kind.words)) from error
        *others, last = formats.DECODED
        raise PictureError(
            phrase(
                "{name}: not a picture that can be read here ({formats} and {last} can)",
                name=name,
                formats=", ".join(others),
                last=last,
            )
        ) from error
    except Image.DecompressionBombError as error:
        raise PictureError(
            phrase(
                "{name}: more than the limit of {most} megapixels; make the picture smaller",
                name=name,
                most=MAX_PIXELS // 10**6,
            )
        ) from error
    refuse_held_whole(image, data, name)
    return image


def _how(image: Image.Image) -> Decoder:
    return formats.decoder(formats.opened_as(image.format).name)


def _frame_count(image: Image.Image) -> int:
    """How many frames or pages there are; of a document with more than 1,000, one more than that."""
    how = _how(image)
    if how.frames is Frames.ONE:
        return 1
    if not how.stepped:
        return int(getattr(image, "n_frames", 1))
    # Each is a step through the file, and there may be millions.
    count = 1
    try:
        while count <= _MOST_PAGES:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    image.seek(0)
    return count


def _upright_size(image: Image.Image) -> tuple[int, int]:
    how = _how(image)
    on_its_side = how.turned is not Turned.DECODED and image.getexif().get(_ORIENTATION) in _SWAPPED
    return (image.height, image.width) if on_its_side else (image.width, image.height)


def _unseen(image: Image.Image) -> Iterator[Unknown]:
    """What a viewer may show of the frame besides its pixels on a white page."""
    gamma = image.info.get("gamma")
    if isinstance(gamma, float) and not _USUAL_GAMMA[0] <= gamma <= _USUAL_GAMMA[1]:
        reason = phrase("the file asks viewers for a gamma of {gamma}, which was not applied", gamma=f"{gamma:g}")
        yield Unknown(what=phrase("brightness"), reason=reason)
    if image.has_transparency_data and _hides(image):
        reason = phrase("the file holds a picture behind its transparent parts")
        yield Unknown(what=phrase("transparent parts"), reason=reason)


def _hides(image: Image.Image) -> bool:
    """True when transparent parts may show something on another page, or once the transparency is lost.

    Soft edges and shadows of a cut-out are fine: only the fully transparent has to be of one colour, and at most a
    tenth half transparent. Looked at by samples.
    """
    sample = np.asarray(image.resize((_SAMPLES, _SAMPLES), Image.Resampling.NEAREST).convert("RGBA"))
    alpha = sample[:, :, 3]
    behind = sample[alpha == 0][:, :3]
    half_seen = float(((alpha > 0) & (alpha < 255)).mean())
    return half_seen > 0.1 or bool(behind.size and behind.std(axis=0).max() > _ONE_COLOUR)


def finer_to_be_had(picture: Picture) -> bool:
    """True when `pixels_at` can give more than `pixels`: of a late frame of an animation it cannot.

    To decode all the frames before it once more would take as long again for each.
    """
    return picture.scale > 1 and (picture.frame == 0 or formats.decoder(picture.format).frames is Frames.PAGES)


def pixels_at(picture: Picture, scale: int) -> Pixels:
    """The upright picture with `scale` full-scale pixels to each of its pixels, or its own pixels when these are finer.

    It is decoded anew for this. Raises PictureError when it cannot be decoded a second time.
    """
    return _pixels_at(picture, scale)


def _pixels_at(picture: Picture, scale: int, mode: str | None = None) -> Pixels:
    if picture.scale <= scale or not finer_to_be_had(picture):
        return picture.pixels
    try:
        image = opened(picture.data, picture.name)
        if picture.frame:
            image.seek(0 if picture.frame == image.tell() else picture.frame)
        return _decode(image, scale, mode)
    except DECODER_ERRORS as error:
        raise _damaged(picture.name, error) from error


def grey_at(picture: Picture, scale: int) -> NDArray[np.uint8]:
    """The brightness of what `pixels_at` gives, shape (height, width): of a JPEG nothing else is decoded.

    Raises PictureError as `pixels_at` does.
    """
    return np.asarray(Image.fromarray(_pixels_at(picture, scale, "L")).convert("L"))


def scale_within(picture: Picture, most: int) -> int:
    """The first of the scales 1, 2, 4, 8 … at which the picture has at most so many pixels."""
    scale = 1
    while picture.width * picture.height > most * scale * scale:
        scale *= 2
    return scale


def _decode(image: Image.Image, scale: int, mode: str | None = None) -> Pixels:
    """The upright pixels at this scale; JPEGs are scaled, and reduced to a `mode`, while they are decoded."""
    long_side = max(image.size)
    image.draft(mode or image.mode, (max(1, image.width // scale), max(1, image.height // scale)))
    image.load()
    factor = round(scale * max(image.size) / long_side)
    pixels = upright(image, factor, factor * max(1, _BAND // (image.width * factor)))
    pixels.setflags(write=False)
    return pixels


def upright(image: Image.Image, factor: int, rows: int) -> Pixels:
    """The upright pixels of a decoded image, reduced by this factor, made so many rows, a multiple of it, at a time."""
    turn = image.getexif().get(_ORIENTATION, 1)
    if rows >= image.height and turn == 1:
        # A copy costs as much as the scaled decode.
        return np.asarray(_on_white(_reduced(image, factor)))
    height, width = -(-image.height // factor), -(-image.width // factor)
    pixels = np.empty((width, height, 3) if turn in _SWAPPED else (height, width, 3), np.uint8)
    stored = _as_stored(pixels, turn)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        shown = np.asarray(_on_white(_reduced(band, factor)))
        stored[top // factor : top // factor + len(shown)] = shown
    return pixels


def _as_stored(upright: Pixels, turn: int) -> Pixels:
    """A view of the upright picture that is turned as it is stored, by EXIF's orientation."""
    lying = upright.transpose(1, 0, 2)
    views = {2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1]}
    views |= {5: lying, 6: lying[::-1], 7: lying[::-1, ::-1], 8: lying[:, ::-1]}
    return views.get(turn, upright)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    flat = _eight_bit(image)
    return flat.reduce(factor) if factor > 1 else flat


def _working_scale(image: Image.Image) -> int:
    """The scale at which the long side is 1280 to 2559, the first of 1, 2, 4, 8 …"""
    return 1 << max(0, (max(image.size) // WORKING_SIDE).bit_length() - 1)


def _eight_bit(image: Image.Image) -> Image.Image:
    """The image as L, LA, RGB, RGBA or CMYK of 8 bits: what can be averaged. Pillow would clip 16 bits, not scale them.

    Raises ValueError for pixels of 32 bits, whose range nothing states.
    """
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in {"I", "F"}:
        raise ValueError("pixels of 32 bits have no range to show them in")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image.convert("RGBA")
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A"))
    return page


def _damaged(name: str, error: BaseException) -> PictureError:
    return PictureError(
        phrase("{name}: the picture is damaged or cut short ({reason})", name=name, reason=_short(error))
    )


def _short(error: BaseException) -> str:
    """The error in at most a line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
