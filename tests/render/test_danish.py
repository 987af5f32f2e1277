"""A report in Danish is Danish throughout; what programs go by stays as it is."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from tests.render.test_html import HARMLESS, Page
from tests.rules.test_rules import rules
from tests.wire.test_report import report

from imgpolicy.assembly import all_extractors, face_engine, limits
from imgpolicy.domain.decision import Release
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import FaceStatus, Waived, Waiver
from imgpolicy.domain.trace import KIND_WORDS, Kind
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import LanguageCode, language
from imgpolicy.phrase import Phrase
from imgpolicy.render import Shown
from imgpolicy.render.github import reports_github
from imgpolicy.render.html import reports_html
from imgpolicy.render.junit import reports_junit
from imgpolicy.render.sarif import reports_sarif
from imgpolicy.render.text import print_reports
from imgpolicy.render.words import COVER_STATUS, FACE_STATUS
from imgpolicy.report import DeclaredReport, Report, reports_json
from imgpolicy.rules import Case, judge
from imgpolicy.service.recording import released

LIMITS = limits(all_extractors(face_engine("yunet-sface", Path())))
DANISH = language(LanguageCode.DANISH)
SAME = {
    "{where} {mark} “{title}”",
    "{shows}: {kind} ({value})",
    "{told}; {unclear}",
    "{person}: {reason}",
    "{what}: {reason}",
    "{shows} {mark} “{title}”",
}
"""Phrases that are the same in both languages."""

ENGLISH_WORDS = re.compile(
    r"\b(the|this|that|is|are|was|were|not|nobody|of|with|without|who|which|and|or|on|from|it|its|your|"
    r"picture|consent|licence|use|when|what|where|may|must|good|until|faces|checked|looked|owner|work)\b",
    re.IGNORECASE,
)
COMMANDS = re.compile(r"imgpolicy [a-z].*|--\S+( \S+)?|\[\w+\] \w+")
"""What a terminal or a policy file takes is the same in every language."""

MADE_UP = re.compile(
    r"A\. Painter|Some Agency|(At the )?Example Library|views are my own|EDITORIAL USE ONLY|At the fair"
)
"""Names and words of others in the examples."""

FAILING = [(rule.code, case) for rule in rules() for case in rule.fails]


def judged(case: Case) -> Report:
    """A report on the case, by all rules, with everything that no check looks at."""
    findings = judge([rule() for rule in rules()], case)
    return replace(
        report("billede.jpg"), posting=case.posting, findings=findings, not_checked=(*case.unknowns, *LIMITS)
    )


def phrases(text: str | float | None) -> Iterator[Phrase]:
    if isinstance(text, Phrase):
        yield text
        for value in text.values.values():
            yield from phrases(value)


def told(finding: Finding) -> Iterator[str]:
    yield from (finding.title, finding.message)
    for remedy in finding.remedies:
        yield remedy.text
        if remedy.letter:
            yield remedy.letter


def plainly(*reports: Report) -> str:
    """The whole text and the short one."""
    buffer = io.StringIO()
    for verbose in (True, False):
        print_reports(reports, Console(file=buffer, width=10_000), DANISH, verbose=verbose)
    return buffer.getvalue()


def english_in(text: str) -> list[str]:
    """The English words in the text; those of commands and the names that the examples make up do not count."""
    plain = MADE_UP.sub("", COMMANDS.sub("", text))
    return [found.group() for line in plain.splitlines() for found in ENGLISH_WORDS.finditer(line)]


@pytest.mark.parametrize(("code", "case"), FAILING, ids=[f"{code}-{n}" for n, (code, _) in enumerate(FAILING)])
def test_every_reason_that_a_rule_gives_is_a_phrase_and_is_said_in_danish(code: str, case: Case) -> None:
    found = [finding for finding in judged(case).findings if finding.code == code]
    assert found
    for text in (text for finding in found for text in told(finding)):
        assert isinstance(text, Phrase), f"{text!r} cannot be translated"
        for part in phrases(text):
            assert part.template in SAME or DANISH.catalogue.gettext(part.template) != part.template


@pytest.mark.parametrize(("code", "case"), FAILING, ids=[f"{code}-{n}" for n, (code, _) in enumerate(FAILING)])
def test_no_english_is_left_in_a_danish_report(code: str, case: Case) -> None:
    made = judged(case)
    text = plainly(made)
    assert code in text
    assert english_in(text) == []
    page = Page(reports_html([Shown(made, HARMLESS)], DANISH))
    assert page.all("html") == [{"lang": "da"}]
    body = page.text.split("Må vi offentliggøre det?", 2)[-1]
    assert english_in(body) == []


def test_the_test_for_english_would_find_some() -> None:
    assert english_in("use another picture: imgpolicy clean the.jpg") == ["use", "picture"]
    assert english_in(plainly(report("x.jpg"))) == ["it", "it"]


def test_faces_declarations_releases_and_dates_are_told_in_danish() -> None:
    named = DeclaredReport(person="anna", consent=None, status="withdrawn")
    good = replace(report(), findings=(), declared=(named,), release=Release(by="Anna", reason="ja", second="Ida"))
    text = plainly(good, replace(report(), picture=replace(report().picture, width=None)))
    for said in (
        "kanal: facebook",
        "rolle: medarbejder",
        "oprindelse: eget",
        "den 2026-01-02",
        "gælder til 2027-06-30",
    ):
        assert said in text
    assert "eileen 0.71 (dækket)" in text
    assert "nævnt: anna (tilbagekaldt)" in text
    assert text.splitlines()[-1] == "0 no-go, 0 review, 1 go, 1 ulæselige"
    page = Page(reports_html([Shown(good, HARMLESS)], DANISH)).text
    assert "Frigivet af Anna og Ida: ja" in page
    assert "Gælder til 2027-06-30" in page


def test_what_is_waived_or_released_is_told_in_danish_too() -> None:
    case = next(case for code, case in FAILING if code == "P101")
    made = judged(case)
    waiver = Waiver(picture="ab" * 32, code="P101", by="Anna", reason="en statue", until=dt.date(2030, 1, 2))
    waived = replace(made, findings=(), waived=(Waived(finding=made.findings[0], waiver=waiver),))
    assert "accepteret P101 Ukendt person:" in plainly(waived)
    assert "; Anna, til og med 2030-01-02: en statue" in plainly(waived)
    let_go = released(made, Release(by="Anna", reason="ja"))
    assert "X002 Frigivet af en navngiven person: Anna har frigivet det: ja" in plainly(let_go)
    for form in (reports_github, reports_junit, reports_sarif):
        assert "til og med 2030-01-02" in form([waived], DANISH)
        assert "Ukendt person" in form([waived], DANISH)
    page = Page(reports_html([Shown(waived, HARMLESS)], DANISH)).text
    assert "Accepteret af" in page
    assert english_in(page.split("Må vi offentliggøre det?", 2)[-1]) == []


def test_every_status_and_kind_has_its_word() -> None:
    assert set(FACE_STATUS) == set(FaceStatus)
    assert set(COVER_STATUS) == set(CoverStatus)
    assert set(KIND_WORDS) == set(Kind)


def test_what_programs_go_by_is_the_same_in_json_and_what_people_read_is_danish() -> None:
    case = next(case for code, case in FAILING if code == "P105")
    (english,), (danish,) = (
        json.loads(reports_json([judged(case)], spoken))["reports"]
        for spoken in (language(LanguageCode.ENGLISH), DANISH)
    )
    for ours, theirs in zip(english["findings"], danish["findings"], strict=True):
        assert {"title", "message"} == {key for key in ours if ours[key] != theirs[key]} - {"remedies"}
        for one, other in zip(ours["remedies"], theirs["remedies"], strict=True):
            assert {key for key in one if one[key] != other[key]} <= {"text", "letter"}
    assert [unknown["what"] for unknown in danish["not_checked"]] == [u["what"] for u in english["not_checked"]]
    assert danish["not_checked"][0]["reason"].startswith("håndskrift og tekst der er sløret")
    rest = {"findings", "not_checked"}
    assert {k: v for k, v in danish.items() if k not in rest} == {k: v for k, v in english.items() if k not in rest}


def test_sarif_junit_and_github_speak_danish_too() -> None:
    case = next(case for code, case in FAILING if code == "P101")
    made = judged(case)
    said = "dette ansigt passer ikke til nogen i registret"
    (run,) = json.loads(reports_sarif([made], DANISH))["runs"]
    assert (run["language"], run["tool"]["driver"]["language"]) == ("da", "da")
    assert said in run["results"][0]["message"]["text"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    untold = "ikke kontrolleret: små koder (koder med under tre pixels pr. modul læses måske ikke)"
    assert untold in [note["message"]["text"] for note in notes]
    assert said in reports_junit([made], DANISH)
    assert said in reports_github([made], DANISH)
    assert "(ved 10,20)" in reports_github([made], DANISH)


def test_a_letter_stands_folded_in_the_page_and_its_command_at_the_terminal() -> None:
    case = next(case for code, case in FAILING if code == "P105")
    made = judged(case)
    assert made.verdict is Verdict.NO_GO
    page = Page(reports_html([Shown(made, HARMLESS)], DANISH))
    assert "Et brev at spørge med" in page.text
    assert "Jeg giver samtykke til, at billedet offentliggøres" in page.text
    assert "imgpolicy consent letter anna --channel website --purpose news --on 2026-01-15" in plainly(made)
