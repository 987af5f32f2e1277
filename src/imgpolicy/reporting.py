"""The report on a case: what the rules find, what the policy waives, and what is said of faces and works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.model import Model
from imgpolicy.domain.terms import FaceStatus, Waived
from imgpolicy.domain.verdict import Finding
from imgpolicy.facts import Fingerprint, Unknown
from imgpolicy.losses import tell_losses
from imgpolicy.match import LogoMatch, Matches, WorkMatch, WrittenMark
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.policy import Policy
from imgpolicy.report import DeclaredReport, FaceReport, Report, WorkReport
from imgpolicy.rules import Case, judge
from imgpolicy.rules.base import Rule
from imgpolicy.waivers import waive


def report_on(
    case: Case, policy: Policy, head: str, models: Iterable[Model], rules: Sequence[Rule] | None = None
) -> Report:
    """The report on the case at this head of the register, by the policy's rules, or these of them.

    `models` are those that looked at the picture.
    """
    found = tell_losses(judge(policy.rules if rules is None else rules, case), case)
    findings, waived = _waive(found, case, policy)
    ends = [coverage.until for coverage in case.matches.relied_on if coverage.until]
    return Report(
        picture=case.picture,
        posting=case.posting,
        findings=findings,
        waived=waived,
        faces=tuple(face_reports(case.matches)),
        declared=tuple(declared_reports(case.matches)),
        works=tuple(work_reports(case.matches)),
        not_checked=case.unknowns,
        models=tuple(models),
        policy=policy.ref,
        register_head=head,
        valid_until=min([*ends, *(one.waiver.until for one in waived)], default=None),
        made_at=dt.datetime.now(dt.UTC),
        pdq=_pdq(case),
    )


def _pdq(case: Case) -> str | None:
    fingerprint = case.facts.get(Fingerprint)
    if isinstance(fingerprint, Unknown) or fingerprint.quality < MIN_QUALITY:
        return None
    return f"{fingerprint.pdq[0]:064x}"


def _waive(findings: Iterable[Finding], case: Case, policy: Policy) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """The findings that stand and those that the policy waives, with the organisation's paragraphs.

    A waiver that has ended by now is of no use to a posting that is judged as of an earlier day.
    """
    explained = [replace(finding, paragraph=policy.paragraphs.get(finding.code)) for finding in findings]
    here = [waiver for waiver in policy.waivers if waiver.picture == case.picture.sha256]
    return waive(explained, here, max(case.posting.day, policy.consents.today()))


def work_reports(matches: Matches) -> Iterator[WorkReport]:
    """The works that a licence can make ours to post, each once; where it is found twice, as surely as it is found."""
    seen: list[WorkMatch | LogoMatch | WrittenMark] = [*matches.works, *matches.logos, *matches.marks]
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
            candidates=() if who else tuple(possible.person for possible in found.possible_people),
            on_word_of=found.on_word_of,
            dismissal=found.dismissal,
            frame=found.face.frame,
            also=found.face.also,
            roll=found.face.pose.roll,
        )


def declared_reports(matches: Matches) -> Iterator[DeclaredReport]:
    """How the consents stand of those whom the editor or words named, and no face was found to be."""
    seen = {match.identified.person for match in matches.faces if match.identified}
    written = (one.possible for one in matches.named)
    everybody = {one.person: one for one in (*written, *matches.declared) if one.person not in seen}
    for named in everybody.values():
        covered = named.coverage.status is CoverStatus.COVERED
        yield DeclaredReport(
            person=named.person,
            consent=named.coverage.record if covered else None,
            status=named.coverage.status.value,
        )
