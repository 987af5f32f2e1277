"""`imgpolicy logo`: from a file to a finding with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.drawn import STAR, mark, page, with_mark
from tests.support import Run

BOX = (500, 200, 620, 320)


@pytest.fixture
def folder(imgpolicy: Run, tmp_path: Path) -> Path:
    """A new working folder with a mark, a simple mark, and a scene that shows the mark."""
    assert imgpolicy("init", tmp_path).code == 0
    mark().save(tmp_path / "star.png")
    (tmp_path / "star.svg").write_text(STAR)
    disc = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(disc).ellipse((5, 5, 195, 195), fill="red")
    disc.save(tmp_path / "disc.png")
    Image.fromarray(with_mark(page(), mark(), BOX)).save(tmp_path / "scene.png")
    return tmp_path


@pytest.mark.slow
def test_a_logo_is_added_found_in_a_scene_listed_and_removed(imgpolicy: Run, folder: Path) -> None:
    ran = imgpolicy("logo", "add", "Star", "star.png", "star.svg", "--whose", "competitor", folder=folder)
    assert (ran.code, ran.out, ran.err) == (0, "added star\n", "")
    (listed,) = json.loads(imgpolicy("logo", "list", "--format", "json").out)
    assert (listed["id"], listed["artworks"], listed["looked_for"]) == ("star", 2, 2)
    posting = ("--channel", "website", "--role", "employee", "--purpose", "news", "--origin", "own")
    ran = imgpolicy("check", "scene.png", *posting, "--format", "json")
    (report,) = json.loads(ran.out)["reports"]
    (finding,) = report["findings"]
    assert (ran.code, finding["code"], finding["evidence"]["logo"]) == (3, "L103", "Star")
    assert all(abs(side - true) < 20 for side, true in zip(finding["box"], BOX, strict=True))
    assert imgpolicy("logo", "remove", "star").out == "removed star\n"
    assert json.loads(imgpolicy("logo", "list", "--format", "json").out) == []
    assert imgpolicy("check", "scene.png", *posting).code == 0


@pytest.mark.slow
def test_how_a_logo_is_looked_for_is_shown_and_drawn(imgpolicy: Run, folder: Path) -> None:
    words = ("--words", "Star")
    imgpolicy("logo", "add", "Star", "star.png", "--whose", "own", *words, folder=folder)
    imgpolicy("logo", "add", "Disc", "disc.png", "--whose", "own")
    ran = imgpolicy("logo", "show", "star", "-o", "sheet.png")
    assert ran.code == 0
    assert "the mark without its ground; its outline" in ran.out
    assert "known by the words: Star" in ran.out
    assert Image.open(folder / "sheet.png").size == (800, 200)
    assert imgpolicy("logo", "show", "star", "-o", "sheet.png").code == 2
    assert "no" in imgpolicy("logo", "show", "disc").out.splitlines()[1].split()
    word_mark = Image.new("RGBA", (600, 140))
    ImageDraw.Draw(word_mark).text((10, 20), "HARBOUR", fill="navy", font=ImageFont.load_default(100))
    word_mark.save(folder / "word.png")
    imgpolicy("logo", "add", "Harbour", "word.png", "--whose", "own")
    ran = imgpolicy("logo", "show", "harbour")
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "reads “HARBOUR”" in ran.err
    ran = imgpolicy("logo", "show", "nothing")
    assert (ran.code, ran.err.count("\n")) == (4, 1)


def test_a_simple_mark_is_added_with_a_word_on_what_that_means(imgpolicy: Run, folder: Path) -> None:
    ran = imgpolicy("logo", "add", "Disc", "disc.png", "--whose", "own", folder=folder)
    assert (ran.code, ran.out) == (0, "added disc\n")
    assert "whole picture only" in ran.err


@pytest.mark.slow
def test_the_same_file_twice_is_said_and_nothing_is_kept_of_the_second(imgpolicy: Run, folder: Path) -> None:
    imgpolicy("logo", "add", "Star", "star.png", "--whose", "own", folder=folder)
    ran = imgpolicy("logo", "add", "Another", "star.svg", "star.png", "--whose", "own")
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "already, as 'star'" in ran.err
    assert len(json.loads(imgpolicy("logo", "list", "--format", "json").out)) == 1


@pytest.mark.slow
def test_an_export_carries_the_artwork_and_what_is_imported_is_found_too(imgpolicy: Run, folder: Path) -> None:
    imgpolicy("logo", "add", "Star", "star.png", "--whose", "own", folder=folder)
    imgpolicy("register", "export", "-o", "all.json")
    other = folder / "other"
    imgpolicy("init", other)
    assert imgpolicy("register", "import", folder / "all.json", folder=other).code == 0
    (listed,) = json.loads(imgpolicy("logo", "list", "--format", "json").out)
    assert (listed["id"], listed["looked_for"]) == ("star", 1)
    exported = json.loads((folder / "all.json").read_text())
    assert json.loads(imgpolicy("register", "export").out)["works"] == exported["works"]


@pytest.mark.slow
def test_the_words_of_a_logo_travel_and_are_found_in_a_caption(imgpolicy: Run, folder: Path, tmp_path: Path) -> None:
    words = ("--words", "Rival Reading Rooms", "--words", "Rival; the rooms")
    assert imgpolicy("logo", "add", "Rival", "star.png", "--whose", "competitor", *words, folder=folder).code == 0
    assert imgpolicy("register", "export", "-o", "all.json").code == 0
    (folder / "tables").mkdir()
    assert imgpolicy("register", "export", "--format", "csv", "-o", "tables").code == 0
    before = json.loads(imgpolicy("logo", "list", "--format", "json").out)
    assert before[0]["words"] == ["Rival Reading Rooms", "Rival; the rooms"]
    assert "Rival Reading Rooms" in imgpolicy("logo", "list").out
    for source in (folder / "all.json", folder / "tables" / "works.csv"):
        other = tmp_path / f"other-{source.stem}"
        assert imgpolicy("init", other).code == 0
        assert imgpolicy("register", "import", str(source), folder=other).code == 0
        assert json.loads(imgpolicy("logo", "list", "--format", "json").out)[0]["words"] == before[0]["words"]
        assert imgpolicy("register", "verify").code == 0
    posting = ("--channel", "website", "--role", "employee", "--purpose", "news", "--origin", "own")
    ran = imgpolicy(
        "check", str(folder / "disc.png"), *posting, "--caption", "At Rival Reading Rooms", "--format", "json"
    )
    (report,) = json.loads(ran.out)["reports"]
    assert [finding["code"] for finding in report["findings"]] == ["L105"]
