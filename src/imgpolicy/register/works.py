"""Known works, logos and marks, and the fingerprints by which they are recognised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:  # the facts bring numpy, which naming a kind of work does not need
    from imgpolicy.facts import Fingerprint
    from imgpolicy.register.features import Features


Identity = tuple[str | None, str | None, str | None]
"""SHA-256, PDQ and pHash in hex, as far as they tell a picture from others."""


class WorkKind(StrEnum):
    """What a known picture is to the organisation."""

    WORK = "work"
    OWN_LOGO = "own logo"
    COMPETITOR_LOGO = "competitor logo"
    THIRD_PARTY_MARK = "third-party mark"
    RESTRICTED = "restricted"


LOGOS = frozenset({WorkKind.OWN_LOGO, WorkKind.COMPETITOR_LOGO, WorkKind.THIRD_PARTY_MARK})
"""Artwork by which somebody is known."""

LICENSABLE = frozenset({WorkKind.WORK, WorkKind.THIRD_PARTY_MARK})
"""What somebody else's licence can make ours to post."""


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

    @classmethod
    def of(cls, fingerprint: Fingerprint, features: Features | None = None) -> Self:
        """What is kept of a picture's fingerprint and features."""
        return cls(
            sha256=fingerprint.sha256,
            phash=fingerprint.phash,
            pdq=fingerprint.pdq[0],
            quality=fingerprint.quality,
            features=features,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work, logo or mark. `owner` is None when not known; several pictures may show the same work."""

    id: str
    kind: WorkKind
    title: str
    owner: str | None
    fingerprints: tuple[KnownFingerprint, ...]
