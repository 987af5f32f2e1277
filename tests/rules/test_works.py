"""One work under two titles is one reason, and two works are two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.domain.geometry import Point
from imgpolicy.domain.grant import Coverage, CoverStatus
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.domain.work import WorkKind
from imgpolicy.match import Doubt, WorkMatch
from imgpolicy.rules import Case, examples, judge
from imgpolicy.rules.works import LicenceDoesNotCover, UnlicensedWork

Corners = tuple[Point, Point, Point, Point]


def square(left: float, top: float, side: float) -> Corners:
    right, bottom = left + side, top + side
    return Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)


def work(title: str, region: Corners | None = None, *, certain: bool = True) -> WorkMatch:
    (known,) = examples.work(WorkKind.WORK).matches.works
    return replace(known, work=title.lower(), title=title, region=region, certain=certain)


def showing(*works: WorkMatch, licences: dict[str, Coverage] | None = None) -> Case:
    case = examples.nobody()
    return replace(case, matches=replace(case.matches, works=works, licences=licences or {}))


def told(case: Case) -> tuple[Finding, ...]:
    return judge([UnlicensedWork(), LicenceDoesNotCover()], case)


@pytest.mark.parametrize("other", [None, square(102, 99, 199)])
def test_the_same_picture_under_two_titles_is_told_once_with_both(other: Corners | None) -> None:
    (finding,) = told(showing(work("Harbour", other and square(100, 100, 200)), work("Port", other)))
    assert finding.message == "the picture is the work “Harbour” and “Port”: no licence is on record"
    assert (finding.evidence["work"], finding.evidence["title"], finding.evidence["also"]) == (
        "harbour",
        "Harbour",
        ["port"],
    )
    commands = [one.command for one in finding.remedies if one.kind == "licence"]
    assert [command.split()[3] for command in commands if command] == ["harbour", "port"]


def test_one_work_says_nothing_of_others() -> None:
    (finding,) = told(showing(work("Harbour")))
    assert "also" not in finding.evidence
    assert finding.message == "the picture is the work “Harbour”: no licence is on record"


@pytest.mark.parametrize(
    "other",
    [
        work("Port", square(400, 100, 200)),
        work("Port", square(100, 100, 120)),
        work("Port", square(100, 100, 200), certain=False),
        work("Port"),
        replace(work("Port", square(100, 100, 200)), frame=1),
    ],
    ids=["elsewhere", "a part of it", "not surely", "the whole", "another page"],
)
def test_works_that_are_not_at_one_place_are_told_each(other: WorkMatch) -> None:
    assert len(told(showing(work("Harbour", square(100, 100, 200)), other))) == 2


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        (Doubt.PART, "only parts of it agree"),
        (Doubt.SHARED, "what agrees is in “Spring sale” and “Our frame” too"),
        (Doubt.PLAIN, "it has too little detail"),
    ],
)
def test_a_finding_in_doubt_says_what_is_shared(doubt: Doubt, why: str) -> None:
    match = replace(work("Harbour", certain=False), doubt=doubt, shared=("Spring sale", "Our frame"))
    (finding,) = told(showing(match))
    assert finding.verdict is Verdict.REVIEW
    assert f"“Harbour”, and {why}" in finding.message


def test_what_licences_say_of_one_is_not_said_of_the_other() -> None:
    expired = Coverage(status=CoverStatus.EXPIRED, reason="licence ended", record="l-1")
    findings = told(showing(work("Harbour"), work("Port"), licences={"port": expired}))
    assert [finding.code for finding in findings] == ["C101", "C102"]
