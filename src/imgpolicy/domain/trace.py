"""What a file tells besides its picture: of what kind, where in it, and what it states of rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from imgpolicy.phrase import Phrase, phrase


class Kind(StrEnum):
    """What a part of a file tells.

    Picture, colour, animation, structure and orientation decide how the picture looks. Rights stay in a posted
    file. The others are what a file gives away.
    """

    PICTURE = "picture"
    COLOUR = "colour"
    ANIMATION = "animation"
    STRUCTURE = "structure"
    ORIENTATION = "orientation"
    RIGHTS = "rights"
    COORDINATE = "coordinate"
    PLACE = "place"
    IDENTITY = "identity"
    EMBEDDED = "embedded picture"
    UNKNOWN = "unknown"


WORDLESS = frozenset({Kind.PICTURE, Kind.COLOUR, Kind.ANIMATION, Kind.STRUCTURE, Kind.ORIENTATION})
"""Kinds of parts that say nothing in words."""

KIND_WORDS: Mapping[Kind, Phrase] = {
    Kind.PICTURE: phrase("picture"),
    Kind.COLOUR: phrase("colour"),
    Kind.ANIMATION: phrase("animation"),
    Kind.STRUCTURE: phrase("structure"),
    Kind.ORIENTATION: phrase("orientation"),
    Kind.RIGHTS: phrase("rights"),
    Kind.COORDINATE: phrase("coordinate"),
    Kind.PLACE: phrase("place"),
    Kind.IDENTITY: phrase("identity"),
    Kind.EMBEDDED: phrase("embedded picture"),
    Kind.UNKNOWN: phrase("unknown"),
}
"""What parts of a file tell, in words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that the file tells: through which path, of what kind, at which byte, and what it says.

    `path` is a path such as ``jpeg/app1-exif/gps``; `offset` counts bytes from the start of the file;
    `value` is printable text of bounded length.
    """

    path: str
    kind: Kind
    offset: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that the file says of rights in it, or of what made it: by its XMP name, where, and in what words.

    Statements may contradict each other, and any of them may be forged: none is more true than another.
    """

    what: str
    path: str
    value: str
