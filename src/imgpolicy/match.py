"""Facts held against the register: who is in the picture, which work, which logo.

`Known` is the register as the walk sees it, in memory. What is not in the register stays unnamed: a face that
matches nobody has no person, and its vector goes nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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
"""PDQ quality below which a picture is too flat for its hashes to be sure of anything (Meta's paper on PDQ)."""

MIN_HEIGHT = 32
"""Height of a face in pixels below which nobody is named: SFace knows .89 of faces of 32 pixels again and .44 of 24
(docs/decisions/0003-face-engine.md); below, a score says too little to publish somebody on."""

_NEAREST = 200
"""How many of the nearest vectors are looked through for candidates."""

_COLUMNS = 256

_BLOCK = 256
"""How many vectors are compared at a time: for more the linear algebra would wake a second core, which costs twice
the CPU time (measured with 8 faces)."""

FaceScores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person in the register and the cosine between the face and the nearest of her vectors, -1 to 1."""

    person: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A person who is, or may be, in the picture, and what her consents say of the posting."""

    person: str
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceMatch:
    """One face held against the gallery.

    `candidates` are the best people, the best first, whatever their score. `margin` is how far the best leads the
    second; None with fewer than two people. `suspects` are those whom the face may be: nobody when it is unknown, one
    when it is identified, and when it is ambiguous everybody from the threshold on, because the worst may be true.
    """

    face: Face
    status: FaceStatus
    candidates: tuple[Candidate, ...] = ()
    margin: float | None = None
    suspects: tuple[Suspect, ...] = ()

    @property
    def identified(self) -> Suspect | None:
        """The one person who this is; None when nobody or not surely anybody."""
        return self.suspects[0] if self.suspects and self.status is not FaceStatus.AMBIGUOUS else None


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
    """All matches of one picture, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[Suspect, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    threshold: float | None = None

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people would rest on."""
        found = [match.identified for match in self.faces if match.identified]
        return tuple(s.coverage for s in (*found, *self.declared) if s.coverage.status is CoverStatus.COVERED)


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
    found = () if isinstance(faces, Unknown) else match_faces(faces, known, posting)
    seen = {match.identified.person for match in found if match.identified}
    missed = [person for person in dict.fromkeys(posting.people) if person not in seen]
    return Matches(
        faces=found,
        declared=tuple(_suspect(person, known, posting) for person in missed),
        works=() if isinstance(fingerprint, Unknown) else tuple(match_works(fingerprint, known.works)),
        threshold=known.threshold,
    )


def match_faces(faces: Faces, known: Known, posting: Posting) -> tuple[FaceMatch, ...]:
    """One match for each face, in the same order; vectors of another engine than the gallery's match nobody."""
    gallery = known.gallery if faces.engine == known.gallery.engine else empty_gallery(faces.engine)
    scores = face_scores(faces.faces, gallery)
    found = [
        _identify(face, _candidates(row, gallery.owners), known, posting)
        for face, row in zip(faces.faces, scores, strict=True)
    ]
    times = Counter(match.identified.person for match in found if match.identified)
    twice = {person for person, count in times.items() if count > 1}
    return tuple(
        replace(match, status=FaceStatus.AMBIGUOUS) if match.identified and match.identified.person in twice else match
        for match in found
    )


def _identify(face: Face, candidates: tuple[Candidate, ...], known: Known, posting: Posting) -> FaceMatch:
    """Who the face is, and whether her consent covers the posting."""
    margin = candidates[0].score - candidates[1].score if len(candidates) > 1 else None
    suspects = tuple(_suspect(candidate.person, known, posting) for candidate in _likely(candidates, known))
    if not suspects:
        status = FaceStatus.UNKNOWN
    elif face.height < MIN_HEIGHT or (margin is not None and margin < known.margin):
        status = FaceStatus.AMBIGUOUS
    else:
        suspects = suspects[:1]
        covered = suspects[0].coverage.status is CoverStatus.COVERED
        status = FaceStatus.COVERED if covered else FaceStatus.NO_CONSENT
    return FaceMatch(face=face, status=status, candidates=candidates[:CANDIDATES], margin=margin, suspects=suspects)


def _likely(candidates: Sequence[Candidate], known: Known) -> list[Candidate]:
    """Whom the face may be: nobody when the best is below the threshold, else all from it on or close to the best."""
    if not candidates or candidates[0].score < known.threshold:
        return []
    lowest = min(known.threshold, candidates[0].score - known.margin)
    return [candidate for candidate in candidates if candidate.score > lowest or candidate is candidates[0]]


def _suspect(person: str, known: Known, posting: Posting) -> Suspect:
    return Suspect(person=person, coverage=cover(known.consents_of(person), posting))


def empty_gallery(engine: str) -> Gallery:
    """A gallery of this engine with nobody in it."""
    return Gallery(engine=engine, owners=(), vectors=np.zeros((0, 0), dtype=np.float32))


def face_scores(faces: Sequence[Face], gallery: Gallery) -> FaceScores:
    """The cosine between each face (row) and each vector of the gallery (column), in their orders."""
    if not gallery.owners or not faces:
        return np.zeros((len(faces), 0), dtype=np.float32)
    vectors = np.ascontiguousarray(np.stack([face.vector for face in faces]).T)
    scores = np.empty((len(gallery.owners), len(faces)), dtype=np.float32)
    for start in range(0, len(scores), _BLOCK):
        block = slice(start, start + _BLOCK)
        np.matmul(gallery.vectors[block], vectors, out=scores[block])
    return np.ascontiguousarray(scores.T)


def _candidates(row: FaceScores, owners: Sequence[str]) -> tuple[Candidate, ...]:
    """Everybody in the gallery with the score of the nearest of her vectors, the best first.

    A score that is no number, as a broken engine could give, is the worst there is.
    """
    scores = row if np.isfinite(row).all() else np.nan_to_num(row, nan=-1.0)
    best: dict[str, float] = {}
    nearest = _nearest(scores)
    for index, score in zip(nearest, scores[nearest].tolist(), strict=True):
        best.setdefault(owners[index], score)
    return tuple(Candidate(person=person, score=score) for person, score in best.items())


def _nearest(scores: FaceScores) -> Sequence[int]:
    """The indices of the highest scores, `_NEAREST` of them, the highest first.

    Sorting everything would cost more than the scores did. Of scores laid out in more columns than are wanted, the
    highest of each column are taken: as many scores as are wanted reach the last of their best, so below it is nobody.
    """
    rows = scores.size // _COLUMNS
    if rows < 2:
        everything: list[int] = np.argsort(-scores)[:_NEAREST].tolist()
        return everything
    floor = np.sort(scores[: rows * _COLUMNS].reshape(rows, _COLUMNS).max(axis=0))[-_NEAREST]
    above = np.flatnonzero(scores >= floor)
    found: list[int] = above[np.argsort(-scores[above])[:_NEAREST]].tolist()
    return found


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
    pdq = min((form ^ work.pdq).bit_count() for form in picture.pdq)
    phash = (picture.phash ^ work.phash).bit_count()
    stages = (("pdq", pdq, PDQ_CERTAIN, PDQ_POSSIBLE), ("phash", phash, PHASH_CERTAIN, PHASH_POSSIBLE))
    clear = min(picture.quality, work.quality) >= MIN_QUALITY
    near = [(stage, bits, clear and bits <= certain) for stage, bits, certain, possible in stages if bits <= possible]
    return min(near, key=lambda n: not n[2], default=None)
