"""A signature that was drawn, as a picture: lines between points, and nothing of when or how hard they were drawn."""

from __future__ import annotations

import io
import re

from imgpolicy.errors import BadRequestError
from imgpolicy.phrase import phrase

WIDTH, HEIGHT = 600, 200
"""Pixels of the picture, and the range of a point's coordinates from the upper left."""

MOST_POINTS = 4_000
_STROKES = re.compile(r"(?:\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*)(?:;\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*)*")
_PEN = 3


def signature_name(answer: str) -> str:
    """What the file of a signature is called that came with the answer of this id."""
    return f"{answer}.png"


def signature_png(strokes: str) -> bytes | None:
    """The drawing as a PNG in black on white; None for no stroke. BadRequestError for what is no drawing.

    A stroke is points "x,y" with spaces between them, and ";" stands between strokes.
    """
    if not strokes:
        return None
    if strokes.count(",") > MOST_POINTS or not _STROKES.fullmatch(strokes):
        raise BadRequestError(
            phrase("the signature is no drawing of this page: draw it again, or write your name alone")
        )
    from PIL import Image, ImageDraw

    drawn = Image.new("1", (WIDTH, HEIGHT), 1)
    pen = ImageDraw.Draw(drawn)
    for stroke in strokes.split(";"):
        points = [(int(x), int(y)) for x, _, y in (point.partition(",") for point in stroke.split(" "))]
        pen.line([*points, points[-1]], fill=0, width=_PEN)
    out = io.BytesIO()
    drawn.save(out, format="PNG")
    return out.getvalue()
