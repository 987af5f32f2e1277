"""Faces that are held against nobody: counted, and perhaps declared to be somebody by the editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.facts import Faces
from imgpolicy.match.faces import DISMISSED, FaceMatch

_PEOPLE = frozenset({FaceStatus.COUNTED, FaceStatus.DECLARED})


class Count(NamedTuple):
    """How many people the counted faces of a picture are, at the least and at the most."""

    least: int
    most: int


def count_faces(
    faces: Faces, declared: int | None, dismissed: Mapping[int, Dismissal] | None = None
) -> tuple[FaceMatch, ...]:
    """One match for each face, in the same order: `declared` when just so many people are, else `counted`.

    `declared` is how many people the editor names, None where the policy does not ask for them. Nothing is compared.
    """
    said = dismissed or {}
    counted = tuple(
        FaceMatch(face=face, status=FaceStatus.DOUBTFUL if face.doubtful else FaceStatus.COUNTED)
        if index not in said
        else FaceMatch(face=face, status=DISMISSED[said[index].what], dismissal=said[index].id)
        for index, face in enumerate(faces.faces)
    )
    if declared is None or people_counted(counted) != (declared, declared):
        return counted
    return tuple(
        replace(found, status=FaceStatus.DECLARED) if found.status is FaceStatus.COUNTED else found for found in counted
    )


def people_counted(matches: Sequence[FaceMatch]) -> Count:
    """How many people the faces are that were counted and not dismissed: in several frames they may be the same."""
    frames = Counter(match.face.frame for match in matches if match.status in _PEOPLE)
    return Count(max(frames.values(), default=0), frames.total())
