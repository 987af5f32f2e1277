"""Checks that were recorded, who released a picture against its findings, and whom a recorded report is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from imgpolicy.domain.ids import new_id
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A picture let go against its findings: who answers for it and why, and the second person where one is asked."""

    by: str
    reason: str
    second: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a check gave: hashes of the picture and the policy, the register's head, the verdict's word, the report.

    `report` is the report as JSON, None when somebody in it was erased; `picture` is None when it could not be read.
    """

    id: str = field(default_factory=lambda: new_id("d"))
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: bytes | None = field(repr=False)
    release: Release | None = None
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))


class _Posting(msgspec.Struct, frozen=True):
    people: list[str] = []


class _Face(msgspec.Struct, frozen=True):
    person: str | None = None
    candidates: list[str] = []


class _Declared(msgspec.Struct, frozen=True):
    person: str


class _Finding(msgspec.Struct, frozen=True):
    code: str
    message: str
    evidence: dict[str, object] = {}


class _Waived(msgspec.Struct, frozen=True):
    finding: _Finding


class _Report(msgspec.Struct, frozen=True):
    """The places of a report's JSON in which somebody is named by the id; whatever else it holds is skipped."""

    posting: _Posting = _Posting()
    faces: list[_Face] = []
    declared: list[_Declared] = []
    findings: list[_Finding] = []
    waived: list[_Waived] = []


class _Reports(msgspec.Struct, frozen=True):
    reports: list[_Report]


_MAY_BE = {
    "P106": re.compile(r"this face may be (.+): too alike(?:, too small)? to be sure, or in the picture twice"),
    "P107": re.compile(r"nobody can be (?:told|identified) by this face: .+; it may be (.+)"),
}
"""Where reports named the candidates of a face before each face listed them."""


def people_of(report: bytes) -> frozenset[str]:
    """The ids of those whom a report, as JSON, is about: found, possibly found, declared, or named by the editor.

    Raises RegisterError when it is no report.
    """
    try:
        read = msgspec.json.decode(report, type=_Reports)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RegisterError(phrase("the report of a decision cannot be read as one")) from error
    return frozenset(name for one in read.reports for name in _named(one))


def _named(report: _Report) -> Iterator[str]:
    yield from report.posting.people
    yield from (named.person for named in report.declared)
    for face in report.faces:
        yield from face.candidates
        if face.person is not None:
            yield face.person
    for finding in (*report.findings, *(one.finding for one in report.waived)):
        person = finding.evidence.get("person")
        if isinstance(person, str):
            yield person
        names = _MAY_BE[finding.code].fullmatch(finding.message) if finding.code in _MAY_BE else None
        if names:
            yield from names[1].split(" or ")
