"""Artwork in the files that organisations have it in, and files that are no artwork."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps
from tests.drawn import STAR, STEPS, mark, png

from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import LARGEST_SIDE, Artwork, read_artwork, stored_artwork


def read(image: Image.Image) -> Artwork:
    return read_artwork(png(image), "logo.png")


def test_what_is_transparent_around_the_mark_is_cut_away() -> None:
    page = Image.new("RGBA", (600, 400))
    page.paste(mark(), (100, 50))
    assert read(page).pixels.shape == read(mark()).pixels.shape


@pytest.mark.slow
def test_large_artwork_is_kept_smaller() -> None:
    assert max(read(mark().resize((2000, 2000))).pixels.shape) == LARGEST_SIDE


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_background_of_one_colour_is_taken_off_from_outside(form: str) -> None:
    page = Image.new("RGB", (400, 400), "white")
    page.paste(mark(), (80, 80), mark())
    ImageDraw.Draw(page).rectangle((190, 190, 210, 210), fill="white")  # inside the mark it stays
    file = io.BytesIO()
    page.save(file, form, quality=95)
    alpha = read_artwork(file.getvalue(), "logo").pixels[:, :, 3]
    assert (alpha[0, 0], alpha[120, 120]) == (0, 255)
    assert max(alpha.shape) < 260


def test_a_picture_without_a_background_is_a_plate_as_it_is() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (100, 160, 3), np.uint8)
    artwork = read(Image.fromarray(noise))
    assert artwork.pixels.shape == (100, 160, 4)
    assert artwork.pixels[:, :, 3].min() == 255


@pytest.mark.parametrize(("drawing", "aspect"), [(STAR, 1.0), (STEPS, 1.6)])
def test_a_drawing_is_drawn(drawing: str, aspect: float) -> None:
    artwork = read_artwork(drawing.encode(), "logo.svg")
    assert artwork.aspect == pytest.approx(aspect, abs=0.02)
    assert not artwork.one_colour


def svg(inside: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        f'<path d="M0 0h9v9z"/>{inside}</svg>'
    ).encode()


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ('<image href="/etc/passwd"/>', "'image'"),
        ('<use href="other.svg#a"/>', "another file"),
        ('<use xlink:href="http://example.org/a.svg"/>', "another file"),
        ('<path style="fill: url(http://example.org/a)" d="M0 0h9"/>', "another file"),
        ("<style>@import 'a.css';</style>", "another file"),
        ("<text>Words</text>", "'text'"),
        ("<script>1</script>", "'script'"),
        ("<foreignObject/>", "'foreignObject'"),
        ('<g id="a"/>' + '<use href="#a"/>' * 201, "200 elements"),
        ("<path", "well-formed"),
    ],
)
def test_a_drawing_reads_no_files_and_runs_nothing(inside: str, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        read_artwork(svg(inside), "logo.svg")


def test_a_drawing_that_declares_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(PictureError, match="entities"):
        read_artwork(bomb, "logo.svg")


@pytest.mark.slow
def test_a_drawing_that_draws_nothing_is_refused() -> None:
    with pytest.raises(PictureError, match="blank"):
        read_artwork(svg("").replace(b"M0 0h9v9z", b"M0 0"), "logo.svg")


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (mark().resize((20, 20)), "20 x 20 pixels"),
        (Image.new("RGBA", (300, 300)), "blank"),
        (Image.new("RGB", (300, 300), "white"), "blank"),
        (Image.new("RGBA", (300, 200), (200, 30, 30, 255)), "blank"),
        (ImageOps.expand(Image.new("RGBA", (300, 200), (200, 30, 30, 255)), 20), "plain surface"),
        (mark().resize((600, 40)), "longer than wide"),
    ],
    ids=["tiny", "transparent", "white", "one colour", "a rectangle", "a line of letters"],
)
def test_what_cannot_be_told_from_others_is_refused(image: Image.Image, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        read(image)


@pytest.mark.parametrize(
    ("draw", "simple"), [("disc", True), ("ring", True), ("lens", True), ("cross", False), ("two discs", False)]
)
def test_a_mark_of_one_plain_piece_is_too_simple_to_look_for(draw: str, simple: bool) -> None:  # noqa: FBT001  # a case
    image = Image.new("RGBA", (200, 200))
    pen = ImageDraw.Draw(image)
    if draw in {"disc", "ring"}:
        pen.ellipse((10, 10, 190, 190), fill="red")
    if draw == "ring":
        pen.ellipse((60, 60, 140, 140), fill=(0, 0, 0, 0))
    if draw == "lens":
        pen.ellipse((10, 80, 190, 130), fill="red")
    if draw == "cross":
        pen.rectangle((80, 10, 120, 190), fill="red")
        pen.rectangle((10, 80, 190, 120), fill="red")
    if draw == "two discs":
        pen.ellipse((10, 10, 80, 80), fill="red")
        pen.ellipse((100, 100, 190, 190), fill="red")
    assert read(image).simple is simple


def test_stored_artwork_is_the_artwork() -> None:
    artwork = read(mark())
    again = stored_artwork(artwork.png(), artwork.sha256)
    assert np.array_equal(again.pixels, artwork.pixels)
    with pytest.raises(PictureError):
        stored_artwork(artwork.png()[:100], artwork.sha256)
