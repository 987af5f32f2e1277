"""`imgpolicy undo` takes back the last thing that was recorded at the command line, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import time_machine
from tests.classes import eileen as another_of_eileen
from tests.support import Ran, Run

PORTRAIT = "pictures/portrait.jpg"
POSTING = ("--channel", "facebook", "--purpose", "pr")
YES = ("consent", "grant", "eileen", "--kind", "publication", *POSTING)
NONE = "nothing to take back: only a yes"


def line(ran: Ran) -> str:
    (said,) = (one for one in ran.err.splitlines() if one.startswith("imgpolicy: "))
    return said.removeprefix("imgpolicy: ").partition(" (see")[0]


def test_a_yes_is_marked_as_entered_in_error_by_whoever_says_so(imgpolicy: Run, own_demo: Path) -> None:
    recorded = imgpolicy(*YES, "--evidence", PORTRAIT, folder=own_demo).out.split()[1].rstrip(":")
    ran = imgpolicy("undo")
    assert (ran.code, line(ran)) == (2, "it stays on record that this was taken back: name who does it")
    ran = imgpolicy("undo", "--by", "Kim")
    assert (ran.code, ran.out) == (0, f"took back: a yes of eileen was recorded, {recorded}\n")
    records = json.loads(imgpolicy("consent", "list", "eileen", "--format", "json").out)
    assert (records[-1]["event_state"], records[-1]["about"], records[-1]["by"]) == (
        "entered in error",
        recorded,
        "Kim",
    )
    assert NONE in line(imgpolicy("undo", "--by", "Kim"))


@pytest.mark.slow
def test_a_post_is_on_record_no_more(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy("publication", "add", PORTRAIT, *POSTING, "--url", "https://example.org/1", folder=own_demo)
    ran = imgpolicy("undo")
    assert (ran.code, ran.out) == (0, "took back: a picture was recorded as posted at https://example.org/1\n")
    assert "https://example.org/1" not in imgpolicy("publication", "list").out
    assert imgpolicy("register", "verify").code == 0


@pytest.mark.slow
def test_a_dismissed_face_counts_again(imgpolicy: Run, own_demo: Path) -> None:
    words = ("--as", "artwork", "--by", "Anna", "--reason", "a poster")
    imgpolicy("face", "dismiss", PORTRAIT, *words, folder=own_demo)
    ran = imgpolicy("undo", "--by", "Kim")
    assert (ran.code, ran.out.startswith("took back: a face was dismissed, f-")) == (0, True)
    assert json.loads(imgpolicy("face", "dismissed", "--format", "json").out)[-1]["ending"]["by"] == "Kim"


@pytest.mark.slow
def test_the_one_face_that_was_learnt_is_forgotten_and_of_several_the_line_says_how(
    imgpolicy: Run, own_demo: Path
) -> None:
    imgpolicy("person", "edit", "eileen", "--relation", "guest", folder=own_demo)
    held = imgpolicy("face", "list", "eileen").out
    assert imgpolicy("face", "enrol", "eileen", PORTRAIT, "--confirm").code == 0
    ran = imgpolicy("undo")
    assert (ran.code, ran.out) == (0, "took back: a face of eileen was learnt\n")
    assert imgpolicy("face", "list", "eileen").out == held
    (own_demo / "another.jpg").write_bytes(another_of_eileen(own_demo / "pictures"))
    assert imgpolicy("face", "enrol", "eileen", PORTRAIT, "another.jpg", "--confirm").code == 0
    ran = imgpolicy("undo")
    assert (ran.code, "2 faces were learnt together: `imgpolicy face remove" in line(ran)) == (2, True)
    assert imgpolicy(*line(ran).split("`")[1].split()[1:]).code == 0
    assert imgpolicy("face", "list", "eileen").out == held


def test_what_takes_back_or_erases_is_never_taken_back(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*YES, folder=own_demo)
    imgpolicy("consent", "withdraw", "eileen", "--reason", "asked", "--yes")
    assert NONE in line(imgpolicy("undo", "--by", "Kim"))
    imgpolicy("person", "erase", "eileen", "--yes")
    assert NONE in line(imgpolicy("undo", "--by", "Kim"))


def test_after_ten_minutes_nothing_is_taken_back(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*YES, folder=own_demo)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        ran = imgpolicy("undo", "--by", "Kim")
    assert (ran.code, "more than ten minutes ago" in line(ran)) == (2, True)


def test_under_something_that_was_done_since_nothing_is_taken_back(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*YES, folder=own_demo)
    imgpolicy("person", "edit", "eileen", "--relation", "guest")
    assert NONE in line(imgpolicy("undo", "--by", "Kim"))
