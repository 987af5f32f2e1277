"""Parts of a picture held against the known works by their keypoints: a copy however cropped, framed or mirrored.

Three steps, each exact in itself. Descriptors that share a word of the vocabulary are compared bit by bit. The works
whose keypoints agree in how they were turned, scaled and mirrored come first (Hough voting, Lowe, IJCV 2004). For
these an affine map is fitted that takes as many keypoints as possible from the work into the picture, and the map's
keypoints, each place counted once, are the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Keypoints, Point
from imgpolicy.match.affine import Affine, Pairs, fit, keeps_shape
from imgpolicy.register.features import TURNED_OVER, Features, angles_of, octaves_of, places_of, records_of

NEAR = 20
"""Bits of 128 by which the descriptors of one place may differ."""

SHORTLIST = 12
"""How many pictures of works are looked at closely."""

TOLERANCE = 5 / 480
"""How far from its place a keypoint may lie, in parts of the picture's longer side: 5 pixels of those looked at."""

_TURNS = 12
_OCTAVES = 12
_SIDES = 2
_GRID = 6
_MOST_PAIRS = 200
_MOST_WORKS = 4096

Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class CopyIndex:
    """The keypoints of many pictures of works, ready to be looked up.

    `owners` (n,) numbers the picture that a keypoint is of. `left` and `right` hold the two halves of the descriptors
    by word, `rows` the keypoint that each is of, and the descriptors of a word are those from ``starts[word]`` on.
    """

    shapes: Floats = field(repr=False)
    firsts: Numbers = field(repr=False)
    owners: NDArray[np.int32] = field(repr=False)
    places: Floats = field(repr=False)
    octaves: Floats = field(repr=False)
    angles: Floats = field(repr=False)
    mirrored: NDArray[np.bool_] = field(repr=False)
    left: NDArray[np.uint64] = field(repr=False)
    right: NDArray[np.uint64] = field(repr=False)
    rows: Numbers = field(repr=False)
    starts: Numbers = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where a picture of a work was found: its number in the index, and how much speaks for it.

    `inliers` counts the places that one affine map takes from the work into the picture; `share` is how much of what
    the picture should then show of the work was found in it, 0 to 1. `region` has the work's corners in the picture,
    from the top left of the work clockwise, in pixels of the upright picture at full scale; they may lie outside.
    """

    number: int
    inliers: int
    share: float
    region: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Keypoints of the picture and of works that look alike, and by how many bits they differ."""

    mine: Numbers
    theirs: Numbers
    bits: NDArray[np.uint8]

    def chosen(self, which: NDArray[np.bool_] | Numbers) -> _Pairs:
        return _Pairs(self.mine[which], self.theirs[which], self.bits[which])


def copy_index(pictures: Sequence[Features]) -> CopyIndex:
    """The index of these pictures of works, numbered as they stand here."""
    records = records_of(b"".join(picture.data for picture in pictures))
    counts = [len(records_of(picture.data)) for picture in pictures]
    words = records["word"] & (TURNED_OVER - 1)
    order = np.argsort(words, kind="stable")
    descriptors = records["descriptor"][order]
    shapes = np.array([(picture.width, picture.height) for picture in pictures], np.float32).reshape(-1, 2)
    return CopyIndex(
        shapes=shapes / np.maximum(shapes.max(axis=1, keepdims=True), 1),
        firsts=np.concatenate([[0], np.cumsum(counts, dtype=np.intp)]),
        owners=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        places=places_of(records),
        octaves=octaves_of(records),
        angles=angles_of(records),
        mirrored=(records["word"] & TURNED_OVER) > 0,
        left=np.ascontiguousarray(descriptors[:, 0]),
        right=np.ascontiguousarray(descriptors[:, 1]),
        rows=order,
        starts=np.searchsorted(words[order], np.arange(TURNED_OVER + 1)),
    )


def find_copies(keypoints: Keypoints, index: CopyIndex) -> Iterator[Copy]:
    """The pictures of works of which a part may be in the picture, those that most speaks for first."""
    if not len(index.owners) or not len(keypoints.places):
        return
    pairs = _alike(keypoints, index)
    for number, agreeing in _shortlist(pairs, keypoints, index):
        copy = _located(number, agreeing, keypoints, index)
        if copy is not None:
            yield copy


def _alike(keypoints: Keypoints, index: CopyIndex) -> _Pairs:
    """The pairs of keypoints that share a word and differ by few bits."""
    halves = np.ascontiguousarray(keypoints.descriptors).view("<u8")
    words = keypoints.words.ravel()
    order = np.argsort(words, kind="stable")
    spoken, firsts = np.unique(words[order], return_index=True)
    lasts = np.append(firsts[1:], len(order))
    mine, theirs, bits = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros(0, np.uint8)]
    for word, first, last in zip(spoken.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
        low, high = index.starts[word], index.starts[word + 1]
        if low == high:
            continue
        rows = order[first:last] // keypoints.words.shape[1]
        ours = halves[rows]
        differ = np.bitwise_count(ours[:, :1] ^ index.left[low:high])
        differ += np.bitwise_count(ours[:, 1:] ^ index.right[low:high])
        flat = np.flatnonzero(differ.ravel() <= NEAR)
        if len(flat):
            row, column = np.divmod(flat, high - low)
            mine.append(rows[row])
            theirs.append(index.rows[low + column])
            bits.append(differ.ravel()[flat])
    return _Pairs(np.concatenate(mine), np.concatenate(theirs), np.concatenate(bits))


def _shortlist(pairs: _Pairs, keypoints: Keypoints, index: CopyIndex) -> Iterator[tuple[int, _Pairs]]:
    """The pictures of works that most pairs agree on, each with those of its pairs that agree."""
    if not len(pairs.mine):
        return
    weights = (NEAR + 4.0 - pairs.bits) ** 2
    totals = np.bincount(index.owners[pairs.theirs], weights, minlength=len(index.shapes))
    best = np.argsort(-totals, kind="stable")[:_MOST_WORKS]
    place = np.full(len(totals), -1)
    place[best] = np.arange(len(best))
    work = place[index.owners[pairs.theirs]]
    pairs, weights, work = pairs.chosen(work >= 0), weights[work >= 0], work[work >= 0]
    turns, octaves, sides = _poses(pairs, keypoints, index)
    votes = np.zeros((len(best), _SIDES, _TURNS, _OCTAVES))
    for turn in (np.floor(turns), np.floor(turns) + 1):
        for octave in (np.floor(octaves), np.floor(octaves) + 1):
            key = ((work * _SIDES + sides) * _TURNS + turn.astype(np.intp) % _TURNS) * _OCTAVES
            key += np.clip(octave.astype(np.intp), 0, _OCTAVES - 1)
            votes += np.bincount(key, weights, minlength=votes.size).reshape(votes.shape)
    flat = votes.reshape(len(best), -1)
    winners = flat.argmax(axis=1)
    heights = flat[np.arange(len(best)), winners]
    for chosen in np.argsort(-heights, kind="stable")[:SHORTLIST]:
        side, turn, octave = np.unravel_index(winners[chosen], votes.shape[1:])
        apart = (turns - turn + _TURNS / 2) % _TURNS - _TURNS / 2
        agree = (work == chosen) & (sides == side) & (np.abs(apart) <= 1) & (np.abs(octaves - octave) <= 1)
        yield int(best[chosen]), pairs.chosen(agree)


def _poses(pairs: _Pairs, keypoints: Keypoints, index: CopyIndex) -> tuple[Floats, Floats, Numbers]:
    """How each pair says the work was turned (in twelfths) and scaled (in octaves, from 0), and whether mirrored."""
    sides = keypoints.mirrored[pairs.mine] ^ index.mirrored[pairs.theirs]
    angles = index.angles[pairs.theirs]
    turned = keypoints.angles[pairs.mine] - np.where(sides, 180 - angles, angles)
    longer = max(keypoints.width, keypoints.height)
    octaves = np.log2(keypoints.sizes[pairs.mine] / longer) - index.octaves[pairs.theirs]
    return turned % 360 * (_TURNS / 360), octaves + _OCTAVES / 2, sides.astype(np.intp)


def _located(number: int, pairs: _Pairs, keypoints: Keypoints, index: CopyIndex) -> Copy | None:
    """The copy that the pairs of one picture of a work add up to; None when no map fits them."""
    pairs = pairs.chosen(np.argsort(pairs.bits, kind="stable")[:_MOST_PAIRS])
    longer = max(keypoints.width, keypoints.height)
    theirs = index.places[pairs.theirs]
    turns, octaves, sides = _poses(pairs, keypoints, index)
    posed = Pairs(
        mine=keypoints.places[pairs.mine] / np.float32(longer),
        theirs=theirs,
        turns=turns * np.float32(2 * np.pi / _TURNS),
        scales=np.exp2(octaves - _OCTAVES / 2).astype(np.float32),
        mirrored=bool(sides.any()),
    )
    found = fit(posed, TOLERANCE)
    if found is None or not keeps_shape(found.affine):
        return None
    width, height = index.shapes[number]
    corners = found.affine.of(np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)) * longer
    first, second, third, fourth = (Point(float(x), float(y)) for x, y in corners)
    return Copy(
        number=number,
        inliers=found.count,
        share=_share(number, found.affine, theirs[found.inliers], keypoints, index),
        region=(first, second, third, fourth),
    )


def _share(number: int, affine: Affine, found: Floats, keypoints: Keypoints, index: CopyIndex) -> float:
    """Of the work's parts with keypoints that lie inside the picture, the share in which some were found."""
    places = index.places[index.firsts[number] : index.firsts[number + 1]]
    longer = max(keypoints.width, keypoints.height)
    seen = affine.of(places)
    inside = ((seen >= 0) & (seen <= np.array((keypoints.width, keypoints.height)) / longer)).all(axis=1)
    shown = np.bincount(_parts(places[inside]), minlength=_GRID * _GRID) >= 2
    hit = np.bincount(_parts(found), minlength=_GRID * _GRID) > 0
    return float((shown & hit).sum() / max(1, shown.sum()))


def _parts(places: Floats) -> Numbers:
    return np.minimum(places * _GRID, _GRID - 1).astype(np.intp) @ (1, _GRID)
