"""What of a picture's facts is near something in the register, before anybody asks what was said about it.

Only arrays are searched here; of whom and what is near, the snapshot is then asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imgpolicy.domain.terms import PeopleMode
from imgpolicy.facts import Embeddings, Faces, Facts, Fingerprint, Keypoints, Logos, Unknown
from imgpolicy.match.faces import FaceCandidates, candidates_of, lowest_bar
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.logos import LogoMatch, match_logos
from imgpolicy.match.scores import Vectors
from imgpolicy.match.works import WorkHit, find_works
from imgpolicy.match.written import WrittenMark, WrittenName, written_marks, written_names


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search came to: for each face the people whom it is most like, the works and the logos.

    `candidates` is None where nobody is compared. `people` are those whom some face may be, or is too like to be passed
    over, and whose `names` are read; `work_ids` are those of the works and logos.
    """

    candidates: FaceCandidates | None = None
    people: frozenset[str] = frozenset()
    works: tuple[WorkHit, ...] = ()
    logos: tuple[LogoMatch, ...] = ()
    names: tuple[WrittenName, ...] = ()
    marks: tuple[WrittenMark, ...] = ()

    @property
    def work_ids(self) -> frozenset[str]:
        """The ids of the works and logos."""
        return frozenset(
            {hit.work for hit in self.works} | {logo.work for logo in self.logos} | {mark.work for mark in self.marks}
        )


def search(facts: Facts, snapshot: RegisterSnapshot, mode: PeopleMode, caption: str | None = None) -> Found:
    """Everything in the register that is near: no face is compared unless the mode compares."""
    faces, fingerprint, logos = facts.get(Faces), facts.get(Fingerprint), facts.get(Logos)
    candidates = None
    people: frozenset[str] = frozenset()
    vectors = _vectors(facts) if mode.compares else None
    if vectors is not None and not isinstance(faces, Unknown):
        candidates = candidates_of(faces, vectors, snapshot.gallery)
        lowest = lowest_bar(faces, snapshot)
        people = frozenset(one.person for near in candidates for one in near if one.score >= lowest)
    alike = () if isinstance(fingerprint, Unknown) else find_works(fingerprint, facts.get(Keypoints), snapshot.works)
    named = written_names(facts, caption, snapshot.names)
    return Found(
        candidates=candidates,
        people=people | {one.person for one in named},
        names=named,
        marks=written_marks(facts, caption, snapshot.marks),
        works=tuple(alike),
        logos=() if isinstance(logos, Unknown) else tuple(match_logos(logos, snapshot.logos)),
    )


def _vectors(facts: Facts) -> Vectors | None:
    """The vectors of the faces, a row each; None where they are not at hand, or not those of these faces."""
    faces, made = facts.get(Faces), facts.get(Embeddings)
    if isinstance(faces, Unknown):
        return None
    if isinstance(made, Unknown):
        return None if faces.faces else np.zeros((0, 0), np.float32)
    return made.vectors if (made.engine, len(made.vectors)) == (faces.engine, len(faces.faces)) else None
