"""A command that takes a person takes their id, or a name that is theirs alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support import Run

PICTURE = "pictures/portrait.jpg"
EILEEN = "eileen  COLLINS"
POSTING = ("--channel", "website", "--purpose", "news")
ASK = ("--form", "photos", "--by", "Kim")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("person", "show", EILEEN), "eileen"),
        (("person", "edit", EILEEN, "--relation", "astronaut"), "changed eileen"),
        (("person", "adult", EILEEN, "--by", "Kim"), "of age: 1"),
        (("person", "export", EILEEN), '"id": "eileen"'),
        (("person", "erase", EILEEN, "--yes"), "erased eileen"),
        (("person", "add", "--id", "kid", "--name", "Kid", "--born", "2019-01-01", "--guardian", EILEEN), "added kid"),
        (("consent", "grant", EILEEN, "--kind", "biometric"), ": eileen, "),
        (("consent", "refuse", EILEEN, "--reason", "asked", "--yes"), ": eileen, "),
        (("consent", "withdraw", EILEEN, "--reason", "asked", "--yes"), ": eileen, "),
        (("consent", "list", EILEEN), "eileen"),
        (("consent", "letter", EILEEN, *POSTING), "Eileen Collins"),
        (("evidence", "add", EILEEN, PICTURE), "stored e-"),
        (("evidence", "show", EILEEN), "SHA-256"),
        (("face", "list", EILEEN), "eileen"),
        (("face", "remove", EILEEN), "of eileen"),
        (("publication", "list", EILEEN), "posted"),
        (("request", "list", EILEEN), ""),
    ],
)
def test_by_name(imgpolicy: Run, own_demo: Path, words: tuple[str, ...], shown: str) -> None:
    ran = imgpolicy(*words, folder=own_demo)
    assert (ran.code, ran.err if ran.code else "") == (0, "")
    assert shown in ran.out


def test_an_ambiguous_name_is_refused_in_one_line_that_names_the_ids(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy("person", "add", "--id", "eileen-2", "--name", "Eileen Collins", folder=own_demo)
    ran = imgpolicy("consent", "withdraw", EILEEN, "--reason", "asked", "--yes")
    assert ran.code == 2
    said = "imgpolicy: 'eileen COLLINS' may be eileen, eileen-2: say which, by the id"
    assert (ran.err.splitlines()[-1].partition(" (see")[0], ran.out) == (said, "")
    assert imgpolicy("consent", "list", "eileen-2").code == 0


@pytest.mark.slow
def test_who_is_in_a_picture_is_said_by_name(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("check", PICTURE, *POSTING, "--person", EILEEN, "--format", "json", folder=own_demo)
    assert json.loads(ran.out)["reports"][0]["posting"]["people"] == ["eileen"]
    ran = imgpolicy("publication", "add", PICTURE, *POSTING, "--person", EILEEN, "--url", "https://example.org/1")
    assert (ran.code, "eileen: " in ran.out) == (0, True)
    ran = imgpolicy(
        "clean", PICTURE, *POSTING, "--origin", "own", "--also-cover", EILEEN, "-o", "covered.jpg", "--allow-review"
    )
    assert "places covered: 1" in ran.out
    assert (own_demo / "covered.jpg").exists()


def test_a_guardian_is_named_by_name(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy("person", "add", "--id", "kid", "--name", "Ada", "--born", "2019-01-01", folder=own_demo)
    assert imgpolicy("person", "edit", "ada", "--guardian", EILEEN).code == 0
    ran = imgpolicy("consent", "grant", "Ada", "--kind", "publication", *POSTING, "--given-by", EILEEN)
    assert (ran.code, "is a minor" in ran.err) == (0, False)
