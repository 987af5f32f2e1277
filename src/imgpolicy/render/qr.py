"""QR codes, drawn as SVG: for a page, or for a file to print."""

from __future__ import annotations

import io

LINK_LEVEL = "m"
"""A code is printed and photographed: 15 % of it may be unreadable."""


def qr_svg(text: str) -> bytes:
    """The code as an SVG document of its own, black on white, with the quiet zone that readers need (ISO/IEC 18004)."""
    import segno

    out = io.BytesIO()
    segno.make(text, error=LINK_LEVEL, micro=False).save(out, kind="svg", scale=8, border=4, light="#fff")
    return out.getvalue()


def qr_inline(text: str) -> str:
    """The code as an SVG element for a page, which scales it."""
    import segno

    code = segno.make(text, error=LINK_LEVEL, micro=False)
    return code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
