"""Small pictures: one for a report to show, of nobody who is not identified and nothing secret, and one of a place."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

from PIL import Image, ImageDraw

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Covered
from imgpolicy.picture import Picture
from imgpolicy.report import Report

LONG_SIDE = 1200
"""Pixels of the long side: enough to see who and what is meant, on paper too."""

THUMB_SIDE = 160
"""Pixels of the long side of a picture in an index."""

_GROWN = 0.25
_GREY = (128, 128, 128)
_AROUND = 0.75
"""How much of a place's surroundings is shown, in parts of its size."""
_PLACE_SIDE = 480
_FRAME = (255, 64, 64)
_AROUND_FACE = 0.5
_FACE_SIDE = 240
_PORTRAIT_SIDE = 480
_QUALITY = 95
"""Of a portrait: a face is learnt from it."""


def masked(picture: Picture, report: Report) -> str | None:
    """The picture as `preview` gives it, all hidden who are not identified, and what is to be read by nobody.

    None when nobody knows who is in it.
    """
    hidden = unidentified(report)
    return None if hidden is None else preview(picture, [*hidden, *unreadable(report)])


def unmasked(picture: Picture, report: Report) -> str:
    """The picture as `preview` gives it, with everybody in it."""
    return preview(picture, unreadable(report))


def unmasked_jpeg(picture: Picture, report: Report) -> bytes:
    """The same as the bytes of a JPEG."""
    return _jpeg(picture, unreadable(report))


def unreadable(report: Report) -> list[Box]:
    """The boxes of text and codes that findings are about, also of those that were waived: reports do not show them."""
    findings = (*report.findings, *(one.finding for one in report.waived))
    covers = {Covered.TEXT, Covered.CODE}
    return [
        one.box for one in findings if one.box is not None and any(remedy.covers in covers for remedy in one.remedies)
    ]


def unidentified(report: Report) -> list[Box] | None:
    """The boxes of the faces that are nobody's whom the register knows, or not surely.

    None when faces were not looked for: then nobody knows who would be shown.
    """
    if not report.readable or any(unknown.what == "faces" for unknown in report.not_checked):
        return None
    return [face.box for face in report.faces if face.person is None]


def preview(picture: Picture, hidden: Iterable[Box]) -> str:
    """The picture as a data URL, JPEG, at most LONG_SIDE pixels long, with a grey field over and around these boxes."""
    return "data:image/jpeg;base64," + base64.b64encode(_jpeg(picture, hidden)).decode()


def _jpeg(picture: Picture, hidden: Iterable[Box]) -> bytes:
    small = Image.fromarray(picture.pixels)
    small.thumbnail((LONG_SIDE, LONG_SIDE))
    scale_x, scale_y = small.width / picture.width, small.height / picture.height
    draw = ImageDraw.Draw(small)
    for box in hidden:
        grown_x, grown_y = _GROWN * (box.right - box.left), _GROWN * (box.bottom - box.top)
        low = ((box.left - grown_x) * scale_x, (box.top - grown_y) * scale_y)
        high = ((box.right + grown_x) * scale_x, (box.bottom + grown_y) * scale_y)
        draw.rectangle((low, high), fill=_GREY)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def face_jpeg(picture: Picture, box: Box, hidden: Iterable[Box]) -> bytes:
    """A JPEG of a face and what is around it, at most 240 pixels long, with a grey field over these boxes.

    Boxes are in pixels of the upright picture.
    """
    shown, corner = _around(picture, box, _AROUND_FACE)
    draw = ImageDraw.Draw(shown)
    for one in hidden:
        low = (one.left / picture.scale - corner[0], one.top / picture.scale - corner[1])
        high = (one.right / picture.scale - corner[0], one.bottom / picture.scale - corner[1])
        draw.rectangle((low, high), fill=_GREY)
    shown.thumbnail((_FACE_SIDE, _FACE_SIDE))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def portrait_jpeg(picture: Picture, box: Box) -> bytes:
    """A JPEG of a face and what is around it, at most 480 pixels long: enough to learn it from.

    The box is in pixels of the upright picture.
    """
    shown, _ = _around(picture, box, _AROUND)
    shown.thumbnail((_PORTRAIT_SIDE, _PORTRAIT_SIDE))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _around(picture: Picture, box: Box, around: float) -> tuple[Image.Image, tuple[int, int]]:
    """A box with so much around it, in parts of its size, and its corner, in pixels as they were decoded."""
    left, top, right, bottom = (side / picture.scale for side in box)
    around_x, around_y = around * (right - left), around * (bottom - top)
    corner = (max(0, int(left - around_x)), max(0, int(top - around_y)))
    far = (
        min(picture.pixels.shape[1], int(right + around_x) + 1),
        min(picture.pixels.shape[0], int(bottom + around_y) + 1),
    )
    return Image.fromarray(picture.pixels[corner[1] : far[1], corner[0] : far[0]]), corner


def thumbnail(shown: str) -> str:
    """A picture that `preview` gave, as a data URL, JPEG, at most THUMB_SIDE pixels long."""
    small = Image.open(io.BytesIO(base64.b64decode(shown.partition(",")[2])))
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=75)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def place_png(picture: Picture, box: Box) -> bytes:
    """A PNG of the box and what is around it, at most 480 pixels long; the box is in pixels of the upright picture."""
    small = Image.fromarray(picture.pixels)
    left, top, right, bottom = (side / picture.scale for side in box)
    around_x, around_y = _AROUND * (right - left), _AROUND * (bottom - top)
    corner = (max(0, int(left - around_x)), max(0, int(top - around_y)))
    shown = small.crop(
        (*corner, min(small.width, int(right + around_x) + 1), min(small.height, int(bottom + around_y) + 1))
    )
    frame = (left - corner[0], top - corner[1], right - corner[0], bottom - corner[1])
    ImageDraw.Draw(shown).rectangle(frame, outline=_FRAME, width=max(1, round(max(shown.size) / 120)))
    shown.thumbnail((_PLACE_SIDE, _PLACE_SIDE))
    buffer = io.BytesIO()
    shown.save(buffer, "PNG")
    return buffer.getvalue()
