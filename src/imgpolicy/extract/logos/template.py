"""What a logo is searched by: a template of gradients that stands out from photographs, and its look close up.

The template is a linear discriminant (Hariharan, Malik & Ramanan, "Discriminative decorrelation for clustering and
classification", ECCV 2012): the mean of renderings of the logo, less the mean of photographs, whitened with the
covariance of photographs, which depends on the distance between two cells alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import Artwork
from imgpolicy.extract.logos.canonical import MARGIN, SHAPES, Shape, premultiplied, shape_for
from imgpolicy.extract.logos.hog import BINS, CELL, Cells, Floats, cells, to_lab
from imgpolicy.extract.logos.looks import MOST_LOOKS, Look, looks
from imgpolicy.phrase import phrase

VERSION = "4"
"""Changes when the same artwork gives another template."""

FEWEST = 3
"""Cells of the shorter side of the artwork."""
LARGEST = 17
"""Cells of a side of a view: the covariance is known to so many."""


class _Way(NamedTuple):
    """How a view is made: the artwork turned by so many degrees, clockwise, and by up to `about` more or less; `area`
    is how many cells it fills, about, and `widest` how many its longer side has at most.
    """

    degrees: float
    about: float
    area: int
    widest: int


WAYS = (_Way(0.0, 7.0, 64, 15), _Way(-20.0, 9.0, 40, 12), _Way(20.0, 9.0, 40, 12))
"""Turned views are smaller, since each costs as much as the upright one, and are found at a smaller scale."""

_RENDERINGS = 24
_EDGE = 3  # cells around the artwork in a rendering; one of them belongs to the template
_SCALE = 0.05
_RIDGE = 0.002  # of the variance of a cell, about 0.03


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A logo turned by so many degrees, clockwise, as the scan knows it.

    `weights`, shape (rows, columns, BINS), give a score in standard deviations of photographs when they are summed
    over cells less their mean; the artwork is `width` x `height` pixels in their middle. `expected` is the score of the
    logo itself.
    """

    degrees: float
    width: float
    height: float
    weights: Cells = field(repr=False)
    expected: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Template:
    """A logo as the search knows it: its `views`, the upright one first, and its `looks`, all in `shape`, of which any
    may be what a place shows.
    """

    views: tuple[View, ...] = field(repr=False)
    shape: Shape
    looks: tuple[Look, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Photographs:
    """How the cells of photographs are distributed: `mean`, shape (BINS,), and `covariance`, shape (lags, lags, BINS,
    BINS), of a cell with the one so many rows and columns after it; the lag 0 stands in the middle.
    """

    mean: Floats
    covariance: Floats


@lru_cache(maxsize=1)
def photographs() -> Photographs:
    """The statistics that ship with the package; benchmarks/fit_photographs.py makes them."""
    with resources.files(__package__).joinpath("photographs.npz").open("rb") as file, np.load(file) as arrays:
        return Photographs(mean=arrays["mean"], covariance=arrays["covariance"].astype(np.float32))


def learn(artwork: Artwork) -> Template:
    """The template of this artwork; the same artwork gives the same template, but for rounding."""
    shape = shape_for(artwork.aspect)
    return Template(views=tuple(_view(artwork, way) for way in WAYS), shape=shape, looks=looks(artwork, shape))


def _view(artwork: Artwork, way: _Way) -> View:
    width = _columns(artwork.aspect, way) * CELL
    height = width / artwork.aspect
    rows, columns = _grid(width, height, way.degrees)
    mean = np.zeros((rows + 2, columns + 2, BINS), np.float32)
    for seen in _renderings(artwork, (rows, columns), width, way):
        mean += cells(to_lab(seen))[_EDGE - 1 : 1 - _EDGE, _EDGE - 1 : 1 - _EDGE] / _RENDERINGS
    weights, expected = _discriminant(mean)
    return View(degrees=way.degrees, width=width, height=height, weights=weights, expected=expected)


def _columns(aspect: float, way: _Way) -> float:
    """Cells that the upright artwork is wide; whole ones, but where it is so tall that its height decides."""
    columns = max(FEWEST, min(way.widest, round(math.sqrt(way.area * aspect))))
    return min(float(columns), way.widest * aspect)


def _grid(width: float, height: float, degrees: float) -> tuple[int, int]:
    """Rows and columns of cells around the turned artwork."""
    cos, sin = math.cos(math.radians(degrees)), abs(math.sin(math.radians(degrees)))
    down, across = (width * sin + height * cos) / CELL, (width * cos + height * sin) / CELL
    return max(FEWEST, math.ceil(down - 0.15)), max(2, math.ceil(across - 0.15))


def _discriminant(mean: Cells) -> tuple[Cells, float]:
    """The whitened template, and the score of the mean itself."""
    known = photographs()
    rows, columns, _ = mean.shape
    down, across = (place.ravel() for place in np.mgrid[:rows, :columns])
    middle = known.covariance.shape[0] // 2
    pairs = known.covariance[middle + down[None] - down[:, None], middle + across[None] - across[:, None]]
    size = rows * columns * BINS
    covariance = pairs.transpose(0, 2, 1, 3).reshape(size, size).astype(np.float64)
    covariance = (covariance + covariance.T) / 2
    covariance[np.diag_indices(size)] += _RIDGE
    excess = (mean - known.mean).reshape(size).astype(np.float64)
    weights = np.linalg.solve(covariance, excess)
    strength = math.sqrt(float(weights @ excess))
    return (weights / strength).reshape(mean.shape).astype(np.float32), strength


def _renderings(artwork: Artwork, grid: tuple[int, int], width: float, way: _Way) -> Iterator[NDArray[np.uint8]]:
    """The artwork on plates and on textures like those of photographs, a little turned, scaled and moved each time."""
    random = np.random.default_rng(0)
    texture = _texture(random)
    full = premultiplied(artwork.pixels)
    if full.shape[1] > 2 * width:
        halfway = (round(2 * width), max(2, round(2 * width / artwork.aspect)))
        full = np.asarray(cv2.resize(full, halfway, interpolation=cv2.INTER_AREA), dtype=np.float32)
    size = ((grid[0] + 2 * _EDGE) * CELL, (grid[1] + 2 * _EDGE) * CELL)
    for number in range(_RENDERINGS):
        ground, opacity = _ground(random, texture, size, artwork.luminance, number)
        drawn = _placed(random, full, size, width, way) * opacity
        seen = drawn[:, :, :3] + ground * (1 - drawn[:, :, 3:] / 255)
        yield np.clip(seen, 0, 255).astype(np.uint8)


def _placed(random: np.random.Generator, full: Floats, size: tuple[int, int], width: float, way: _Way) -> Floats:
    height, across = full.shape[:2]
    scale = width / across * math.exp(random.uniform(-_SCALE, _SCALE))
    angle = math.radians(way.degrees + random.uniform(-way.about, way.about))
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    x, y = size[1] / 2 + random.uniform(-1, 1), size[0] / 2 + random.uniform(-1, 1)
    warp = np.array(
        [
            [cos, -sin, x - (cos * across - sin * height) / 2],
            [sin, cos, y - (sin * across + cos * height) / 2],
        ]
    )
    return np.asarray(cv2.warpAffine(full, warp, (size[1], size[0])), dtype=np.float32)


def _ground(
    random: np.random.Generator, texture: Floats, size: tuple[int, int], luminance: float, number: int
) -> tuple[Floats, float]:
    """What lies behind the mark, shape (*size, 3), and how opaque the mark is on it: a plate, a plate that ends near
    the mark, or a texture.
    """
    light = luminance < 140 or (luminance <= 190 and random.random() < 0.6)
    plate = random.uniform(200, 255, 3) if light else random.uniform(0, 70, 3)
    ground = np.broadcast_to(plate, (*size, 3)).astype(np.float32)
    if number % 4 == 2:
        return ground, 1.0
    top, left = (int(random.integers(0, texture.shape[axis] - size[axis] + 1)) for axis in (0, 1))
    piece = texture[top : top + size[0], left : left + size[1]]
    if number % 4 == 0:
        edge = max(1, round(_EDGE * CELL - random.uniform(2, 7)))
        around = np.clip(random.uniform(40, 200) + random.uniform(20, 60) * piece, 0, 255)
        around[edge:-edge, edge:-edge] = ground[edge:-edge, edge:-edge]
        return around.astype(np.float32), 1.0
    level = random.uniform(120, 230) if luminance < 140 else random.uniform(30, 140)
    return np.clip(level + random.uniform(10, 50) * piece, 0, 255).astype(np.float32), random.uniform(0.55, 1)


def _texture(random: np.random.Generator, side: int = 192) -> Floats:
    """Noise whose amplitude falls with its frequency as in photographs (Field 1987), mostly grey, of unit variance."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    frequency[0, 0] = 1
    noise = random.normal(size=(3, 2, *frequency.shape))
    waves = np.fft.irfft2((noise[:, 0] + 1j * noise[:, 1]) / frequency**1.1, (side, side))
    grey = waves.mean(0, keepdims=True)
    mixed = (grey + 0.35 * (waves - grey)).transpose(1, 2, 0)
    return np.asarray((mixed - mixed.mean()) / mixed.std(), np.float32)


class _StoredView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    degrees: float
    width: float
    height: float
    rows: int
    columns: int
    weights: bytes
    expected: float


class _StoredLook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    painted: bool
    pixels: bytes


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    views: list[_StoredView]
    shape: int
    looks: list[_StoredLook]


def to_bytes(template: Template) -> bytes:
    """The template as it is stored, about 100 kB."""
    return msgspec.msgpack.encode(
        _Stored(
            [
                _StoredView(
                    view.degrees,
                    view.width,
                    view.height,
                    view.weights.shape[0],
                    view.weights.shape[1],
                    view.weights.astype("<f2").tobytes(),
                    view.expected,
                )
                for view in template.views
            ],
            SHAPES.index(template.shape),
            [_StoredLook(look.painted, look.pixels.tobytes()) for look in template.looks],
        )
    )


def from_bytes(data: bytes) -> Template:
    """The template that was stored; PictureError when it is damaged."""
    try:
        stored = msgspec.msgpack.decode(data, type=_Stored)
        shape = SHAPES[stored.shape]
        full = (shape.height + 2 * MARGIN, shape.width + 2 * MARGIN, 4)
        views = tuple(
            View(
                degrees=view.degrees,
                width=view.width,
                height=view.height,
                weights=np.frombuffer(view.weights, "<f2").astype(np.float32).reshape(view.rows, view.columns, BINS),
                expected=view.expected,
            )
            for view in stored.views
        )
        found = tuple(
            Look(painted=look.painted, pixels=np.frombuffer(look.pixels, np.uint8).reshape(full))
            for look in stored.looks
        )
    except (msgspec.DecodeError, ValueError, IndexError) as error:
        raise PictureError(phrase("the template of a logo is damaged")) from error
    if not (all(map(_sound, views)) and 1 <= len(views) <= len(WAYS) and 1 <= len(found) <= MOST_LOOKS):
        raise PictureError(phrase("the template of a logo is damaged"))
    return Template(views=views, shape=shape, looks=found)


def _sound(view: View) -> bool:
    """Whether the scan can be made with these numbers."""
    rows, columns, _ = view.weights.shape
    filled = 1 < view.width <= columns * CELL * 2 and 1 < view.height <= rows * CELL * 2
    bounded = min(rows, columns) >= 1 and max(rows, columns) <= LARGEST and abs(view.degrees) <= 180
    return filled and bounded and bool(np.isfinite(view.weights).all())
