"""Where in a picture a logo might be: its template held against every place at every size.

Matrix products do it: templates of nearly the same width share the windows of a row of cells.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Corners, overlap
from imgpolicy.extract.logos.canonical import Quad
from imgpolicy.extract.logos.hog import BINS, CELL, Cells, Floats, cells, to_lab
from imgpolicy.extract.logos.template import Template, photographs

SMALLEST = 0.045
"""Share of the picture's width below which a logo is not looked for."""

_STEPS = 4  # sizes an octave
_LARGEST_SCALE = 1.5
_PADDING = 2  # cells around the picture, so that a logo in its corner has a margin
_WIDTHS = (6, 8, 10, 12, 14, 16)  # cells: a template is widened to one of these
_BLOCK = 4
_A_SIZE = 4  # places of a logo at one size
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


def candidates(pixels: NDArray[np.uint8], templates: Sequence[Template]) -> list[Candidate]:
    """The likeliest places of each template in a picture, RGB, at most two; the best first."""
    candidates: dict[int, list[Candidate]] = defaultdict(list)
    lab = to_lab(pixels)
    height, width = lab.shape[:2]
    base = lab
    for scale in _scales(width, height, templates):
        able = [n for n, template in enumerate(templates) if _searched(template, scale, width, height)]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        while base.shape[1] >= 2 * size[0] and base.shape[0] >= 2 * size[1]:
            # Averaging twice is averaging once, at a fraction of the cost.
            base = np.asarray(cv2.resize(base, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        level = cells(np.asarray(cv2.resize(base, size, interpolation=way), dtype=np.uint8)) - photographs().mean
        level = np.pad(level, ((_PADDING, _PADDING), (_PADDING, _PADDING), (0, 0)))
        spans = (width / size[0], height / size[1])
        for number, scores in _responses(level, able, templates):
            template = templates[number]
            for row, column in _peaks(scores):
                quad = _quad(template, row, column, spans)
                candidates[number].append(Candidate(template=number, quad=quad, score=float(scores[row, column])))
    best = (place for places in candidates.values() for place in _apart(places))
    return sorted(best, key=lambda place: -place.score)


def _scales(width: int, height: int, templates: Sequence[Template]) -> Iterator[float]:
    """The scales at which any of the templates has to be looked for, from the largest."""
    for step in range(16 * _STEPS):
        scale = _LARGEST_SCALE * 2 ** (-step / _STEPS)
        if any(_searched(template, scale, width, height) for template in templates):
            yield scale


def _searched(template: Template, scale: float, width: int, height: int) -> bool:
    """Whether the logo is of a size that counts when it fits the template at this scale."""
    fills = min(template.width / width, template.height / height)
    return 0.9 * fills <= scale <= 1.03 * template.width / (SMALLEST * width)


def _responses(level: Cells, able: Sequence[int], templates: Sequence[Template]) -> Iterator[tuple[int, Floats]]:
    """For each of these templates its scores by row and column of its top left cell."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number in able:
        rows, columns, _ = templates[number].weights.shape
        if rows <= level.shape[0] and columns <= level.shape[1]:
            groups[next(width for width in _WIDTHS if width >= columns)].append(number)
    for width, numbers in groups.items():
        numbers.sort(key=lambda number: -len(templates[number].weights))
        sums = _group(level, width, [templates[number].weights for number in numbers])
        for number, scores in zip(numbers, sums, strict=True):
            rows, columns, _ = templates[number].weights.shape
            yield number, scores[: level.shape[0] - rows + 1, : level.shape[1] - columns + 1]


def _group(level: Cells, width: int, weights: Sequence[Cells]) -> Floats:
    """The scores of templates of at most this width, the highest first: shape (templates, rows, columns)."""
    rows, columns, _ = level.shape
    widened = np.pad(level, ((0, 0), (0, width), (0, 0)))
    windows = sliding_window_view(widened, width, axis=1)[:, :columns].transpose(0, 1, 3, 2)
    windows = np.ascontiguousarray(windows).reshape(rows, columns, width * BINS)
    heights = [len(each) for each in weights]
    lines = np.zeros((max(heights), width, BINS, len(weights)), np.float32)
    for number, each in enumerate(weights):
        lines[: each.shape[0], : each.shape[1], :, number] = each
    sums = np.zeros((rows - min(heights) + 1, columns, len(weights)), np.float32)
    for row, line in enumerate(lines.reshape(len(lines), width * BINS, len(weights))):
        reaching = sum(height > row for height in heights)
        part = windows[row : row + len(sums)]
        product = part.reshape(-1, width * BINS) @ line[:, :reaching]
        sums[: len(part), :, :reaching] += product.reshape(len(part), columns, reaching)
    return np.ascontiguousarray(sums.transpose(2, 0, 1))


def _peaks(scores: Floats) -> Iterator[tuple[int, int]]:
    """Row and column of the highest scores, one a block."""
    rows, columns = scores.shape
    down, across = math.ceil(rows / _BLOCK), math.ceil(columns / _BLOCK)
    padded = np.full((down * _BLOCK, across * _BLOCK), -np.inf, np.float32)
    padded[:rows, :columns] = scores
    highest = padded.reshape(down, _BLOCK, across, _BLOCK).max((1, 3)).ravel()
    for block in np.argpartition(highest, -min(_A_SIZE, highest.size))[-_A_SIZE:]:
        top, left = (int(at) * _BLOCK for at in divmod(int(block), across))
        inside = padded[top : top + _BLOCK, left : left + _BLOCK]
        row, column = divmod(int(inside.argmax()), _BLOCK)
        yield top + row, left + column


def _quad(template: Template, row: int, column: int, spans: tuple[float, float]) -> Quad:
    """The corners of the artwork, in the pixels of the picture, when its template's first cell is this one."""
    rows, columns, _ = template.weights.shape
    left = ((column - _PADDING) * CELL + (columns * CELL - template.width) / 2) * spans[0]
    top = ((row - _PADDING) * CELL + (rows * CELL - template.height) / 2) * spans[1]
    right, bottom = left + template.width * spans[0], top + template.height * spans[1]
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _apart(places: Sequence[Candidate]) -> list[Candidate]:
    """The best places of one logo that do not overlap."""
    kept: list[Candidate] = []
    for place in sorted(places, key=lambda place: -place.score):
        if len(kept) < _A_LOGO and all(shared(place.quad, other.quad) < _APART for other in kept):
            kept.append(place)
    return kept


def shared(one: Quad, other: Quad) -> float:
    """How much of their union the boxes around two quads share."""
    return overlap(_around(one), _around(other))


def _around(quad: Quad) -> Corners:
    left, top, right, bottom = (float(side) for side in (*quad.min(0), *quad.max(0)))
    return left, top, right, bottom
