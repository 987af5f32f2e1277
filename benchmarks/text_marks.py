"""What counts as stopped, as read exactly and as false, and the words of a table for shares of few and many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.special import betaincinv
from text_scenes import Planted, Scene

from imgpolicy.domain.geometry import Point
from imgpolicy.facts import Text

NEAR = 0.4
"""How far outside a line's corners a value's middle may lie, in parts of the line's height: readers cut lines close."""


@dataclass(frozen=True)
class Found:
    """Something that the rules see in lines that were read: its kind, and the lines."""

    kind: str
    lines: tuple[Text, ...]


Recognise = Callable[[tuple[Text, ...]], tuple[Found, ...]]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What came of one planted value."""

    page: str
    level: str
    troubles: tuple[str, ...]
    planted: Planted
    stopped: bool
    exact: bool
    lines: tuple[str, ...]


def marks(scene: Scene, lines: tuple[Text, ...], found: Sequence[Found]) -> list[Mark]:
    """What came of each value of the scene. One is stopped when a finding of its kind has a line over its middle, and
    is exact when the lines there, spaces and the case of letters aside, hold all of it.
    """
    made = []
    for planted in scene.planted:
        there = tuple(line.value for line in lines if over(line, planted.middle))
        stopped = any(
            one.kind == planted.kind and any(over(line, planted.middle) for line in one.lines) for one in found
        )
        exact = _bare(planted.text) in _bare("".join(_beside(lines, planted)))
        made.append(
            Mark(
                page=scene.page,
                level=scene.level,
                troubles=scene.troubles,
                planted=planted,
                stopped=stopped,
                exact=exact,
                lines=there,
            )
        )
    return made


def stray(scene: Scene, found: Sequence[Found]) -> list[Found]:
    """The findings that are of no planted value."""
    return [one for one in found if not any(_is(one, planted) for planted in scene.planted)]


def _is(one: Found, planted: Planted) -> bool:
    """True for the value itself, an agency's mark over and over, and a name that is part of a mail address."""
    if planted.kind == one.kind == "watermark":
        return True
    alike = planted.kind == one.kind or (planted.kind, one.kind) == ("mail", "name")
    return alike and any(over(line, planted.middle) for line in one.lines)


def over(line: Text, middle: Point) -> bool:
    """True when the line's corners, with a little room, hold the point."""
    corners = np.array(line.quad, np.float32)
    return cv2.pointPolygonTest(corners, middle, measureDist=True) > -NEAR * line.height


def share(count: int, of: int) -> str:
    """So many of how many, in per cent, with the bounds (95 %, Clopper and Pearson)."""
    if not of:
        return "-"
    low = float(betaincinv(count, of - count + 1, 0.025)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 0.975)) if count < of else 1.0
    return f"{100 * count / of:.1f} % ({count}/{of}; {100 * low:.1f} to {100 * high:.1f})"


def _beside(lines: tuple[Text, ...], planted: Planted) -> list[str]:
    """The lines that share some of the value's box, from left to right."""
    box = planted.box
    touching = [
        line
        for line in lines
        if line.box.left < box.right
        and line.box.right > box.left
        and line.box.top < box.bottom
        and line.box.bottom > box.top
    ]
    return [line.value for line in sorted(touching, key=lambda line: line.box.left)]


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
