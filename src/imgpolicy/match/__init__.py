"""Facts held against the register: who is in the picture, which work, which logo. One module a kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imgpolicy.facts import Faces, Facts, Fingerprint, Keypoints, Unknown
from imgpolicy.match.counted import count_faces
from imgpolicy.match.faces import FaceMatch, Suspect, match_faces, suspect, threshold_for
from imgpolicy.match.known import Known
from imgpolicy.match.terms import STRICT, Terms
from imgpolicy.match.works import WorkMatch, match_works
from imgpolicy.posting import Posting
from imgpolicy.register.dismissals import Dismissal
from imgpolicy.register.grants import Coverage
from imgpolicy.register.licence import licence_cover
from imgpolicy.register.works import LICENSABLE
from imgpolicy.report import FaceStatus, PeopleMode

__all__ = ["FaceMatch", "Known", "Matches", "Suspect", "Terms", "WorkMatch", "match"]


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, what was done about its people, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be. `licences` has
    for each of the `works` that a licence can make ours to post, by its id, what its licences say of the posting;
    `credits` has the credit line where the licence relied on requires one.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[Suspect, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    licences: Mapping[str, Coverage] = field(default_factory=dict)
    credits: Mapping[str, str] = field(default_factory=dict)
    threshold: float | None = None
    mode: PeopleMode = PeopleMode.IDENTIFY

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people and works would rest on."""
        people = [suspect for match in self.faces if match.status is FaceStatus.COVERED for suspect in match.suspects]
        found = (*(suspect.coverage for suspect in (*people, *self.declared)), *self.licences.values())
        return tuple(coverage for coverage in found if coverage.covered)


def match(
    facts: Facts,
    known: Known,
    posting: Posting,
    terms: Terms = STRICT,
    dismissed: Mapping[int, Dismissal] | None = None,
) -> Matches:
    """Every face, the picture as a whole and its parts, held against what the register knows.

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
    seen_works = () if isinstance(fingerprint, Unknown) else match_works(fingerprint, facts.get(Keypoints), known.works)
    works = tuple(seen_works)
    licensable = sorted({match.work for match in works if match.kind in LICENSABLE})
    said = {licence.id: licence for work in licensable for licence in known.licences_of(work)}
    licences = {work: licence_cover([s for s in said.values() if s.work == work], posting) for work in licensable}
    relied = [said[coverage.record] for coverage in licences.values() if coverage.covered and coverage.record]
    return Matches(
        faces=found,
        declared=tuple(suspect(person, known, posting) for person in named if person not in seen),
        works=works,
        licences=licences,
        credits={licence.work: licence.credit for licence in relied if licence.credit_required and licence.credit},
        threshold=threshold_for(faces, known) if isinstance(faces, Faces) and terms.mode.compares else None,
        mode=terms.mode,
    )
