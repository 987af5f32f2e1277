"""The short report at a terminal: each reason once, with the best way out; of several pictures a row each."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.render.test_machines import waived
from tests.wire.test_report import BOX, report

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.language import LanguageCode, language
from imgpolicy.render.text import print_reports
from imgpolicy.report import PictureInfo, Report

ASK = Remedy(kind=RemedyKind.ASK, text="ask them", command="imgpolicy consent letter eileen")
HIDE = Remedy(kind=RemedyKind.REDACT, text="hide it", automatic=True, command=f"imgpolicy clean {'a' * 120} -o CLEAN")
COMMANDS = (ASK.command, HIDE.command)


def shown(*reports: Report, width: int = 80, lang: LanguageCode = LanguageCode.ENGLISH) -> str:
    buffer = io.StringIO()
    print_reports(reports, Console(file=buffer, width=width), language(lang))
    return buffer.getvalue()


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def found(*remedies: Remedy, box: Box = BOX, message: str = "because") -> Finding:
    (finding,) = report().findings
    return replace(finding, remedies=remedies, box=box, message=message)


def go(name: str = "photo.jpg") -> Report:
    return replace(report(name), findings=())


def test_one_picture_has_its_verdict_posting_reasons_and_what_does_something_about_them() -> None:
    asked = replace(report(), findings=(found(ASK, HIDE), replace(found(ASK), code="P105")))
    assert lines(shown(asked)) == [
        "NO-GO  photo.jpg",
        "channel facebook, role employee, origin own, on 2026-01-02",
        "P101 Unknown person: because (at 10,20)",
        "→ hide it (clean does it)",
        "P105 Unknown person: because (at 10,20)",
        "→ ask them:",
        "imgpolicy consent letter eileen",
        f"what clean does: {HIDE.command}",
        "",
        "judged by: p, in no file",
        "not looked at: 1 kinds of things; --verbose lists them, and every way out",
    ]


def test_a_reason_that_is_there_several_times_is_told_once_with_how_often() -> None:
    places = (BOX, Box(1, 1, 9, 9), Box(2, 2, 9, 9))
    crowd = replace(report(), findings=(*(found(HIDE, box=box) for box in places), found(message="another")))
    text = lines(shown(crowd))
    assert "P101 Unknown person: because (at 10,20) and in 2 other places" in text
    assert "P101 Unknown person: another (at 10,20)" in text
    assert sum(line.startswith("P101") for line in text) == 2


def test_what_lets_a_picture_go_that_is_not_plainly_allowed_is_never_left_out() -> None:
    passing = replace(go().faces[0], person=None, score=None, status=FaceStatus.INCIDENTAL)
    crowd = replace(go("crowd.jpg"), faces=(*go().faces, passing, passing))
    for told in (shown(waived()), shown(waived(), go())):
        assert "waived P101 Unknown person" in lines(told)
    for told in (shown(crowd), shown(crowd, go())):
        assert "faces: 2 x somebody (incidental)" in lines(told)


def test_a_go_says_until_when() -> None:
    assert "good until 2027-06-30, when something that it rests on ends" in lines(shown(go()))
    assert ["GO", "photo.jpg", "2027-06-30"] in [line.split() for line in lines(shown(go(), report()))]


def test_several_pictures_are_a_table_and_a_plain_go_is_nothing_but_its_row() -> None:
    unknown = replace(found(), code="X001", verdict=Verdict.REVIEW)
    unread = replace(report(), picture=PictureInfo(name="torn.jpg"), findings=(unknown,))
    text = lines(shown(go("a.jpg"), unread, report("b.jpg")))
    assert sum("a.jpg" in line for line in text) == 1
    assert [line.split()[:2] for line in text if line.endswith((".jpg", "P101", "X001", "2027-06-30"))] == [
        ["NO-GO", "b.jpg"],
        ["NO-GO", "b.jpg"],
        ["GO", "a.jpg"],
        ["unreadable", "torn.jpg"],
    ]
    assert text[-1] == "1 no-go, 0 review, 1 go, 1 unreadable"
    assert sum("channel facebook" in line for line in text) == 1


def test_pictures_that_were_judged_for_other_postings_stand_below_those() -> None:
    elsewhere = replace(go("b.jpg"), posting=Posting(channel="intranet", on=go().posting.on))
    text = lines(shown(go("a.jpg"), elsewhere, go("c.jpg")))
    first = text.index("channel facebook, role employee, origin own, on 2026-01-02")
    second = text.index("channel intranet, on 2026-01-02")
    assert ["a.jpg" in " ".join(text[first:second]), "c.jpg" in " ".join(text[first:second])] == [True, True]
    assert "b.jpg" in " ".join(text[second:])


@pytest.mark.parametrize("lang", LanguageCode)
@given(name=st.text(max_size=120), message=st.text(max_size=200), count=st.integers(1, 3))
def test_nothing_is_wider_than_the_terminal_but_what_is_copied(
    lang: LanguageCode, name: str, message: str, count: int
) -> None:
    one = replace(report(name=name), findings=(found(ASK, message=message), found(HIDE, message=message)))
    said = shown(*[one] * count, width=80, lang=lang)
    assert all(c.isprintable() or c in "\n\u200c\u200d" for c in said)
    for line in said.splitlines():
        assert Console(width=80).measure(line).maximum <= 80 or any(command in line for command in COMMANDS if command)
    assert sum(str(HIDE.command) in line for line in said.splitlines()) == count
