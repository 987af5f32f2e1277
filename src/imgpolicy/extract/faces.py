"""Faces as a fact: whatever the face engine sees in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from imgpolicy.domain.geometry import overlap
from imgpolicy.engines import NO_VECTOR, FaceEngine, FaceFinder
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Face, Faces, Unknown
from imgpolicy.frames import left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

RECOGNISABLE = 48
"""Height of a face in pixels from which people recognise it, and so does SFace (.98 of them, decision 3). A picture so
large that faces of this size may not be seen was not looked at well enough."""


SAME_PLACE, SAME_FACE = 0.5, 0.8
"""What two frames show is one face from this overlap of its boxes (of their union) and this cosine of its vectors on.
The same portrait with a blur of 2 % of the face's height, as motion gives, has 0.82 (median); the highest threshold for
naming anybody is 0.6."""

Track = tuple[Face, ...]
"""What shows one face in several frames, in their order."""

HIDDEN = Unknown(
    what=phrase("hidden faces"),
    reason=phrase("faces seen from the side or behind, covered, or very dark may not be found"),
    lifts=False,
)


class _Look(NamedTuple):
    """What one frame shows, down to faces of which height, and what of it could not be looked at."""

    faces: tuple[Face, ...]
    smallest: int
    unknowns: tuple[Unknown, ...]


class FaceExtractor:
    """An `Extractor` of `Faces` by the given engine; vectors of people stay in memory.

    Unless people are to be compared the faces have vectors of no numbers. An engine that cannot find faces without
    making vectors has them thrown away here.
    """

    gives = Faces
    sensitive = True

    def __init__(self, engine: FaceEngine, *, compare: bool = True) -> None:
        self._engine = engine
        self._compare = compare

    @property
    def version(self) -> str:
        """The engine's id: another engine sees other faces."""
        return self._engine.engine_id

    def extract(self, picture: Picture) -> Faces:
        """The faces in the picture, frame by frame from left to right, and as unknowns those that may not be seen.

        A face that frame after frame shows is given once, in its sharpest frame.

        Raises ExtractError when the engine could not look, or gave a vector that is none.
        """
        looks, count = look_at_each(picture, self._look)
        tracks: list[Track] = []
        for look in looks:
            tracks = followed(tracks, look.faces)
        smallest = max(look.smallest for look in looks)
        small = Unknown(
            what=phrase("faces under {pixels} pixels", pixels=smallest),
            reason=phrase(
                "faces lower than {pixels} pixels are too small to be found in a picture of this size", pixels=smallest
            ),
            lifts=smallest >= RECOGNISABLE,
        )
        rest = left_out(picture, count, phrase("faces in further frames"))
        unknowns = dict.fromkeys(unknown for look in looks for unknown in look.unknowns)
        further = (unknown for unknown in unknowns if unknown not in picture.unknowns)
        unknown = (small, HIDDEN, *rest, *further)
        return Faces(engine=self._engine.engine_id, faces=given_once(tracks), unknowns=unknown)

    def _look(self, shown: Picture) -> _Look:
        faces = tuple(replace(face, frame=shown.frame) for face in self._faces(shown))
        return _Look(faces, round(self._engine.smallest_face(shown)), shown.unknowns)

    def _faces(self, picture: Picture) -> tuple[Face, ...]:
        if not self._compare:
            found = self._engine.find(picture) if isinstance(self._engine, FaceFinder) else self._engine.faces(picture)
            return tuple(replace(face, vector=NO_VECTOR) for face in found)
        faces = self._engine.faces(picture)
        for face in faces:
            _check_vector(face, self._engine.dimensions)
        return faces


def followed(tracks: Sequence[Track], found: Sequence[Face]) -> list[Track]:
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


def given_once(tracks: Sequence[Track]) -> tuple[Face, ...]:
    """Of each track its sharpest face, which says in which further frames it is; by frame, then from left to right."""
    sharpest = [(max(track, key=lambda face: face.sharpness), track) for track in tracks]
    faces = [replace(face, also=frozenset(one.frame for one in track) - {face.frame}) for face, track in sharpest]
    return tuple(sorted(faces, key=lambda face: (face.frame, face.box)))


def _goes_on(one: Face, other: Face) -> bool:
    if one.frame == other.frame:
        return False
    return overlap(one.box, other.box) >= SAME_PLACE and float(one.vector @ other.vector) >= SAME_FACE


def _check_vector(face: Face, dimensions: int) -> None:
    """A vector that is no direction would match anybody, or nobody."""
    length = float(np.linalg.norm(face.vector)) if face.vector.shape == (dimensions,) else np.nan
    if not abs(length - 1) < 0.01:
        raise ExtractError(phrase("the face engine gave a vector that is not of unit length"))
