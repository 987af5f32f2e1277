"""A small picture for a report to show, in which nobody is to be seen who is not identified."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

from imgpolicy.domain.geometry import Box
from imgpolicy.picture import Picture
from imgpolicy.report import Report

LONG_SIDE = 1200
"""Pixels of the long side: enough to see who and what is meant, on paper too."""

_GROWN = 0.25
_GREY = (128, 128, 128)


def unidentified(report: Report) -> list[Box] | None:
    """The boxes of the faces that are nobody's whom the register knows, or not surely.

    None when faces were not looked for: then nobody knows who would be shown.
    """
    if not report.readable or any(unknown.what == "faces" for unknown in report.not_checked):
        return None
    return [face.box for face in report.faces if face.person is None]


def preview(picture: Picture, hidden: Iterable[Box]) -> str:
    """The picture as a data URL, JPEG, at most LONG_SIDE pixels long, with a grey field over and around these boxes."""
    from PIL import Image, ImageDraw

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
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
