"""Facts held against the register: who is in the picture, which work, which logo.

`Known` is the register as the walk sees it, in memory. What is not in the register stays unnamed: a face that
matches nobody has no person, and its vector goes nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Face, Faces, Facts, Fingerprint, Unknown
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Consent, Coverage, CoverStatus, cover
from imgpolicy.register.faces import Gallery
from imgpolicy.register.works import KnownFingerprint, Work, WorkKind
from imgpolicy.report import FaceStatus

CANDIDATES = 3
"""How many candidates are kept for a face."""

PDQ_CERTAIN = 54
PDQ_POSSIBLE = 70
PHASH_CERTAIN = 6
PHASH_POSSIBLE = 10
"""Bits of distance, docs/decisions/0007-perceptual-hashes.md; measured by benchmarks/hashes.py."""

MIN_QUALITY = 50
"""PDQ quality below which a picture is too flat for its hashes to mean anything (Meta's paper on PDQ)."""

_NEAREST = 32
"""How many vectors are looked at first for the best candidates."""

FaceScores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person in the register and the cosine between the face and the nearest of her vectors, -1 to 1."""

    person: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceMatch:
    """One face held against the gallery.

    `candidates` are the best people, the best first, whatever their score. `margin` is how far the best leads the
    second; None with fewer than two people. `person` is set only when identified, and then `coverage` says what
    her consents allow; a face that is `ambiguous` could be one of several people, or is one of two faces that
    match the same person.
    """

    face: Face
    status: FaceStatus
    candidates: tuple[Candidate, ...] = ()
    margin: float | None = None
    person: str | None = None
    coverage: Coverage | None = None


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


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, and the threshold that its faces were held to."""

    faces: tuple[FaceMatch, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    threshold: float | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, and a way to ask for a person's consents.

    `threshold` and `margin` are the engine's, for a gallery of this size.
    """

    gallery: Gallery
    threshold: float
    margin: float
    consents_of: Callable[[str], Sequence[Consent]]
    works: Sequence[Work] = ()


def match(facts: Facts, known: Known, posting: Posting) -> Matches:
    """Every face and the picture as a whole, held against what the register knows."""
    faces = facts.get(Faces)
    fingerprint = facts.get(Fingerprint)
    return Matches(
        faces=() if isinstance(faces, Unknown) else match_faces(faces.faces, known, posting),
        works=() if isinstance(fingerprint, Unknown) else tuple(match_works(fingerprint, known.works)),
        threshold=known.threshold,
    )


def match_faces(faces: Sequence[Face], known: Known, posting: Posting) -> tuple[FaceMatch, ...]:
    """One match for each face, in the same order."""
    scores = face_scores(faces, known.gallery)
    found = [_identify(face, row, known) for face, row in zip(faces, scores, strict=True)]
    times = Counter(m.person for m in found if m.person)
    return tuple(_ambiguous(m) if m.person and times[m.person] > 1 else _covered(m, known, posting) for m in found)


def _identify(face: Face, scores: FaceScores, known: Known) -> FaceMatch:
    """Who the face is, without a word yet on consent."""
    candidates = tuple(_candidates(scores, known.gallery.owners))
    best = candidates[0].score if candidates else None
    margin = candidates[0].score - candidates[1].score if len(candidates) > 1 else None
    if best is None or best < known.threshold:
        return FaceMatch(face=face, status=FaceStatus.UNKNOWN, candidates=candidates, margin=margin)
    if margin is not None and margin < known.margin:
        return FaceMatch(face=face, status=FaceStatus.AMBIGUOUS, candidates=candidates, margin=margin)
    return FaceMatch(
        face=face, status=FaceStatus.NO_CONSENT, candidates=candidates, margin=margin, person=candidates[0].person
    )


def face_scores(faces: Sequence[Face], gallery: Gallery) -> FaceScores:
    """The cosine between each face (row) and each vector of the gallery (column), in their orders."""
    if not gallery.owners or not faces:
        return np.zeros((len(faces), 0), dtype=np.float32)
    return np.stack([face.vector for face in faces]) @ gallery.vectors.T


def _candidates(scores: FaceScores, owners: Sequence[str]) -> Iterator[Candidate]:
    """The best people for one face, each with the score of the nearest of her vectors."""
    nearest = _NEAREST
    while True:
        best: dict[str, float] = {}
        for index in _highest(scores, nearest):
            best.setdefault(owners[index], float(scores[index]))
        if len(best) >= CANDIDATES or nearest >= scores.size:
            break
        nearest *= 8  # the nearest vectors are all of one or two people
    for person in list(best)[:CANDIDATES]:
        yield Candidate(person=person, score=best[person])


def _highest(scores: FaceScores, count: int) -> NDArray[np.intp]:
    """The indices of the highest scores, the highest first; sorting all of them would cost more than the scores."""
    if count >= scores.size:
        return np.argsort(-scores)
    nearest = np.argpartition(scores, -count)[-count:]
    return nearest[np.argsort(-scores[nearest])]


def _ambiguous(m: FaceMatch) -> FaceMatch:
    return FaceMatch(face=m.face, status=FaceStatus.AMBIGUOUS, candidates=m.candidates, margin=m.margin)


def _covered(m: FaceMatch, known: Known, posting: Posting) -> FaceMatch:
    """The match with what the person's consents say of this posting."""
    if m.person is None:
        return m
    coverage = cover(known.consents_of(m.person), posting)
    return FaceMatch(
        face=m.face,
        status=FaceStatus.COVERED if coverage.status is CoverStatus.COVERED else FaceStatus.NO_CONSENT,
        candidates=m.candidates,
        margin=m.margin,
        person=m.person,
        coverage=coverage,
    )


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
    if min(picture.quality, work.quality) < MIN_QUALITY:
        return None
    pdq = min((form ^ work.pdq).bit_count() for form in picture.pdq)
    phash = (picture.phash ^ work.phash).bit_count()
    stages = (("pdq", pdq, PDQ_CERTAIN, PDQ_POSSIBLE), ("phash", phash, PHASH_CERTAIN, PHASH_POSSIBLE))
    near = [(stage, bits, bits <= certain) for stage, bits, certain, possible in stages if bits <= possible]
    return min(near, key=lambda n: not n[2], default=None)
