"""Known works, logos and marks, and the fingerprints by which they are recognised."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.phrase import phrase

Identity = tuple[str | None, str | None, str | None]
"""SHA-256, PDQ and pHash in hex, as far as they tell a picture from others."""


class WorkKind(StrEnum):
    """What a known picture is to the organisation."""

    WORK = "work"
    OWN_LOGO = "own logo"
    COMPETITOR_LOGO = "competitor logo"
    THIRD_PARTY_MARK = "third-party mark"
    RESTRICTED = "restricted"
    TEMPLATE = "template"


LOGOS = frozenset({WorkKind.OWN_LOGO, WorkKind.COMPETITOR_LOGO, WorkKind.THIRD_PARTY_MARK})
"""Artwork by which somebody is known."""


def is_a_logo(kind: WorkKind) -> str:
    """What is said of a logo that would be kept as a work, without the artwork by which its parts are found."""
    return phrase("{kind} is the kind of a logo: add it with its artwork", kind=kind.value)


def is_no_logo(kind: WorkKind) -> str:
    """What is said of a work that would be kept as a logo."""
    return phrase(
        "{kind} is no kind of logo: name one of {logos}",
        kind=kind.value,
        logos=", ".join(sorted(one.value for one in LOGOS)),
    )


LICENSABLE = frozenset({WorkKind.WORK, WorkKind.THIRD_PARTY_MARK})
"""What somebody else's licence can make ours to post."""


FEATURE_BYTES = 24
"""Of one keypoint as it is kept."""

MOST_FEATURES = 480
"""How many keypoints of a work are kept: 11,520 bytes."""

FEWEST_FEATURES = 24
"""With fewer, too little of a work is left to be found in a part of a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The packed keypoints of one picture of a work, and its width and height in pixels."""

    version: str
    width: int
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFingerprint:
    """What is kept of one picture of a work; at least one of its hashes is there.

    `phash` has 64 bits; `pdq` has 256 and is of the picture as it stands, the first of PDQ's eight forms. A hash that
    came without PDQ's `quality`, 0 to 100, is taken to be of a picture that was clear enough. Without `features` the
    picture is recognised as a whole, not in parts.
    """

    sha256: str | None = None
    phash: int | None = None
    pdq: int | None = None
    quality: int = 100
    features: Features | None = None

    @property
    def identity(self) -> Identity:
        """What two fingerprints of one picture have in common: the file's hash, or the hashes that stand alone."""
        if self.sha256 is not None:
            return self.sha256, None, None
        return (
            None,
            None if self.pdq is None else f"{self.pdq:064x}",
            None if self.phash is None else f"{self.phash:016x}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work, logo or mark. `owner` is None when not known; several pictures may show the same work.

    `words` are those that a logo is known by where it is written in other letters than its artwork's.
    """

    id: str
    kind: WorkKind
    title: str
    owner: str | None
    fingerprints: tuple[KnownFingerprint, ...]
    words: tuple[str, ...] = ()


LARGEST_ARTWORK = 2_000_000
"""Bytes of one artwork as a PNG; it has 384 pixels a side at most."""


class Shown(StrEnum):
    """How a logo may be shown in one colour; a cut-out is the mark without the ground that it stands on."""

    SILHOUETTE = "silhouette"
    CUT_OUT = "cut-out"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArtwork:
    """Artwork of a logo: a PNG with transparency, and the template of this version, None for a mark too simple.

    `sha256` is that of the file that it came from.
    """

    sha256: str
    picture: bytes = field(repr=False)
    version: str
    template: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLogo:
    """A logo; without artwork it is recognised only as a whole picture."""

    id: str
    kind: WorkKind
    title: str
    owner: str | None
    artworks: tuple[KnownArtwork, ...]
    words: tuple[str, ...] = ()

    @property
    def searched(self) -> int:
        """How many of its artworks are looked for as a part of pictures."""
        return sum(artwork.template is not None for artwork in self.artworks)
