"""What the tests of redaction share: pictures in every format and mode, and how to look at them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from tests.drawn import page

from imgpolicy.domain.geometry import Box
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import Region, Shape

PICTURES = Path(__file__).parents[3] / "examples" / "pictures"
ORIENTATION = 0x0112
SIZE = (121, 83)
BOX = Box(40, 22, 70, 60)
HEAD = Region(box=BOX, shape=Shape.HEAD)
PLATE = Region(box=BOX, shape=Shape.RECTANGLE)


def scene(seed: int = 0, size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture full of detail, of a size that no block divides."""
    return Image.fromarray(page(*size, seed=seed))


def cut_out(seed: int = 0) -> Image.Image:
    """The same with transparent parts, behind which it goes on."""
    image = scene(seed).convert("RGBA")
    image.putalpha(scene(seed + 1).convert("L").point([0 if level < 100 else 255 for level in range(256)]))
    return image


def film(count: int = 4) -> list[Image.Image]:
    """Frames of an animation in which a small square moves over a picture that stays."""
    frames = []
    for number in range(count):
        frame = scene()
        frame.paste((250, 20, 20), (20 * number, 62, 20 * number + 12, 80))
        frames.append(frame)
    return frames


def encoded(image: Image.Image, kind: str, /, **options: object) -> bytes:
    """The picture as a file of this kind."""
    file = io.BytesIO()
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(image).save(file, **options)
    else:
        image.save(file, kind, **options)
    return file.getvalue()


def upright(data: bytes, frame: int = 0) -> Image.Image:
    """A frame as a viewer shows it."""
    image = opened(data, "test")
    image.seek(frame)
    image.load()
    return ImageOps.exif_transpose(image)


def shown(data: bytes, frame: int = 0) -> NDArray[np.int16]:
    """The same as numbers, RGBA."""
    return np.asarray(upright(data, frame).convert("RGBA"), np.int16)


def outside(size: tuple[int, int], box: Box, margin: int = 0) -> NDArray[np.bool_]:
    """The pixels of a picture of this size that do not lie in the box or so near to it."""
    mask = np.ones((size[1], size[0]), np.bool_)
    mask[max(0, box.top - margin) : box.bottom + margin, max(0, box.left - margin) : box.right + margin] = False
    return mask


def psnr(one: NDArray[np.int16], other: NDArray[np.int16], where: NDArray[np.bool_]) -> float:
    """Decibels over the colours of these pixels."""
    error = float(((one[where].astype(np.float64) - other[where]) ** 2).mean())
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
