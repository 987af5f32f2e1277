"""SIFT as OpenCV's manual uses it, to hold the keypoints of the product against: full descriptors, ratio test, RANSAC.

The sizes and counts are the product's: 1,000 keypoints of a work at a long side of 480, 2,000 of a picture at 720, here
the strongest. Four k-d trees over all works name the ten that most of the picture's descriptors are nearest to; each is
matched by brute force, pairs pass at a ratio below 0.75 (Lowe), and a homography is fitted to them within five pixels.
It does not know mirror images or light and dark changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

WORK, PICTURE = (480, 1000), (720, 2000)
RATIO, WITHIN, SHORTLIST, CHECKS = 0.75, 5.0, 10, 32
LEAST = 4


@dataclass(frozen=True)
class Plain:
    """Keypoints as (x, y) in pixels and their descriptors of 128 numbers, row by row."""

    places: NDArray[np.float32]
    numbers: NDArray[np.float32]


@dataclass(frozen=True)
class PlainIndex:
    works: tuple[Plain, ...]
    owners: NDArray[np.int64]
    trees: cv2.flann.Index


def plain(pixels: NDArray[np.uint8], side: int, most: int) -> Plain:
    """The strongest keypoints of a picture in RGB, brought to this long side."""
    scale = side / max(pixels.shape[:2])
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found, described = cv2.SIFT.create(most).detectAndCompute(small, None)
    if not found:
        return Plain(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    return Plain(np.array([point.pt for point in found], np.float32), np.asarray(described, np.float32))


def plain_index(works: Sequence[Plain]) -> PlainIndex:
    owners = np.repeat(np.arange(len(works)), [len(work.numbers) for work in works])
    trees = cv2.flann.Index(np.concatenate([work.numbers for work in works]), {"algorithm": 1, "trees": 4})
    return PlainIndex(tuple(works), owners, trees)


def best_plain(seen: Plain, index: PlainIndex) -> tuple[int | None, float]:
    """The work that the most pairs agree on, and how many do; None where no work has enough of them for a map."""
    if len(seen.numbers) < LEAST:
        return None, 0.0
    nearest, _ = index.trees.knnSearch(seen.numbers, 2, params={"checks": CHECKS})
    votes = np.bincount(index.owners[np.asarray(nearest)[:, 0]], minlength=len(index.works))
    best: tuple[int | None, float] = None, 0.0
    for work in np.argsort(-votes, kind="stable")[:SHORTLIST]:
        inliers = agreeing(seen, index.works[int(work)])
        if inliers > best[1]:
            best = int(work), float(inliers)
    return best


def agreeing(seen: Plain, work: Plain) -> int:
    """How many keypoints of the work have a pair that passes the ratio test and agrees on one homography."""
    if len(work.numbers) < LEAST:
        return 0
    products = seen.numbers @ work.numbers.T
    apart = (seen.numbers**2).sum(1)[:, np.newaxis] + (work.numbers**2).sum(1) - 2 * products
    two = np.argpartition(apart, 1, axis=1)[:, :2]
    first, second = np.sort(np.take_along_axis(apart, two, 1), axis=1).clip(0).T
    passed = first < RATIO**2 * second
    if passed.sum() < LEAST:
        return 0
    partner = apart.argmin(axis=1)[passed]
    _, inside = cv2.findHomography(seen.places[passed], work.places[partner], cv2.RANSAC, WITHIN)
    return 0 if inside is None else len(np.unique(partner[inside.ravel() > 0]))
