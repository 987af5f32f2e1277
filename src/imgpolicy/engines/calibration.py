"""What an engine's scores are worth: from how high a cosine two faces are held to be one person's.

An engine carries its calibration as data; the matching asks it for the threshold of the register and picture at hand.
docs/decisions/0010-face-engines-and-their-calibration.md says how a table is measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from imgpolicy.domain.lookup import PHOTOGRAPHS

FPIR = 0.003
"""The false positive identification rate that is aimed at: the share of pictures of people who are not in the register
in which one of them is named all the same (ISO/IEC 19795-1)."""

SAME_EVENT = 0.001
"""The share of pairs of strangers at one event that may be held to be one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The highest cosines between faces of different people, as an exponential law.

    A share of `share` of the pairs reaches the cosine `base`; of these, those above `base` + x are e^(-x / `scale`).
    Measured tails fall faster, as cosines end at 1: the law errs towards strangers (the excesses of a heavy-tailed law,
    Pickands, Annals of Statistics 3 (1975), with shape 0). `pairs`, `people` and `source` say what it was fitted on.
    """

    base: float
    share: float
    scale: float
    pairs: int
    people: int
    source: str

    def cosine(self, rate: float) -> float:
        """The cosine that a share of `rate` of the pairs reaches; never below `base`, and above 1 when none can."""
        return self.base + self.scale * max(0.0, math.log(self.share / rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """An engine's measured scores, as a table.

    `strangers` are any two people, `event` two people in one photograph, who are more alike: light, camera and often
    family are the same. By `margin` (cosine) the most alike person must lead the second to be named. Nobody is named by
    a face lower than `smallest` pixels or less sharp than `dullest`, which is 0 where sharpness was not measured. A
    face is held to be a child's of 4 years or more, whom the editor names too, from the cosine `child` on; None where
    children were not measured, and never are.
    """

    strangers: Tail
    event: Tail
    margin: float
    smallest: float
    dullest: float = 0.0
    child: float | None = None

    def threshold(self, enrolled: int, faces: int = 1, *, fpir: float = FPIR, photographs: int = PHOTOGRAPHS) -> float:
        """The cosine from which a face is held to be a person's.

        In a picture of `faces` strangers, with so many people enrolled, one of them reaches it in a share of `fpir` of
        the pictures: FPIR = 1 - (1 - FMR) ^ (enrolled * faces), with a chance more for each of the photographs of a
        person of which the nearest counts.
        However few they are, people at one event must stay apart: see SAME_EVENT.
        """
        chances = max(enrolled, 1) * max(faces, 1) * photographs
        rate = -math.expm1(math.log1p(-fpir) / chances)
        return max(self.strangers.cosine(rate), self.event.cosine(SAME_EVENT))
