"""What is to be read in a picture: stopped, covered, and written nowhere."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from tests.support import Run
from tests.written import code, page, scenery

from imgpolicy.cli import common
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.picture import load

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")
SECRET = "Blomst2026!"  # invented
ACCOUNT = "DK50 0040 0440 1162 43"
FORMS = ("text", "json", "jsonl", "html", "sarif", "junit", "github")


@pytest.fixture
def board(own_demo: Path) -> Path:
    """A picture of a board with a password and an account on it."""
    scene = scenery((1000, 700))
    scene.paste(page([f"Adgangskode: {SECRET}", f"Konto {ACCOUNT}", "Welcome"], size=(620, 240)), (200, 200))
    scene.save(own_demo / "board.png")
    return own_demo


def said(words: str) -> str:
    """The words without spaces: a reader loses some."""
    return re.sub(r"\s", "", words)


def test_what_must_not_be_read_is_a_no_go_with_a_few_characters_of_it(imgpolicy: Run, board: Path) -> None:
    ran = imgpolicy("check", "board.png", *USUAL, "--format", "json", folder=board)
    (report,) = json.loads(ran.out)["reports"]
    assert (ran.code, [one["code"] for one in report["findings"]]) == (1, ["S102", "S104"])
    account, password = report["findings"]
    assert account["evidence"]["value"] == "DK••••••••••••••43"
    assert password["evidence"]["value"].endswith("••••")
    assert all(200 <= one["box"][0] < one["box"][2] <= 820 for one in (account, password))


@pytest.mark.slow
def test_what_was_read_stands_in_no_report_no_log_and_no_register(imgpolicy: Run, board: Path) -> None:
    outputs = [word for form in FORMS for word in ("--format", form, "--output", f"out.{form}")]
    ran = imgpolicy("check", "board.png", *USUAL, *outputs, "--record", folder=board)
    written = [path for path in board.rglob("*") if path.is_file() and path.name != "board.png"]
    assert {f"out.{form}" for form in FORMS} <= {path.name for path in written}
    held = [ran.out, ran.err, *(path.read_bytes().decode("latin-1") for path in written)]
    for secret in (SECRET, ACCOUNT, "0440 1162"):
        assert not [words[:80] for words in held if secret in words or said(secret) in words]


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--show-faces",)])
def test_the_picture_in_a_report_does_not_show_it_either(imgpolicy: Run, board: Path, options: tuple[str, ...]) -> None:
    page_of = imgpolicy("check", "board.png", *USUAL, "--format", "html", *options, folder=board).out
    (shown,) = re.findall(r"data:image/jpeg;base64,([^\"]+)", page_of)
    lines = PaddleReader().read(load(base64.b64decode(shown), "preview")).lines
    assert [said(line.value) for line in lines] == ["Welcome"]


def test_what_was_read_is_shown_at_a_terminal_that_asks_for_it(
    imgpolicy: Run, board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = imgpolicy("check", "board.png", *USUAL, "--show-text", folder=board)
    assert (ran.code, ran.out, "no terminal" in ran.err) == (2, "", True)
    monkeypatch.setattr(common, "is_terminal", lambda _stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    ran = imgpolicy("check", "board.png", *USUAL, "--show-text", "--format", "json", "--output", "out.json")
    assert said(ACCOUNT) not in said((board / "out.json").read_text())
    shown = imgpolicy("check", "board.png", *USUAL, "--show-text").out
    assert (said(ACCOUNT) in said(shown), SECRET in shown) == (True, True)
    assert SECRET not in imgpolicy("check", "board.png", *USUAL).out


@pytest.mark.slow
def test_a_clean_copy_has_it_covered_and_nothing_else(imgpolicy: Run, board: Path) -> None:
    ran = imgpolicy("clean", "board.png", "-o", "out.png", *USUAL, "--redact", "mosaic", folder=board)
    assert (ran.code, ran.out) == (0, "out.png: go: places covered: 2\n")
    copy = load((board / "out.png").read_bytes(), "out.png")
    assert [said(line.value) for line in PaddleReader().read(copy).lines] == ["Welcome"]


@pytest.mark.slow
def test_a_code_that_opens_something_is_a_no_go_and_covered(imgpolicy: Run, own_demo: Path) -> None:
    scene = scenery((1000, 700))
    scene.paste(code("WIFI:S:office;T:WPA;P:example1;;", module=6), (400, 200))
    scene.save(own_demo / "wall.png")
    ran = imgpolicy("check", "wall.png", *USUAL, "--format", "json", folder=own_demo)
    assert ([one["code"] for one in json.loads(ran.out)["reports"][0]["findings"]], "example1" in ran.out) == (
        ["S105"],
        False,
    )
    assert imgpolicy("clean", "wall.png", "-o", "out.png", *USUAL).code == 0


def test_a_caption_is_read_by_the_same_rules(imgpolicy: Run, demo: Path) -> None:
    words = ("--caption", f"Send the money to {ACCOUNT}", "--format", "json")
    ran = imgpolicy("check", "pictures/meadow.jpg", *USUAL, *words, folder=demo)
    (finding,) = json.loads(ran.out)["reports"][0]["findings"]
    assert (finding["code"], finding["box"], finding["evidence"]["where"]) == ("S102", None, "caption")
