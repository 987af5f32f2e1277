"""Works from the command line: added, imported, listed and removed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest
from PIL import Image
from tests.support import Run

POSTING = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
CHECK = ("check", "pictures/two_people.jpg", *POSTING, "--format", "json")
ADD = ("work", "add", "pictures/portrait.jpg", "--title", "Portrait", "--owner", "NASA")


def works(run: Run, folder: Path) -> dict[str, dict[str, str | int]]:
    found: list[dict[str, str | int]] = json.loads(run("work", "list", "--format", "json", folder=folder).out)
    return {str(work["id"]): work for work in found}


class Found(TypedDict):
    """What a finding on a work says."""

    code: str
    verdict: str
    box: list[int] | None
    evidence: dict[str, object]


def findings(run: Run, folder: Path) -> list[Found]:
    found: list[Found] = json.loads(run(*CHECK, folder=folder).out)["reports"][0]["findings"]
    return [finding for finding in found if "work" in finding["evidence"]]


def pdq_hashes(count: int) -> list[str]:
    random = np.random.default_rng(count)
    return [random.bytes(32).hex() for _ in range(count)]


@pytest.mark.slow
def test_a_work_is_found_in_a_part_of_a_picture_until_it_is_removed(imgpolicy: Run, own_demo: Path) -> None:
    assert findings(imgpolicy, own_demo) == []
    assert imgpolicy(*ADD, folder=own_demo).out == "added portrait\n"
    (finding,) = findings(imgpolicy, own_demo)
    assert (finding["code"], finding["verdict"]) == ("C101", "no-go")
    assert (finding["evidence"]["work"], finding["evidence"]["stage"]) == ("portrait", "keypoints")
    region, inliers = finding["evidence"]["region"], finding["evidence"]["inliers"]
    assert isinstance(region, list)
    assert isinstance(inliers, int)
    assert (len(region), inliers >= 10) == (8, True)
    assert finding["box"] is not None
    assert imgpolicy("work", "remove", "portrait", folder=own_demo).out == "removed portrait\n"
    assert findings(imgpolicy, own_demo) == []
    ran = imgpolicy("work", "remove", "portrait", folder=own_demo)
    assert (ran.code, "there is no work 'portrait'" in ran.err) == (4, True)


def test_a_work_that_licences_name_is_recognised_no_more_and_stays_on_record(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*ADD, folder=own_demo)
    licence = ("licence", "add", "portrait", "--licensor", "NASA", "--channel", "website", "--purpose", "news")
    assert imgpolicy(*licence, folder=own_demo).code == 0
    assert imgpolicy("work", "remove", "portrait", folder=own_demo).code == 0
    assert works(imgpolicy, own_demo)["portrait"]["fingerprints"] == 0


def test_several_pictures_can_show_one_work(imgpolicy: Run, own_demo: Path) -> None:
    words = ("work", "add", "pictures/portrait.jpg", "pictures/meadow.jpg", "--title", "Both", "--owner", "O")
    assert imgpolicy(*words, folder=own_demo).code == 0
    assert (works(imgpolicy, own_demo)["both"]["fingerprints"], works(imgpolicy, own_demo)["both"]["features"]) == (
        2,
        2,
    )


def test_a_work_with_little_detail_is_recognised_as_a_whole_and_that_is_said(imgpolicy: Run, own_demo: Path) -> None:
    slope = np.linspace(0, 255, 400)[:, np.newaxis] * np.ones((1, 400))
    waves = 127 + 60 * np.sin(slope / 40) + 60 * np.sin(slope.T / 30)
    Image.fromarray(waves.clip(0, 255).astype(np.uint8)).convert("RGB").save(own_demo / "waves.png")
    ran = imgpolicy("work", "add", "waves.png", "--title", "Waves", "--owner", "O", folder=own_demo)
    assert (ran.code, "recognised as a whole" in ran.err) == (0, True), ran.err
    assert works(imgpolicy, own_demo)["waves"]["features"] == 0


@pytest.mark.slow
def test_a_folder_is_a_work_a_picture(imgpolicy: Run, own_demo: Path) -> None:
    folder = own_demo / "stock"
    folder.mkdir()
    for name in ("portrait.jpg", "meadow.jpg", "poster.jpg"):
        shutil.copyfile(own_demo / "pictures" / name, folder / name)
    (folder / "notes.txt").write_text("no picture")
    ran = imgpolicy("work", "import", "stock", "--owner", "An agency", "--dry-run", folder=own_demo)
    assert (ran.code, ran.out) == (0, "3 work(s) could be imported, 0 picture(s) there already\n")
    assert "meadow" not in works(imgpolicy, own_demo)
    assert imgpolicy("work", "import", "stock", "--owner", "An agency", folder=own_demo).code == 0
    assert works(imgpolicy, own_demo)["meadow"]["owner"] == "An agency"
    again = imgpolicy("work", "import", "stock", folder=own_demo)
    assert (again.code, again.out) == (0, "0 work(s) imported, 3 picture(s) there already\n")
    assert "is there already, as meadow" in again.err


@pytest.mark.slow
def test_no_picture_keeps_the_rest_of_a_folder_out(imgpolicy: Run, own_demo: Path) -> None:
    folder = own_demo / "stock"
    folder.mkdir()
    shutil.copyfile(own_demo / "pictures" / "meadow.jpg", folder / "meadow.jpg")
    Image.new("RGB", (300, 300), "teal").save(folder / "blank.png")
    (folder / "broken.jpg").write_bytes((folder / "meadow.jpg").read_bytes()[:300])
    ran = imgpolicy("work", "import", "stock", folder=own_demo)
    assert (ran.code, ran.out) == (4, "2 work(s) imported, 0 picture(s) there already\n")
    assert "blank.png: too plain to be told from others" in ran.err
    assert "broken.jpg" in ran.err
    assert "left out: 1 picture(s) that cannot be read" in ran.err
    assert {"meadow", "blank"} <= works(imgpolicy, own_demo).keys()


@pytest.mark.slow
def test_files_without_a_title_are_a_work_each(imgpolicy: Run, own_demo: Path) -> None:
    files = ("pictures/meadow.jpg", "pictures/portrait.jpg", "pictures/poster.jpg")
    ran = imgpolicy("work", "add", *files, "--owner", "An agency", "--kind", "restricted", folder=own_demo)
    assert (ran.code, ran.out) == (0, "3 work(s) imported, 0 picture(s) there already\n")
    added = works(imgpolicy, own_demo)
    assert [(added[one]["kind"], added[one]["owner"]) for one in ("meadow", "portrait")] == [
        ("restricted", "An agency"),
        ("restricted", "An agency"),
    ]


def test_a_list_of_pdq_hashes_is_one_work(imgpolicy: Run, own_demo: Path) -> None:
    first, second, third = pdq_hashes(3)
    (own_demo / "list.txt").write_text(f"{first}\nhash={second},97,a.jpg\n\n{third},some words\n{first}\n")
    ran = imgpolicy("work", "import", "list.txt", "--title", "Agency list", "--owner", "Agency", folder=own_demo)
    assert (ran.code, ran.out) == (0, "1 work(s) imported, 0 picture(s) there already\n")
    assert "3 picture(s) are known by hashes only" in ran.err
    found = works(imgpolicy, own_demo)["agency-list"]
    assert (found["title"], found["fingerprints"], found["features"]) == ("Agency list", 3, 0)
    again = imgpolicy("work", "import", "list.txt", folder=own_demo)
    assert again.out == "0 work(s) imported, 3 picture(s) there already\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "row 2, column pdq: 'nonsense' is not 64 hex digits"),
        ("f" * 64, "blank picture"),
        (f"{pdq_hashes(9)[8]},30", "column quality: too plain to be recognised again (quality 30 of 100"),
        ("g" * 64, "column pdq"),
        (",,", "column pdq"),
    ],
)
def test_a_line_that_is_no_hash_keeps_a_list_out(imgpolicy: Run, own_demo: Path, line: str, reason: str) -> None:
    (own_demo / "list.txt").write_text(f"{pdq_hashes(1)[0]}\n{line}\n")
    ran = imgpolicy("work", "import", "list.txt", folder=own_demo)
    assert (ran.code, reason in ran.err) == (4, True), ran.err
    assert "list" not in works(imgpolicy, own_demo)


def test_a_table_brings_hashes_of_other_tools_and_files(imgpolicy: Run, own_demo: Path) -> None:
    (pdq,) = pdq_hashes(1)
    table = f"title,owner,file,phash,pdq,quality\nSea,A,,a5a5a5a5a5a5a5a5,{pdq},88\nField,B,pictures/meadow.jpg,,,\n"
    (own_demo / "stock.csv").write_text(f"{table}Only,C,,5a5a5a5a5a5a5a5a,,\n")
    ran = imgpolicy("work", "import", "stock.csv", folder=own_demo)
    assert (ran.code, ran.out) == (0, "3 work(s) imported, 0 picture(s) there already\n"), ran.err
    found = works(imgpolicy, own_demo)
    assert [found[work]["features"] for work in ("sea", "field", "only")] == [0, 1, 0]


def test_everything_that_is_wrong_in_a_table_is_told(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "stock.csv").write_text("title,phash\nSea,a5\n,a5a5a5a5a5a5a5a5\nSky,\n")
    ran = imgpolicy("work", "import", "stock.csv", folder=own_demo)
    assert ran.code == 4
    assert "stock.csv, row 2, column phash: 'a5' is not 16 hex digits" in ran.err
    assert "row 3, column title: is empty" in ran.err
    assert "row 4" in ran.err


@pytest.mark.parametrize("path", ["missing.csv", "empty", "missing.txt"])
def test_nothing_to_read_is_said(imgpolicy: Run, own_demo: Path, path: str) -> None:
    (own_demo / "empty").mkdir()
    ran = imgpolicy("work", "import", path, folder=own_demo)
    assert (ran.code, path in ran.err) == (4, True)
