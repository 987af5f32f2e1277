"""A logo's artwork: pixels with transparency, whatever file they come in."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.containers import svg
from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.drawing import draw
from imgpolicy.phrase import phrase
from imgpolicy.picture import cut_out

Rgba = NDArray[np.uint8]
"""Shape (height, width, 4)."""

LARGEST_SIDE = 384
"""Pixels of the longer side that artwork is kept at: more than any logo has where it is searched for."""
LONG_SIDE = 48
SHORT_SIDE = 12
"""Pixels that the sides of artwork need: the search compares at about 48 x 48."""
WIDEST = 12.0
"""Times its other side that a side of artwork may have: longer marks are a few pixels high where they are searched."""

_SEEN = 20  # of 255: what is more transparent is no part of the mark
_PLAIN = 12.0  # standard deviation of greys, of 255, under which a full rectangle shows nothing
_SAME = 24.0  # distance in CIELAB (8 bit) within which the pixels of a background are one colour
_BORDER = 0.97  # share of the border that is of one colour when the file has a background
_SPECK = 0.002  # share of the artwork under which a piece or a hole does not count
_CONVEX = 0.93  # share of its convex hull from which an outline has no dents


@dataclass(frozen=True, kw_only=True, eq=False)
class Artwork:
    """A logo on nothing: cropped to what is seen of it, its longer side at most LARGEST_SIDE pixels.

    `sha256` is that of the file it was read from.
    """

    sha256: str
    pixels: Rgba = field(repr=False)

    @property
    def aspect(self) -> float:
        """Width over height."""
        height, width = self.pixels.shape[:2]
        return float(width / height)

    @property
    def luminance(self) -> float:
        """How light the mark is in the mean, 0 to 255."""
        alpha = self.pixels[:, :, 3].astype(np.float32)
        grey = self.pixels[:, :, :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
        return float((grey * alpha).sum() / max(float(alpha.sum()), 1.0))

    @property
    def one_colour(self) -> bool:
        """True when it may be shown in any colour, since it has only one."""
        colours = self.pixels[self.pixels[:, :, 3] > 128][:, :3]
        return bool(colours.size) and float(colours.astype(np.float32).std(axis=0).max()) < _PLAIN

    @property
    def simple(self) -> bool:
        """True for one piece of one colour without dents, as a disc, a ring or a bar: pictures are full of them."""
        if not self.one_colour:
            return False
        seen = (self.pixels[:, :, 3] > 128).astype(np.uint8)
        outlines, tree = cv2.findContours(np.pad(seen, 1), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        large = [n for n, outline in enumerate(outlines) if cv2.contourArea(outline) > _SPECK * seen.size]
        pieces = sum(int(tree[0, n, 3]) < 0 for n in large)  # the others are holes, and have a parent
        dented = any(
            cv2.contourArea(outlines[n]) < _CONVEX * cv2.contourArea(cv2.convexHull(outlines[n])) for n in large
        )
        return pieces == 1 and len(large) <= 2 and not dented

    @property
    def ground(self) -> tuple[int, int, int]:
        """White, or black when the mark is light: what it stands out from."""
        return (0, 0, 0) if self.luminance > 170 else (255, 255, 255)

    def on_page(self) -> bytes:
        """A picture file of the artwork on white, or on black when it is light, with a margin around it."""
        edge = max(self.pixels.shape[:2]) // 8
        page = np.pad(self.pixels, ((edge, edge), (edge, edge), (0, 0)))
        ground = Image.new("RGBA", (page.shape[1], page.shape[0]), self.ground)
        ground.alpha_composite(Image.fromarray(page))
        file = io.BytesIO()
        ground.convert("RGB").save(file, "PNG")
        return file.getvalue()

    def png(self) -> bytes:
        """The artwork as a file that `stored_artwork` reads."""
        file = io.BytesIO()
        Image.fromarray(self.pixels).save(file, "PNG", optimize=True)
        return file.getvalue()


def is_drawing(data: bytes) -> bool:
    """Whether the file is an SVG."""
    return svg.matches(data[:4096])


def read_artwork(data: bytes, name: str) -> Artwork:
    """The artwork in a picture file or an SVG; a background of one colour that reaches around it is taken off.

    Raises PictureError when it cannot be read, is too small or too long, or shows nothing.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if is_drawing(data):
        data = draw(data, name)
    pixels = cut_out(data, name)
    if int(pixels[:, :, 3].min()) == 255:
        pixels = _without_background(pixels)
    pixels = _cropped(pixels, name)
    height, width = pixels.shape[:2]
    if max(width, height) < LONG_SIDE or min(width, height) < SHORT_SIDE:
        raise PictureError(
            phrase(
                "{name}: the artwork has {width} x {height} pixels; a logo needs {long} and {short} or more",
                name=name,
                width=width,
                height=height,
                long=LONG_SIDE,
                short=SHORT_SIDE,
            )
        )
    if max(width, height) > WIDEST * min(width, height):
        raise PictureError(
            phrase(
                "{name}: the artwork is more than {most} times longer than wide; split it",
                name=name,
                most=f"{WIDEST:.0f}",
            )
        )
    grey = cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_RGB2GRAY)
    if float((pixels[:, :, 3] / 255).mean()) > 0.9 and float(grey.std()) < _PLAIN:
        raise PictureError(phrase("{name}: the artwork is a plain surface, which would match everything", name=name))
    return Artwork(sha256=sha256, pixels=_reduced(pixels))


def stored_artwork(png: bytes, sha256: str) -> Artwork:
    """The artwork that `Artwork.png` gave; PictureError when it is damaged."""
    pixels = cut_out(png, phrase("a logo in the register"))
    if max(pixels.shape[:2]) > LARGEST_SIDE:
        raise PictureError(phrase("a logo in the register has another size than artwork has"))
    return Artwork(sha256=sha256, pixels=pixels)


def _without_background(pixels: Rgba) -> Rgba:
    """What is left when the colour of the border is taken off from outside; the same when the border has several."""
    lab = cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_RGB2Lab).astype(np.float32)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    colour = np.median(border, axis=0)
    if float((np.linalg.norm(border - colour, axis=1) < _SAME).mean()) < _BORDER:
        return pixels
    near = (np.linalg.norm(lab - colour, axis=2) < _SAME).astype(np.uint8)
    _, pieces = cv2.connectedComponents(cv2.copyMakeBorder(near, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1))
    outside = (pieces == pieces[0, 0])[1:-1, 1:-1]
    cut = pixels.copy()
    cut[:, :, 3][outside] = 0
    return cut


def _cropped(pixels: Rgba, name: str) -> Rgba:
    rows, columns = np.nonzero(pixels[:, :, 3] > _SEEN)
    if not rows.size:
        raise PictureError(phrase("{name}: the artwork is blank, which would match everything", name=name))
    return pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _reduced(pixels: Rgba) -> Rgba:
    height, width = pixels.shape[:2]
    ratio = LARGEST_SIDE / max(width, height)
    if ratio >= 1:
        return np.ascontiguousarray(pixels)
    image = Image.fromarray(pixels).resize(
        (max(1, round(width * ratio)), max(1, round(height * ratio))), Image.Resampling.LANCZOS
    )
    return np.asarray(image, dtype=np.uint8)
