"""Reports as JSON: the types are the contract, and its JSON Schema.

`imgpolicy.report` writes them, and others read them; imgpolicy itself takes from one only whom it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from imgpolicy.domain.decision import Release
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.terms import FaceStatus, PeopleMode, Waived
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Value, VerdictWord
from imgpolicy.facts import PictureInfo, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.text import printable
from imgpolicy.wire.values import as_json, rounded, safe_lines, safe_optional, safe_text

REPORT_SCHEMA: Literal["imgpolicy.report/1"] = "imgpolicy.report/1"

Evidence = str | int | float | bool | None | list[str | int]


class ModelWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that looked; `threshold` stands with the one whose scores were compared."""

    name: str
    sha256: str
    threshold: float | None


class ToolWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The program, and the models that looked."""

    version: str
    models: list[ModelWire]


class PictureWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The picture; everything but its name is null when it could not be read."""

    name: str
    sha256: str | None
    format: str | None
    width: int | None
    height: int | None


class PostingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the editor declared, with what followed from the policy; null where nothing was stated."""

    channel: str | None
    role: Role | None
    purpose: str | None
    audience: str | None
    setting: str | None
    actor: str | None
    origin: Origin | None
    caption: str | None
    people: list[str]
    campaign: str | None
    territory: str | None
    event: str | None
    edit: str | None
    on: dt.date


class FaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One face. `person` is a register id, and only when identified; `consent` the record that covers the posting.

    `candidates` stands where it is not sure who it is, and has the ids of those whom it may be; `on_word_of` where the
    editor of this name says who it is, and no likeness does; `dismissal` where a reviewer's record says that it is no
    face, `frame` where it is not on the first frame.
    """

    box: Box
    certainty: float
    person: str | None
    score: float | None
    margin: float | None
    consent: str | None
    status: FaceStatus
    candidates: list[str] | msgspec.UnsetType = msgspec.UNSET
    on_word_of: str | msgspec.UnsetType = msgspec.UNSET
    dismissal: str | msgspec.UnsetType = msgspec.UNSET
    frame: int | msgspec.UnsetType = msgspec.UNSET


class DeclaredWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whom the editor named and no face was found to be: how the consents stand to the posting."""

    person: str
    consent: str | None
    status: CoverStatus


class WorkWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registered work that the picture shows, or may show; `licence` the record that covers the posting."""

    work: str
    title: str
    certain: bool
    licence: str | None


class RemedyWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way out.

    `covers` says what a redaction covers, `keeps` which part of the picture a crop keeps; `letter` is a text to send to
    whoever is to be asked. `hides` stands where a redaction would hide people too who may be shown, by id or as "face
    2": `imgpolicy clean` does it when each of them is named with --also-cover.
    """

    kind: RemedyKind
    text: str
    automatic: bool
    command: str | None
    covers: Covered | msgspec.UnsetType = msgspec.UNSET
    keeps: Box | msgspec.UnsetType = msgspec.UNSET
    letter: str | msgspec.UnsetType = msgspec.UNSET
    hides: list[str] | msgspec.UnsetType = msgspec.UNSET


class FindingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which the picture breaks a rule."""

    code: str
    verdict: VerdictWord
    title: str
    message: str
    box: Box | None
    evidence: dict[str, Evidence]
    remedies: list[RemedyWire]
    paragraph: str | None


class WaivedWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that does not count for the verdict: who accepted it, why, and up to which day."""

    finding: FindingWire
    by: str
    reason: str
    until: dt.date


class UnknownWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that was not checked; `lifts` says that the verdict is therefore at least review."""

    what: str
    reason: str
    lifts: bool


class PolicyWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy that judged; `people` is its mode: what is done about the people in a picture.

    `file` is where it is: from the working folder, else from home (`~`), else its whole path; null for none.
    """

    name: str
    file: str | None
    sha256: str
    people: PeopleMode


class RegisterWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The register that was asked, by the head of its log."""

    head: str | None


class ReleaseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who let the picture go against its findings, and why."""

    by: str
    reason: str
    second: str | None


class ReportWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer for one picture. `changes` stands where imgpolicy changed the picture before it was judged, and
    `as_before` where an audit had judged it and the file was not opened again.
    """

    picture: PictureWire
    verdict: VerdictWord
    valid_until: dt.date | None
    made_at: dt.datetime
    posting: PostingWire
    faces: list[FaceWire]
    declared: list[DeclaredWire]
    works: list[WorkWire]
    findings: list[FindingWire]
    waived: list[WaivedWire]
    not_checked: list[UnknownWire]
    policy: PolicyWire
    register: RegisterWire
    release: ReleaseWire | None
    changes: list[str] | msgspec.UnsetType = msgspec.UNSET
    as_before: bool | msgspec.UnsetType = msgspec.UNSET


class ReportsWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `imgpolicy check --format json` prints, and `Report.to_json` gives for one picture."""

    schema: Literal["imgpolicy.report/1"]
    tool: ToolWire
    reports: list[ReportWire]


def report_in(answer: bytes) -> ReportWire:
    """The one report of an answer that was kept; ValueError when it is none."""
    (report,) = msgspec.json.decode(answer, type=ReportsWire).reports
    return report


def report_schema() -> str:
    """The JSON Schema of reports, as `imgpolicy policy schema --report` prints it."""
    schema = msgspec.json.schema(ReportsWire)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": REPORT_SCHEMA}
    return as_json(head | schema)


def release_wire(release: Release) -> ReleaseWire:
    """What is written of a release."""
    by, reason, second = safe_text(release.by), safe_text(release.reason), safe_optional(release.second)
    return ReleaseWire(by=by, reason=reason, second=second)


def waived_wire(waived: Waived) -> WaivedWire:
    """What is written of a finding that does not count."""
    by, reason = safe_text(waived.waiver.by), safe_text(waived.waiver.reason)
    return WaivedWire(finding=finding_wire(waived.finding), by=by, reason=reason, until=waived.waiver.until)


def picture_wire(picture: PictureInfo) -> PictureWire:
    """What is written of the picture itself."""
    return PictureWire(
        name=safe_text(picture.name),
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
    )


def posting_wire(posting: Posting) -> PostingWire:
    """What is written of the posting."""
    return PostingWire(
        channel=posting.channel,
        role=posting.role,
        purpose=posting.purpose,
        audience=posting.audience,
        setting=posting.setting,
        actor=safe_optional(posting.actor),
        origin=posting.origin,
        caption=safe_optional(posting.caption),
        people=[printable(person) for person in posting.people],
        campaign=safe_optional(posting.campaign),
        territory=safe_optional(posting.territory),
        event=safe_optional(posting.event),
        edit=safe_optional(posting.edit),
        on=posting.day,
    )


def finding_wire(finding: Finding) -> FindingWire:
    """What is written of a finding."""
    return FindingWire(
        code=finding.code,
        verdict=finding.verdict.word,
        title=safe_text(finding.title),
        message=safe_text(finding.message),
        box=finding.box,
        evidence={key: _evidence(value) for key, value in finding.evidence.items()},
        remedies=[_remedy(remedy) for remedy in finding.remedies],
        paragraph=safe_optional(finding.paragraph),
    )


def _remedy(remedy: Remedy) -> RemedyWire:
    return RemedyWire(
        kind=remedy.kind,
        text=safe_text(remedy.text),
        automatic=remedy.automatic,
        command=safe_text(remedy.command) if remedy.command else None,
        covers=remedy.covers or msgspec.UNSET,
        keeps=remedy.keeps or msgspec.UNSET,
        letter=safe_lines(remedy.letter) if remedy.letter else msgspec.UNSET,
        hides=[safe_text(name) for name in remedy.hides] or msgspec.UNSET,
    )


def unknown_wires(unknowns: Iterable[Unknown], language: Language = ENGLISH) -> list[UnknownWire]:
    """What is written of all that was not checked, the reasons in this language."""
    return [
        UnknownWire(what=safe_text(one.what), reason=safe_text(language.say(one.reason)), lifts=one.lifts)
        for one in unknowns
    ]


def _evidence(value: Value) -> Evidence:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, float):
        return rounded(value)
    if value is None or isinstance(value, int):
        return value
    return [safe_text(item) if isinstance(item, str) else item for item in value]
