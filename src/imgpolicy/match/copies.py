"""Parts of a picture held against the known works by their keypoints: a copy however cropped, framed or mirrored.

Three steps, each exact in itself. Descriptors that share a word of the vocabulary are compared bit by bit. The works
whose keypoints agree in how they were turned, scaled and mirrored come first (Hough voting, Lowe, IJCV 2004). For
these an affine map is fitted that takes as many keypoints as possible from the work into the picture, and the map's
keypoints, each place counted once, are the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Point
from imgpolicy.facts import Keypoints
from imgpolicy.index.copies import CopyIndex
from imgpolicy.index.features import angles_of, octaves_of, places_of
from imgpolicy.match.affine import Affine, Pairs, fit, keeps_shape

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where a picture of a work was found: its number, counted through the indexes, and how much speaks for it.

    `inliers` counts the places that one affine map takes from the work into the picture; `share` is how much of what
    the picture should then show of the work was found in it, 0 to 1, and `found` which share of the work's places
    there. `alike` counts the pairs of places that look alike, wherever they are: many more than inliers where one
    place of a work looks as others do, as letters. `region` has the work's corners in the picture,
    from the top left of the work clockwise, in pixels of the upright picture at full scale; they may lie outside.
    """

    number: int
    inliers: int
    share: float
    found: float
    alike: int
    region: tuple[Point, Point, Point, Point]


_Pairs = NDArray[np.void]
_PAIR = np.dtype(
    [
        ("mine", np.intp),
        ("bits", np.uint8),
        ("owner", np.int32),
        ("place", np.float32, (2,)),
        ("octave", np.float32),
        ("angle", np.float32),
        ("mirrored", np.bool_),
    ]
)
"""A keypoint of the picture, by its number, and one of a work that looks alike: by how many bits they differ, the
number of the work's picture, and where and how the work's keypoint is."""


def find_copies(keypoints: Keypoints, indexes: Sequence[CopyIndex]) -> Iterator[Copy]:
    """The pictures of works of which a part may be in the picture, those that most speaks for first.

    What is found in several indexes is what would be found in one of all their pictures, in this order.
    """
    pictures = sum(len(index.shapes) for index in indexes)
    if not pictures or not len(keypoints.places):
        return
    pairs = np.concatenate([np.zeros(0, _PAIR), *_all_alike(keypoints, indexes)])
    alike = np.bincount(pairs["owner"], minlength=pictures)
    for number, agreeing in _shortlist(pairs, keypoints, pictures):
        index, first = _holder(indexes, number)
        copy = _located((number, int(alike[number])), agreeing, keypoints, index, number - first)
        if copy is not None:
            yield copy


def _all_alike(keypoints: Keypoints, indexes: Sequence[CopyIndex]) -> Iterator[_Pairs]:
    """The pairs with each index, the pictures numbered through all of them."""
    before = 0
    for index in indexes:
        if len(index.rows):
            pairs = _alike(keypoints, index)
            pairs["owner"] += before
            yield pairs
        before += len(index.shapes)


def _holder(indexes: Sequence[CopyIndex], number: int) -> tuple[CopyIndex, int]:
    """The index that holds the picture of this number, and the number of its first picture."""
    before = 0
    for index in indexes:
        if number < before + len(index.shapes):
            return index, before
        before += len(index.shapes)
    raise IndexError(number)


def _alike(keypoints: Keypoints, index: CopyIndex) -> _Pairs:
    """The pairs of keypoints that share a word and differ by few bits."""
    halves = np.ascontiguousarray(keypoints.descriptors).view("<u8")
    words = keypoints.words.ravel()
    order = np.argsort(words, kind="stable")
    spoken, firsts = np.unique(words[order], return_index=True)
    lasts = np.append(firsts[1:], len(order))
    lows, highs = index.starts[spoken], index.starts[spoken.astype(np.intp) + 1]
    mine, theirs, bits = [np.zeros(0, np.intp)], [np.zeros(0, np.int32)], [np.zeros(0, np.uint8)]
    for word in np.flatnonzero(lows < highs):
        low, high = lows[word], highs[word]
        rows = order[firsts[word] : lasts[word]] // keypoints.words.shape[1]
        ours = halves[rows]
        differ = np.bitwise_count(ours[:, :1] ^ index.left[low:high])
        differ += np.bitwise_count(ours[:, 1:] ^ index.right[low:high])
        flat = np.flatnonzero(differ.ravel() <= NEAR)
        if len(flat):
            row, column = np.divmod(flat, high - low)
            mine.append(rows[row])
            theirs.append(index.rows[low + column])
            bits.append(differ.ravel()[flat])
    return _pairs(np.concatenate(mine), np.concatenate(theirs), np.concatenate(bits), index)


def _pairs(mine: Numbers, theirs: NDArray[np.int32], bits: NDArray[np.uint8], index: CopyIndex) -> _Pairs:
    pairs = np.zeros(len(mine), _PAIR)
    pairs["mine"] = mine
    pairs["bits"] = bits
    pairs["owner"] = index.owners[theirs]
    pairs["place"] = places_of(index.places[theirs])
    pairs["octave"] = octaves_of(index.sizes[theirs])
    pairs["angle"] = angles_of(index.angles[theirs])
    pairs["mirrored"] = index.mirrored[theirs]
    return pairs


def _shortlist(pairs: _Pairs, keypoints: Keypoints, pictures: int) -> Iterator[tuple[int, _Pairs]]:
    """Those of so many pictures of works that most pairs agree on, each with those of its pairs that agree."""
    if not len(pairs):
        return
    weights = (NEAR + 4.0 - pairs["bits"]) ** 2
    totals = np.bincount(pairs["owner"], weights, minlength=pictures)
    best = np.argsort(-totals, kind="stable")[:_MOST_WORKS]
    place = np.full(len(totals), -1)
    place[best] = np.arange(len(best))
    work = place[pairs["owner"]]
    pairs, weights, work = pairs[work >= 0], weights[work >= 0], work[work >= 0]
    turns, octaves, sides = _poses(pairs, keypoints)
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
        yield int(best[chosen]), pairs[agree]


def _poses(pairs: _Pairs, keypoints: Keypoints) -> tuple[Floats, Floats, Numbers]:
    """How each pair says the work was turned (in twelfths) and scaled (in octaves, from 0), and whether mirrored."""
    sides = keypoints.mirrored[pairs["mine"]] ^ pairs["mirrored"]
    angles = pairs["angle"]
    turned = keypoints.angles[pairs["mine"]] - np.where(sides, 180 - angles, angles)
    longer = max(keypoints.width, keypoints.height)
    octaves = np.log2(keypoints.sizes[pairs["mine"]] / longer) - pairs["octave"]
    return turned % 360 * (_TURNS / 360), octaves + _OCTAVES / 2, sides.astype(np.intp)


def _located(
    picture: tuple[int, int], pairs: _Pairs, keypoints: Keypoints, index: CopyIndex, place: int
) -> Copy | None:
    """The copy that the pairs of one picture of a work add up to; None when no map fits them.

    `picture` is its number and how many pairs it has in all, `place` its number in its index.
    """
    pairs = pairs[np.argsort(pairs["bits"], kind="stable")[:_MOST_PAIRS]]
    longer = max(keypoints.width, keypoints.height)
    theirs = np.ascontiguousarray(pairs["place"])
    turns, octaves, sides = _poses(pairs, keypoints)
    posed = Pairs(
        mine=keypoints.places[pairs["mine"]] / np.float32(longer),
        theirs=theirs,
        turns=turns * np.float32(2 * np.pi / _TURNS),
        scales=np.exp2(octaves - _OCTAVES / 2).astype(np.float32),
        mirrored=bool(sides.any()),
    )
    fitted = fit(posed, TOLERANCE)
    if fitted is None or not keeps_shape(fitted.affine):
        return None
    width, height = index.shapes[place]
    corners = fitted.affine.of(np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)) * longer
    first, second, third, fourth = (Point(float(x), float(y)) for x, y in corners)
    places = places_of(index.places[index.firsts[place] : index.firsts[place + 1]])
    inside = _inside(places, fitted.affine, keypoints)
    return Copy(
        number=picture[0],
        inliers=fitted.count,
        share=_share(places[inside], theirs[fitted.inliers]),
        found=min(1.0, fitted.count / max(1, int(inside.sum()))),
        alike=picture[1],
        region=(first, second, third, fourth),
    )


def _inside(places: Floats, affine: Affine, keypoints: Keypoints) -> NDArray[np.bool_]:
    """Which places of a work lie inside the picture."""
    seen = affine.of(places)
    edge = np.array((keypoints.width, keypoints.height)) / max(keypoints.width, keypoints.height)
    return np.asarray(((seen >= 0) & (seen <= edge)).all(axis=1), np.bool_)


def _share(places: Floats, found: Floats) -> float:
    """Of the parts of a work that has keypoints at these places, all inside the picture, the share found."""
    shown = np.bincount(_parts(places), minlength=_GRID * _GRID) >= 2
    hit = np.bincount(_parts(found), minlength=_GRID * _GRID) > 0
    return float((shown & hit).sum() / max(1, shown.sum()))


def _parts(places: Floats) -> Numbers:
    return np.minimum(places * _GRID, _GRID - 1).astype(np.intp) @ (1, _GRID)
