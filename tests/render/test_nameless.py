"""What a pipeline shows to whoever sees it names nobody, and nothing that anybody wrote."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rules.test_rules import rules
from tests.support import Run
from tests.wire.test_report import report

from imgpolicy.domain.decision import Release
from imgpolicy.domain.terms import Waived, Waiver
from imgpolicy.domain.verdict import Finding
from imgpolicy.language import ENGLISH, Language, LanguageCode, language
from imgpolicy.phrase import Part, Phrase
from imgpolicy.render.github import reports_github
from imgpolicy.render.junit import reports_junit
from imgpolicy.render.sarif import reports_sarif
from imgpolicy.report import Report
from imgpolicy.rules import Case, judge
from imgpolicy.service.people import everybody
from imgpolicy.service.workspace import Workspace

MARK = "Jane Doe"
FORMS: Sequence[Callable[[Sequence[Report], Language], str]] = (reports_sarif, reports_github, reports_junit)
FAILING = [(rule.code, case) for rule in rules() for case in rule.fails]
WAIVER = Waiver(picture="ab" * 32, code="P101", by=MARK, reason=MARK, until=dt.date(2030, 1, 2))


def marked(text: str) -> Phrase:
    """The same phrase, in which everything that somebody wrote is the mark."""
    assert isinstance(text, Phrase), f"{text!r} is no phrase: whatever is in it would be left out"
    return Phrase(text.template, {name: _marked(value) for name, value in text.values.items()})


def _marked(value: Part) -> Part:
    if isinstance(value, Phrase):
        return marked(value)
    return MARK if isinstance(value, str) else value


def marked_finding(finding: Finding) -> Finding:
    remedies = tuple(replace(one, text=marked(one.text), command=MARK, hides=(MARK,)) for one in finding.remedies)
    return replace(finding, message=marked(finding.message), remedies=remedies, evidence={"who": MARK, "all": [MARK]})


@pytest.mark.parametrize(("code", "case"), FAILING, ids=[f"{code}-{n}" for n, (code, _) in enumerate(FAILING)])
def test_whatever_a_rule_finds_what_somebody_wrote_stays_out(code: str, case: Case) -> None:
    found = tuple(marked_finding(one) for one in judge([rule() for rule in rules()], case))
    posting = replace(case.posting, people=(MARK,), actor=MARK, caption=MARK)
    unknowns = tuple(replace(one, reason=marked(one.reason)) for one in case.unknowns)
    judged = replace(report(), posting=posting, findings=found, not_checked=unknowns)
    released = replace(judged, release=Release(by=MARK, reason=MARK, second=MARK))
    waived = replace(judged, findings=(), waived=tuple(Waived(finding=one, waiver=WAIVER) for one in found))
    for write in FORMS:
        for told in (ENGLISH, language(LanguageCode.DANISH)):
            said = write([judged, released, waived], told)
            assert code in said
            assert MARK not in said


def test_what_is_no_phrase_stays_out_whole() -> None:
    (finding,) = report().findings
    of_a_plug_in = replace(report(), findings=(replace(finding, message=f"this is {MARK}"),))
    assert all(MARK not in write([of_a_plug_in], ENGLISH) for write in FORMS)


def test_what_the_program_says_stays() -> None:
    (finding,) = report().findings
    said = replace(finding, message=Phrase("{who} was seen {count} times", {"who": MARK, "count": 3}))
    (result,) = json.loads(reports_sarif([replace(report(), findings=(said,))]))["runs"][0]["results"]
    assert result["message"]["text"].startswith("… was seen 3 times")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sarif", "github", "junit"])
def test_nobody_of_the_register_is_named_by_a_check_that_knows_them(imgpolicy: Run, demo: Path, form: str) -> None:
    with Workspace.open(demo / "imgpolicy.toml") as workspace:
        people = [*everybody(workspace)]
    assert people
    words = {word for one in people for word in (one.id, *one.name.split()) if len(word) > 3}
    posting = ("--channel", "x", "--role", "employee", "--purpose", "recruitment", "--origin", "own")
    named = ("--caption", f"With {people[0].name}", "--person", people[0].id)
    ran = imgpolicy("check", "pictures", *posting, *named, "--format", form, folder=demo)
    assert ran.code == 1
    assert "P1" in ran.out
    assert [word for word in words if word.lower() in ran.out.lower()] == []
