"""Faces held against the gallery: who each may be, and what her consents say.

A face that matches nobody stays unnamed, and its vector goes nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import Face, Faces
from imgpolicy.match.known import Known
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Coverage, CoverStatus, cover
from imgpolicy.register.faces import Gallery
from imgpolicy.report import FaceStatus

CANDIDATES = 3
"""How many candidates are kept for a face."""

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


def match_faces(faces: Faces, known: Known, posting: Posting) -> tuple[FaceMatch, ...]:
    """One match for each face, in the same order; vectors of another engine than the gallery's match nobody."""
    threshold = threshold_for(faces, known)
    gallery = known.gallery if faces.engine == known.gallery.engine else empty_gallery(faces.engine)
    scores = face_scores(faces.faces, gallery)
    found = [
        _identify(face, _candidates(row, gallery.owners), threshold, known, posting)
        for face, row in zip(faces.faces, scores, strict=True)
    ]
    times = Counter(match.identified.person for match in found if match.identified)
    twice = {person for person, count in times.items() if count > 1}
    return tuple(
        replace(match, status=FaceStatus.AMBIGUOUS) if match.identified and match.identified.person in twice else match
        for match in found
    )


def threshold_for(faces: Faces, known: Known) -> float:
    """The cosine that the faces of this picture are held to: each that may be named is a chance to be wrong."""
    nameable = sum(face.height >= known.calibration.smallest for face in faces.faces)
    return known.calibration.threshold(known.enrolled, nameable)


def _identify(
    face: Face, candidates: tuple[Candidate, ...], threshold: float, known: Known, posting: Posting
) -> FaceMatch:
    """Who the face is, and whether her consent covers the posting."""
    margin = candidates[0].score - candidates[1].score if len(candidates) > 1 else None
    suspects = tuple(suspect(candidate.person, known, posting) for candidate in _likely(candidates, threshold, known))
    if not suspects:
        status = FaceStatus.UNKNOWN
    elif face.height < known.calibration.smallest or (margin is not None and margin < known.calibration.margin):
        status = FaceStatus.AMBIGUOUS
    else:
        suspects = suspects[:1]
        covered = suspects[0].coverage.status is CoverStatus.COVERED
        status = FaceStatus.COVERED if covered else FaceStatus.NO_CONSENT
    return FaceMatch(face=face, status=status, candidates=candidates[:CANDIDATES], margin=margin, suspects=suspects)


def _likely(candidates: Sequence[Candidate], threshold: float, known: Known) -> list[Candidate]:
    """Whom the face may be: nobody when the best is below the threshold, else all from it on or close to the best."""
    if not candidates or candidates[0].score < threshold:
        return []
    lowest = min(threshold, candidates[0].score - known.calibration.margin)
    return [candidate for candidate in candidates if candidate.score > lowest or candidate is candidates[0]]


def suspect(person: str, known: Known, posting: Posting) -> Suspect:
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
