"""In which language a command speaks: people read their own, programs are not surprised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support import Run

STRANGER = ("check", "pictures/two_people.jpg", "--channel", "facebook", "--role", "employee", "--on", "2026-05-04")
SAID = "dette ansigt passer ikke til nogen i registret"


@pytest.mark.slow
def test_the_option_decides_whatever_the_environment_says(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = imgpolicy(*STRANGER, "--lang", "da", folder=demo)
    assert (ran.code, SAID in " ".join(ran.out.split())) == (1, True)
    monkeypatch.setenv("LANG", "da_DK.UTF-8")
    ran = imgpolicy(*STRANGER, "--lang", "en", folder=demo)
    assert (ran.code, "this face matches nobody in the register" in " ".join(ran.out.split())) == (1, True)


@pytest.mark.slow
def test_people_read_the_language_of_the_environment_and_programs_english_unless_they_ask(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "da_DK.UTF-8")
    forms = ("json", "sarif", "junit", "github", "html", "text")
    words = [word for form in forms for word in ("--format", form, "--output", f"report.{form}")]
    assert imgpolicy(*STRANGER, *words, folder=own_demo).code == 1
    written = {form: " ".join((own_demo / f"report.{form}").read_text("utf-8").split()) for form in forms}
    assert {form for form in forms if SAID in written[form]} == {"html", "text"}
    assert imgpolicy(*STRANGER, *words, "--lang", "da", "--force").code == 1
    written = {form: " ".join((own_demo / f"report.{form}").read_text("utf-8").split()) for form in forms}
    assert {form for form in forms if SAID in written[form]} == set(forms)


def test_the_reason_why_a_picture_cannot_be_read_is_said_in_the_language_asked_for(
    imgpolicy: Run, own_demo: Path
) -> None:
    (own_demo / "empty.jpg").touch()
    ran = imgpolicy("check", "empty.jpg", "--format", "json", "--lang", "da", folder=own_demo)
    (report,) = json.loads(ran.out)["reports"]
    assert (ran.code, report["findings"][0]["message"]) == (4, "billede: empty.jpg: filen er tom")
    assert "the file is empty" in ran.err


@pytest.mark.slow
def test_a_remark_is_said_in_the_language_and_an_error_in_english(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy(*STRANGER, "--publish", "https://example.org/1", "--lang", "da", folder=own_demo)
    assert "ikke registreret som offentliggjort" in ran.err
    ran = imgpolicy("check", "pictures/meadow.jpg", "--channel", "myspace", "--lang", "da")
    assert (ran.code, "the policy does not know the channel" in ran.err) == (2, True)


@pytest.mark.slow
def test_inspect_tells_the_facts_in_danish(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy("inspect", "pictures/with_location.jpg", "--lang", "da", folder=demo)
    assert (ran.code, "koordinat ved" in ran.out, "ikke undersøgt:" in ran.out) == (0, True, True)
    ran = imgpolicy("inspect", "pictures/with_location.jpg", "--format", "json", "--lang", "da")
    found = json.loads(ran.out)
    assert found["facts"]["metadata"]["findings"][0]["kind"] == "coordinate"
    assert "koder med under tre pixels pr. modul læses måske ikke" in [
        unknown["reason"] for unknown in found["not_checked"]
    ]


@pytest.mark.slow
def test_clean_says_what_it_changed_in_the_language_asked_for(imgpolicy: Run, own_demo: Path) -> None:
    words = (*STRANGER[2:], "--purpose", "pr", "--origin", "own", "--lang", "da")
    page = ("--format", "html", "--output", "page.html")
    ran = imgpolicy("clean", "pictures/with_location.jpg", "-o", "out.jpg", *words, *page, folder=own_demo)
    assert (ran.code, "1 fjernet: koordinat" in ran.out) == (0, True)
    said = (own_demo / "page.html").read_text("utf-8")
    assert "1 fjernet: koordinat" in said
    assert "Før" in said
    ran = imgpolicy("clean", "pictures/meadow.jpg", "-o", "same.jpg", *words)
    assert (ran.code, "en uændret kopi" in ran.out) == (0, True)


def test_a_language_that_there_is_not_is_a_usage_error(imgpolicy: Run, demo: Path) -> None:
    assert imgpolicy(*STRANGER, "--lang", "fr", folder=demo).code == 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ("Dear Eileen Collins,", "Where: x", "For what: pr", "From: 2026-05-04", "take your consent back")),
        ("da", ("Kære Eileen Collins", "Hvor: x", "Til hvilket formål: pr", "Fra: 2026-05-04", "trække samtykket")),
    ],
)
def test_a_letter_names_the_person_and_what_is_asked(
    imgpolicy: Run, demo: Path, code: str, said: tuple[str, ...]
) -> None:
    words = ("--channel", "x", "--purpose", "pr", "--on", "2026-05-04", "--lang", code)
    ran = imgpolicy("consent", "letter", "eileen", *words, folder=demo)
    assert (ran.code, ran.err) == (0, "")
    for words_said in said:
        assert words_said in ran.out


def test_what_is_not_stated_is_left_to_fill_in(imgpolicy: Run, demo: Path) -> None:
    out = imgpolicy("consent", "letter", "eileen", folder=demo).out
    assert "Where: ____\nFor what: ____\n" in out


def test_a_letter_about_a_child_goes_to_the_guardian(imgpolicy: Run, own_demo: Path) -> None:
    words = ("person", "add", "--id", "ida", "--name", "Ida Example", "--born", "2020-01-01", "--guardian", "eileen")
    assert imgpolicy(*words, folder=own_demo).code == 0
    out = imgpolicy("consent", "letter", "ida", "--channel", "website", "--purpose", "news").out
    assert out.startswith("Dear Eileen Collins,\n")
    assert "on behalf of Ida Example" in out
    assert imgpolicy("person", "edit", "ida", "--guardian", "").code == 0
    assert imgpolicy("consent", "letter", "ida").out.startswith("Dear ____,\n")


@pytest.mark.parametrize(
    ("channel", "remark"),
    [
        ("linkedin", "eileen said no: consent was withdrawn on 2026-03-01"),
        ("facebook", "eileen need not be asked"),
        ("x", ""),
    ],
)
def test_whoever_sends_a_letter_is_told_of_an_earlier_answer(
    imgpolicy: Run, demo: Path, channel: str, remark: str
) -> None:
    words = ("--channel", channel, "--purpose", "pr", "--on", "2026-05-04")
    ran = imgpolicy("consent", "letter", "eileen", *words, folder=demo)
    assert (ran.code, bool(ran.out), remark in ran.err, bool(ran.err)) == (0, True, True, bool(remark))


def test_a_letter_about_a_channel_or_a_person_that_is_not_known_is_refused(imgpolicy: Run, demo: Path) -> None:
    assert imgpolicy("consent", "letter", "eileen", "--channel", "myspace", folder=demo).code == 2
    assert imgpolicy("consent", "letter", "nobody", folder=demo).code == 4
