"""The whole report at a terminal: the worst first, nothing hidden, nothing executed."""

from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.render.test_machines import waived
from tests.wire.test_report import report

from imgpolicy.domain.verdict import Remedy, RemedyKind
from imgpolicy.facts import Unknown
from imgpolicy.render.text import print_reports
from imgpolicy.report import Report
from imgpolicy.text import printable


def shown(*reports: Report) -> str:
    buffer = io.StringIO()
    print_reports(reports, Console(file=buffer, width=80), verbose=True)
    return buffer.getvalue()


def test_verdict_reason_place_and_way_out_are_there() -> None:
    text = shown(report())
    for said in ("NO-GO", "photo.jpg", "P101", "Unknown person", "because", "10,20", "hide it (clean does it)"):
        assert said in text


def test_commands_stand_in_lines_of_their_own_and_are_never_broken() -> None:
    long = " ".join(["imgpolicy licence add w-1", *(f"--channel channel-{number}" for number in range(20))])
    letter = " ".join(["imgpolicy consent letter eileen", "--purpose", "'a long word, of several'" * 5])
    (finding,) = report().findings
    ways = (
        Remedy(kind=RemedyKind.LICENCE, text="a licence for it", command=long),
        Remedy(kind=RemedyKind.STRIP, text="strip it", automatic=True, command=f"imgpolicy clean {'a' * 120} -o CLEAN"),
        Remedy(kind=RemedyKind.ASK, text="ask them", letter="Dear you", letter_command=letter),
    )
    asked = replace(finding, remedies=ways)
    lines = [line.strip() for line in shown(replace(report(), findings=(asked,))).splitlines()]
    assert long in lines
    assert lines[lines.index(long) - 1] == "→ a licence for it:"
    assert f"what clean does: imgpolicy clean {'a' * 120} -o CLEAN" in lines
    assert f"a letter to ask with: {letter}" in lines


def test_what_could_not_be_checked_is_said_in_full() -> None:
    blind = replace(report(), not_checked=(Unknown(what="faces", reason="the model is missing"),))
    assert "not checked: faces (the model is missing)" in shown(blind)


def test_what_is_waived_is_told_with_who_why_and_until_when() -> None:
    text = " ".join(shown(waived()).split())
    assert "GO waived.jpg" in text
    assert "waived P101 Unknown person: because; A. Editor, until 2030-01-02: a statue" in text


def test_the_paragraph_stands_under_its_reason() -> None:
    (finding,) = report().findings
    text = shown(replace(report(), findings=(replace(finding, paragraph="Section 4"),)))
    assert [line.strip() for line in text.splitlines()][2:4] == [
        "P101 Unknown person: because (at 10,20)",
        "Section 4",
    ]


def test_a_list_ends_with_its_sum() -> None:
    assert shown(report(), report()).splitlines()[-1] == "2 no-go, 0 review, 0 go, 0 unreadable"


@given(st.text(max_size=50))
def test_no_control_character_of_a_name_or_message_reaches_the_terminal(text: str) -> None:
    found = shown(report(name=text, message=text))
    assert all(c.isprintable() or c in "\n\u200c\u200d" for c in found)


def test_markup_in_a_name_is_only_text() -> None:
    assert "[red]x[/red]" in shown(report(name="[red]x[/red]"))


@given(st.text(), st.integers(1, 40))
def test_printable_text_is_bounded(text: str, limit: int) -> None:
    assert len(printable(text, limit=limit)) <= limit


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=40))
def test_printable_text_leaves_ordinary_text_alone(text: str) -> None:
    assert printable(text, limit=40) == text
