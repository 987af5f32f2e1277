"""Facts held against the register: who is in the picture, which work, which logo. One module a kind of fact."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.facts import Faces, Facts, Fingerprint, Scene, Unknown
from imgpolicy.match.faces import FaceMatch, Suspect, match_faces, suspect
from imgpolicy.match.known import Known
from imgpolicy.match.logos import LogoMatch
from imgpolicy.match.works import WorkMatch, match_works
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Coverage, CoverStatus

__all__ = ["FaceMatch", "Known", "LogoMatch", "Matches", "Suspect", "WorkMatch", "match"]


@dataclass(frozen=True, kw_only=True)
class Matches:
    """All matches of one picture, and the threshold that its faces were held to.

    `declared` are the people whom the editor says are in the picture and whom no face was found to be.
    """

    faces: tuple[FaceMatch, ...] = ()
    declared: tuple[Suspect, ...] = ()
    works: tuple[WorkMatch, ...] = ()
    logos: tuple[LogoMatch, ...] = ()
    threshold: float | None = None

    @property
    def relied_on(self) -> tuple[Coverage, ...]:
        """The cover that a go for these people would rest on."""
        found = [match.identified for match in self.faces if match.identified]
        return tuple(s.coverage for s in (*found, *self.declared) if s.coverage.status is CoverStatus.COVERED)


def match(facts: Facts, known: Known, posting: Posting) -> Matches:
    """Every face, every logo and the picture as a whole, held against what the register knows."""
    scene = facts.get(Scene)
    faces = facts.get(Faces)
    fingerprint = facts.get(Fingerprint)
    found = () if isinstance(faces, Unknown) else match_faces(faces, known, posting)
    seen = {match.identified.person for match in found if match.identified}
    missed = [person for person in dict.fromkeys(posting.people) if person not in seen]
    works = () if isinstance(fingerprint, Unknown) else tuple(match_works(fingerprint, known.works))
    # A picture that is a logo as a whole also shows it: it is told once.
    sure = {work.work for work in works if work.certain}
    logos = () if isinstance(scene, Unknown) else tuple(logo for logo in known.logos_in(scene) if logo.work not in sure)
    seen_within = {logo.work for logo in logos}
    return Matches(
        faces=found,
        declared=tuple(suspect(person, known, posting) for person in missed),
        works=tuple(work for work in works if work.certain or work.work not in seen_within),
        logos=logos,
        threshold=known.threshold,
    )
