"""Pictures with planted values, as screenshots, photographs and bad photographs show them, and what stands where.

A picture is a function of its seed, its page, its level, the fonts and the photographs behind it. `clean` is a screen
as it is; a small x is 10 to 20 pixels high. `photo` is the page in a photograph: tilted by 6 to 15 degrees, turned a
little, with light from one side, noise, some blur, JPEG at 80; a small x is 10 to 18 pixels high. `hard` has two or
three of: a small x of 7 to 10 pixels, a strong tilt or turn, little contrast, a moving camera, a bent page; and JPEG
at 40.
"""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from text_fonts import Fonts
from text_pages import PAGES
from text_sheets import Desk, Pixels, Points, Span

from imgpolicy.domain.geometry import Box, Point

LEVELS = ("clean", "photo", "hard")
USUAL, LARGE = (1600, 1200), (4000, 3000)
"""Pictures of 1.9 and of 12 megapixels."""

Floats = NDArray[np.float32]
TROUBLES = ("small", "tilted", "turned", "faint", "moving", "bent")
FINER = 2
"""How many times as large as it is seen in a photograph a page is drawn."""


@dataclass(frozen=True)
class Planted:
    """A value in a picture: its kind, how it is written, the box around it, and its middle, which may lie on a bend."""

    kind: str
    text: str
    box: Box
    middle: Point


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A picture's file, what is planted in it, and in which ways it is hard."""

    seed: int
    page: str
    level: str
    file: bytes = field(repr=False)
    planted: tuple[Planted, ...]
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """How a page is seen: tilts about its upright and its level axis and turn in degrees, contrast, blurs in pixels."""

    tilt: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0
    bend: float = 0.0
    contrast: float = 1.0
    blur: float = 0.0
    motion: int = 0
    noise: float = 0.0
    quality: int = 80


@dataclass(frozen=True)
class Place:
    """Where scenes are made: the fonts and the photographs that lie behind the pages, none for painted grounds."""

    fonts: Fonts
    photographs: Sequence[Path] = ()


def scene(seed: int, page: str, level: str, place: Place, size: tuple[int, int] = USUAL) -> Scene:
    """The picture of this seed."""
    chance = random.Random(zlib.crc32(f"{seed} {page} {level} {size[0]}".encode()))
    troubles: tuple[str, ...] = ()
    if level == "clean":
        pixels, planted, quality = _clean(chance, page, place, size)
    else:
        view, height = photographed(chance), chance.uniform(10, 18)
        if level == "hard":
            troubles = tuple(sorted(chance.sample(TROUBLES, chance.choice((2, 2, 3)))))
            view, height = troubled(chance, troubles)
        sheet = PAGES[page](Desk(chance, place.fonts, height * FINER))
        outlines, paper = [span.outline for span in sheet.spans], np.asarray(sheet.image)
        pixels, moved = taken(chance, paper, outlines, ground(chance, place.photographs, size), view)
        planted, quality = _planted(sheet.spans, moved, size), view.quality
    file = jpeg(pixels, quality)
    return Scene(seed=seed, page=page, level=level, file=file, planted=planted, troubles=troubles)


def _clean(
    chance: random.Random, page: str, place: Place, size: tuple[int, int]
) -> tuple[Pixels, tuple[Planted, ...], int]:
    """The page on a plain ground, as screenshots and scans have it, saved at 92; what does not fit is cut away."""
    sheet = PAGES[page](Desk(chance, place.fonts, chance.uniform(10, 20)))
    pixels = np.full((size[1], size[0], 3), chance.randint(40, 245), np.uint8)
    drawn = np.asarray(sheet.image)[: size[1], : size[0]]
    height, width = drawn.shape[:2]
    left, top = chance.randint(0, size[0] - width), chance.randint(0, size[1] - height)
    pixels[top : top + height, left : left + width] = drawn
    whole = [span for span in sheet.spans if span.outline[:, 0].max() <= width and span.outline[:, 1].max() <= height]
    moved = [span.outline + np.array([left, top], np.float32) for span in whole]
    return pixels, _planted(whole, moved, size), 92


def taken(
    chance: random.Random, drawn: Pixels, outlines: Sequence[Points], ground: Pixels, view: View
) -> tuple[Pixels, list[Points]]:
    """What is drawn, twice as large as it is seen, in the photograph, and where its outlines are there."""
    size = (ground.shape[1], ground.shape[0])
    if view.bend:
        drawn, outlines = _bent(drawn, outlines, view.bend)
    matrix = _seen(chance, (drawn.shape[1], drawn.shape[0]), size, view)
    pixels = _lit(_laid(ground, drawn, matrix), chance, view)
    return pixels, [np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32) for points in outlines]


def photographed(chance: random.Random) -> View:
    """A page as photographs show it."""
    first = chance.choice((-1, 1)) * chance.uniform(6, 15)
    return View(
        tilt=(first, chance.uniform(-8, 8)),
        turn=chance.uniform(-6, 6),
        blur=chance.uniform(0.4, 0.8),
        noise=chance.uniform(1.5, 4),
        quality=80,
    )


def troubled(chance: random.Random, troubles: Sequence[str]) -> tuple[View, float]:
    """A page as bad photographs show it, with these troubles, and how high a small x is."""

    def either(name: str, bad: tuple[float, float], usual: tuple[float, float]) -> float:
        return chance.uniform(*(bad if name in troubles else usual))

    side = chance.choice((-1, 1))
    view = View(
        tilt=(side * either("tilted", (25, 40), (4, 12)), chance.uniform(-10, 10)),
        turn=chance.choice((-1, 1)) * either("turned", (15, 45), (0, 5)),
        bend=either("bent", (0.03, 0.06), (0, 0)),
        contrast=either("faint", (0.22, 0.4), (0.9, 1)),
        blur=either("moving", (0.3, 0.5), (0.4, 0.8)),
        motion=round(either("moving", (3, 5), (0, 0))),
        noise=chance.uniform(2, 5),
        quality=40,
    )
    return view, either("small", (7, 10), (10, 15))


def ground(chance: random.Random, photographs: Sequence[Path], size: tuple[int, int]) -> Pixels:
    """A photograph as large as the picture, or a painted ground of soft patches."""
    if photographs:
        large = cv2.resize(decoded(chance.choice(photographs).read_bytes()), size, interpolation=cv2.INTER_CUBIC)
        return np.asarray(large, np.uint8)
    draw = np.random.default_rng(chance.getrandbits(32))
    coarse = draw.uniform(40, 220, (4, 5, 3)).astype(np.float32)
    fine = draw.uniform(-25, 25, (30, 40, 3)).astype(np.float32)
    painted = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC) + cv2.resize(fine, size)
    return np.asarray(np.clip(painted, 0, 255), np.uint8)


def _bent(drawn: Pixels, outlines: Sequence[Points], bend: float) -> tuple[Pixels, list[Points]]:
    """The page with its middle lower than its sides, by this part of its width."""
    height, width = drawn.shape[:2]
    depth = bend * width
    down, across = np.mgrid[: height + math.ceil(depth), :width].astype(np.float32)
    shift = (depth * np.sin(np.pi * np.arange(width) / width)).astype(np.float32)
    seen = cv2.remap(drawn, across, down - shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved = [
        np.stack([points[:, 0], points[:, 1] + depth * np.sin(np.pi * points[:, 0] / width)], 1).astype(np.float32)
        for points in outlines
    ]
    return np.asarray(seen, np.uint8), moved


def _seen(chance: random.Random, page: tuple[int, int], picture: tuple[int, int], view: View) -> Floats:
    """The homography from the page to the picture, where it lies by chance wholly inside, smaller where it must be."""
    width, height = page
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float64) / 2
    yaw, pitch, roll = (math.radians(angle) for angle in (*view.tilt, view.turn))
    about_y = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    space = np.column_stack([corners, np.zeros(4)]) @ (about_z @ about_x @ about_y).T
    # A camera that sees 53 degrees across stands a picture's width away; large pages are seen from farther.
    away = max(2.5 * max(width, height), FINER * picture[0])
    flat = space[:, :2] * (away / (away + space[:, 2:])) / FINER
    extent = flat.max(0) - flat.min(0)
    scale = min(1.0, 0.98 * picture[0] / extent[0], 0.98 * picture[1] / extent[1])
    flat = (flat - flat.min(0)) * scale
    room = np.array(picture) - flat.max(0)
    flat += room * [chance.random(), chance.random()]
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(sheet, flat.astype(np.float32)), np.float32)


def _laid(ground: Pixels, drawn: Pixels, matrix: Floats) -> Floats:
    """The page laid into the picture; what is drawn finer than it is seen is averaged, as a sensor does."""
    size = (ground.shape[1] * FINER, ground.shape[0] * FINER)
    finer = np.diag([FINER, FINER, 1]).astype(np.float32) @ matrix
    mask = cv2.warpPerspective(np.full(drawn.shape[:2], 255, np.uint8), finer, size, flags=cv2.INTER_LINEAR)
    page = cv2.warpPerspective(drawn, finer, size, flags=cv2.INTER_LINEAR)
    small = (ground.shape[1], ground.shape[0])
    cover = cv2.resize(mask, small, interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    shown = cv2.resize(page, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(shown * cover + ground.astype(np.float32) * (1 - cover), np.float32)


def _lit(pixels: Floats, chance: random.Random, view: View) -> Pixels:
    """The picture as a camera takes it: light from one side, contrast, blur, noise."""
    height, width = pixels.shape[:2]
    angle, fall = chance.uniform(0, 2 * math.pi), chance.uniform(0.1, 0.35)
    across, down = np.linspace(-0.5, 0.5, width, dtype=np.float32), np.linspace(-0.5, 0.5, height, dtype=np.float32)
    light = 0.95 - fall * (across[None] * math.cos(angle) + down[:, None] * math.sin(angle))
    seen = pixels * light[..., None].astype(np.float32)
    tone = chance.uniform(80, 150)
    seen = tone + (seen - tone) * view.contrast
    if view.motion > 1:
        kernel = np.zeros((2 * view.motion + 1, 2 * view.motion + 1), np.float32)
        way, half = chance.uniform(0, math.pi), view.motion / 2
        for step in np.linspace(-half, half, 4 * view.motion):
            kernel[round(view.motion + step * math.sin(way)), round(view.motion + step * math.cos(way))] += 1
        seen = np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()), np.float32)
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), max(view.blur, 0.1)), np.float32)
    draw = np.random.default_rng(chance.getrandbits(32))
    noise = draw.standard_normal(seen.shape, np.float32) * view.noise
    return np.clip(seen + noise, 0, 255).astype(np.uint8)


def _planted(spans: Sequence[Span], outlines: Sequence[Points], size: tuple[int, int]) -> tuple[Planted, ...]:
    made = []
    for span, outline in zip(spans, outlines, strict=True):
        half = len(outline) // 2
        x, y = (outline[half // 2] + outline[half + half // 2]) / 2
        made.append(Planted(span.kind, span.text, _box(outline, size), Point(float(x), float(y))))
    return tuple(made)


def _box(points: Points, size: tuple[int, int]) -> Box:
    left, top = np.floor(points.min(0)).astype(int)
    right, bottom = np.ceil(points.max(0)).astype(int)
    return Box(max(0, int(left)), max(0, int(top)), min(size[0], int(right)), min(size[1], int(bottom)))


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """The picture as a file."""
    _, data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def decoded(file: bytes) -> Pixels:
    """The pixels, RGB, of a file. ValueError when it is no picture."""
    pixels = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError
    return np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)
