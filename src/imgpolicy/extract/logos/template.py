"""What a logo is searched by: a template of gradients that stands out from photographs, and its look close up.

The template is a linear discriminant (Hariharan, Malik & Ramanan, "Discriminative decorrelation for clustering and
classification", ECCV 2012): the mean of renderings of the logo, less the mean of photographs, whitened with the
covariance of photographs, which depends on the distance between two cells alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import Artwork, Rgba
from imgpolicy.extract.logos.canonical import MARGIN, SHAPES, Shape, premultiplied, reference, shape_for
from imgpolicy.extract.logos.hog import BINS, CELL, Cells, Floats, cells, to_lab
from imgpolicy.phrase import phrase

VERSION = "2"
"""Changes when the same artwork gives another template."""

AREA = 64
"""Cells that the artwork fills, about."""
WIDEST = 13
FEWEST = 3
"""Cells of the longer and of the shorter side of the artwork."""

_RENDERINGS = 24
_EDGE = 3  # cells around the artwork in a rendering; one of them belongs to the template
_DEGREES = 4.0
_SCALE = 0.05
_RIDGE = 0.002  # of the variance of a cell, about 0.03


@dataclass(frozen=True, kw_only=True, eq=False)
class Template:
    """A logo as the search knows it.

    `weights`, shape (rows, columns, BINS), give a score in standard deviations of photographs when they are summed
    over cells less their mean; the artwork is `width` x `height` pixels there, in the middle. `expected` is the score
    of the logo itself. `looks`, one or two, are RGBA in `shape` with its margin, colours multiplied by their opacity:
    the artwork as it is, and in the other polarity when it has one colour only.
    """

    weights: Cells = field(repr=False)
    width: float
    height: float
    expected: float
    shape: Shape
    looks: tuple[Rgba, ...] = field(repr=False)


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
    rows, columns = _grid(artwork.aspect)
    width = float(columns * CELL)
    height = width / artwork.aspect
    mean = np.zeros((rows + 2, columns + 2, BINS), np.float32)
    for seen in _renderings(artwork, rows, columns):
        mean += cells(to_lab(seen))[_EDGE - 1 : 1 - _EDGE, _EDGE - 1 : 1 - _EDGE] / _RENDERINGS
    weights, expected = _discriminant(mean)
    shape = shape_for(artwork.aspect)
    looks = [reference(artwork, shape)]
    if artwork.one_colour:
        looks.append(_other_polarity(looks[0], artwork.luminance))
    return Template(weights=weights, width=width, height=height, expected=expected, shape=shape, looks=tuple(looks))


def _grid(aspect: float) -> tuple[int, int]:
    """Rows and columns of cells that the artwork fills."""
    columns = max(FEWEST, min(WIDEST, round(math.sqrt(AREA * aspect))))
    if columns / aspect > WIDEST:
        columns = max(2, round(WIDEST * aspect))
    return max(FEWEST, math.ceil(columns / aspect - 0.15)), columns


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


def _renderings(artwork: Artwork, rows: int, columns: int) -> list[NDArray[np.uint8]]:
    """The artwork on plates and on textures like those of photographs, a little turned, scaled and moved each time."""
    random = np.random.default_rng(0)
    texture = _texture(random)
    full = premultiplied(artwork.pixels)
    if full.shape[1] > 2 * columns * CELL:
        halfway = (2 * columns * CELL, max(2, round(2 * columns * CELL / artwork.aspect)))
        full = np.asarray(cv2.resize(full, halfway, interpolation=cv2.INTER_AREA), dtype=np.float32)
    size = ((rows + 2 * _EDGE) * CELL, (columns + 2 * _EDGE) * CELL)
    made = []
    for number in range(_RENDERINGS):
        ground, opacity = _ground(random, texture, size, artwork.luminance, number)
        drawn = _placed(random, full, size, columns * CELL) * opacity
        seen = drawn[:, :, :3] + ground * (1 - drawn[:, :, 3:] / 255)
        made.append(np.clip(seen, 0, 255).astype(np.uint8))
    return made


def _placed(random: np.random.Generator, full: Floats, size: tuple[int, int], width: int) -> Floats:
    height, across = full.shape[:2]
    scale = width / across * math.exp(random.uniform(-_SCALE, _SCALE))
    angle = math.radians(random.uniform(-_DEGREES, _DEGREES))
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


def _other_polarity(look: Rgba, luminance: float) -> Rgba:
    """The same mark in black where it is light, in white where it is dark."""
    other = look.copy()
    other[:, :, :3] = (look[:, :, 3:] * np.float32((15 if luminance > 127 else 255) / 255)).astype(np.uint8)
    return other


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: int
    columns: int
    weights: bytes
    width: float
    height: float
    expected: float
    shape: int
    looks: list[bytes]


def to_bytes(template: Template) -> bytes:
    """The template as it is stored, about 20 kB."""
    rows, columns, _ = template.weights.shape
    return msgspec.msgpack.encode(
        _Stored(
            rows,
            columns,
            template.weights.astype("<f2").tobytes(),
            template.width,
            template.height,
            template.expected,
            SHAPES.index(template.shape),
            [look.tobytes() for look in template.looks],
        )
    )


def from_bytes(data: bytes) -> Template:
    """The template that was stored; PictureError when it is damaged."""
    try:
        stored = msgspec.msgpack.decode(data, type=_Stored)
        shape = SHAPES[stored.shape]
        full = (shape.height + 2 * MARGIN, shape.width + 2 * MARGIN, 4)
        weights = np.frombuffer(stored.weights, "<f2").astype(np.float32).reshape(stored.rows, stored.columns, BINS)
        looks = tuple(np.frombuffer(look, np.uint8).reshape(full) for look in stored.looks)
    except (msgspec.DecodeError, ValueError, IndexError) as error:
        raise PictureError(phrase("the template of a logo is damaged")) from error
    sound = np.isfinite(weights).all() and max(weights.shape[:2]) <= WIDEST + 2 and 1 <= len(looks) <= 2
    if not sound or not min(stored.width, stored.height) > 1:
        raise PictureError(phrase("the template of a logo is damaged"))
    return Template(
        weights=weights,
        width=stored.width,
        height=stored.height,
        expected=stored.expected,
        shape=shape,
        looks=looks,
    )
