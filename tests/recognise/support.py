"""What the tests of recognisers look for, and lines as a reader gives them."""

from __future__ import annotations

import math

from imgpolicy.domain.geometry import Box, Point, Quad
from imgpolicy.facts import Text
from imgpolicy.recognise import Kind, Pattern, Recognised, Sought, recognise, recognise_words

SOUGHT = Sought(
    patterns=(Pattern("case", "@-####/####"),),
    mail_domains=("example-library.org",),
    marks=("Example Library",),
)


def line(
    words: str, left: float = 100, top: float = 100, *, height: float = 20, turn: float = 0, frame: int = 0
) -> Text:
    """A line whose characters are half as wide as high, at a place on a page that is turned by so many degrees."""
    right, bottom = left + len(words) * height / 2, top + height
    angle = math.radians(turn)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    turned = [
        Point(x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)) for x, y in corners
    ]
    xs, ys = [round(one.x) for one in turned], [round(one.y) for one in turned]
    quad: Quad = (turned[0], turned[1], turned[2], turned[3])
    box = Box(min(xs), min(ys), max(xs), max(ys))
    return Text(box=box, value=words, confidence=0.9, corners=quad, frame=frame)


def page(*rows: str, height: float = 20, turn: float = 0) -> list[Text]:
    """A line a row, below each other."""
    return [line(words, top=100 + 1.5 * height * at, height=height, turn=turn) for at, words in enumerate(rows)]


def found(texts: list[Text] | str, sought: Sought = SOUGHT) -> tuple[Recognised, ...]:
    """What is recognised."""
    return recognise_words(texts, sought) if isinstance(texts, str) else recognise(texts, sought)


def kinds(texts: list[Text] | str, sought: Sought = SOUGHT) -> set[Kind]:
    """Of which kinds that is."""
    return {one.kind for one in found(texts, sought)}
