"""Works, logos and marks, and what they are recognised by, as JSON and as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.work import Features, KnownArtwork, KnownFingerprint, KnownLogo, Work, WorkKind
from imgpolicy.phrase import phrase
from imgpolicy.wire.sheets import Line, Table, join_words, one_of, whole

HASHES = ("sha256", "phash", "pdq", "quality")
"""The columns of a fingerprint: hashes in hex as imagehash and other tools print them, and PDQ's quality."""

WORKS = Table(
    name="works.csv", columns=("id", "kind", "title", "owner", "words", "file", *HASHES), needed=("kind", "title")
)
"""A row for each picture of a work. Features and artwork, which are bytes, have no place in a table."""

_CLEAR = 100


class FeaturesWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Packed keypoints, their version, and the size in pixels of the picture that they are of."""

    version: str
    width: int
    height: int
    data: bytes


class FingerprintWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a picture; hashes in hex, 64, 16 and 64 digits, the features' data in base64."""

    sha256: str | None = None
    phash: str | None = None
    pdq: str | None = None
    quality: int = _CLEAR
    features: FeaturesWire | None = None


class ArtworkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Artwork of a logo: a PNG in base64, and the SHA-256 of the file that it came from."""

    sha256: str
    picture: bytes


class WorkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work, logo or mark."""

    id: str | None = None
    kind: WorkKind
    title: str
    owner: str | None = None
    fingerprints: list[FingerprintWire]
    artworks: list[ArtworkWire] = []
    words: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """What a row of a table says of a work, but for the picture; None where it does not say."""

    id: str | None
    kind: WorkKind | None
    title: str
    owner: str | None
    words: tuple[str, ...] = ()


def work_wire(work: Work, artworks: Sequence[KnownArtwork] = ()) -> WorkWire:
    """The work as it is written, with the artwork that is kept of a logo."""
    return WorkWire(
        id=work.id,
        kind=work.kind,
        title=work.title,
        owner=work.owner,
        fingerprints=[_fingerprint_wire(known) for known in work.fingerprints],
        artworks=[ArtworkWire(sha256=artwork.sha256, picture=artwork.picture) for artwork in artworks],
        words=list(work.words),
    )


def work_from(wire: WorkWire) -> Work:
    """The work as it was written, but for its artwork; without an id, which the register then makes, the id is empty.

    Raises ValueError when a hash is not in hex.
    """
    return Work(
        id=wire.id or "",
        kind=wire.kind,
        title=wire.title,
        owner=wire.owner,
        fingerprints=tuple(_fingerprint_from(known) for known in wire.fingerprints),
        words=tuple(wire.words),
    )


def work_cells(work: Work) -> Iterator[tuple[str, ...]]:
    """The work as rows of `WORKS`, one for each picture."""
    for known in work.fingerprints:
        yield work.id, work.kind.value, work.title, work.owner or "", join_words(work.words), "", *_hash_cells(known)


def work_in(line: Line) -> WorkRow:
    """The work in a row of `WORKS`; what is wrong with it is noted. Rows with the same id are one work."""
    kind, work_id = line.read("kind", one_of(WorkKind, {})), line.read("id", check_id)
    words = tuple(sorted(line.words("words")))
    return WorkRow(id=work_id, kind=kind, title=line.need_text("title"), owner=line.text("owner"), words=words)


def hashes_in(line: Line) -> KnownFingerprint:
    """The hashes in the row, as far as there are any; what is wrong with them is noted."""
    quality = line.read("quality", whole)
    return KnownFingerprint(
        sha256=line.read("sha256", _sha256),
        phash=line.read("phash", _hexadecimal(64)),
        pdq=line.read("pdq", _hexadecimal(256)),
        quality=_CLEAR if quality is None else quality,
    )


def _fingerprint_wire(known: KnownFingerprint) -> FingerprintWire:
    features = known.features
    return FingerprintWire(
        sha256=known.sha256,
        phash=None if known.phash is None else f"{known.phash:016x}",
        pdq=None if known.pdq is None else f"{known.pdq:064x}",
        quality=known.quality,
        features=None if features is None else msgspec.convert(features, FeaturesWire, from_attributes=True),
    )


def _fingerprint_from(wire: FingerprintWire) -> KnownFingerprint:
    return KnownFingerprint(
        sha256=wire.sha256,
        phash=None if wire.phash is None else int(wire.phash, 16),
        pdq=None if wire.pdq is None else int(wire.pdq, 16),
        quality=wire.quality,
        features=None if wire.features is None else msgspec.convert(wire.features, Features, from_attributes=True),
    )


def _hash_cells(known: KnownFingerprint) -> tuple[str, ...]:
    return (
        known.sha256 or "",
        "" if known.phash is None else f"{known.phash:016x}",
        "" if known.pdq is None else f"{known.pdq:064x}",
        str(known.quality),
    )


class WorkSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A work as `work list` shows it: by how many pictures it is known, and by how many of them in parts.

    `outdated` counts those whose features are of another version: parts of them are not found any more.
    """

    id: str
    kind: str
    title: str
    owner: str | None
    fingerprints: int
    features: int
    outdated: int


class LogoSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A logo as `logo list` shows it; `looked_for` counts the artworks that are looked for as a part of pictures.

    `words` are those that it is known by where it is only written.
    """

    id: str
    kind: str
    title: str
    owner: str | None
    artworks: int
    looked_for: int
    words: list[str]


def work_summary(work: Work, in_parts: int, outdated: int) -> WorkSummary:
    """The work without what it is recognised by."""
    return WorkSummary(
        id=work.id,
        kind=work.kind.value,
        title=work.title,
        owner=work.owner,
        fingerprints=len(work.fingerprints),
        features=in_parts,
        outdated=outdated,
    )


def logo_summary(logo: KnownLogo) -> LogoSummary:
    """The logo without its artworks."""
    return LogoSummary(
        id=logo.id,
        kind=logo.kind.value,
        title=logo.title,
        owner=logo.owner,
        artworks=len(logo.artworks),
        looked_for=logo.searched,
        words=list(logo.words),
    )


def _sha256(text: str) -> str:
    _hexadecimal(256)(text)
    return text.lower()


def _hexadecimal(bits: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if len(text) * 4 != bits:
            raise ValueError(phrase("{text} is not {bits} hex digits", text=repr(text), bits=bits // 4))
        return int(text, 16)

    return number
