"""Facts held against the register: who is in the picture, which work, which logo. One module a kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imgpolicy.facts import Faces, Facts, Fingerprint, Keypoints, Unknown
from imgpolicy.match.faces import FaceMatch, Suspect, match_faces, suspect
from imgpolicy.match.known import Known
from imgpolicy.match.works import WorkMatch, match_works
from imgpolicy.posting import Posting
from imgpolicy.register.grants import Coverage
from imgpolicy.register.licence import licence_cover
from imgpolicy.register.works import LICENSABLE

__all__ = ["FaceMatch", "Known", "Matches", "Suspect", "WorkMatch", "match"]


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be. `licences` has
    for each of the `works` that a licence can make ours to post, by its id, what its licences say of the posting.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[Suspect, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    licences: Mapping[str, Coverage] = field(default_factory=dict)
    threshold: float | None = None

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people and works would rest on."""
        people = [match.identified for match in self.faces if match.identified]
        found = (*(suspect.coverage for suspect in (*people, *self.declared)), *self.licences.values())
        return tuple(coverage for coverage in found if coverage.covered)


def match(facts: Facts, known: Known, posting: Posting) -> Matches:
    """Every face, the picture as a whole and its parts, held against what the register knows."""
    faces = facts.get(Faces)
    fingerprint = facts.get(Fingerprint)
    found = () if isinstance(faces, Unknown) else match_faces(faces, known, posting)
    seen = {match.identified.person for match in found if match.identified}
    missed = [person for person in dict.fromkeys(posting.people) if person not in seen]
    seen_works = () if isinstance(fingerprint, Unknown) else match_works(fingerprint, facts.get(Keypoints), known.works)
    works = tuple(seen_works)
    licensable = {match.work for match in works if match.kind in LICENSABLE}
    return Matches(
        faces=found,
        declared=tuple(suspect(person, known, posting) for person in missed),
        works=works,
        licences={work: licence_cover(known.licences_of(work), posting) for work in sorted(licensable)},
        threshold=known.threshold,
    )
