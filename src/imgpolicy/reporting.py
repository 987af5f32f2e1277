"""What a report says of the picture, its faces, and the works in it, from what was matched."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.match import LogoMatch, Matches, WorkMatch
from imgpolicy.report import DeclaredReport, FaceReport, WorkReport


def work_reports(matches: Matches) -> Iterator[WorkReport]:
    """The works that a licence can make ours to post, each once; where it is found twice, as surely as it is found."""
    seen: list[WorkMatch | LogoMatch] = [*matches.works, *matches.logos]
    for work, coverage in matches.licences.items():
        found = [match for match in seen if match.work == work]
        licence = coverage.record if coverage.covered else None
        certain = any(match.certain for match in found)
        yield WorkReport(work=work, title=found[0].title, certain=certain, licence=licence)


def face_reports(matches: Matches) -> Iterator[FaceReport]:
    """What became of each face; nobody is named but who is identified."""
    for found in matches.faces:
        who = found.identified
        covered = found.status is FaceStatus.COVERED
        yield FaceReport(
            box=found.face.box,
            certainty=found.face.certainty,
            person=who.person if who else None,
            score=found.candidates[0].score if found.candidates else None,
            margin=found.margin,
            consent=who.coverage.record if who and covered else None,
            status=found.status,
            dismissal=found.dismissal,
            frame=found.face.frame,
            also=found.face.also,
            roll=found.face.pose.roll,
        )


def declared_reports(matches: Matches) -> Iterator[DeclaredReport]:
    """How the consents stand of those whom the editor named and no face was found to be."""
    for named in matches.declared:
        covered = named.coverage.status is CoverStatus.COVERED
        yield DeclaredReport(
            person=named.person,
            consent=named.coverage.record if covered else None,
            status=named.coverage.status.value,
        )
