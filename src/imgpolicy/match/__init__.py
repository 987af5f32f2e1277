"""Facts held against the register: who is in the picture, which work, which logo. One module a kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from imgpolicy.facts import Faces, Facts, Fingerprint, Unknown
from imgpolicy.match.counted import count_faces
from imgpolicy.match.faces import FaceMatch, Suspect, match_faces, suspect, threshold_for
from imgpolicy.match.known import Known
from imgpolicy.match.terms import STRICT, Terms
from imgpolicy.match.works import WorkMatch, match_works
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Coverage, CoverStatus
from imgpolicy.register.dismissals import Dismissal
from imgpolicy.report import FaceStatus, PeopleMode

__all__ = ["FaceMatch", "Known", "Matches", "Suspect", "Terms", "WorkMatch", "match"]


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, what was done about its people, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[Suspect, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    threshold: float | None = None
    mode: PeopleMode = PeopleMode.IDENTIFY

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people would rest on."""
        found = [suspect for match in self.faces if match.status is FaceStatus.COVERED for suspect in match.suspects]
        return tuple(s.coverage for s in (*found, *self.declared) if s.coverage.status is CoverStatus.COVERED)


def match(
    facts: Facts,
    known: Known,
    posting: Posting,
    terms: Terms = STRICT,
    dismissed: Mapping[int, Dismissal] | None = None,
) -> Matches:
    """Every face and the picture as a whole, held against what the register knows.

    `dismissed` holds what a reviewer said of faces, by their place in the order.
    """
    faces = facts.get(Faces)
    fingerprint = facts.get(Fingerprint)
    named = tuple(dict.fromkeys(posting.people))
    if isinstance(faces, Unknown):
        found: tuple[FaceMatch, ...] = ()
    elif terms.mode.compares:
        found = match_faces(faces, known, posting, terms, dismissed)
    else:
        found = count_faces(faces, len(named) if terms.mode is PeopleMode.DECLARED else None, dismissed)
    seen = {match.identified.person for match in found if match.identified}
    return Matches(
        faces=found,
        declared=tuple(suspect(person, known, posting) for person in named if person not in seen),
        works=() if isinstance(fingerprint, Unknown) else tuple(match_works(fingerprint, known.works)),
        threshold=threshold_for(faces, known) if isinstance(faces, Faces) and terms.mode.compares else None,
        mode=terms.mode,
    )
