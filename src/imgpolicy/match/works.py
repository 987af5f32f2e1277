"""A picture held against the known works, logos and marks: as the same file, as a whole, and in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.work import Work, WorkKind
from imgpolicy.facts import Fingerprint, Keypoints, Unknown
from imgpolicy.index.fingerprints import FingerprintIndex, Hashes, Words
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.copies import Copy, find_copies

PDQ_CERTAIN = 54
PDQ_POSSIBLE = 70
PHASH_CERTAIN = 6
PHASH_POSSIBLE = 10
"""Bits of distance, docs/decisions/0007-perceptual-hashes.md; measured by benchmarks/hashes.py."""

PDQ_SAME = 12
"""Bits within which it is the same picture whatever keypoints say: other pages of one setting are 22 apart or more, and
what repeats itself everywhere, as a wall of logos, has keypoints that agree on no map (decision 13)."""

MIN_QUALITY = 50
"""PDQ quality below which a picture is too flat for its hashes to be sure of anything (Meta's paper on PDQ)."""

COPY_CERTAIN = 10
COPY_POSSIBLE = 9
SHARE_CERTAIN = 0.25
"""Inliers, and the share of the work to be seen that was found: docs/decisions/0013-copies.md; measured by
benchmarks/copies.py."""

ALIKE_CERTAIN = 0.06
FOUND_CERTAIN = 0.09
"""The share of all pairs that look alike which agree, below which a work repeats itself, as text does, and the share of
its places that must then be found: the same decision, under “Pages and slides”."""

MANY_ALIKE = 1000
"""Pairs that look alike from which on too few that agree speak against what the hashes say."""

_BLOCK = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHit:
    """A work or logo, by its id, that the picture, or a part of it, is like.

    `stage` is sha256, pdq, phash or keypoints; `distance` counts bits and is None for keypoints; `certain` says that
    it is near enough to be the work and not only possibly. Where keypoints found it, `inliers` counts the places
    that agree, and `region` has the work's corners in the picture, from its top left clockwise, which may lie outside.
    `frame` is the frame or page that shows it, the first being 0.
    """

    work: str
    stage: str
    distance: int | None
    certain: bool
    inliers: int | None = None
    region: tuple[Point, Point, Point, Point] | None = None
    frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMatch(WorkHit):
    """The same with what the register says of the work."""

    kind: WorkKind
    title: str
    owner: str | None

    @property
    def box(self) -> Box | None:
        """The upright rectangle around the region, as far as it is known."""
        if self.region is None:
            return None
        across, down = zip(*self.region, strict=True)
        return Box(*(round(side) for side in (min(across), min(down), max(across), max(down))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nearness:
    """How near one fingerprint of a work is, and by which hash."""

    stage: str
    distance: int
    certain: bool

    @property
    def same(self) -> bool:
        """True when no other picture is so near, however alike its places look."""
        return self.stage == "sha256" or (self.stage == "pdq" and self.certain and self.distance <= PDQ_SAME)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return not self.certain, not self.same, self.distance


def named_work(hit: WorkHit, work: Work) -> WorkMatch:
    """The hit with what the register says of its work."""
    return WorkMatch(
        work=work.id,
        kind=work.kind,
        title=work.title,
        owner=work.owner,
        stage=hit.stage,
        distance=hit.distance,
        certain=hit.certain,
        inliers=hit.inliers,
        region=hit.region,
        frame=hit.frame,
    )


def find_works(fingerprint: Fingerprint, keypoints: Keypoints | Unknown, index: WorkIndex) -> Iterator[WorkHit]:
    """The works and logos that the picture is like, each once, in its surest frame by the surest of its stages."""
    looks = {} if isinstance(keypoints, Unknown) else {look.frame: look for look in (keypoints, *keypoints.further)}
    best: dict[str, WorkHit] = {}
    for look in (fingerprint, *fingerprint.further):
        for hit in _on_frame(look, looks.get(look.frame), index):
            if hit.work not in best or (hit.certain and not best[hit.work].certain):
                best[hit.work] = hit
    yield from (best[work] for work in sorted(best))


def _on_frame(fingerprint: Fingerprint, keypoints: Keypoints | None, index: WorkIndex) -> Iterator[WorkHit]:
    """The works and logos that one frame is like, each once."""
    whole = _whole(fingerprint, index)
    seen = {} if keypoints is None else _parts(keypoints, index)
    parts = {work: copy for work, copy in seen.items() if copy.inliers >= COPY_POSSIBLE}
    for known in sorted(whole.keys() | parts.keys()):
        near, copy = whole.get(known), parts.get(known)
        surely_copy = copy is not None and certain_copy(copy)
        if near is not None and not near.same and not surely_copy and _another_page(seen.get(known)):
            near = replace(near, certain=False)
        by_hash = near is not None and (near.certain or not surely_copy)
        yield WorkHit(
            work=known,
            stage=near.stage if near is not None and by_hash else "keypoints",
            distance=near.distance if near is not None and by_hash else None,
            certain=surely_copy or (near is not None and near.certain),
            inliers=None if copy is None else copy.inliers,
            region=None if copy is None else copy.region,
            frame=fingerprint.frame,
        )


def certain_copy(copy: Copy) -> bool:
    """True when so much agrees that it is a copy, and not only what two pictures have in common."""
    enough = copy.inliers >= COPY_CERTAIN and copy.share >= SHARE_CERTAIN
    return enough and (not repeats(copy) or copy.found >= FOUND_CERTAIN)


def repeats(copy: Copy) -> bool:
    """True when so many places look alike that a few of them agree by chance: of text, tables and templates."""
    return copy.inliers < ALIKE_CERTAIN * copy.alike


def _another_page(copy: Copy | None) -> bool:
    """True when much of two pictures looks alike and too little agrees: pages in one setting have near hashes too."""
    return copy is not None and repeats(copy) and (copy.inliers >= COPY_POSSIBLE or copy.alike >= MANY_ALIKE)


def _sureness(copy: Copy) -> tuple[bool, int]:
    return certain_copy(copy), copy.inliers


def _parts(keypoints: Keypoints, index: WorkIndex) -> dict[str, Copy]:
    """The surest copy of each work that is looked for closely, however little speaks for it."""
    copies: dict[str, Copy] = {}
    for copy in find_copies(keypoints, [part.copies for part in index.parts]):
        work = index.pictured(copy.number)
        if work not in copies or _sureness(copy) > _sureness(copies[work]):
            copies[work] = copy
    return copies


def _whole(fingerprint: Fingerprint, index: WorkIndex) -> dict[str, _Nearness]:
    """The nearest fingerprint of each work that the picture as a whole is like."""
    by_work: dict[str, _Nearness] = {}
    for part in index.parts:
        nearest: dict[int, _Nearness] = {}
        for number, near in (*_same_file(fingerprint, part), *_alike(fingerprint, part)):
            if number not in nearest or near.rank < nearest[number].rank:
                nearest[number] = near
        for number, near in nearest.items():
            work = part.work(number)
            if work not in by_work or near.rank < by_work[work].rank:
                by_work[work] = near
    return by_work


def _same_file(fingerprint: Fingerprint, index: FingerprintIndex) -> Iterator[tuple[int, _Nearness]]:
    for row, _ in rows_within([int(fingerprint.sha256, 16)], index.sha256, 0):
        yield int(index.sha256.works[row]), _Nearness(stage="sha256", distance=0, certain=True)


def _alike(fingerprint: Fingerprint, index: FingerprintIndex) -> Iterator[tuple[int, _Nearness]]:
    stages = (
        ("pdq", fingerprint.pdq, index.pdq, PDQ_CERTAIN, PDQ_POSSIBLE),
        ("phash", [fingerprint.phash], index.phash, PHASH_CERTAIN, PHASH_POSSIBLE),
    )
    by_pdq: set[int] = set()
    for stage, mine, hashes, certain, possible in stages:
        for row, bits in rows_within(mine, hashes, possible):
            number = int(hashes.works[row])
            by_pdq |= {number} if stage == "pdq" and bits <= certain else set()
            if hashes.qualities[row] < MIN_QUALITY and bits > certain:
                continue  # a mark this plain has hashes that are near those of many pictures
            clear = min(fingerprint.quality, int(hashes.qualities[row])) >= MIN_QUALITY
            # 64 bits of pHash are the same for many pages of text: where PDQ is known too, it must agree.
            agreed = number in by_pdq or not (index.pdq.works == number).any()
            yield number, _Nearness(stage=stage, distance=bits, certain=clear and agreed and bits <= certain)


def rows_within(forms: Sequence[int], hashes: Hashes, most: int) -> Iterator[tuple[int, int]]:
    """The rows of the hashes that at most so many bits part from one of the forms, and how many do."""
    halves, count = hashes.words.shape
    mine = [np.frombuffer(form.to_bytes(halves * 8), ">u8").astype(np.uint64) for form in forms]
    for start in range(0, count, _BLOCK):
        words = hashes.words[:, start : start + _BLOCK]
        # 256 bits are too many for a byte, and count as none: rare rows, which are looked at again.
        apart = [_differ(words, form) for form in mine]
        for row in np.flatnonzero(np.minimum.reduce(apart) <= most):
            bits = min(int(np.bitwise_count(words[:, row] ^ form).sum(dtype=np.int64)) for form in mine)
            if bits <= most:
                yield start + int(row), bits


def _differ(words: Words, form: Words) -> NDArray[np.uint8]:
    """The bits by which each column of the words differs from the form, modulo 256."""
    total: NDArray[np.uint8] = np.bitwise_count(words[0] ^ form[0])
    for word, mine in zip(words[1:], form[1:], strict=True):
        total += np.bitwise_count(word ^ mine)
    return total
