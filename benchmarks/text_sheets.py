"""Sheets of paper and screens that are drawn on, with where each planted value stands."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from text_fonts import Fonts, font, x_height
from text_words import Line

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
Colour = tuple[int, int, int]

_SAMPLES = 9  # points along each edge of a value: enough to follow a page that is bent


@dataclass(frozen=True)
class Span:
    """A value on a sheet: its kind, its text, and points around it in the sheet's pixels."""

    kind: str
    text: str
    outline: Points = field(repr=False)


@dataclass(frozen=True)
class Desk:
    """What a sheet is made with: chance, fonts, and how high a small x of the body is, in pixels of the sheet."""

    chance: random.Random
    fonts: Fonts
    x_height: float

    def some(self, style: str) -> Path:
        """A font of the style."""
        return self.fonts.some(style, self.chance)


class Sheet:
    """A page of so many ems of its body font that is drawn on; `spans` are the values that stand there."""

    def __init__(self, desk: Desk, body: Path, size: tuple[float, float], paper: Colour) -> None:
        self.desk = desk
        self.body = body
        self.em = desk.x_height / x_height(body)
        self.image = Image.new("RGB", (round(size[0] * self.em), round(size[1] * self.em)), paper)
        self.pen = ImageDraw.Draw(self.image)
        self.spans: list[Span] = []

    @property
    def chance(self) -> random.Random:
        """The chance that the sheet is drawn with."""
        return self.desk.chance

    def box(self, box: tuple[float, float, float, float], fill: Colour, *, outline: Colour | None = None) -> None:
        """A rectangle with round corners, in ems."""
        at = tuple(side * self.em for side in box)
        self.pen.rounded_rectangle((at[0], at[1], at[2], at[3]), self.em * 0.4, fill=fill, outline=outline)

    def write(  # what a line is made of
        self,
        at: tuple[float, float],
        line: Line,
        *,
        face: Path | None = None,
        size: float = 1.0,
        ink: Colour = (20, 20, 20),
    ) -> None:
        """The line with its top left there, smaller where it would not fit; place and size in ems."""
        x, y = at[0] * self.em, at[1] * self.em
        drawn = font(face or self.body, round(size * self.em))
        long, room = drawn.getlength("".join(part.text for part in line)), self.image.width - self.em / 2 - x
        if long > room:
            drawn = font(face or self.body, int(size * self.em * room / long))
        for part in line:
            self.pen.text((x, y), part.text, font=drawn, fill=ink)
            if part.kind:
                self.spans.append(Span(part.kind, part.text, outline(drawn.getbbox(part.text), x, y)))
            x += drawn.getlength(part.text)

    def lines(  # noqa: PLR0913  # what a paragraph is made of
        self,
        at: tuple[float, float],
        lines: list[Line],
        *,
        face: Path | None = None,
        size: float = 1.0,
        step: float = 1.6,
        ink: Colour = (20, 20, 20),
    ) -> float:
        """The lines one below the other; how far down the next would stand, in ems."""
        for number, line in enumerate(lines):
            self.write((at[0], at[1] + number * step * size), line, face=face, size=size, ink=ink)
        return at[1] + len(lines) * step * size


def outline(box: tuple[float, float, float, float], x: float, y: float) -> Points:
    """Points along the upper and the lower edge of a box that is moved there."""
    left, top, right, bottom = box
    across = np.linspace(left + x, right + x, _SAMPLES)
    upper, lower = np.full(_SAMPLES, top + y), np.full(_SAMPLES, bottom + y)
    return np.concatenate([np.stack([across, upper], 1), np.stack([across, lower], 1)]).astype(np.float32)
