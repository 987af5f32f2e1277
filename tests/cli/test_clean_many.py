"""`imgpolicy clean PICTURES… -o FOLDER`: from a folder of photographs to a folder of clean ones."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from tests.service.archive_kills import children, laid_out
from tests.support import Run

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")


@pytest.fixture
def folder(own_demo: Path) -> Path:
    """Photographs in a folder and one below it: two say where they were taken, one is no picture."""
    photos = own_demo / "photos"
    (photos / "spring").mkdir(parents=True)
    shutil.copy(own_demo / "pictures" / "with_location.jpg", photos / "one.jpg")
    shutil.copy(own_demo / "pictures" / "with_location.jpg", photos / "spring" / "two.jpg")
    laid_out(own_demo, 1)
    return own_demo


def written(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_of_photographs_becomes_a_folder_of_clean_ones(imgpolicy: Run, folder: Path, jobs: int) -> None:
    before = {file: (folder / "photos" / file).read_bytes() for file in written(folder / "photos")}
    ran = imgpolicy("clean", "photos", "-o", "clean", *USUAL, "--jobs", jobs, folder=folder)
    lines = {"clean/one.jpg: go: 1 removed: coordinate", "clean/spring/two.jpg: go: 1 removed: coordinate"}
    assert set(ran.out.splitlines()[:-1]) == lines
    assert ran.out.splitlines()[-1] == "2 written, 0 there already, 0 not written"
    assert (ran.code, ran.err) == (0, "")
    assert written(folder / "clean") == {"one.jpg", "spring/two.jpg"}
    assert imgpolicy("check", "clean", *USUAL).code == 0
    assert {file: (folder / "photos" / file).read_bytes() for file in written(folder / "photos")} == before


@pytest.mark.slow
def test_what_cannot_be_cleaned_is_a_line_and_the_others_are_written(imgpolicy: Run, folder: Path) -> None:
    (folder / "photos" / "broken.jpg").write_bytes(b"no picture")
    ran = imgpolicy("clean", "photos", "-o", "clean", *USUAL, folder=folder)
    assert written(folder / "clean") == {"one.jpg", "spring/two.jpg"}
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert ran.err.startswith("imgpolicy: photos/broken.jpg: not a picture")
    assert "2 written, 0 there already, 1 not written" in ran.out


@pytest.mark.slow
def test_what_no_cleaning_helps_is_a_line_with_its_codes_and_no_file(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", "pictures/poster.jpg", "pictures/meadow.jpg", "-o", "clean", *USUAL, folder=own_demo)
    assert written(own_demo / "clean") == {"meadow.jpg"}
    assert ran.code == 1
    assert ran.err == "imgpolicy: pictures/poster.jpg: no-go (C101): nothing was written, because of what is left\n"


@pytest.mark.slow
def test_what_is_there_already_is_judged_and_left(imgpolicy: Run, folder: Path) -> None:
    words = ("clean", "photos", "-o", "clean", *USUAL)
    (folder / "clean" / "spring").mkdir(parents=True)
    Image.new("RGB", (40, 40), "teal").save(folder / "clean" / "one.jpg")
    there = (folder / "clean" / "one.jpg").read_bytes()
    ran = imgpolicy(*words, folder=folder)
    assert "clean/one.jpg: go: there already, and left\n" in ran.out
    assert "1 written, 1 there already, 0 not written" in ran.out
    assert (ran.code, (folder / "clean" / "one.jpg").read_bytes()) == (0, there)
    shutil.copy(folder / "photos" / "one.jpg", folder / "clean" / "one.jpg")
    assert imgpolicy(*words).code == 1, "what is there may not be posted, and nobody takes it for clean"
    ran = imgpolicy(*words, "--force")
    assert (ran.code, "2 written" in ran.out) == (0, True)
    assert imgpolicy("check", "clean", *USUAL).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("photos", "-o", "photos/clean"), "name a folder outside of it"),
        (("photos", "-o", "photos"), "name a folder outside of it"),
        (("photos", "photos/spring/two.jpg", "photos/../photos/spring", "-o", "clean"), "would both become"),
        (("photos", "-", "-o", "clean"), "has no name"),
        (("photos", "https://example.org/a.jpg", "-o", "clean"), "has no name"),
        (("photos", "-o", "imgpolicy.toml"), "is not a folder"),
        (("photos", "-o", "clean", "--crop", "0,0,9,9"), "for one picture"),
        (("photos", "-o", "clean", "--also-cover", "face 1"), "for one picture"),
        (("photos/one.jpg", "photos/spring/two.jpg", "-o", "photos"), "read or kept by this command"),
        (("photos", "-o", "link"), "is a link that leads out of its folder"),
    ],
)
def test_what_would_lose_something_is_refused_before_anything_is_written(
    imgpolicy: Run, folder: Path, words: tuple[str, ...], said: str
) -> None:
    (folder / "link").mkdir()
    (folder / "elsewhere").mkdir()
    (folder / "link" / "spring").symlink_to(folder / "elsewhere")
    before = {file: (folder / file).read_bytes() for file in written(folder)}
    ran = imgpolicy("clean", *words, *USUAL, folder=folder)
    assert (ran.code, ran.err.count("\n"), said in ran.err) == (2, 1, True), ran.err
    assert {file: (folder / file).read_bytes() for file in written(folder)} == before


@pytest.mark.slow
def test_reports_on_all_copies_go_where_they_are_asked_for(imgpolicy: Run, folder: Path) -> None:
    words = ("--format", "json", "--output", "all.json", "--format", "jsonl")
    ran = imgpolicy("clean", "photos", "-o", "clean", *USUAL, *words, folder=folder)
    lines = [json.loads(line)["reports"][0] for line in ran.out.splitlines()]
    whole = json.loads((folder / "all.json").read_text())["reports"]
    assert [one["picture"]["name"] for one in whole] == ["photos/one.jpg", "photos/spring/two.jpg"]
    assert {one["picture"]["sha256"] for one in lines} == {one["picture"]["sha256"] for one in whole}
    assert all(one["changes"] == ["1 removed: coordinate"] for one in whole)


@pytest.mark.slow
def test_ctrl_c_and_again_has_nothing_twice_and_loses_nothing(own_demo: Path) -> None:
    many = 60
    laid_out(own_demo, many)
    words = ("clean", "pictures", "-o", "clean", *USUAL, "--jobs", "2")
    command = (sys.executable, "-m", "imgpolicy", *words)
    for lines in (0, 1, 20):
        with subprocess.Popen(
            command, cwd=own_demo, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as begun:
            assert begun.stdout is not None
            assert begun.stderr is not None
            for _ in range(lines):
                assert begun.stdout.readline()
            while not children(begun.pid):
                time.sleep(0.01)
            os.killpg(begun.pid, signal.SIGINT)
            assert begun.stderr.read() == b"imgpolicy: stopped\n"
            assert begun.wait(timeout=30) == 130
        for file in (own_demo / "clean").rglob("*"):
            Image.open(file).load()  # each that is there is whole, and there is nothing else
    ended = subprocess.run(command, cwd=own_demo, capture_output=True, text=True, check=False)
    said = ended.stdout.splitlines()
    assert (ended.returncode, len(said) - 1) == (0, many)
    assert written(own_demo / "clean") == {f"{number:05}.png" for number in range(many)}
