"""QR codes, drawn as SVG: for a page, or for a file to print."""

from __future__ import annotations

import io
from dataclasses import dataclass

QUIET_ZONE = 4
LINK_LEVEL = "m"
"""A code is printed and photographed: 15 % of it may be unreadable."""


def qr_svg(text: str) -> bytes:
    """The code as an SVG document of its own, black on white, with the quiet zone that readers need (ISO/IEC 18004)."""
    import segno

    out = io.BytesIO()
    segno.make(text, error=LINK_LEVEL, micro=False).save(out, kind="svg", scale=8, border=QUIET_ZONE, light="#fff")
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code for a page that draws it: its side in modules with the quiet zone, and the dark ones as an SVG path."""

    side: int
    dark: str


def qr_code(text: str) -> QrCode:
    """The code of a text, as a page draws it."""
    import segno

    code = segno.make(text, error=LINK_LEVEL, micro=False)
    rows = list(code.matrix_iter(border=QUIET_ZONE))
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return QrCode(side=len(rows), dark=dark)
