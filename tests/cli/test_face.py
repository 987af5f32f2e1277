"""`imgpolicy face`: for those who keep the register."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter
from tests.classes import archive, eileen, unpacked
from tests.support import Run

REVIEWER = ("--by", "Anna Editor", "--reason", "a poster on the wall")
HALF_OF_THE_FACE = (225, 0, 400, 300)
GOOD = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")


def test_who_shows_the_candidates_with_scores_and_what_a_name_takes(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy("face", "who", "pictures/two_people.jpg", "--format", "json", folder=demo)
    found = json.loads(ran.out)
    assert (ran.code, found["engine"], found["threshold"] > 0.4, found["margin"]) == (0, "yunet-sface/1", True, 0.1)
    eileen, stranger = found["faces"]
    assert (eileen["face"], eileen["person"], eileen["may_be"]) == (1, "eileen", ["eileen"])
    assert eileen["candidates"][0]["score"] > found["threshold"] > stranger["candidates"][0]["score"]
    assert (stranger["face"], stranger["person"], stranger["may_be"], stranger["poor"]) == (2, None, [], None)
    assert not stranger["doubtful"]
    assert "vector" not in ran.out


@pytest.mark.slow
def test_who_fits_80_columns_and_names_engine_and_threshold(imgpolicy: Run, own_demo: Path) -> None:
    long = "x" * 64
    imgpolicy("person", "add", "--id", long, "--name", "Long", folder=own_demo)
    imgpolicy("consent", "grant", long, "--kind", "biometric")
    imgpolicy("face", "enrol", long, "pictures/portrait.jpg")
    ran = imgpolicy("face", "who", "pictures/two_people.jpg")
    assert ran.code == 0
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    for word in ("yunet-sface/1", "named from 0.", "eileen", "not sure", "nobody known"):
        assert word in ran.out


def test_who_tells_what_may_be_no_face_as_that(imgpolicy: Run, own_demo: Path) -> None:
    with Image.open(own_demo / "pictures/portrait.jpg") as portrait:
        hidden = portrait.convert("RGB")
    ImageDraw.Draw(hidden).rectangle(HALF_OF_THE_FACE, fill="black")
    hidden.save(own_demo / "half.png")
    imgpolicy("face", "remove", "eileen", folder=own_demo)
    (face,) = json.loads(imgpolicy("face", "who", "half.png", "--format", "json").out)["faces"]
    assert (face["person"], face["doubtful"]) == (None, True)
    assert "may be no person's face" in imgpolicy("face", "who", "half.png").out


def test_the_log_keeps_that_somebody_asked(imgpolicy: Run, own_demo: Path) -> None:
    def entries() -> int:
        count: int = json.loads(imgpolicy("register", "stats", "--format", "json", folder=own_demo).out)["log"]
        return count

    before = entries()
    imgpolicy("face", "who", "pictures/meadow.jpg")
    assert entries() == before + 1


@pytest.mark.parametrize("mode", ["off", "count", "declared", "verify"])
def test_nobody_is_looked_up_where_the_policy_compares_nobody(imgpolicy: Run, own_demo: Path, mode: str) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('mode = "identify"', f'mode = "{mode}"'))
    ran = imgpolicy("face", "who", "pictures/portrait.jpg", folder=own_demo)
    assert (ran.code, ran.out, mode in ran.err, ran.err.count("\n")) == (4, "", True, 1)


@pytest.mark.slow
def test_a_dismissed_face_is_in_the_report_and_can_be_taken_back(imgpolicy: Run, own_demo: Path) -> None:
    check = ("check", "pictures/two_people.jpg", *GOOD)
    dismiss = ("face", "dismiss", "pictures/two_people.jpg", "--face", 2, "--as", "artwork", *REVIEWER)
    assert imgpolicy(*dismiss, folder=own_demo).code == 0
    (kept,) = json.loads(imgpolicy("face", "dismissed", "--format", "json").out)
    assert (kept["what"], kept["by"], kept["ending"]) == ("artwork", "Anna Editor", None)
    text = imgpolicy(*check)
    assert (text.code, f"nobody (artwork, {kept['id']})" in text.out) == (0, True)
    (report,) = json.loads(imgpolicy(*check, "--format", "json").out)["reports"]
    assert [face.get("dismissal") for face in report["faces"]] == [None, kept["id"]]
    assert imgpolicy("face", "reinstate", kept["id"], "--by", "Berta", "--reason", "a visitor").code == 0
    assert imgpolicy(*check).code == 1
    listed = imgpolicy("face", "dismissed").out
    assert "taken back by Berta" in " ".join(listed.split())


@pytest.mark.slow
def test_the_number_of_a_face_is_that_of_the_report_in_an_animation_too(imgpolicy: Run, own_demo: Path) -> None:
    sharp = Image.open(own_demo / "pictures/two_people.jpg").convert("RGB")
    left = (0, 0, 475, sharp.height)
    dull = sharp.copy()
    dull.paste(sharp.crop(left).filter(ImageFilter.GaussianBlur(1)), left)
    dull.save(own_demo / "both.webp", save_all=True, append_images=[sharp], lossless=True)
    check = ("check", "both.webp", *GOOD, "--format", "json")
    (report,) = json.loads(imgpolicy(*check, folder=own_demo).out)["reports"]
    assert [face["status"] for face in report["faces"]] == ["unknown", "covered"]
    assert imgpolicy("face", "dismiss", "both.webp", "--face", 1, "--as", "artwork", *REVIEWER).code == 0
    (report,) = json.loads(imgpolicy(*check).out)["reports"]
    assert [face["status"] for face in report["faces"]] == ["artwork", "covered"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pictures/meadow.jpg", "--as", "artwork", *REVIEWER), 4, "no face"),
        (("pictures/two_people.jpg", "--as", "artwork", *REVIEWER), 4, "--face"),
        (("pictures/two_people.jpg", "--face", 3, "--as", "artwork", *REVIEWER), 4, "no face 3"),
        (("pictures/two_people.jpg", "--face", 0, "--as", "artwork", *REVIEWER), 4, "no face 0"),
        (("pictures/portrait.jpg", "--as", "artwork", "--by", "Anna", "--reason", " "), 4, "reason"),
        (("pictures/portrait.jpg", "--as", "a friend", *REVIEWER), 2, "artwork"),
        (("pictures/portrait.jpg", "--as", "artwork", "--by", "Anna"), 2, "--reason"),
    ],
)
def test_a_dismissal_is_of_one_face_and_somebody_answers_for_it(
    imgpolicy: Run, own_demo: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = imgpolicy("face", "dismiss", *words, folder=own_demo)
    assert (ran.code, ran.out, said in ran.err) == (code, "", True), ran.err
    assert json.loads(imgpolicy("face", "dismissed", "--format", "json").out) == []


def test_what_the_register_does_not_know_cannot_be_taken_back(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy("face", "reinstate", "f-0", *REVIEWER, folder=demo)
    assert (ran.code, "face dismissed" in ran.err) == (4, True)


def test_a_class_is_shown_and_learnt_where_that_is_said(imgpolicy: Run, own_demo: Path) -> None:
    pictures = own_demo / "pictures"
    files = {"eileen/2.jpg": eileen(pictures), "Nobody/1.jpg": b"x", "eileen/notes.txt": b"x"}
    (own_demo / "class.zip").write_bytes(archive(files))
    unpacked(files, own_demo / "class")
    for place in ("class", "class.zip"):
        ran = imgpolicy("face", "enrol-folder", place, folder=own_demo)
        assert ran.code == 2
        assert "say --yes to do it" in ran.err
        assert "notes.txt: not a picture" in ran.err
        assert "nobody in the register is called 'Nobody'" in " ".join(ran.out.split())
    assert len(json.loads(imgpolicy("face", "list", "--format", "json").out)) == 1
    ran = imgpolicy("face", "enrol-folder", "class.zip", "--yes")
    assert (ran.code, "enrolled 1 face(s) of eileen" in ran.out) == (4, True)
    assert len(json.loads(imgpolicy("face", "list", "--format", "json").out)) == 2
    shutil.rmtree(own_demo / "class" / "Nobody")
    ran = imgpolicy("face", "enrol-folder", "class")
    assert (ran.code, "1 photograph(s) are learnt already" in ran.out) == (0, True)
