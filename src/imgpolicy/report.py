"""The answer: findings, the report that they add up to, and the same in another language or for programs.

What programs go by is never translated: codes, kinds, statuses, verdicts, and what an unknown is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from imgpolicy.domain.decision import Release
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.model import Model
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import FaceStatus, PeopleMode, Waived
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import PictureInfo, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.text import printable, printable_json
from imgpolicy.version import __version__
from imgpolicy.wire import report as wire
from imgpolicy.wire.values import as_json, as_line, rounded, safe_optional, safe_text

__all__ = [
    "DeclaredReport",
    "FaceReport",
    "FaceStatus",
    "Finding",
    "Model",
    "PictureInfo",
    "PolicyRef",
    "Release",
    "Remedy",
    "RemedyKind",
    "Report",
    "Verdict",
    "Waived",
    "WorkReport",
    "reports_json",
    "translated",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReport:
    """What is said of one face. `person` is a register id, and only when identified.

    `candidates` are the ids of those whom it may be where that is not sure, none where it is.

    `on_word_of` names the editor by whose word, and not by a likeness, it is covered. `dismissal` is the id of the
    reviewer's record by which it counts as no face; `frame` is the frame or page that it
    is on, 0 the first, and `also` has the others that show it at this place. `roll` is how far it is tilted, in
    degrees, as `Pose` has it.
    """

    box: Box
    certainty: float
    person: str | None
    score: float | None
    margin: float | None
    consent: str | None
    status: FaceStatus
    candidates: tuple[str, ...] = ()
    on_word_of: str | None = None
    dismissal: str | None = None
    frame: int = 0
    also: frozenset[int] = frozenset()
    roll: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredReport:
    """What is said of somebody whom the editor, or words in picture or caption, named and no face was found to be.

    `status` says how the consents stand to the posting, `consent` is the record that covers it.
    """

    person: str
    consent: str | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """A registered work that the picture shows, or with `certain` false may show.

    `licence` is the one that a go rests on, None when none covers the posting.
    """

    work: str
    title: str
    certain: bool
    licence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """Which policy judged: its name, the SHA-256 of its text, and what it does about people.

    `file` is where it is, as `files.shortly` names it; None for one that is in no file.
    """

    name: str
    sha256: str
    file: str | None = None
    people: PeopleMode = PeopleMode.IDENTIFY


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answer for one picture and one posting.

    `register_head` is the last hash of the register's log that pictures are judged by, so that a report says against
    which state of the register it was made. `valid_until` is the first day on which something it relies on ends; None:
    no end. What is `waived` was found and does not count. `changes` says in a phrase each what imgpolicy had changed in
    the picture before it was judged. Of a picture that is `as_before` nobody opened the file: an audit judged it, and
    all by which it did is the same. `pdq` is for the record of a post, as `Publication` has it, and in no output.
    """

    picture: PictureInfo
    posting: Posting
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    faces: tuple[FaceReport, ...] = ()
    declared: tuple[DeclaredReport, ...] = ()
    works: tuple[WorkReport, ...] = ()
    not_checked: tuple[Unknown, ...] = ()
    models: tuple[Model, ...] = ()
    policy: PolicyRef
    register_head: str | None
    valid_until: dt.date | None = None
    made_at: dt.datetime
    release: Release | None = None
    changes: tuple[str, ...] = ()
    as_before: bool = False
    pdq: str | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst finding; go when there is none, or when somebody released a picture that could be read."""
        if self.release is not None and self.readable:
            return Verdict.GO
        return max((finding.verdict for finding in self.findings), default=Verdict.GO)

    @property
    def readable(self) -> bool:
        """False when the picture could not be read and nothing was judged."""
        return self.picture.width is not None

    def to_json(self) -> str:
        """What `imgpolicy check --format json` prints of this picture: one JSON document, ending in a line break.

        `imgpolicy policy schema --report` prints its JSON Schema.
        """
        return reports_json([self])


def reports_json(reports: Sequence[Report], language: Language = ENGLISH) -> str:
    """The reports as one JSON document, with what people read in this language, ending in a line break."""
    return as_json(_document(reports, language))


def report_line(report: Report, language: Language = ENGLISH) -> str:
    """The report as the same document in one line, ending in a line break."""
    return f"{printable_json(as_line(_document([report], language)).decode())}\n"


def _document(reports: Sequence[Report], language: Language) -> wire.ReportsWire:
    models = {model: None for report in reports for model in report.models}
    return wire.ReportsWire(
        schema=wire.REPORT_SCHEMA,
        tool=wire.ToolWire(
            version=__version__,
            models=[wire.ModelWire(name=m.name, sha256=m.sha256, threshold=rounded(m.threshold)) for m in models],
        ),
        reports=[_report_wire(translated(report, language)) for report in reports],
    )


def translated(report: Report, language: Language) -> Report:
    """The report with its titles, messages, ways out, letters and reasons in this language, and all else as it is."""
    return replace(
        report,
        findings=tuple(_finding(finding, language) for finding in report.findings),
        changes=tuple(language.say(change) for change in report.changes),
        waived=tuple(replace(one, finding=_finding(one.finding, language)) for one in report.waived),
        not_checked=tuple(replace(one, reason=language.say(one.reason)) for one in report.not_checked),
    )


def _finding(finding: Finding, language: Language) -> Finding:
    return replace(
        finding,
        title=language.say(finding.title),
        message=language.say(finding.message),
        remedies=tuple(_remedy(remedy, language) for remedy in finding.remedies),
    )


def _remedy(remedy: Remedy, language: Language) -> Remedy:
    letter = None if remedy.letter is None else language.say(remedy.letter)
    return replace(remedy, text=language.say(remedy.text), letter=letter)


def repeating(report: Report, options: str) -> Report:
    """The report, whose commands state these options too: those of the policy and the register that it was made by."""
    return replace(report, findings=tuple(_repeating(finding, options) for finding in report.findings))


def _repeating(finding: Finding, options: str) -> Finding:
    return replace(
        finding,
        remedies=tuple(
            replace(
                remedy,
                command=_stating(remedy.command, options),
                letter_command=_stating(remedy.letter_command, options),
            )
            for remedy in finding.remedies
        ),
    )


def _stating(command: str | None, options: str) -> str | None:
    return f"{command} {options}" if command and options else command


def _report_wire(report: Report) -> wire.ReportWire:
    return wire.ReportWire(
        picture=wire.picture_wire(report.picture),
        verdict=report.verdict.word,
        valid_until=report.valid_until,
        made_at=report.made_at,
        posting=wire.posting_wire(report.posting),
        faces=[_face_wire(face) for face in report.faces],
        declared=[_declared_wire(named) for named in report.declared],
        works=[_work_wire(work) for work in report.works],
        findings=[wire.finding_wire(finding) for finding in report.findings],
        waived=[wire.waived_wire(one) for one in report.waived],
        not_checked=wire.unknown_wires(report.not_checked),
        policy=_policy_wire(report.policy),
        register=wire.RegisterWire(head=report.register_head),
        release=None if report.release is None else wire.release_wire(report.release),
        changes=[safe_text(change) for change in report.changes] or msgspec.UNSET,
        as_before=report.as_before or msgspec.UNSET,
    )


def _policy_wire(policy: PolicyRef) -> wire.PolicyWire:
    return wire.PolicyWire(
        name=policy.name, file=safe_optional(policy.file), sha256=policy.sha256, people=policy.people
    )


def _face_wire(face: FaceReport) -> wire.FaceWire:
    return wire.FaceWire(
        box=face.box,
        certainty=round(face.certainty, 4),
        person=face.person,
        score=rounded(face.score),
        margin=rounded(face.margin),
        consent=face.consent,
        status=face.status,
        candidates=list(face.candidates) or msgspec.UNSET,
        on_word_of=msgspec.UNSET if face.on_word_of is None else printable(face.on_word_of),
        dismissal=face.dismissal or msgspec.UNSET,
        frame=face.frame or msgspec.UNSET,
    )


def _declared_wire(named: DeclaredReport) -> wire.DeclaredWire:
    return wire.DeclaredWire(person=printable(named.person), consent=named.consent, status=CoverStatus(named.status))


def _work_wire(work: WorkReport) -> wire.WorkWire:
    return wire.WorkWire(work=work.work, title=safe_text(work.title), certain=work.certain, licence=work.licence)
