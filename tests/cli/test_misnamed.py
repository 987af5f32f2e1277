"""A picture whose name ends as another format's: that is said, and no file is written under such a name unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from tests.support import Run

from imgpolicy import formats

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")
SAID = "photo.png is a JPEG file, whatever its name ends in"


@pytest.fixture
def misnamed(own_demo: Path) -> Path:
    """The demo's folder with JPEG bytes in `photo.png`, without anything to be removed."""
    shutil.copyfile(own_demo / "pictures" / "meadow.jpg", own_demo / "photo.png")
    return own_demo


@pytest.mark.parametrize(
    "words",
    [
        ("inspect", "photo.png"),
        ("inspect", "photo.png", "--format", "json"),
        ("check", "photo.png", *USUAL),
        ("check", "photo.png", *USUAL, "--format", "json"),
        ("clean", "photo.png", "-o", "out.jpg", *USUAL),
        ("strip", "photo.png", "-o", "out.jpg"),
        ("strip", "photo.png", "--in-place"),
        ("strip", "photo.png", "-o", "pictures"),
    ],
)
def test_it_is_said_in_one_line_and_refuses_nothing(imgpolicy: Run, misnamed: Path, words: tuple[str, ...]) -> None:
    ran = imgpolicy(*words, folder=misnamed)
    assert (ran.code, ran.err) == (0, f"imgpolicy: {SAID}\n")


def test_it_is_said_in_danish(imgpolicy: Run, misnamed: Path) -> None:
    ran = imgpolicy("check", "photo.png", *USUAL, "--lang", "da", folder=misnamed)
    assert "photo.png er en JPEG-fil" in ran.err


@pytest.mark.parametrize(("verb", "words"), [("clean", USUAL), ("strip", ())])
def test_a_clean_copy_is_not_named_as_another_format(
    imgpolicy: Run, misnamed: Path, verb: str, words: tuple[str, ...]
) -> None:
    ran = imgpolicy(verb, "pictures/meadow.jpg", "-o", "out.png", *words, folder=misnamed)
    assert (ran.code in {2, 4}, ran.out) == (True, "")
    assert (ran.err.count("\n"), "out.png: the picture is a JPEG file, and stays one: name it .jpg" in ran.err) == (
        1,
        True,
    )
    assert not (misnamed / "out.png").exists()


@pytest.mark.parametrize("verb", ["clean", "strip"])
@pytest.mark.parametrize("name", ["out", "out.bak", "out.JPEG", "out.jfif"])
def test_any_other_ending_is_a_name_like_others(imgpolicy: Run, misnamed: Path, verb: str, name: str) -> None:
    words = USUAL if verb == "clean" else ()
    assert imgpolicy(verb, "pictures/meadow.jpg", "-o", name, *words, folder=misnamed).code == 0


def test_the_name_that_a_picture_has_already_is_kept(imgpolicy: Run, misnamed: Path) -> None:
    before = (misnamed / "photo.png").read_bytes()
    (misnamed / "out").mkdir()
    for words in (
        ("strip", "photo.png", "-o", "out"),
        ("clean", "photo.png", "-o", "out/photo.png", "--force", *USUAL),
    ):
        assert imgpolicy(*words, folder=misnamed).code == 0
        assert Image.open(misnamed / "out" / "photo.png").format == "JPEG"
    assert (misnamed / "photo.png").read_bytes() == before


def test_formats_that_share_endings_are_told_by_nobody() -> None:
    assert formats.fits(".heif", "AVIF")
    assert formats.fits(".NEF", "TIFF")
    assert formats.fits(".tif", "RAW")
    assert not formats.fits(".heic", "AVIF")
    assert not formats.fits(".jpg", "PNG")
    for one in formats.FORMATS:
        assert all(formats.fits(suffix.upper(), one.name) for suffix in one.suffixes)


def test_a_web_picture_under_an_address_with_a_query_is_no_news(imgpolicy: Run, misnamed: Path) -> None:
    Image.open(misnamed / "pictures" / "meadow.jpg").save(misnamed / "page", "PNG")
    assert imgpolicy("inspect", "page", folder=misnamed).err == ""
