"""Faces as a fact: whatever the face engine sees in the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import numpy as np

from imgpolicy.domain.geometry import Point, overlap
from imgpolicy.engines import NO_VECTOR, FaceEngine, FaceFinder, SeenFace, Survey, Surveyor
from imgpolicy.errors import ExtractError
from imgpolicy.extract.spots import spots
from imgpolicy.facts import Embeddings, Face, Faces, Fact, Pose, Unknown, Vector
from imgpolicy.frames import Watch, left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

RECOGNISABLE = 48
"""Height of a face in pixels from which people recognise it, and so does SFace (.98 of them, decision 3). A picture so
large that faces of this size may not be seen was not looked at well enough."""


SAME_PLACE, SAME_FACE = 0.5, 0.8
"""What two frames show is one face from this overlap of its boxes (of their union) and this cosine of its vectors on.
The same portrait with a blur of 2 % of the face's height, as motion gives, has 0.82 (median); the highest threshold for
naming anybody is 0.6."""

MOST_IN_FRAMES = 240
"""Faces in all frames of a file together, however often the same one: each takes about 50 ms
of a busy machine (benchmarks/bounds.py)."""

_OWN = "2"
"""Changes when the same faces of an engine may give another fact."""

Track = tuple[SeenFace, ...]
"""What shows one face in several frames, in their order."""

HIDDEN = Unknown(
    what=phrase("hidden faces"),
    reason=phrase("faces seen from the side or behind, covered, or very dark may not be found"),
    lifts=False,
)


_TOO_MANY = Unknown(
    what=phrase("faces in further frames"),
    reason=phrase("more than {most} faces in the frames or pages before; check parts of it", most=MOST_IN_FRAMES),
)


class _Look(NamedTuple):
    """What one frame shows, down to faces of which height, and what of it could not be looked at."""

    faces: tuple[SeenFace, ...]
    smallest: int
    unknowns: tuple[Unknown, ...]


class FaceExtractor:
    """An `Extractor` of `Faces` by the given engine, and of their `Embeddings` where people are to be compared.

    Vectors of people stay in memory. An engine that cannot find faces without making vectors has them thrown away
    here where nobody is compared.
    """

    gives = Faces
    name = "faces"
    sensitive = False

    def __init__(self, engine: FaceEngine, *, compare: bool = True) -> None:
        self._engine = engine
        self._compare = compare
        # A network holds the picture that it works on.
        self._turn = Lock()

    @property
    def version(self) -> str:
        """The engine's id, because another engine sees other faces, and our own part's."""
        return f"{self._engine.engine_id}+{_OWN}"

    @property
    def options(self) -> str:
        """Whether people are compared: by its vector a face that several frames show is known for one."""
        return "compared" if self._compare else ""

    @property
    def also(self) -> tuple[type[Fact], ...]:
        """The vectors, where people are compared."""
        return (Embeddings,) if self._compare else ()

    def extract(self, picture: Picture) -> Faces:
        """The faces in the picture, frame by frame from left to right, and as unknowns those that may not be seen.

        A face that frame after frame shows is given once, in its sharpest frame.

        Raises ExtractError when the engine could not look, or gave a vector that is none.
        """
        return _joined(self._engine.engine_id, picture, *look_at_each(picture, self._looker()))[0]

    def extract_all(self, picture: Picture) -> tuple[Fact, ...]:
        """The same faces, and their vectors where people are compared."""
        return self._facts(picture, *look_at_each(picture, self._looker()))

    def watch(self, picture: Picture) -> Watch[_Look]:
        """The same of frames that it is shown."""
        return Watch(self._looker(), lambda looks, count: self._facts(picture, looks, count))

    def _facts(self, picture: Picture, looks: Sequence[_Look], count: int) -> tuple[Fact, ...]:
        faces, seen = _joined(self._engine.engine_id, picture, looks, count)
        if not self._compare:
            return (faces,)
        rows = np.stack([one.vector for one in seen]) if seen else np.zeros((0, self._engine.dimensions), np.float32)
        return faces, Embeddings(engine=self._engine.engine_id, vectors=rows)

    def _looker(self) -> Callable[[Picture], _Look]:
        """What looks at one frame after another, until they have shown more faces than are looked at closely."""
        count = 0

        def look(shown: Picture) -> _Look:
            nonlocal count
            if count > MOST_IN_FRAMES:
                return _Look((), 0, (_TOO_MANY,))
            seen = self._look(shown)
            count += len(seen.faces)
            return seen

        return look

    def _look(self, shown: Picture) -> _Look:
        survey = self._survey(shown)
        faces = tuple(
            replace(one, face=replace(_single(one.face), frame=shown.frame, spots=spots(shown, one.face.box)))
            for one in survey.faces
        )
        return _Look(faces, round(self._engine.smallest_face(shown)), (*shown.unknowns, *survey.unknowns))

    def _survey(self, picture: Picture) -> Survey:
        """The faces of one frame, each with a vector that is one where people are compared, and with none elsewhere."""
        with self._turn:
            survey = _surveyed(self._engine, picture, compare=self._compare)
        if not self._compare:
            return replace(survey, faces=tuple(replace(one, vector=NO_VECTOR) for one in survey.faces))
        for one in survey.faces:
            _check_vector(one.vector, self._engine.dimensions)
        return survey


def _surveyed(engine: FaceEngine, picture: Picture, *, compare: bool) -> Survey:
    """What the engine sees, as far as it can say it: one of somebody else's may only give faces with their vectors."""
    if isinstance(engine, Surveyor):
        return engine.survey(picture, vectors=compare)
    if not compare and isinstance(engine, FaceFinder):
        return Survey(faces=tuple(SeenFace(face=face, vector=NO_VECTOR) for face in engine.find(picture)))
    return Survey(faces=engine.faces(picture))


def _joined(engine: str, picture: Picture, looks: Sequence[_Look], count: int) -> tuple[Faces, tuple[SeenFace, ...]]:
    """The faces of all frames, each once, and what shows them."""
    tracks: list[Track] = []
    for look in looks:
        tracks = link_tracks(tracks, look.faces)
    smallest = max(look.smallest for look in looks)
    rest = left_out(picture, count, phrase("faces in further frames"))
    unknowns = dict.fromkeys(unknown for look in looks for unknown in look.unknowns)
    further = (unknown for unknown in unknowns if unknown not in picture.unknowns)
    seen = one_face_per_track(tracks)
    unknown = (_too_small(smallest), HIDDEN, *rest, *further)
    return Faces(engine=engine, faces=tuple(one.face for one in seen), unknowns=unknown), seen


def _too_small(smallest: int) -> Unknown:
    """What may be missed below this height."""
    return Unknown(
        what=phrase("faces under {pixels} pixels", pixels=smallest),
        reason=phrase(
            "faces lower than {pixels} pixels are too small to be found in a picture of this size", pixels=smallest
        ),
        lifts=smallest > RECOGNISABLE,
    )


def link_tracks(tracks: Sequence[Track], found: Sequence[SeenFace]) -> list[Track]:
    """The tracks of earlier frames with the faces of the next one, each in the track that it continues or in its own.

    It continues one when it is at nearly the same place as all of its faces and its vector points nearly the same way
    as all of theirs, far above what anybody would be recognised by. In doubt both stay. It is not enough that each face
    is like the one before: in a cross-fade somebody becomes somebody else in small steps.
    """
    kept = list(tracks)
    for face in found:
        same = [at for at, track in enumerate(kept) if all(_goes_on(one, face) for one in track)]
        if same:
            kept[same[-1]] = (*kept[same[-1]], face)
        else:
            kept.append((face,))
    return kept


def one_face_per_track(tracks: Sequence[Track]) -> tuple[SeenFace, ...]:
    """Of each track its sharpest face, which says in which further frames it is; by frame, then from left to right."""
    return tuple(sorted((_of_track(track) for track in tracks), key=lambda one: (one.face.frame, one.face.box)))


def _of_track(track: Track) -> SeenFace:
    best = max(track, key=lambda one: one.face.sharpness)
    also = frozenset(one.face.frame for one in track) - {best.face.frame}
    return replace(best, face=replace(best.face, also=also))


def _goes_on(one: SeenFace, other: SeenFace) -> bool:
    if one.face.frame == other.face.frame:
        return False
    return overlap(one.face.box, other.face.box) >= SAME_PLACE and float(one.vector @ other.vector) >= SAME_FACE


def _single(face: Face) -> Face:
    """The face in numbers of single precision, as the networks give them: they take half the bytes where it is kept."""
    first, second, third, fourth, fifth = (Point(_rounded(at.x), _rounded(at.y)) for at in face.landmarks)
    return replace(
        face,
        height=_rounded(face.height),
        certainty=_rounded(face.certainty),
        landmarks=(first, second, third, fourth, fifth),
        sharpness=_rounded(face.sharpness),
        pose=Pose(yaw=_rounded(face.pose.yaw), pitch=_rounded(face.pose.pitch), roll=_rounded(face.pose.roll)),
        evidence=_rounded(face.evidence),
    )


def _rounded(value: float) -> float:
    return float(np.float32(value))


def _check_vector(vector: Vector, dimensions: int) -> None:
    """A vector that is no direction would match anybody, or nobody."""
    length = float(np.linalg.norm(vector)) if vector.shape == (dimensions,) else np.nan
    if not abs(length - 1) < 0.01:
        raise ExtractError(phrase("the face engine gave a vector that is not of unit length"))
