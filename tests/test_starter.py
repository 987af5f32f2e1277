"""`imgpolicy demo`: the sample laid out and checked."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.presets import sample


@pytest.mark.slow
def test_the_demo_checks_every_case_and_each_gives_what_its_file_expects(imgpolicy: Run, tmp_path: Path) -> None:
    ran = imgpolicy("demo", tmp_path / "new" / "folder")
    assert ran.code == 0
    assert ran.out.count("as expected") == 16
    for said in (
        "P101",
        "P102",
        "P103",
        "P104",
        "M101",
        "C101",
        "L101",
        "R101",
        "R103",
        "R104",
        "S104",
        "S105",
        "GO",
        "REVIEW",
        "NO-GO",
    ):
        assert said in ran.out


@pytest.mark.slow
def test_a_case_can_be_changed_and_checked_again_and_one_that_gives_something_else_is_exit_4(
    imgpolicy: Run, own_demo: Path
) -> None:
    assert imgpolicy("demo", own_demo, "--again").code == 0
    cases = own_demo / "cases.toml"
    cases.write_text(cases.read_text().replace('expect = { verdict = "go" }', 'expect = { verdict = "no-go" }', 1))
    ran = imgpolicy("demo", own_demo, "--again")
    assert ran.code == 4
    assert "expected no-go, got go" in ran.err


@pytest.mark.parametrize("text", ["nonsense", "[[case]]\nname = 1", "case = []\nmore = 1"])
def test_a_file_of_cases_that_makes_no_sense_is_one_line(imgpolicy: Run, own_demo: Path, text: str) -> None:
    (own_demo / "cases.toml").write_text(text)
    ran = imgpolicy("demo", own_demo, "--again")
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)


@pytest.mark.parametrize("name", ["a file", "a full folder"])
def test_a_place_that_is_taken_is_refused_and_left_alone(imgpolicy: Run, tmp_path: Path, name: str) -> None:
    taken = tmp_path / "taken"
    if name == "a file":
        taken.write_text("mine")
    else:
        taken.mkdir()
        (taken / "mine").touch()
    before = sorted(tmp_path.rglob("*"))
    ran = imgpolicy("demo", taken)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert sorted(tmp_path.rglob("*")) == before


def test_there_are_eight_different_pictures_or_more_and_each_is_used() -> None:
    pictures = list((sample() / "examples" / "pictures").iterdir())
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in pictures}) == len(pictures) >= 8
    cases = (sample() / "examples" / "cases.toml").read_text()
    assert all(path.name in cases for path in pictures)


def test_every_picture_that_the_sample_register_names_is_there() -> None:
    folder = sample() / "consent_db"
    for table, column in (("faces.csv", "photograph"), ("works.csv", "file")):
        with (folder / table).open(encoding="utf-8", newline="") as file:
            assert all((folder / row[column]).is_file() for row in csv.DictReader(file))
