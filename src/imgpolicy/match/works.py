"""A picture as a whole held against the known works, logos and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imgpolicy.facts import Fingerprint
from imgpolicy.register.works import KnownFingerprint, Work, WorkKind

PDQ_CERTAIN = 54
PDQ_POSSIBLE = 70
PHASH_CERTAIN = 6
PHASH_POSSIBLE = 10
"""Bits of distance, docs/decisions/0007-perceptual-hashes.md; measured by benchmarks/hashes.py."""

MIN_QUALITY = 50
"""PDQ quality below which a picture is too flat for its hashes to be sure of anything (Meta's paper on PDQ)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMatch:
    """A registered work or logo that the picture as a whole is like.

    `stage` is sha256, pdq or phash, `distance` counts bits; `certain` says that it is near enough to be the work
    and not only possibly.
    """

    work: str
    kind: WorkKind
    title: str
    owner: str | None
    stage: str
    distance: int
    certain: bool


def match_works(fingerprint: Fingerprint, works: Sequence[Work]) -> Iterator[WorkMatch]:
    """The works and logos that the picture as a whole is like, each by the surest of its fingerprints."""
    for work in works:
        near = [n for known in work.fingerprints if (n := _nearness(fingerprint, known)) is not None]
        if near:
            stage, distance, certain = min(near, key=lambda n: (not n[2], n[1]))
            yield WorkMatch(
                work=work.id,
                kind=work.kind,
                title=work.title,
                owner=work.owner,
                stage=stage,
                distance=distance,
                certain=certain,
            )


def _nearness(picture: Fingerprint, work: KnownFingerprint) -> tuple[str, int, bool] | None:
    """Stage, bits of distance and certainty; None when the two are not alike."""
    if picture.sha256 == work.sha256:
        return "sha256", 0, True
    if work.quality < MIN_QUALITY:
        return None  # a mark this plain: its hashes are those of many pictures
    pdq = min((form ^ work.pdq).bit_count() for form in picture.pdq)
    phash = (picture.phash ^ work.phash).bit_count()
    stages = (("pdq", pdq, PDQ_CERTAIN, PDQ_POSSIBLE), ("phash", phash, PHASH_CERTAIN, PHASH_POSSIBLE))
    clear = min(picture.quality, work.quality) >= MIN_QUALITY
    near = [(stage, bits, clear and bits <= certain) for stage, bits, certain, possible in stages if bits <= possible]
    return min(near, key=lambda n: not n[2], default=None)
