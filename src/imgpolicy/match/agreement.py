"""How much of a work is at its places in a picture, once a map says where these places are.

Pairs that share a word are few. When the map is known, each keypoint of the work has one place, size and angle at which
the picture must have a like one: this tells what of the work is there, and what should be and is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imgpolicy.match.affine import Affine
from imgpolicy.match.marks import Flags, Floats, Marks

LIKE = 34
"""Bits of 128 by which the descriptors at one place may differ: those of other places differ by fewer in one of 200."""

_REACH = 7.5 / 480
_OCTAVES = 0.6
_DEGREES = 25
_SMALLEST = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """Of each keypoint of a work (n,): whether the picture should show it, whether it does, and where (n, 2)."""

    due: Flags = field(repr=False)
    found: Flags = field(repr=False)
    places: Floats = field(repr=False)


def agreement(work: Marks, picture: Marks, affine: Affine) -> Agreement:
    """What of the work is found in the picture, to which the map takes its places."""
    seen = affine.of(work.places)
    octaves = work.octaves + np.float32(np.log2(max(affine.scale, 1e-6)))
    finest = np.quantile(picture.octaves, _SMALLEST)
    due = ((seen >= 0) & (seen <= picture.edge)).all(axis=1) & (octaves >= finest)
    mine, theirs = _near(seen, picture.places, due, _REACH * max(1.0, affine.scale))
    mirrored = affine.mirrored
    angles = affine.turn + np.where(mirrored, 180 - work.angles, work.angles)
    like = np.abs(octaves[mine] - picture.octaves[theirs]) <= _OCTAVES
    like &= np.abs((angles[mine] - picture.angles[theirs] + 180) % 360 - 180) <= _DEGREES
    like &= (work.mirrored[mine] ^ picture.mirrored[theirs]) == mirrored
    mine, theirs = mine[like], theirs[like]
    bits = np.bitwise_count(work.descriptors[mine] ^ picture.descriptors[theirs]).sum(axis=1)
    likest_last = np.argsort(-bits.astype(np.intp), kind="stable")
    likest_last = likest_last[bits[likest_last] <= LIKE]
    found, at = np.zeros(len(due), np.bool_), np.zeros((len(due), 2), np.float32)
    found[mine[likest_last]] = True
    at[mine[likest_last]] = picture.places[theirs[likest_last]]
    return Agreement(due=due, found=found, places=at)


def _near(seen: Floats, places: Floats, due: Flags, reach: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of a row of `seen`, of those that are due, and one of `places` that are within reach of each other."""
    rows = np.flatnonzero(due)
    order = np.argsort(places[:, 0], kind="stable")
    across = places[order, 0]
    first = np.searchsorted(across, seen[rows, 0] - reach)
    counts = np.searchsorted(across, seen[rows, 0] + reach) - first
    mine = np.repeat(rows, counts)
    starts = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    theirs = order[starts + np.arange(len(mine))]
    near = np.square(seen[mine] - places[theirs]).sum(axis=1) <= reach**2
    return mine[near], theirs[near]
