"""How much speaks for a find being a person's face: closer looks at the place, by both detectors.

A place is cut out, turned so that the eyes are level and scaled to a size that the detectors know well. What is a face
is then certain from near and from nearer, and mirrored as well; what only looked like one is not. What the numbers were
chosen by stands in docs/decisions/0011-detection.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.detections import Detections, moved, same_face, turned_upright
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.quality import sharpness
from imgpolicy.engines.scaling import scaled
from imgpolicy.errors import ExtractError
from imgpolicy.picture import Pixels

NOTHING = 0.55
"""Evidence below which a find is no face: of 879 portraits made hard to see 11 lie below, and none that was plain."""

Row = NDArray[np.float64]
"""One row of `Detections`."""

FAR, NEAR, _NEARER = 24, 48, 72
"""Heights in pixels at which a face is looked at: far is enough to see how it is turned."""

_MARGIN = 8 / 3
_COARSEST = 32
_HOPELESS, _CLEAR = 0.2, 0.9
_SHEET = 1024
_BLURRED, _NOTHING_BLURRED = 0.008, 0.2


class Cut(NamedTuple):
    """A place cut out upright: its pixels, how they lie in the picture (2 x 3), and where the face should be."""

    pixels: Pixels
    back: NDArray[np.float64]
    box: NDArray[np.float64]


class CloserLook:
    """Closer looks at places in these pixels; keeps them halved again and again as far as that was needed."""

    def __init__(self, detectors: Detectors, pixels: Pixels) -> None:
        self._detectors = detectors
        self._levels = [pixels]

    def faces(self, rows: Iterable[Row], tilts: Iterable[float] | None = None, height: int = NEAR) -> list[Row | None]:
        """Each find as the detector sees it with the face so high, or None where it sees no face.

        A place is cut out with the eyes level, or tilted from there clockwise by so many degrees.
        """
        cuts = [self._cut(row, height, tilt) for row, tilt in zip(rows, tilts or repeat(0.0), strict=False)]
        seen = self._seen(cuts)
        return [
            turned_upright(there[:1], cut.back)[0] if len(there) else None
            for cut, there in zip(cuts, seen, strict=True)
        ]

    def evidence(self, rows: Detections) -> NDArray[np.float64]:
        """How much speaks for each being a person's face, 0 to 1, after looks from near, mirrored and from nearer.

        The detector that found the face is enough where it is clear, or sees next to nothing from near; else the second
        one is asked, and both count alike.
        """
        near = [self._cut(row, NEAR) for row in rows]
        evidence = self._certainty(near)
        unclear = np.flatnonzero(np.minimum(evidence, rows[:, 14]) < _CLEAR)
        nearer = [self._cut(rows[at], _NEARER) for at in unclear]
        mirrored = self._certainty([_mirrored(near[at]) for at in unclear])
        evidence[unclear] = (evidence[unclear] + mirrored + self._certainty(nearer)) / 3
        for at, cut in zip(unclear, nearer, strict=True):
            if _HOPELESS <= evidence[at] < _CLEAR:
                second = self._detectors.second_opinion(cut.pixels)
                agreed = second[same_face(cut.box, second[:, :4])]
                evidence[at] = (evidence[at] + float(agreed[:, 4].max(initial=0.0))) / 2
        return evidence

    def least(self, row: Row) -> float:
        """The evidence below which this find is none: less is enough where nobody could be known, so blurred is it."""
        try:
            shown = aligned_face(self._levels[0], row[4:14].reshape(5, 2))
        except ExtractError:
            return NOTHING
        return _NOTHING_BLURRED if sharpness(shown) < _BLURRED else NOTHING

    def _certainty(self, cuts: Sequence[Cut]) -> NDArray[np.float64]:
        return np.array([there[:, 14].max(initial=0.0) for there in self._seen(cuts)])

    def _seen(self, cuts: Sequence[Cut]) -> Iterator[Detections]:
        """What the detector sees where the face should be in each, the most certain first.

        The cuts, of one size, are looked at many to a sheet: each look has a price besides that of its pixels.
        """
        side = len(cuts[0].pixels) if cuts else _SHEET
        columns = _SHEET // side
        for first in range(0, len(cuts), columns**2):
            some = cuts[first : first + columns**2]
            sheet = np.zeros((-(-len(some) // columns) * side, min(columns, len(some)) * side, 3), np.uint8)
            corners = [(at % columns * side, at // columns * side) for at in range(len(some))]
            for cut, (left, top) in zip(some, corners, strict=True):
                sheet[top : top + side, left : left + side] = cut.pixels
            seen = self._detectors.look(sheet)
            for cut, (left, top) in zip(some, corners, strict=True):
                there = seen[same_face(cut.box + np.array([left, top, 0, 0]), seen[:, :4])]
                yield moved(there, shift=(-left, -top))

    def _cut(self, row: Row, height: int, tilt: float = 0.0) -> Cut:
        """The place with the face so many pixels high; enlarged where there are fewer."""
        import cv2

        pixels, factor = self._level(row, height)
        size = row[2:4] * factor
        scale = height / max(*size, 1e-3)
        eyes = row[6:8] - row[4:6]
        angle = np.arctan2(eyes[1], eyes[0]) + np.radians(tilt)
        turn = scale * np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
        side = -(-round(height * _MARGIN) // _COARSEST) * _COARSEST
        centre = (row[:2] + row[2:4] / 2) * factor
        there = np.column_stack([turn, side / 2 - turn @ centre])
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
        cut = cv2.warpAffine(pixels, there, (side, side), flags=how, borderMode=cv2.BORDER_REPLICATE)
        back = np.asarray(cv2.invertAffineTransform(there), dtype=np.float64) / factor
        box = np.array([*((side - scale * size) / 2), *(scale * size)])
        return Cut(cut.astype(np.uint8, copy=False), back, box)

    def _level(self, row: Row, height: int) -> tuple[Pixels, float]:
        """The pixels in which the face is less than twice so high, or as they are, and their scale.

        Of a face that is scaled down further more falls between the samples the larger it is.
        """
        depth, factor = 0, 1.0
        while max(row[2:4]) * factor >= 2 * height:
            depth += 1
            if depth == len(self._levels):
                last = self._levels[-1]
                self._levels.append(scaled(last, max(last.shape[:2]) // 2))
            factor = self._levels[depth].shape[1] / self._levels[0].shape[1]
        return self._levels[depth], factor


def _mirrored(cut: Cut) -> Cut:
    return cut._replace(pixels=np.ascontiguousarray(cut.pixels[:, ::-1]))
