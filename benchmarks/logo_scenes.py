"""Scenes for the benchmarks on logos: artwork put into photographs in the ways in which pictures show logos.

Five usual ways: bare, on a plate, on a plate seen from the side, half transparent, and turned; and two harder: in white
or black alone, and turned by up to 30 degrees. Some are bent as cloth bends, shaded, blurred, and all are JPEGs in the
end. The plates are of plain colours that the mark stands out from.
"""

from __future__ import annotations

import math
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from imgpolicy.domain.work import Shown
from imgpolicy.extract.logos.artwork import Artwork
from imgpolicy.extract.logos.canonical import Quad, premultiplied
from imgpolicy.extract.logos.hog import Floats
from imgpolicy.extract.logos.variants import painted, variants

Pixels = NDArray[np.uint8]

MODES = ("bare", "plate", "perspective", "opacity", "turned")
HARDER = ("one colour", "turned far")
LONG_SIDES = (1024, 1152, 1280)
QUALITIES = (60, 75, 88)

_TRIES = 12
_VISIBLE = 32.0  # grey levels by which a mark without a plate changes the photograph in the mean
_LIGHT = ((255, 255, 255), (245, 240, 230), (230, 235, 240))
_LETTERS = string.ascii_letters + "     "
_TONES = (0, 30, 200, 255)
_DARK = ((20, 20, 20), (30, 40, 70), (60, 10, 20))
_ONE_COLOUR = ((255, 255, 255), (10, 10, 10))


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A picture, and where in it the artwork's corners are."""

    pixels: Pixels = field(repr=False)
    quad: Quad


def photographs(folders: Sequence[Path]) -> list[Path]:
    """The picture files in these folders and below, sorted by name."""
    kinds = {".jpg", ".jpeg", ".png"}
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in kinds)


def photograph(path: Path, chance: random.Random) -> Pixels:
    """The photograph at a long side of 1024 to 1280 pixels; sharpened when it had to be enlarged."""
    image = Image.open(path).convert("RGB")
    ratio = chance.choice(LONG_SIDES) / max(image.size)
    size = (round(image.width * ratio), round(image.height * ratio))
    image = image.resize(size, Image.Resampling.LANCZOS)
    if ratio > 1.3:
        image = image.filter(ImageFilter.UnsharpMask(1.5, 80, 2))
    return np.asarray(image)


def mosaic(pictures: Sequence[Pixels]) -> Pixels:
    """Four pictures in one of 1280 x 960 pixels."""
    small = [np.asarray(cv2.resize(each, (640, 480), interpolation=cv2.INTER_AREA), np.uint8) for each in pictures[:4]]
    return np.vstack([np.hstack(small[:2]), np.hstack(small[2:])])


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """The picture as a file."""
    _, data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def decoded(file: bytes) -> Pixels:
    """The pixels, RGB, of a file that `jpeg` made."""
    pixels = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.ascontiguousarray(pixels[:, :, ::-1], dtype=np.uint8)


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    """The picture as it is after it was saved."""
    return decoded(jpeg(pixels, quality))


def with_logo(  # noqa: PLR0913  # what a scene is made of
    ground: Pixels, artwork: Artwork, mode: str, share: float, chance: random.Random, *, middle: bool = False
) -> Scene | None:
    """The photograph with the artwork in it, as wide as this share of the photograph, at a place by chance or in the
    middle; None when no place was found where the mark can be seen, or nothing of it is left in one colour.
    """
    if mode == "one colour":
        drawn = [variant for variant in variants(artwork) if variant.shown is not Shown.OUTLINE]
        if not drawn:
            return None
        artwork = painted(artwork, drawn[0], chance.choice(_ONE_COLOUR))
    for _ in range(_TRIES):
        mark = _mark(artwork, mode, max(4, round(share * ground.shape[1])), int(0.55 * ground.shape[0]), chance)
        height, width = mark.pixels.shape[:2]
        if width >= ground.shape[1] or height >= ground.shape[0]:
            return None
        left, top = _place(ground, mark.pixels, mode, chance, middle=middle)
        seen = ground.copy()
        part = seen[top : top + height, left : left + width].astype(np.float32)
        opacity = mark.pixels[:, :, 3:] / 255
        mixed = mark.pixels[:, :, :3] + part * (1 - opacity)
        inside = opacity[:, :, 0] > 0.3 * opacity.max()
        if not mark.plate and float(np.abs(mixed - part).max(2)[inside].mean()) < _VISIBLE:
            continue
        seen[top : top + height, left : left + width] = np.clip(mixed, 0, 255).astype(np.uint8)
        return Scene(pixels=seen, quad=mark.quad + np.array([left, top], np.float32))
    return None


def with_text(ground: Pixels, chance: random.Random) -> Pixels:
    """The photograph with two to five lines of letters by chance, as on signs and in screenshots."""
    image = Image.fromarray(ground)
    pen = ImageDraw.Draw(image)
    for _ in range(chance.randint(2, 5)):
        words = "".join(chance.choices(_LETTERS, k=chance.randint(5, 22)))
        at = (chance.randint(0, image.width // 2), chance.randint(0, max(0, image.height - 80)))
        colour = (chance.choice(_TONES), chance.choice(_TONES), chance.choice(_TONES))
        pen.text(at, words, font=ImageFont.load_default(chance.randint(16, 70)), fill=colour)
    return np.asarray(image)


def bent(scene: Scene, chance: random.Random) -> Scene:
    """The scene with folds as of cloth: waves that shift its pixels and darken it."""
    height, width = scene.pixels.shape[:2]
    depth, phase = chance.uniform(0.005, 0.012) * width, chance.uniform(0, 2 * math.pi)
    frequency = chance.uniform(1, 2.5) * 2 * math.pi / width
    down, across = np.mgrid[:height, :width].astype(np.float32)
    x, y = across + depth * np.sin(frequency * down + phase), down + depth * np.sin(frequency * across + phase)
    moved = cv2.remap(scene.pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shade = 1 + 0.12 * np.sin(1.3 * frequency * across + phase)[:, :, None]
    return Scene(pixels=np.clip(moved * shade, 0, 255).astype(np.uint8), quad=scene.quad)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Mark:
    """What is put into a photograph: RGBA, colours multiplied by their opacity, and the artwork's corners in it."""

    pixels: Floats
    quad: Quad
    plate: bool


def _mark(artwork: Artwork, mode: str, width: int, highest: int, chance: random.Random) -> _Mark:
    height = max(6, round(width / artwork.aspect))
    if height > highest:
        width, height = max(4, round(highest * artwork.aspect)), highest
    way = cv2.INTER_AREA if width < artwork.pixels.shape[1] else cv2.INTER_CUBIC
    drawn = np.asarray(cv2.resize(premultiplied(artwork.pixels), (width, height), interpolation=way), np.float32)
    plate = mode in {"plate", "perspective"} or (mode in _EITHER and chance.random() < 0.5)
    edge = max(3, int(chance.uniform(0.05, 0.2) * math.sqrt(width * height))) if plate else 2
    sheet = np.zeros((height + 2 * edge, width + 2 * edge, 4), np.float32)
    if plate:
        sheet[:, :] = (*_plate(artwork.luminance, chance), 255)
    inner = sheet[edge : edge + height, edge : edge + width]
    inner[:] = drawn + inner * (1 - drawn[:, :, 3:] / 255)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + edge
    warp, size = _WARPS.get(mode, _upright)(sheet.shape[1], sheet.shape[0], chance)
    sheet = np.asarray(cv2.warpPerspective(sheet, warp, size), np.float32)
    if mode in _FAINT:
        sheet *= chance.uniform(*_FAINT[mode])
    if chance.random() < 0.3:
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), chance.uniform(0.4, 0.8)), np.float32)
    quad = cv2.perspectiveTransform(corners[None], warp)[0].astype(np.float32)
    return _Mark(pixels=sheet, quad=quad, plate=plate)


def _plate(luminance: float, chance: random.Random) -> tuple[int, int, int]:
    """A colour that the mark stands out from."""
    usual = chance.choice(_LIGHT if luminance < 170 else _DARK)
    if chance.random() < 0.7:
        return usual
    colour = (chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255))
    grey = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    return colour if abs(grey - luminance) > 70 else usual


Warp = tuple[Floats, tuple[int, int]]


def _upright(width: int, height: int, _: random.Random) -> Warp:
    return np.eye(3, dtype=np.float32), (width, height)


def _from_the_side(width: int, height: int, chance: random.Random) -> Warp:
    """Each corner drawn in by up to 15 %."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    shift = np.array([[chance.uniform(0, 0.15) * width, chance.uniform(0, 0.15) * height] for _ in range(4)])
    warp = cv2.getPerspectiveTransform(corners, (corners + inward * shift).astype(np.float32))
    return np.asarray(warp, np.float32), (width, height)


def _turned(width: int, height: int, chance: random.Random) -> Warp:
    """By 3 to 10 degrees to either side."""
    return _by(chance.uniform(3, 10), width, height, chance)


def _turned_far(width: int, height: int, chance: random.Random) -> Warp:
    """By 10 to 30 degrees to either side."""
    return _by(chance.uniform(10, 30), width, height, chance)


def _by(degrees: float, width: int, height: int, chance: random.Random) -> Warp:
    angle = math.radians(chance.choice((-1, 1)) * degrees)
    cos, sin = abs(math.cos(angle)), math.sin(angle)
    across, down = math.ceil(width * cos + height * abs(sin)), math.ceil(width * abs(sin) + height * cos)
    x, y = (across - width * cos - height * sin) / 2, (down + width * sin - height * cos) / 2
    return np.array([[cos, sin, x], [-sin, cos, y], [0, 0, 1]], np.float32), (across, down)


_FAINT = {"opacity": (0.5, 0.75), "faint": (0.3, 0.6)}
"""How opaque a mark is."""
_EITHER = {"turned", "turned far", "one colour"}
"""Ways that are bare or on a plate."""
_WARPS: dict[str, Callable[[int, int, random.Random], Warp]] = {
    "perspective": _from_the_side,
    "turned": _turned,
    "turned far": _turned_far,
}


def _place(ground: Pixels, mark: Floats, mode: str, chance: random.Random, *, middle: bool) -> tuple[int, int]:
    """Left and top; marks without a plate mostly stand in a corner."""
    free = (ground.shape[1] - mark.shape[1], ground.shape[0] - mark.shape[0])
    if middle:
        return free[0] // 2, free[1] // 2
    if mode in {"bare", "opacity", "faint"} and chance.random() < 0.6:
        edges = (int(0.03 * ground.shape[1]), int(0.03 * ground.shape[0]))
        left, top = (max(0, chance.choice((edge, room - edge))) for edge, room in zip(edges, free, strict=True))
        return left, top
    return chance.randint(0, free[0]), chance.randint(0, free[1])
