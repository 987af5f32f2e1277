"""Faces held against the gallery: who each may be, and what their consents say.

A face that matches nobody stays unnamed, and its vector goes nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.grant import Coverage, CoverStatus
from imgpolicy.domain.lookup import PHOTOGRAPHS, Candidate
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import STRICT, DismissedAs, Doubt, FaceStatus, PeopleMode, PeoplePolicy
from imgpolicy.facts import Face, Faces
from imgpolicy.index.gallery import Gallery, empty_gallery
from imgpolicy.match.assign import bound
from imgpolicy.match.children import doubt_about, may_be_child, vouched_by
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.scores import Vectors, best_candidates, face_scores
from imgpolicy.phrase import phrase

CANDIDATES = 3
"""How many candidates are kept for a face."""

FaceCandidates = tuple[tuple[Candidate, ...], ...]
"""For each face of a picture, in their order, the people whom it is most like, the best first."""

_DENIED = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})
_NAMED = frozenset({FaceStatus.COVERED, FaceStatus.NO_CONSENT, FaceStatus.UNCONFIRMED})
MOST_YAW = 50.0
"""Degrees to the side beyond which nobody is identified by a face: of 100 portraits (Labeled Faces in the Wild), which
reach 49, those turned most tell people apart as well as the others; beyond nothing was measured."""

DISMISSED = {DismissedAs.ARTWORK: FaceStatus.ARTWORK, DismissedAs.NOT_A_FACE: FaceStatus.NOT_A_FACE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PossiblePerson:
    """A person who is, or may be, in the picture, and what their consents say of the posting."""

    person: str
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceMatch:
    """One face held against the gallery.

    `candidates` are the best people, the best first, whatever their score. `margin` is how far the best leads the
    second; None with fewer than two people. `possible_people` are those whom the face may be: nobody when it is
    unknown, one when it is identified, and when it is ambiguous or too poor everybody from the threshold on, because
    the worst may be true. `poor` says in words what makes a face too poor, `doubt` why it is unconfirmed. `on_word_of`
    names the editor by whose word it is covered, `dismissal` is the id of the record that dismisses it.
    """

    face: Face
    status: FaceStatus
    candidates: tuple[Candidate, ...] = ()
    margin: float | None = None
    possible_people: tuple[PossiblePerson, ...] = ()
    poor: str | None = None
    doubt: Doubt | None = None
    on_word_of: str | None = None
    dismissal: str | None = None

    @property
    def identified(self) -> PossiblePerson | None:
        """The one person who this is; None when nobody or not surely anybody."""
        return self.possible_people[0] if self.possible_people and self.status in _NAMED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What every face of one picture is held to."""

    known: RegisterSnapshot
    posting: Posting
    policy: PeoplePolicy
    threshold: float
    agreement: float
    dismissed: Mapping[int, Dismissal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A face before the others of its frame are heard: its candidates, whom of them it may be, what is wrong with it.

    `sure` is whom it would be taken for by itself, `dismissal` the record that dismisses it.
    """

    face: Face
    candidates: tuple[Candidate, ...]
    margin: float | None
    likely: tuple[Candidate, ...]
    poor: str | None
    sure: str | None
    dismissal: Dismissal | None


def candidates_of(faces: Faces, vectors: Vectors, gallery: Gallery) -> FaceCandidates:
    """For each face everybody whom it is most like, the best first; `vectors` has a row for each face.

    Vectors of another engine than the gallery's are like nobody.
    """
    searched = gallery if faces.engine == gallery.engine else empty_gallery(faces.engine)
    return tuple(best_candidates(row, searched.owners, searched.photographs) for row in face_scores(vectors, searched))


def match_faces(  # noqa: PLR0913, PLR0917  # a face, whom it is like, and what both are held to
    faces: Faces,
    candidates: FaceCandidates,
    known: RegisterSnapshot,
    posting: Posting,
    policy: PeoplePolicy = STRICT,
    dismissed: Mapping[int, Dismissal] | None = None,
) -> tuple[FaceMatch, ...]:
    """One match for each face, in the same order.

    `candidates` are those of each face. `dismissed` holds, by the place of a face in the order, what a reviewer said.
    """
    question = _Question(
        known=known,
        posting=posting,
        policy=policy,
        threshold=threshold_for(faces, known),
        agreement=threshold_for(faces, known, photographs=1),
        dismissed=dismissed or {},
    )
    seen = [
        _look(index, face, near, question)
        for index, (face, near) in enumerate(zip(faces.faces, candidates, strict=True))
    ]
    sure = _sure(seen, question)
    people = [one.face for one in seen if one.dismissal is None and not one.face.doubtful]
    crowd = Counter(frame for face in people for frame in face.frames)
    return tuple(
        _judged(one, question, sure=index in sure, among=min(crowd[frame] for frame in one.face.frames))
        for index, one in enumerate(seen)
    )


def threshold_for(faces: Faces, known: RegisterSnapshot, photographs: int = PHOTOGRAPHS) -> float:
    """The cosine that the faces of this picture are held to: each that may be named is a chance to be wrong.

    So is each of the photographs of a person of which the nearest counts.
    """
    nameable = sum(face.height >= known.calibration.smallest for face in faces.faces)
    return known.calibration.threshold(known.enrolled, nameable, photographs=photographs)


def lowest_bar(faces: Faces, known: RegisterSnapshot) -> float:
    """The cosine below which nobody plays a part in what becomes of a face of this picture."""
    return min(known.calibration.threshold(1), threshold_for(faces, known)) - known.calibration.margin


def possible_person(person: str, known: RegisterSnapshot, posting: Posting) -> PossiblePerson:
    """The person with what their consents say of the posting; they must be in the snapshot."""
    return PossiblePerson(person=person, coverage=known.coverage(person, posting))


def too_poor(face: Face, known: RegisterSnapshot) -> str | None:
    """In words, why nobody can be identified by this face; None when it is good enough for the engine."""
    calibration = known.calibration
    if face.height < calibration.smallest:
        return phrase(
            "it is {height} pixels high, and {needed} are needed",
            height=round(face.height),
            needed=round(calibration.smallest),
        )
    if face.sharpness < calibration.dullest:
        return phrase("it is too blurred")
    if abs(face.pose.yaw) > MOST_YAW:
        return phrase("it is turned too far to the side")
    return None


def _look(index: int, face: Face, candidates: tuple[Candidate, ...], question: _Question) -> _Seen:
    """The face by itself."""
    margin = candidates[0].score - candidates[1].score if len(candidates) > 1 else None
    likely = _likely(candidates, question)
    poor = too_poor(face, question.known)
    agreed = bool(candidates) and candidates[0].agreed >= question.agreement
    clear = poor is None and agreed and (margin is None or margin >= question.known.calibration.margin)
    dismissal = question.dismissed.get(index)
    return _Seen(
        face=face,
        candidates=candidates,
        margin=margin,
        likely=likely,
        poor=poor,
        sure=likely[0].person if likely and clear else None,
        dismissal=dismissal if dismissal and _may_be_dismissed(likely, question) else None,
    )


def _likely(candidates: Sequence[Candidate], question: _Question) -> tuple[Candidate, ...]:
    """Whom the face may be: nobody when the best is below the threshold, else all from it on or close to the best."""
    if not candidates or candidates[0].score < question.threshold:
        return ()
    lowest = min(question.threshold, candidates[0].score - question.known.calibration.margin)
    return tuple(
        candidate for candidate in candidates if candidate.score > lowest or candidate.score == candidates[0].score
    )


def _may_be_dismissed(likely: Iterable[Candidate], question: _Question) -> bool:
    """False when the face may be somebody whose consents do not cover the posting: then their word goes first."""
    possible_people = (possible_person(candidate.person, question.known, question.posting) for candidate in likely)
    return all(found.coverage.status is CoverStatus.COVERED for found in possible_people)


def _sure(seen: Sequence[_Seen], question: _Question) -> frozenset[int]:
    """The faces, by their place in the order, that are surely the person whom each would be by itself.

    In one frame a person has one face. Who would be two is neither, and a face to which not every best assignment
    gives its person is not sure of them either. The other faces only take certainty away: that somebody else is one
    person never makes a face another.
    """
    sure = {index for index, one in enumerate(seen) if one.sure is not None and _claims(one, question)}
    for frame in {frame for one in seen for frame in one.face.frames}:
        here = [index for index, one in enumerate(seen) if frame in one.face.frames and _claims(one, question)]
        times = Counter(seen[index].sure for index in here)
        assigned = bound([_claims(seen[index], question) for index in here])
        sure -= {index for index, held in zip(here, assigned, strict=True) if not held or times[seen[index].sure] > 1}
    return frozenset(sure)


def _claims(one: _Seen, question: _Question) -> dict[str, float]:
    """Whom the face may be, for the assignment; a dismissed face or one too poor to identify anybody claims nobody."""
    if one.dismissal is not None or one.poor is not None:
        return {}
    return {candidate.person: candidate.score for candidate in one.likely if candidate.score >= question.threshold}


def _judged(one: _Seen, question: _Question, *, sure: bool, among: int) -> FaceMatch:
    """What becomes of the face; `among` counts the faces shown with it, where they are fewest."""
    match = FaceMatch(
        face=one.face,
        status=FaceStatus.UNKNOWN,
        candidates=one.candidates[:CANDIDATES],
        margin=one.margin,
        possible_people=tuple(
            possible_person(candidate.person, question.known, question.posting) for candidate in one.likely
        ),
        poor=one.poor,
    )
    if one.dismissal is not None:
        return replace(match, status=DISMISSED[one.dismissal.what], possible_people=(), dismissal=one.dismissal.id)
    if sure:
        return _named(replace(match, possible_people=match.possible_people[:1]), question)
    if _incidental(one, question, among):
        return replace(match, status=FaceStatus.INCIDENTAL)
    if one.face.doubtful and not match.possible_people:
        return replace(match, status=FaceStatus.DOUBTFUL)
    if one.poor is not None:
        return replace(match, status=FaceStatus.TOO_POOR)
    return replace(match, status=FaceStatus.AMBIGUOUS) if match.possible_people else match


def _named(match: FaceMatch, question: _Question) -> FaceMatch:
    """Whether the consents of the one whom it surely is cover the posting, and a likeness is enough to say so."""
    (possible,), best = match.possible_people, match.candidates[0]
    if possible.coverage.status is not CoverStatus.COVERED:
        return replace(match, status=FaceStatus.NO_CONSENT)
    person = question.known.people[possible.person].person
    doubt = doubt_about(person, best.score, question.posting, question.known.calibration)
    if doubt is None:
        return replace(match, status=FaceStatus.COVERED)
    word = vouched_by(person, doubt, question.posting)
    if word is not None:
        return replace(match, status=FaceStatus.COVERED, on_word_of=word)
    return replace(match, status=FaceStatus.UNCONFIRMED, doubt=doubt)


def _incidental(one: _Seen, question: _Question, among: int) -> bool:
    """Whether the policy exempts the face: small, among enough others, and of nobody whom it should not pass.

    The bars do not rise with the register or the crowd: a person or a face more must not exempt another one.
    Somebody who said no, a child or a declared person stops it at a likeness that would not name them.
    """
    policy, calibration = question.policy, question.known.calibration
    height = one.face.box.bottom - one.face.box.top
    if policy.mode is not PeopleMode.IDENTIFY or height >= policy.incidental_below or among < policy.crowd_from:
        return False
    bar = min(calibration.threshold(1), question.threshold)
    near = [candidate for candidate in one.candidates if candidate.score >= bar - calibration.margin]
    return not any(candidate.score >= bar or _guarded(candidate.person, question) for candidate in near)


def _guarded(person: str, question: _Question) -> bool:
    """True for somebody who said no to this posting, who may be a child, and a declared person."""
    if person in question.posting.people or may_be_child(question.known.people[person].person, question.posting):
        return True
    return possible_person(person, question.known, question.posting).coverage.status in _DENIED
