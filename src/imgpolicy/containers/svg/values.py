"""What is written in an attribute or a style: what it may go on saying, and what it tells besides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import unquote

from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.limits import MAX_PARTS
from imgpolicy.containers.parts import MalformedError, Reading, counted
from imgpolicy.containers.svg import css, names
from imgpolicy.containers.svg.css import Piece, What
from imgpolicy.domain.trace import Kind

Picture = Callable[[str], tuple[str, Reading]]
"""A picture in a data URI: as it is to be written, and what it tells; MalformedError when it cannot be cleaned."""

NOWHERE = "url(#)"
"""A reference to nothing: to a style the same as one to something that cannot be loaded."""
NO_COMMENT = "/**/"
"""Nothing, where CSS would join what stands on both sides of it."""

# Without any of these a value is words and numbers.
_MARKS = "\\(@:/%&"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_DATA = re.compile(r"\bdata\s*:[^,\"'<>\s]*+(,?)|(;\s*base64\s*,)", re.IGNORECASE)
# What the parser of URLs in browsers takes off at both ends, and out of the middle.
_ENDS = "".join(map(chr, range(0x21)))
_INSIDE = str.maketrans("", "", "\t\n\r")
_NAMESPACE = re.compile(
    rf"@namespace\s+[\w-]*\s*(?:url\(\s*)?[\"']?(?:{names.SVG}|{names.XHTML}|{names.XLINK})[\"']?\s*\)?\s*;?"
)
_IN_WORDS = frozenset({"title", "desc", "metadata", "comment", "style-comment", "outside-reference"})
_RUNNING = frozenset({"javascript", "vbscript", "livescript", "mocha", "jscript"})
_OUTSIDE = "outside-reference"
_TAKEN_OUT = {
    What.COMMENT: (NO_COMMENT, "style-comment", Kind.IDENTITY),
    What.RUNNING: (NO_COMMENT, "script", Kind.UNKNOWN),
    What.STATEMENT: (NO_COMMENT, _OUTSIDE, Kind.UNKNOWN),
    What.NAMESPACE: (NO_COMMENT, _OUTSIDE, Kind.UNKNOWN),
    What.LOADING: (NOWHERE, _OUTSIDE, Kind.UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is to be written, and what the old one told.

    `held` says that there is something to clean in it, or the mark of something cleaned. The empty text of a reference
    that was taken out stands for the whole attribute.
    """

    text: str
    readings: tuple[Reading, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where values stand: the byte that traces name, and what cleans the pictures."""

    offset: int
    picture: Picture

    def told(self, label: str, kind: Kind, text: str) -> Reading:
        """What a piece of the value tells that is taken out."""
        return told(text.encode(), label, kind, self.offset)


def told(data: bytes, label: str, kind: Kind, offset: int) -> Reading:
    """What a piece of the file tells that is taken out; words and addresses that name a position are a location."""
    if label in _IN_WORDS and names_position(unescape(data.decode("utf-8", "replace"))):
        kind = Kind.COORDINATE
    return read_opaque(data, kind, f"svg/{label}", offset)


def reference(value: str, place: Place, *, of_picture: bool) -> Value | None:
    """What a ``href`` is to say; None when it leads to another place of the drawing, and stays.

    An element that is `of_picture` may have its picture in it.
    """
    target = value.strip(_ENDS).translate(_INSIDE)
    if not target or target.startswith("#"):
        return None
    scheme = _SCHEME.match(target)
    name = scheme[1].lower() if scheme else ""
    if name == "data" and of_picture:
        written, reading = place.picture(value)
        return Value(written, (reading.packed_at(place.offset),), held=True)
    return Value("", (place.told(*_label(name), value),), held=True)


def _label(scheme: str) -> tuple[str, Kind]:
    if scheme in _RUNNING:
        return "script-link", Kind.UNKNOWN
    if scheme == "file":
        return "local-file", Kind.IDENTITY
    return ("data" if scheme == "data" else _OUTSIDE), Kind.UNKNOWN


def style(text: str, place: Place) -> Value:
    """What a style, or an attribute that is read as one, is to say; MalformedError for data that cannot be cleaned."""
    if not any(mark in text for mark in _MARKS):
        return Value(text)
    written = [
        (piece, *((piece.text, None) if piece.what is What.PLAIN else _cleaned(piece, place)))
        for piece in islice(css.pieces(text), MAX_PARTS + 1)
    ]
    counted(len(written), "references in a style")
    refuse_data("".join(new for _, new, reading in written if reading is None))
    return Value(
        "".join(new for _, new, _ in written),
        tuple(reading for _, _, reading in written if reading is not None),
        held=any(reading is not None or new in {NOWHERE, NO_COMMENT} for _, new, reading in written),
    )


def _cleaned(piece: Piece, place: Place) -> tuple[str, Reading | None]:
    """The piece as it is to be written, and what it told; no reading for one that stays."""
    if piece.what is What.REFERENCE:
        found = reference(piece.target, place, of_picture=True)
        if found is None:
            return piece.text, None
        written = f"url({found.text})" if found.text else NOWHERE
        return piece.text if found.text == piece.target else written, found.readings[0]
    if piece.text == NO_COMMENT or (piece.what is What.NAMESPACE and _NAMESPACE.fullmatch(piece.text.strip())):
        return piece.text, None
    written, label, kind = _TAKEN_OUT[piece.what]
    return written, place.told(label, kind, piece.text)


def refuse_data(text: str) -> None:
    """Nothing; MalformedError when text that stays holds data, in whatever escapes."""
    if not any(mark in text for mark in ":;%&\\"):
        return
    written = (text, unquote(unescape(css.unescaped(text))))
    if any(found[1] or found[2] for one in written for found in _DATA.finditer(one)):
        raise MalformedError("the SVG holds data that cannot be cleaned")
