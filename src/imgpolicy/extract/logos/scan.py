"""Where in a picture a logo might be: its views held against every place at every size.

Matrix products do it, a few rows of cells at a time, so that what they read stays in the processor's cache: views of
nearly the same size share them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Corners, overlap
from imgpolicy.extract.logos.canonical import Quad
from imgpolicy.extract.logos.hog import BINS, CELL, Cells, Floats, cells, to_lab
from imgpolicy.extract.logos.template import Template, View, photographs

SMALLEST = 0.05
"""Share of the picture's width below which a logo is not looked for."""

_STEPS = 4  # sizes an octave
_FINEST, _TURNED = 54.0, 30.0  # pixels: views that are wider, and turned ones, are looked for from another share on
_LARGEST_SCALE = 1.5
_PADDING = 2  # cells around the picture, so that a logo in its corner has a margin
_SIDES = (8, 11, 17)  # cells: a view is widened and heightened to one of these
_AT_ONCE = 300_000  # numbers that one matrix product reads, about: they fit into a cache
_BLOCK = 4
_A_SIZE = 4  # places of a view at one size
_A_LOGO = 2  # places of a logo in all
_APART = 0.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A place where a logo might be: which of the templates, its corners in the pixels searched, and the score, in
    standard deviations of photographs.
    """

    template: int
    quad: Quad
    score: float


class _Sought(NamedTuple):
    """A view, and the number of its template."""

    template: int
    view: View


class _Level(NamedTuple):
    """The picture at one size: its cells, and how many pixels of the picture one of its pixels is, across and down."""

    cells: Cells
    spans: tuple[float, float]


class _Hit(NamedTuple):
    """A score, and the first cell of the view that has it."""

    score: float
    sought: _Sought
    row: int
    column: int
    spans: tuple[float, float]


def candidates(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> list[Candidate]:
    """The likeliest places of each template in a picture, RGB, at most two; the best first."""
    height, width = pixels.shape[:2]
    sought = [_Sought(number, view) for number, template in enumerate(templates) for view in template.views]
    hits: dict[int, list[_Hit]] = defaultdict(list)
    for scale, level in _levels(pixels, [one.view for one in sought]):
        for hit in _hits(level, [one for one in sought if _searched(one.view, scale, width, height)]):
            hits[hit.sought.template].append(hit)
    best = (place for own in hits.values() for place in _apart(own))
    return sorted(best, key=lambda place: -place.score)


def _levels(pixels: NDArray[np.uint8], views: Sequence[View]) -> Iterator[tuple[float, _Level]]:
    """The picture at every scale at which something is looked for, from the largest."""
    base = to_lab(pixels)
    height, width = base.shape[:2]
    for scale in _scales(width, height, views):
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        while base.shape[1] >= 2 * size[0] and base.shape[0] >= 2 * size[1]:
            # Averaging twice is averaging once, at a fraction of the cost.
            base = np.asarray(cv2.resize(base, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        level = cells(np.asarray(cv2.resize(base, size, interpolation=way), dtype=np.uint8)) - photographs().mean
        level = np.pad(level, ((_PADDING, _PADDING), (_PADDING, _PADDING), (0, 0)))
        yield scale, _Level(level, (width / size[0], height / size[1]))


def _scales(width: int, height: int, views: Sequence[View]) -> Iterator[float]:
    """The scales at which any of the views has to be looked for, from the largest."""
    for step in range(16 * _STEPS):
        scale = _LARGEST_SCALE * 2 ** (-step / _STEPS)
        if any(_searched(view, scale, width, height) for view in views):
            yield scale


def _searched(view: View, scale: float, width: int, height: int) -> bool:
    """Whether the logo is of a size that counts when it fits the view at this scale."""
    fills = min(view.width / width, view.height / height)
    half_a_step = 2 ** (0.5 / _STEPS)
    finest = min(view.width, _TURNED if view.degrees else _FINEST)
    return 0.9 * fills <= scale <= half_a_step * finest / (SMALLEST * width)


def _hits(level: _Level, sought: Sequence[_Sought]) -> Iterator[_Hit]:
    """The places with the highest scores of each of these views, four at most."""
    groups: dict[tuple[int, int], list[_Sought]] = defaultdict(list)
    for one in sought:
        rows, columns, _ = one.view.weights.shape
        if rows <= level.cells.shape[0] and columns <= level.cells.shape[1]:
            groups[_side(rows), _side(columns)].append(one)
    for size, alike in groups.items():
        scores = _scores(level.cells, size, [one.view.weights for one in alike])
        for number, row, column in _peaks(scores):
            yield _Hit(float(scores[row, column, number]), alike[number], row, column, level.spans)


def _side(cells: int) -> int:
    return next(side for side in _SIDES if side >= cells)


def _scores(level: Cells, size: tuple[int, int], weights: Sequence[Cells]) -> Floats:
    """The scores of views of at most this size by row and column of their first cell: shape (rows, columns, views);
    nothing is where the view does not fit.
    """
    lines = np.zeros((*size, BINS, len(weights)), np.float32)
    for number, each in enumerate(weights):
        lines[: each.shape[0], : each.shape[1], :, number] = each
    rows, columns = level.shape[0] - min(len(w) for w in weights) + 1, level.shape[1]
    columns = columns - min(each.shape[1] for each in weights) + 1
    high, wide = rows + size[0] - 1, columns + size[1] - 1
    widened = np.zeros((max(high, level.shape[0]), max(wide, level.shape[1]), BINS), np.float32)
    widened[: level.shape[0], : level.shape[1]] = level
    windows = sliding_window_view(widened, size[1], axis=1)[:, :columns].transpose(0, 1, 3, 2)
    scores = np.empty((rows, columns, len(weights)), np.float32)
    step = max(1, _AT_ONCE // (columns * size[0] * size[1] * BINS))
    for top in range(0, rows, step):
        count = min(step, rows - top)
        part = np.empty((count, columns, *size, BINS), np.float32)
        for row in range(size[0]):
            part[:, :, row] = windows[top + row : top + row + count]
        products = scores[top : top + count].reshape(count * columns, len(weights))
        np.matmul(part.reshape(count * columns, -1), lines.reshape(-1, len(weights)), out=products)
    for number, each in enumerate(weights):
        scores[level.shape[0] - each.shape[0] + 1 :, :, number] = -np.inf
        scores[:, level.shape[1] - each.shape[1] + 1 :, number] = -np.inf
    return scores


def _peaks(scores: Floats) -> Iterator[tuple[int, int, int]]:
    """View, row and column of the highest scores of each view, one a block."""
    rows, columns, count = scores.shape
    down, across = math.ceil(rows / _BLOCK), math.ceil(columns / _BLOCK)
    padded = np.full((down * _BLOCK, across * _BLOCK, count), -np.inf, np.float32)
    padded[:rows, :columns] = scores
    blocks = padded.reshape(down, _BLOCK, across, _BLOCK, count)
    highest = blocks.max((1, 3)).reshape(-1, count)
    most = min(_A_SIZE, len(highest))
    place, view = np.nonzero((highest >= np.partition(highest, -most, axis=0)[-most]) & (highest > 0))
    top, left = np.divmod(place, across)
    row, column = np.divmod(blocks[top, :, left, :, view].reshape(len(place), _BLOCK * _BLOCK).argmax(1), _BLOCK)
    yield from zip(view.tolist(), (top * _BLOCK + row).tolist(), (left * _BLOCK + column).tolist(), strict=True)


def _apart(hits: Sequence[_Hit]) -> list[Candidate]:
    """The best places of one logo that do not overlap."""
    kept: list[Candidate] = []
    for hit in sorted(hits, key=lambda hit: -hit.score):
        quad = _quad(hit)
        if all(shared(quad, other.quad) < _APART for other in kept):
            kept.append(Candidate(template=hit.sought.template, quad=quad, score=hit.score))
            if len(kept) == _A_LOGO:
                break
    return kept


def _quad(hit: _Hit) -> Quad:
    """The corners of the artwork, in the pixels of the picture, in the middle of its view."""
    view = hit.sought.view
    rows, columns, _ = view.weights.shape
    middle = np.array([hit.column + columns / 2, hit.row + rows / 2]) - _PADDING
    angle = math.radians(view.degrees)
    along = np.array([math.cos(angle), math.sin(angle)]) * view.width / 2
    across = np.array([-math.sin(angle), math.cos(angle)]) * view.height / 2
    corners = middle * CELL + [-along - across, along - across, along + across, across - along]
    return np.asarray(corners * hit.spans, np.float32)


def shared(one: Quad, other: Quad) -> float:
    """How much of their union the boxes around two quads share."""
    return overlap(_around(one), _around(other))


def _around(quad: Quad) -> Corners:
    left, top, right, bottom = (float(side) for side in (*quad.min(0), *quad.max(0)))
    return left, top, right, bottom
