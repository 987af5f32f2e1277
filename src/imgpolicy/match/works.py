"""A picture held against the known works, logos and marks: as the same file, as a whole, and in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.work import LOGOS, Work, WorkKind
from imgpolicy.facts import Fingerprint, Keypoints, Unknown
from imgpolicy.index.fingerprints import FingerprintIndex, Hashes, Words
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.copies import Copy, find_copies, holder
from imgpolicy.match.marks import inverted, marks_of, marks_of_work
from imgpolicy.match.weighing import COPY_POSSIBLE, COPY_WEIGHED, Sighting, Weight, alone, sighting

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

PDQ_AGREES = 31
"""Bits within which PDQ makes sure what keypoints say of a work that repeats itself (Meta's own threshold)."""

ALIKE_CERTAIN = 0.06
"""The share of all pairs that look alike which agree, below which a hash may be another page's: the same decision."""

MANY_ALIKE = 1000
"""Pairs that look alike from which on too few that agree speak against what the hashes say."""

BACKED = -1.0
"""What keypoints must weigh at least for a hash farther than `PDQ_AGREES` to be sure."""

NO_TITLES: Mapping[str, str] = MappingProxyType({})

_OTHERS = 8
_BLOCK = 1 << 14


class Doubt(StrEnum):
    """Why a hit is not certain: what is behind it is found in pictures that are no copies."""

    PART = "part"
    SCENE = "scene"
    SHARED = "shared"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHit:
    """A work or logo, by its id, that the picture, or a part of it, is like.

    `stage` is sha256, pdq, phash or keypoints; `distance` counts bits and is None for keypoints; `certain` says that
    it is near enough to be the work and not only possibly. Where keypoints found it, `inliers` counts the places
    that agree, and `region` has the work's corners in the picture, from its top left clockwise, which may lie outside.
    `frame` is the frame or page that shows it, the first being 0. `doubt` says why it is not certain, where it might
    have been: only parts of the work agree, or the same scene may have been photographed again, or what agrees is
    `shared` by these other works too, or it has too little detail for its hashes.
    """

    work: str
    stage: str
    distance: int | None
    certain: bool
    inliers: int | None = None
    region: tuple[Point, Point, Point, Point] | None = None
    frame: int = 0
    doubt: Doubt | None = None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMatch(WorkHit):
    """The same with what the register says of the work; `shared` has the titles of the others."""

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
    """How near one fingerprint of a work is, and by which hash.

    `pictured` says that the work has keypoints to compare, `plain` that its picture was seen, and has too few.
    """

    stage: str
    distance: int
    certain: bool
    pictured: bool = True
    plain: bool = False

    @property
    def exact(self) -> bool:
        """True for the same file."""
        return self.stage == "sha256"

    @property
    def agrees(self) -> bool:
        """True when the hash is as near as that of a copy of the whole is."""
        return self.exact or (self.stage == "pdq" and self.distance <= PDQ_AGREES)

    @property
    def same(self) -> bool:
        """True when no other picture is so near, however alike its places look."""
        return self.stage == "sha256" or (self.stage == "pdq" and self.certain and self.distance <= PDQ_SAME)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return not self.certain, not self.same, self.distance


def named_work(hit: WorkHit, work: Work, titles: Mapping[str, str] = NO_TITLES) -> WorkMatch:
    """The hit with what the register says of its work; `titles` has those of others, by their ids."""
    # A logo is plain by its nature, and is looked for in parts by its artwork.
    surely_logo = work.kind in LOGOS and hit.doubt is Doubt.PLAIN
    return WorkMatch(
        work=work.id,
        kind=work.kind,
        title=work.title,
        owner=work.owner,
        stage=hit.stage,
        distance=hit.distance,
        certain=hit.certain or surely_logo,
        inliers=hit.inliers,
        region=hit.region,
        frame=hit.frame,
        doubt=None if surely_logo else hit.doubt,
        shared=tuple(titles.get(other, other) for other in hit.shared),
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
    copies = {} if keypoints is None else _copies(keypoints, index)
    parts = {} if keypoints is None else _sightings(keypoints, copies, index)
    possible = {work for work, one in parts.items() if one.weight.possible}
    for known in sorted(whole.keys() | possible):
        near, one = whole.get(known), parts.get(known)
        weight, shared = (None, ()) if one is None else _weighed(known, one, parts)
        surely_copy = weight is not None and (weight.certain or (weight.agrees and near is not None and near.agrees))
        doubt = None
        if near is not None and keypoints is not None and near.certain and not surely_copy:
            doubt = _doubt_of_hash(near, None if one is None else one.weight, copies.get(known))
            near = near if doubt is None else replace(near, certain=False)
        by_hash = near is not None and (near.certain or not surely_copy)
        certain = surely_copy or (near is not None and near.certain)
        if doubt is None and one is not None and not certain:
            doubt = _doubt_of_places(one.weight)
        yield WorkHit(
            work=known,
            stage=near.stage if near is not None and by_hash else "keypoints",
            distance=near.distance if near is not None and by_hash else None,
            certain=certain,
            inliers=one.copy.inliers if one is not None and known in possible else None,
            region=one.copy.region if one is not None and known in possible else None,
            frame=fingerprint.frame,
            doubt=doubt,
            shared=shared if doubt is Doubt.SHARED else (),
        )


def _doubt_of_places(weight: Weight) -> Doubt:
    """Why it is not certain that the picture shows the work for which this speaks, counting what others share."""
    if weight.certain:
        return Doubt.SHARED
    return Doubt.SCENE if weight.anew else Doubt.PART


def _weighed(known: str, one: Sighting, parts: Mapping[str, Sighting]) -> tuple[Weight, tuple[str, ...]]:
    """What a sighting weighs without what the others that are seen best share with it, and who they are."""
    if not one.weight.agrees:
        return one.weight, ()
    others = sorted((work for work in parts if work != known), key=lambda work: -parts[work].copy.inliers)
    return alone(one, {work: parts[work] for work in others[:_OTHERS]})


def _doubt_of_hash(near: _Nearness, weight: Weight | None, copy: Copy | None) -> Doubt | None:
    """Why hashes that are near are not sure of the work, when keypoints were looked for; None where they are."""
    if near.exact:
        return None
    if near.plain:
        return Doubt.PLAIN
    if near.same or not near.pictured:
        return None
    if _another_page(copy):
        return Doubt.PART
    backed = near.agrees or (weight is not None and weight.logits >= BACKED)
    return None if backed else Doubt.PART


def _another_page(copy: Copy | None) -> bool:
    """True when much of two pictures looks alike and too little agrees: pages in one setting have near hashes too."""
    repeats = copy is not None and copy.inliers < ALIKE_CERTAIN * copy.alike
    return copy is not None and repeats and (copy.inliers >= COPY_POSSIBLE or copy.alike >= MANY_ALIKE)


def _copies(keypoints: Keypoints, index: WorkIndex) -> dict[str, Copy]:
    """The copy of each work that is looked for closely for which most speaks, however little."""
    copies: dict[str, Copy] = {}
    for copy in find_copies(keypoints, [part.copies for part in index.parts]):
        work = index.pictured(copy.number)
        if work not in copies or copy.inliers > copies[work].inliers:
            copies[work] = copy
    return copies


def _sightings(keypoints: Keypoints, copies: Mapping[str, Copy], index: WorkIndex) -> dict[str, Sighting]:
    """The copies for which enough speaks to weigh them."""
    upright = marks_of(keypoints)
    found: dict[str, Sighting] = {}
    for work, copy in copies.items():
        if copy.inliers >= COPY_WEIGHED:
            part, first = holder([one.copies for one in index.parts], copy.number)
            picture = inverted(upright) if copy.inverted else upright
            found[work] = sighting(copy, marks_of_work(part, copy.number - first), picture)
    return found


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
            pictured = bool((part.pictured == number).any())
            plain = not pictured and not part.outdated and bool((part.sha256.works == number).any())
            near = replace(near, pictured=pictured, plain=plain)  # noqa: PLW2901  # the same, with what is known of it
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
