"""The default reader: PP-OCRv6 small, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from imgpolicy.domain.geometry import Point, box_about
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.engines.text import Reading
from imgpolicy.engines.text.lines import Line, height_of
from imgpolicy.engines.text.nets import FINDER, READER, TextNets
from imgpolicy.engines.text.search import Found, FoundLine, find, smallest_line
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Text, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

LEGIBLE = 16.0
"""Height of a line in pixels, with the space about it, from which people read it when they enlarge the picture."""


class PaddleReader:
    """A `TextReader`. It loads its networks when it first sees a picture and keeps them; threads take turns."""

    reader_id = "ppocrv6-small/1"
    models = (FINDER, READER)

    def __init__(self) -> None:
        self._lock = Lock()
        self._nets = TextNets()

    def read(self, picture: Picture) -> Reading:
        """What one frame shows; ExtractError when the models are absent or altered, and when a network fails."""
        import cv2

        with self._lock, opencv_at_rest():
            try:
                found = find(self._nets, picture)
            except cv2.error as error:
                raise ExtractError(
                    phrase("OpenCV cannot look for text ({reason})", reason=" ".join(error.err.split())[:120])
                ) from error
        lines = [_text(line, picture) for line in found.lines if line.read]
        return Reading(
            lines=tuple(sorted(lines, key=lambda line: (line.box.top, line.box.left))),
            unknowns=tuple(_unknowns(found, picture)),
        )


def _unknowns(found: Found, picture: Picture) -> Iterator[Unknown]:
    """What may be text and was not read."""
    unread = [line for line in found.lines if line.unread]
    if unread:
        yield Unknown(
            what=phrase("text that cannot be read"),
            reason=phrase(
                "lines that look like text and cannot be read, as handwriting or another script: {count}",
                count=len(unread),
            ),
            lifts=any(height_of(line.corners) >= LEGIBLE for line in unread),
        )
    if found.left_out:
        yield Unknown(
            what=phrase("further text"),
            reason=phrase("more text than is read of one picture; cut it into parts and check each"),
        )
    smallest = smallest_line(picture)
    yield Unknown(
        what=phrase("text under {pixels} pixels", pixels=smallest),
        reason=phrase("lines of text lower than {pixels} pixels may not be seen", pixels=smallest),
        lifts=False,
    )


def _text(line: FoundLine, picture: Picture) -> Text:
    corners = _corners(line.corners)
    return Text(
        box=box_about(corners, picture.width, picture.height),
        value=line.said.value,
        confidence=line.said.confidence,
        corners=corners,
        frame=picture.frame,
    )


def _corners(line: Line) -> tuple[Point, Point, Point, Point]:
    first, second, third, fourth = (Point(float(x), float(y)) for x, y in line)
    return first, second, third, fourth
