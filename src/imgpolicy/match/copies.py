"""Parts of a picture held against the known works by their keypoints: a copy however cropped, framed or mirrored.

The picture is looked for with light and dark changed too. Three steps, each exact in itself. Descriptors that share a
word of the vocabulary are compared bit by bit. The works whose keypoints agree in how they were turned, scaled and
mirrored come first (Hough voting, Lowe, IJCV 2004). For these an affine map is fitted that takes as many keypoints as
possible from the work into the picture, and the map's keypoints, each place counted once, are the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Point
from imgpolicy.facts import Keypoints
from imgpolicy.index.copies import CopyIndex
from imgpolicy.index.features import angles_of, octaves_of, places_of
from imgpolicy.index.words import nearest_words
from imgpolicy.match.affine import Affine, Pairs, fit, keeps_shape
from imgpolicy.match.marks import Marks, first_of, inverted, joined_marks, marks_of

NEAR = 20
"""Bits of 128 by which the descriptors of one place may differ."""

SHORTLIST = 40
"""How many pictures of works are looked at closely: where many look alike, as pages do, fewer leave the copy out."""

INVERTED = 800
"""How many keypoints, from the first, are looked for with light and dark changed too."""

TOLERANCE = 5 / 480
"""How far from its place a keypoint may lie, in parts of the picture's longer side: 5 pixels of those looked at."""

_TURNS = 12
_OCTAVES = 12
_SIDES = 4
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
    `affine` takes places of the work, in parts of its longer side, to places of the picture, in parts of its longer
    side; `inverted` says that light and dark are changed.
    """

    number: int
    inliers: int
    share: float
    found: float
    alike: int
    region: tuple[Point, Point, Point, Point]
    affine: Affine = field(compare=False, repr=False)
    inverted: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Looked:
    """What is looked for: the picture's `upright` keypoints, then the first of them inverted; with their words."""

    marks: Marks
    words: NDArray[np.uint16]
    upright: int


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
"""A keypoint of the picture, by its row among those looked for, and one of a work that looks alike: by how many bits
they differ, the number of the work's picture, and where and how the work's keypoint is."""


def find_copies(keypoints: Keypoints, indexes: Sequence[CopyIndex]) -> Iterator[Copy]:
    """The pictures of works of which a part may be in the picture, those that most speaks for first.

    What is found in several indexes is what would be found in one of all their pictures, in this order.
    """
    pictures = sum(len(index.shapes) for index in indexes)
    if not pictures or not len(keypoints.places):
        return
    looked = _looked(keypoints)
    pairs = np.concatenate([np.zeros(0, _PAIR), *_all_alike(looked, indexes)])
    alike = np.bincount(pairs["owner"][pairs["mine"] < looked.upright], minlength=pictures)
    for number, agreeing in _shortlist(pairs, looked, pictures):
        index, first = holder(indexes, number)
        copy = _located((number, int(alike[number])), agreeing, looked, index, number - first)
        if copy is not None:
            yield _in_pixels(copy, max(keypoints.width, keypoints.height))


def _looked(keypoints: Keypoints) -> _Looked:
    upright = marks_of(keypoints)
    over = inverted(first_of(upright, INVERTED))
    words = nearest_words(np.ascontiguousarray(over.descriptors).view(np.uint8))
    return _Looked(
        marks=joined_marks(upright, over),
        words=np.concatenate([keypoints.words, words]),
        upright=len(upright.places),
    )


def _all_alike(looked: _Looked, indexes: Sequence[CopyIndex]) -> Iterator[_Pairs]:
    """The pairs with each index, the pictures numbered through all of them."""
    before = 0
    for index in indexes:
        if len(index.rows):
            pairs = _alike(looked, index)
            pairs["owner"] += before
            yield pairs
        before += len(index.shapes)


def holder(indexes: Sequence[CopyIndex], number: int) -> tuple[CopyIndex, int]:
    """The index that holds the picture of this number, and the number of its first picture."""
    before = 0
    for index in indexes:
        if number < before + len(index.shapes):
            return index, before
        before += len(index.shapes)
    raise IndexError(number)


def _alike(looked: _Looked, index: CopyIndex) -> _Pairs:
    """The pairs of keypoints that share a word and differ by few bits."""
    halves = looked.marks.descriptors
    words = looked.words.ravel()
    order = np.argsort(words, kind="stable")
    spoken, firsts = np.unique(words[order], return_index=True)
    lasts = np.append(firsts[1:], len(order))
    lows, highs = index.starts[spoken], index.starts[spoken.astype(np.intp) + 1]
    mine, theirs, bits = [np.zeros(0, np.intp)], [np.zeros(0, np.int32)], [np.zeros(0, np.uint8)]
    for word in np.flatnonzero(lows < highs):
        low, high = lows[word], highs[word]
        rows = order[firsts[word] : lasts[word]] // looked.words.shape[1]
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


def _shortlist(pairs: _Pairs, looked: _Looked, pictures: int) -> Iterator[tuple[int, _Pairs]]:
    """Those of so many pictures of works that most pairs agree on, each with those of its pairs that agree.

    What a keypoint weighs is shared by all that look like it (burstiness: Jégou, Douze and Schmid, CVPR 2009). Else the
    letters of a page, each like thousands in other pages, outvote the photograph beside them.
    """
    if not len(pairs):
        return
    weights = (NEAR + 4.0 - pairs["bits"]) ** 2 / np.bincount(pairs["mine"])[pairs["mine"]]
    totals = np.bincount(pairs["owner"], weights, minlength=pictures)
    best = np.argsort(-totals, kind="stable")[:_MOST_WORKS]
    place = np.full(len(totals), -1)
    place[best] = np.arange(len(best))
    work = place[pairs["owner"]]
    pairs, weights, work = pairs[work >= 0], weights[work >= 0], work[work >= 0]
    turns, octaves, sides = _poses(pairs, looked)
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


def _poses(pairs: _Pairs, looked: _Looked) -> tuple[Floats, Floats, Numbers]:
    """How each pair says the work was turned (in twelfths) and scaled (in octaves, from 0), and which way round it is.

    The last is 1 where it is mirrored, and 2 more where light and dark are changed.
    """
    mine, marks = pairs["mine"], looked.marks
    mirrored = marks.mirrored[mine] ^ pairs["mirrored"]
    angles = pairs["angle"]
    turned = marks.angles[mine] - np.where(mirrored, 180 - angles, angles)
    octaves = marks.octaves[mine] - pairs["octave"]
    sides = mirrored + 2 * (mine >= looked.upright)
    return turned % 360 * (_TURNS / 360), octaves + _OCTAVES / 2, sides.astype(np.intp)


def _located(picture: tuple[int, int], pairs: _Pairs, looked: _Looked, index: CopyIndex, place: int) -> Copy | None:
    """The copy that the pairs of one picture of a work add up to; None when no map fits them.

    `picture` is its number and how many pairs it has in all, `place` its number in its index. The region is in parts
    of the picture's longer side.
    """
    pairs = pairs[np.argsort(pairs["bits"], kind="stable")[:_MOST_PAIRS]]
    theirs = np.ascontiguousarray(pairs["place"])
    turns, octaves, sides = _poses(pairs, looked)
    posed = Pairs(
        mine=looked.marks.places[pairs["mine"]],
        theirs=theirs,
        turns=turns * np.float32(2 * np.pi / _TURNS),
        scales=np.exp2(octaves - _OCTAVES / 2).astype(np.float32),
        mirrored=bool((sides % 2).any()),
    )
    fitted = fit(posed, TOLERANCE)
    if fitted is None or not keeps_shape(fitted.affine):
        return None
    width, height = index.shapes[place]
    corners = fitted.affine.of(np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32))
    first, second, third, fourth = (Point(float(x), float(y)) for x, y in corners)
    places = places_of(index.places[index.firsts[place] : index.firsts[place + 1]])
    inside = _inside(places, fitted.affine, looked.marks.edge)
    return Copy(
        number=picture[0],
        inliers=fitted.count,
        share=_share(places[inside], theirs[fitted.inliers]),
        found=min(1.0, fitted.count / max(1, int(inside.sum()))),
        alike=picture[1],
        region=(first, second, third, fourth),
        affine=fitted.affine,
        inverted=bool((sides >= 2).any()),
    )


def _in_pixels(copy: Copy, longer: int) -> Copy:
    first, second, third, fourth = (Point(corner.x * longer, corner.y * longer) for corner in copy.region)
    return replace(copy, region=(first, second, third, fourth))


def _inside(places: Floats, affine: Affine, edge: Floats) -> NDArray[np.bool_]:
    """Which places of a work lie inside the picture."""
    seen = affine.of(places)
    return np.asarray(((seen >= 0) & (seen <= edge)).all(axis=1), np.bool_)


def _share(places: Floats, found: Floats) -> float:
    """Of the parts of a work that has keypoints at these places, all inside the picture, the share found."""
    shown = np.bincount(_parts(places), minlength=_GRID * _GRID) >= 2
    hit = np.bincount(_parts(found), minlength=_GRID * _GRID) > 0
    return float((shown & hit).sum() / max(1, shown.sum()))


def _parts(places: Floats) -> Numbers:
    return np.minimum(places * _GRID, _GRID - 1).astype(np.intp) @ (1, _GRID)
