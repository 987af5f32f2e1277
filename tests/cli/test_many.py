"""`imgpolicy check --jobs`: many pictures, their answers as they come, and one line when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.test_check import SCHEMA
from tests.service.archive_kills import children, laid_out
from tests.support import Run

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
MANY = 12


@pytest.fixture
def folder(own_demo: Path) -> Path:
    laid_out(own_demo, MANY)
    return own_demo


@pytest.mark.slow
def test_the_folder_of_a_picture_says_as_what_it_is_posted_and_the_report_says_it(imgpolicy: Run, folder: Path) -> None:
    with (folder / "imgpolicy.toml").open("a", encoding="utf-8") as policy:
        policy.write('\n[profiles.here]\nrole = "employee"\norigin = "own"\npurpose = "news"\nfolders = ["pictures"]\n')
    stated = ("--channel", "website")
    one = imgpolicy("check", "pictures/00000.png", *stated, folder=folder)
    assert (one.code, "channel website, role employee, purpose news" in one.out) == (0, True)
    assert imgpolicy("check", "pictures/00000.png", *stated, "--role", "private", folder=folder).out.count("private")
    assert imgpolicy("check", "pictures/00000.png", *stated, "--profile", "news", folder=folder).code == 0
    for pictures, out in (("pictures", "clean"), ("pictures/00001.png", "one.png")):
        cleaned = imgpolicy("clean", pictures, "-o", out, *stated, "--format", "json", folder=folder)
        assert {report["posting"]["purpose"] for report in json.loads(cleaned.out)["reports"]} == {"news"}


@pytest.mark.slow
def test_each_line_is_the_whole_report_on_one_picture(imgpolicy: Run, folder: Path) -> None:
    (folder / "pictures" / "00003.png").write_bytes(b"no picture")
    ran = imgpolicy("check", "pictures", *USUAL, "--jobs", 2, "--format", "jsonl", folder=folder)
    documents = [json.loads(line) for line in ran.out.splitlines()]
    for document in documents:
        SCHEMA.validate(document)
    names = {report["picture"]["name"] for document in documents for report in document["reports"]}
    assert names == {f"pictures/{number:05}.png" for number in range(MANY)}
    assert (len(documents), ran.code) == (MANY, 4)
    assert ran.err.startswith("imgpolicy: pictures/00003.png: not a picture")
    assert ran.err.count("\n") == 1


@pytest.mark.slow
def test_other_forms_have_the_pictures_in_their_order(imgpolicy: Run, folder: Path) -> None:
    words = ("check", "pictures", *USUAL, "--format")
    alone = json.loads(imgpolicy(*words, "json", folder=folder).out)["reports"]
    together = json.loads(imgpolicy(*words, "json", "--jobs", 2, folder=folder).out)["reports"]
    assert [one["picture"] for one in alone] == [one["picture"] for one in together]


@pytest.mark.slow
def test_lines_go_to_a_file_too_whole_and_in_order(imgpolicy: Run, folder: Path) -> None:
    words = ("--jobs", 2, "--format", "jsonl", "--output", "all.jsonl")
    assert imgpolicy("check", "pictures", *USUAL, *words, folder=folder).code == 0
    lines = (folder / "all.jsonl").read_text().splitlines()
    names = [json.loads(line)["reports"][0]["picture"]["name"] for line in lines]
    assert names == sorted(names)


def test_no_jobs_are_refused(imgpolicy: Run, folder: Path) -> None:
    ran = imgpolicy("check", "pictures", *USUAL, "--jobs", 0, folder=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1)


@pytest.mark.slow
@pytest.mark.parametrize("lines", [0, 1, 5])
def test_ctrl_c_ends_it_in_one_line_and_leaves_no_worker(folder: Path, lines: int) -> None:
    """As a terminal sends it: to whoever coordinates and to the workers alike, from their first moment on."""
    laid_out(folder, 400)
    command = (sys.executable, "-m", "imgpolicy", "check", "pictures", *USUAL, "--jobs", "2", "--format", "jsonl")
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as begun:
        assert begun.stdout is not None
        assert begun.stderr is not None
        for _ in range(lines):
            assert json.loads(begun.stdout.readline())
        while not (workers := children(begun.pid)):
            time.sleep(0.01)
        os.killpg(begun.pid, signal.SIGINT)
        said = begun.stderr.read()
        assert begun.wait(timeout=30) == 130
    assert said == b"imgpolicy: stopped\n"
    until = time.monotonic() + 10  # the process that multiprocessing keeps for its resources ends when it hears of it
    while left := [one for one in workers if is_there(one)]:
        assert time.monotonic() < until, left
        time.sleep(0.05)


def is_there(process: int) -> bool:
    """Whether the process is at work; one that ended, and that nobody has asked about, is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
