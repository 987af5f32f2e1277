"""The file formats, byte by byte: what every part of a file is, and the file written again without what it gives away.

    data ─► walk ─► parts (each read for what it tells) ─► rewrite ─► data

A format is a module with three functions, and one line in `FORMATS`:

- ``matches(head)``: whether a file whose first bytes these are has this format;
- ``walk(data)``: its `Walk`, parts from the first byte to the last without gap or overlap;
- ``rewrite(data, walk, wanted)``: the file as wanted, by allow-list: the coded picture is copied, what else stays is
  written anew, what the format's module does not know is left out.

The blocks that all containers share (EXIF, XMP, IPTC, ICC, Photoshop resources) have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imgpolicy.containers import bmp, gif, heif, jpeg, jxl, png, readonly, svg, tiff, webp
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.containers.parts import MalformedError, Walk, Wanted, following


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name, how it is known, walked and written. None: it is read alone."""

    name: str
    matches: Callable[[bytes], bool]
    walk: Callable[[bytes], Walk]
    rewrite: Callable[[bytes, Walk, Wanted], bytes] | None


_HEAD = 1024
"""As many bytes as an XML declaration and a comment may take before an SVG shows what it is."""

FORMATS = (
    Format("JPEG", jpeg.matches, jpeg.walk, jpeg.rewrite),
    Format("PNG", png.matches, png.walk, png.rewrite),
    Format("WEBP", webp.matches, webp.walk, webp.rewrite),
    Format("GIF", gif.matches, gif.walk, gif.rewrite),
    Format("BMP", bmp.matches, bmp.walk, bmp.rewrite),
    Format("JXL", jxl.matches, jxl.walk, jxl.rewrite),
    Format("TIFF", tiff.matches, tiff.walk, tiff.rewrite),
    Format("HEIF", heif.matches, heif.walk, heif.rewrite),
    Format("JP2", readonly.matches_jp2, readonly.walk_jp2, None),
    Format("PSD", readonly.matches_psd, readonly.walk_psd, None),
    Format("RAW", readonly.matches_raw, readonly.walk_raw, None),
    Format("RAW", readonly.matches_cr3, readonly.walk_cr3, None),
    Format("SVG", svg.matches, svg.walk, svg.rewrite),
)


def format_of(data: bytes) -> Format | None:
    """The format that the file's first bytes show, whatever its name says; None when it is none of these."""
    head = data[:_HEAD]
    return next((one for one in FORMATS if one.matches(head)), None)


def walk(data: bytes) -> Walk:
    """Every byte of the file in parts; MalformedError when its format is unknown here or not kept to."""
    found = format_of(data)
    if found is None:
        raise MalformedError("its format is not one whose metadata can be read here")
    if len(data) > MAX_BYTES:
        raise MalformedError(f"it has more than {MAX_BYTES:,} bytes")
    walked = found.walk(data)
    wrong = next(following(walked.parts, walked.size), None)
    if wrong:
        raise MalformedError(f"its parts do not add up: {wrong}")
    return walked


def rewrite(data: bytes, walked: Walk, wanted: Wanted) -> bytes:
    """The file as wanted; MalformedError when its format is only read here, or it cannot be written so."""
    found = format_of(data)
    if found is None or found.rewrite is None:
        raise MalformedError(f"{walked.format} files are read, not written")
    return found.rewrite(data, walked, wanted)
