"""Known works, logos and marks, and the fingerprints by which they are recognised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:  # the facts bring numpy, which naming a kind of work does not need
    from imgpolicy.facts import Fingerprint


class WorkKind(StrEnum):
    """What a known picture is to the organisation."""

    WORK = "work"
    OWN_LOGO = "own logo"
    COMPETITOR_LOGO = "competitor logo"
    THIRD_PARTY_MARK = "third-party mark"


LICENSABLE = frozenset({WorkKind.WORK, WorkKind.THIRD_PARTY_MARK})
"""What somebody else's licence can make ours to post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFingerprint:
    """The fingerprint of one stored picture, as it stands: of PDQ's eight forms the first, 256 bits.

    `phash` has 64 bits; `quality` is PDQ's, 0 to 100.
    """

    sha256: str
    phash: int
    pdq: int
    quality: int

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Self:
        """What is kept of a picture's fingerprint."""
        return cls(
            sha256=fingerprint.sha256,
            phash=fingerprint.phash,
            pdq=fingerprint.pdq[0],
            quality=fingerprint.quality,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work, logo or mark. `owner` is None when not known; several pictures may show the same work."""

    id: str
    kind: WorkKind
    title: str
    owner: str | None
    fingerprints: tuple[KnownFingerprint, ...]
