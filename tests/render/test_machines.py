"""Reports for machines: SARIF, JUnit and GitHub's workflow commands."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TypedDict
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.render.sarif_schema import sarif_schema
from tests.wire.test_report import report

from imgpolicy.domain.decision import Release
from imgpolicy.domain.terms import Waived, Waiver
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import ENGLISH
from imgpolicy.render import Shown, Terminal
from imgpolicy.render.github import reports_github
from imgpolicy.render.html import reports_html
from imgpolicy.render.junit import reports_junit
from imgpolicy.render.sarif import reports_sarif
from imgpolicy.render.text import RENDERER as TEXT
from imgpolicy.report import Report
from imgpolicy.text import printable


class Result(TypedDict):
    """What these tests read of a SARIF result."""

    ruleId: str
    level: str
    suppressions: list[dict[str, str]]


def fine() -> Report:
    return replace(report("fine.jpg"), findings=())


def doubtful() -> Report:
    finding: Finding = replace(report().findings[0], verdict=Verdict.REVIEW)
    return replace(report("doubtful.jpg"), findings=(finding,))


def unreadable() -> Report:
    lost = replace(report().picture, name="lost.jpg", sha256=None, format=None, width=None, height=None)
    return replace(report(), picture=lost, faces=())


def waived() -> Report:
    """A report in which the only finding is accepted."""
    waiver = Waiver(picture="ab" * 32, code="P101", by="A. Editor", reason="a statue", until=dt.date(2030, 1, 2))
    (finding,) = report().findings
    told = replace(finding, paragraph="Section 4")
    return replace(report("waived.jpg"), findings=(), waived=(Waived(finding=told, waiver=waiver),))


def results(*reports: Report) -> list[Result]:
    found: list[Result] = json.loads(reports_sarif(reports))["runs"][0]["results"]
    return found


def test_sarif_says_no_go_as_error_and_review_as_warning() -> None:
    assert [(r["ruleId"], r["level"]) for r in results(report(), doubtful(), fine())] == [
        ("P101", "error"),
        ("P101", "warning"),
    ]


def test_sarif_keeps_a_released_finding_and_says_so() -> None:
    released = replace(report(), release=Release(by="A. Editor", reason="agreed"))
    assert results(released)[0]["suppressions"][0]["justification"] == "released by a named person"


def test_sarif_keeps_a_waived_finding_and_says_until_when() -> None:
    (result,) = results(waived())
    assert (result["ruleId"], result["suppressions"][0]["justification"]) == ("P101", "waived until 2030-01-02")


def test_junit_passes_what_is_waived_and_says_so() -> None:
    suites = ET.fromstring(reports_junit([waived()]))
    assert suites.get("failures") == "0"
    (said,) = suites.iter("system-out")
    assert said.text
    assert said.text.startswith("waived until 2030-01-02: P101 ")


def test_github_notes_what_is_waived() -> None:
    line, _ = reports_github([waived()]).splitlines()
    assert line.startswith("::notice file=waived.jpg,title=P101 Unknown person%2C waived::… (at 10,20) (Section 4)")
    assert line.endswith("; waived until 2030-01-02")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a b.jpg", "/tmp/ø.jpg", "http://example.org/a.jpg?x=1", "-", "\udcff.jpg", "a\nb"])
def test_sarif_agrees_with_its_schema(name: str) -> None:
    released = replace(report(name), release=Release(by="A. Editor", reason="agreed"))
    document = json.loads(reports_sarif([report(name), doubtful(), fine(), unreadable(), released, waived()]))
    jsonschema.Draft7Validator(sarif_schema()).validate(document)


def test_sarif_of_nothing_agrees_with_its_schema_too() -> None:
    jsonschema.Draft7Validator(sarif_schema()).validate(json.loads(reports_sarif([])))


def test_junit_counts_a_review_as_a_failure_and_the_unreadable_as_an_error() -> None:
    suites = ET.fromstring(reports_junit([report(), doubtful(), fine(), unreadable()]))
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("4", "2", "1")
    kinds = [[(problem.tag, problem.get("type")) for problem in case] for case in suites.iter("testcase")]
    assert kinds == [[("failure", "no-go")], [("failure", "review")], [], [("error", "unreadable")]]


@pytest.mark.parametrize("file", ["~/office/imgpolicy.toml", None, "imgpolicy\u202e.toml"])
def test_every_form_says_which_policy_judged_and_where_it_is(file: str | None) -> None:
    judged = replace(report(), policy=replace(report().policy, name="Ours", file=file))
    shown = file and printable(file)
    (run,) = json.loads(reports_sarif([judged, judged]))["runs"]
    (policy,) = run["properties"]["policies"]
    assert (policy["name"], policy.get("file")) == ("Ours", shown)
    assert json.loads(judged.to_json())["reports"][0]["policy"]["file"] == shown
    words = f"Ours, in {shown or 'no file'}"
    junit = ET.fromstring(reports_junit([judged])).find("testsuite/properties/property")
    assert junit is not None
    assert junit.get("value") == words
    for text in (
        reports_github([judged]),
        reports_html([Shown(judged)]),
        TEXT.render([Shown(judged)], ENGLISH, Terminal()),
    ):
        assert words in text


@given(st.text(max_size=50))
def test_junit_is_well_formed_whatever_a_file_says(text: str) -> None:
    suites = ET.fromstring(reports_junit([report(name=text, message=text)]))
    assert len(list(suites.iter("failure"))) == 1


def test_github_shows_each_finding_beside_its_file() -> None:
    assert reports_github([report(), doubtful(), fine()]).splitlines() == [
        "::error file=photo.jpg,title=P101 Unknown person::… (at 10,20) -> …",
        "::warning file=doubtful.jpg,title=P101 Unknown person::… (at 10,20) -> …",
        "judged by: p, in no file",
    ]


@given(st.text(max_size=50))
def test_no_name_or_message_makes_a_workflow_command_of_its_own(text: str) -> None:
    said = reports_github([report(name=f"{text}\n::set-env::", message=f"{text}\r\n::add-mask::x")])
    line, _ = said.splitlines()
    head, _, _ = line[2:].partition("::")
    assert head.startswith("error file=")
    assert head.count(",") == 1
    assert head.endswith("title=P101 Unknown person")
