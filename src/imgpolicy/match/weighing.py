"""Whether what agrees is the work itself, or what many pictures have: a frame, a layout, lettering, a template.

A copy agrees all over, wherever the picture must show the work; a shared template agrees in its own places and
contradicts in the rest. What other registered works or templates have at the same place speaks for none of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from imgpolicy.match.agreement import Agreement, agreement
from imgpolicy.match.copies import Copy
from imgpolicy.match.marks import Flags, Floats, Marks
from imgpolicy.match.projective import bend

COPY_CERTAIN = 10
COPY_POSSIBLE = 9
COPY_WEIGHED = 7
"""Inliers: those of a copy, those of one to be looked at, and those from which on it is weighed. Chance reaches 8
(docs/decisions/0013-copies.md)."""

REPEATS = 0.1
"""The share of all pairs that look alike which agree, below which a work repeats itself, as text and codes do."""

_CERTAIN, _CERTAIN_REPEATS = 0.0, 2.0
_RATE_REPEATS, _MANY_REPEATS, _CONTRARY_REPEATS = 0.5, 60, 0.25
_SPREAD = 0.45
_POSSIBLE, _POSSIBLE_OF_FEW = -3.5, -2.0

_FLAT, _BENT, _CONTRARY = 1.7, 2.9, 15.0
_ANEW = 0.3

_SAME_RATE, _SAME_CONTRARY = 0.4, 0.2
_GRID = 6
_FEW = 3
_COARSE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much speaks for the work itself.

    `inliers` counts the places that one map takes into the picture. `logits` weighs all together, from 0 on for a copy;
    `rate` is the share of its places found that should be seen, 0 to 1, `spread` how far over them those found reach,
    0 to 1, and `contrary` the share of its parts that are not there. `repeats` says that its places look alike. `bent`
    is how far its places lie from those of one flat picture, in pixels of a long side of 480 (`projective.bend`).
    """

    inliers: int
    logits: float
    rate: float
    spread: float
    contrary: float
    repeats: bool
    bent: float = 0.0

    @property
    def certain(self) -> bool:
        """True when it is a copy, and not only what two pictures have in common."""
        much = self.rate >= _RATE_REPEATS or self.inliers >= _MANY_REPEATS
        plainly = much and self.logits >= _CERTAIN_REPEATS and self.contrary <= _CONTRARY_REPEATS
        return self.agrees and self.flat and (plainly or not self.repeats)

    @property
    def flat(self) -> bool:
        """True when it lies as a copy does: what is near and what is far in a scene moves apart in another photograph.

        Fitted to copies, of which 97 in 100 are flat, and to scenes that were photographed twice.
        """
        return _FLAT - _BENT * math.log(self.bent + 0.05) - _CONTRARY * self.contrary >= 0

    @property
    def anew(self) -> bool:
        """True when the same scene or thing may have been photographed again."""
        return self.agrees and not self.flat and self.bent >= _ANEW

    @property
    def agrees(self) -> bool:
        """True when it is a copy where something else says so too, or it does not repeat itself."""
        return self.inliers >= COPY_CERTAIN and self.spread >= _SPREAD and self.logits >= _CERTAIN

    @property
    def possible(self) -> bool:
        """True when a person should look."""
        return self.logits >= (_POSSIBLE if self.inliers >= COPY_POSSIBLE else _POSSIBLE_OF_FEW)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A copy that may be one, with the work's keypoints, which of them are there, and what that weighs."""

    copy: Copy
    marks: Marks = field(repr=False)
    agreement: Agreement = field(repr=False)
    weight: Weight


def sighting(copy: Copy, marks: Marks, picture: Marks) -> Sighting:
    """What the picture, whose keypoints are inverted where the copy is, shows of the work."""
    found = agreement(marks, picture, copy.affine)
    return Sighting(copy=copy, marks=marks, agreement=found, weight=_weighed(copy, marks, found))


def alone(one: Sighting, others: Mapping[str, Sighting]) -> tuple[Weight, tuple[str, ...]]:
    """What the sighting weighs without what others have at the same place; and the works that have it.

    Another that is the same picture, or has it in it, takes nothing away.
    """
    common = np.zeros(len(one.marks.places), np.bool_)
    sharing: list[str] = []
    for work, other in sorted(others.items()):
        if one.copy.inverted != other.copy.inverted:
            continue
        there = agreement(one.marks, other.marks, one.copy.affine.then(other.copy.affine.undone()))
        weight = _weight(one.copy, one.marks, there)
        shared = there.found & one.agreement.found
        same = weight.rate >= _SAME_RATE and weight.contrary <= _SAME_CONTRARY
        if not same and shared.sum() >= _FEW:
            common |= there.found
            sharing.append(work)
    seen = one.agreement
    left = replace(seen, due=seen.due & ~common, found=seen.found & ~common)
    return _weighed(one.copy, one.marks, left), tuple(sharing)


def _weighed(copy: Copy, marks: Marks, seen: Agreement) -> Weight:
    """What it weighs, and how far it is bent, which only matters where it agrees."""
    weight = _weight(copy, marks, seen)
    if not weight.agrees:
        return weight
    return replace(weight, bent=bend(marks.places[seen.found], seen.places[seen.found], copy.affine.scale))


def _weight(copy: Copy, marks: Marks, seen: Agreement) -> Weight:
    """The logits are fitted to copies and to pictures of one template (docs/decisions/0013-copies.md)."""
    due, found = seen.due, seen.found
    rate = _share(found, due)
    coarse = due & (marks.octaves > np.quantile(marks.octaves[due], _COARSE)) if due.any() else due
    contrary = _contrary(marks.places, seen)
    own = copy.inliers / max(1, copy.alike)
    logits = (
        2.4 * np.log(copy.inliers)
        + 4.4 * rate
        - 5.0 * contrary
        + 2.7 * _share(found & coarse, coarse)
        + 0.5 * np.log(max(own, 0.003))
        - 6.9
    )
    return Weight(
        inliers=copy.inliers,
        logits=float(logits),
        rate=rate,
        spread=_spread(marks.places, seen),
        contrary=contrary,
        repeats=own < REPEATS,
    )


def _share(some: Flags, of: Flags) -> float:
    return float(some.sum()) / max(1, int(of.sum()))


def _contrary(places: Floats, seen: Agreement) -> float:
    """The share of the work's parts of which next to nothing is found, where its better half has much."""
    parts = np.minimum(places * _GRID, _GRID - 1).astype(np.intp) @ (1, _GRID)
    due = np.bincount(parts[seen.due], minlength=_GRID * _GRID)
    found = np.bincount(parts[seen.found], minlength=_GRID * _GRID)
    shown = due >= _FEW
    if not shown.any():
        return 0.0
    rates = np.sort(found[shown] / due[shown])[::-1]
    better = rates[: max(1, len(rates) // 2)].mean()
    return float((rates <= better / 4).mean())


def _spread(places: Floats, seen: Agreement) -> float:
    """How much of the extent of what should be seen is spanned by what is found, across or down, the lesser."""
    if seen.found.sum() < _FEW:
        return 0.0
    low, high = np.quantile(places[seen.found], (0.05, 0.95), axis=0)
    left, right = np.quantile(places[seen.due], (0.02, 0.98), axis=0)
    return float(np.min((high - low) / np.maximum(right - left, 1e-3)))
