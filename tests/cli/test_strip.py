"""`imgpolicy strip`: clean copies, proved, or nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.support import Run

LOCATED = "pictures/with_location.jpg"


def traces(imgpolicy: Run, picture: Path) -> list[str]:
    found = json.loads(imgpolicy("inspect", picture, "--format", "json").out)
    return [trace["kind"] for trace in found["facts"]["metadata"]["findings"]]


@pytest.mark.slow
def test_a_located_picture_becomes_a_clean_copy_with_the_same_pixels(
    imgpolicy: Run, demo: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean.jpg"
    ran = imgpolicy("strip", LOCATED, "-o", clean, folder=demo)
    assert (ran.code, "coordinate" in ran.out) == (0, True)
    assert "coordinate" in traces(imgpolicy, demo / LOCATED)
    assert traces(imgpolicy, clean) == []
    assert Image.open(demo / LOCATED).tobytes() == Image.open(clean).tobytes()


@pytest.mark.slow
def test_in_place_replaces_the_picture(imgpolicy: Run, own_demo: Path) -> None:
    assert imgpolicy("strip", LOCATED, "--in-place", folder=own_demo).code == 0
    assert traces(imgpolicy, own_demo / LOCATED) == []


def test_several_pictures_go_to_a_folder(imgpolicy: Run, own_demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    ran = imgpolicy("strip", LOCATED, "pictures/logo.png", "-o", out, folder=own_demo)
    assert ran.code == 0
    assert sorted(path.name for path in out.iterdir()) == ["logo.png", "with_location.jpg"]


def test_one_that_cannot_be_cleaned_is_exit_4_and_the_others_are_done(
    imgpolicy: Run, own_demo: Path, tmp_path: Path
) -> None:
    (own_demo / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nonsense")
    out = tmp_path / "out"
    out.mkdir()
    ran = imgpolicy("strip", "broken.jpg", LOCATED, "none.jpg", "-o", out, folder=own_demo)
    assert (ran.code, ran.err.count("\n")) == (4, 2)
    assert [path.name for path in out.iterdir()] == ["with_location.jpg"]


@pytest.mark.parametrize(
    "words",
    [
        (LOCATED,),
        (LOCATED, "-o", "a.jpg", "--in-place"),
        (LOCATED, "pictures/logo.png", "-o", "a.jpg"),
        (LOCATED, "-o", "a.jpg", "--mode", "some"),
        ("-o", "a.jpg"),
    ],
)
def test_wrong_words_are_exit_2_and_write_nothing(imgpolicy: Run, own_demo: Path, words: tuple[str, ...]) -> None:
    before = sorted(own_demo.rglob("*"))
    ran = imgpolicy("strip", *words, folder=own_demo)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert sorted(own_demo.rglob("*")) == before


def test_the_picture_itself_is_no_output(imgpolicy: Run, own_demo: Path) -> None:
    before = (own_demo / LOCATED).read_bytes()
    (own_demo / "link.jpg").symlink_to(LOCATED)
    for output in (LOCATED, "link.jpg"):
        ran = imgpolicy("strip", LOCATED, "-o", output, folder=own_demo)
        assert (ran.code, "--in-place" in ran.err) == (2, True)
    assert (own_demo / LOCATED).read_bytes() == before


def test_what_was_of_unknown_meaning_is_told_by_its_path(imgpolicy: Run, tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><!-- x --><script>1</script><a href="//example.org"/></svg>'
    (tmp_path / "a.svg").write_text(drawing)
    ran = imgpolicy("strip", "a.svg", "-o", "b.svg", folder=tmp_path)
    assert "3 removed (identity, unknown: svg/outside-reference, svg/script)" in ran.out


@pytest.mark.parametrize(
    ("where", "what"),
    [(20, b"\xff\xe9\x00\x02"), (20, b"\0" * 9), (20, b"\xff" * 9), (None, b"\0" * 20)],
    ids=["an empty segment", "a gap", "fill bytes", "zeros behind the end"],
)
def test_bytes_that_tell_nothing_are_no_secret_when_they_go(
    imgpolicy: Run, tmp_path: Path, where: int | None, what: bytes
) -> None:
    picture = tmp_path / "picture.jpg"
    Image.new("RGB", (64, 64), (9, 99, 200)).save(picture)
    plain = picture.read_bytes()
    assert imgpolicy("strip", picture, "--in-place").out == f"{picture}: nothing to remove\n"
    assert picture.read_bytes() == plain
    picture.write_bytes(plain + what if where is None else plain[:where] + what + plain[where:])
    ran = imgpolicy("strip", picture, "--in-place")
    assert (ran.code, ran.out) == (0, f"{picture}: rewritten: {len(what)} bytes removed that tell nothing\n")
    assert picture.read_bytes() == plain
    assert imgpolicy("strip", picture, "--in-place").out == f"{picture}: nothing to remove\n"
