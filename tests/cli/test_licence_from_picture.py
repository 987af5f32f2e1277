"""`licence add --from-picture`: what a file says of a licence is shown, and recorded when somebody says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.support import Run

from imgpolicy.containers.blocks.xmp import packet
from imgpolicy.containers.parts import Credit, Right

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CHECK = ("check", "fair.jpg", "--channel", "website", "--role", "employee", "--purpose", "news", "--origin", "licensed")


def written(path: Path, *said: tuple[Right, str]) -> str:
    """A picture whose file says this, under this name."""
    Image.effect_mandelbrot((320, 240), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(
        path, xmp=packet([Credit(*one) for one in said])
    )
    return path.name


@pytest.mark.slow
def test_an_open_licence_is_recorded_with_the_line_that_it_asks_for(imgpolicy: Run, own_demo: Path) -> None:
    fair = written(own_demo / "fair.jpg", (Right.COPYRIGHT, "© 2026 A. Painter"), (Right.LICENCE, CC_BY))
    ran = imgpolicy("licence", "add", "--from-picture", fair, "--yes", folder=own_demo)
    assert (ran.code, "A. Painter" in ran.err, "dc:rights: © 2026 A. Painter" in ran.err) == (0, True, True)
    (licence,) = json.loads(imgpolicy("licence", "list", "--format", "json").out)
    assert (licence["work"], licence["licensor"], licence["url"]) == ("fair", "A. Painter", CC_BY)
    assert (licence["credit"], licence["credit_required"]) == (f"A. Painter, CC BY 4.0, {CC_BY}", True)
    report = json.loads(imgpolicy(*CHECK, "--format", "json").out)["reports"][0]
    assert [one["code"] for one in report["findings"] if one["code"].startswith("C")] == ["C103"]


@pytest.mark.slow
def test_what_is_sold_covers_what_somebody_says_that_it_covers(imgpolicy: Run, own_demo: Path) -> None:
    said = ((Right.LICENSOR_NAME, "Example Agency"), (Right.LICENSOR_URL, "https://agency.example.net/1"))
    fair = written(own_demo / "fair.jpg", *said, (Right.CREDIT, "A. Painter/Example Agency"))
    covers = ("--channel", "website", "--purpose", "news")
    ran = imgpolicy("licence", "add", "--from-picture", fair, "--yes", *covers, folder=own_demo)
    assert ran.code == 0
    (licence,) = json.loads(imgpolicy("licence", "list", "--format", "json").out)
    assert (licence["licensor"], licence["url"]) == ("Example Agency", "https://agency.example.net/1")
    assert (licence["credit"], licence["scope"]["channels"]) == ("A. Painter/Example Agency", ["website"])
    assert imgpolicy("licence", "add", "--from-picture", fair, "--yes").code == 0
    assert len({one["work"] for one in json.loads(imgpolicy("licence", "list", "--format", "json").out)}) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing is recorded unasked"),
        (("--yes", "--purpose", "fun", "--channel", "website"), "does not know the purpose 'fun'"),
    ],
)
def test_nothing_is_recorded_that_was_not_agreed(
    imgpolicy: Run, own_demo: Path, options: tuple[str, ...], said: str
) -> None:
    fair = written(own_demo / "fair.jpg", (Right.LICENSOR_NAME, "Example Agency"))
    ran = imgpolicy("licence", "add", "--from-picture", fair, *options, folder=own_demo)
    assert (ran.code != 0, said in ran.err) == (True, True)
    assert json.loads(imgpolicy("licence", "list", "--format", "json").out) == []
    assert "fair" not in imgpolicy("work", "list").out


@pytest.mark.parametrize("words", [(), ("harbour-at-dusk",), ("harbour-at-dusk", "--from-picture", "x.jpg")])
def test_a_licence_is_to_a_work_or_to_a_picture(imgpolicy: Run, own_demo: Path, words: tuple[str, ...]) -> None:
    assert imgpolicy("licence", "add", *words, folder=own_demo).code == 2


def test_a_file_that_names_nobody_gives_none(imgpolicy: Run, own_demo: Path) -> None:
    fair = written(own_demo / "fair.jpg", (Right.COPYRIGHT, "N/A"))
    ran = imgpolicy("licence", "add", "--from-picture", fair, "--yes", folder=own_demo)
    assert "names nobody who licenses it" in ran.err
    assert imgpolicy("licence", "add", "--from-picture", fair, "--yes", "--licensor", "A. Painter").code == 0
