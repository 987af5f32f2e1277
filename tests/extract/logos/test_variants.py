"""The ways in which one colour shows a logo."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.drawn import png

from imgpolicy.domain.work import Shown
from imgpolicy.extract.logos.artwork import Artwork, read_artwork
from imgpolicy.extract.logos.canonical import shape_for
from imgpolicy.extract.logos.looks import looks, may_show, side_by_side
from imgpolicy.extract.logos.sheet import sheet
from imgpolicy.extract.logos.variants import painted, variants


@pytest.fixture(scope="module")
def star() -> Artwork:
    drawn = Image.new("RGBA", (200, 200))
    points = [
        (100 + r * math.sin(n * math.pi / 5), 100 - r * math.cos(n * math.pi / 5)) for n, r in enumerate([95, 40] * 5)
    ]
    ImageDraw.Draw(drawn).polygon(points, fill="navy")
    return read_artwork(png(drawn), "star")


def on_disc() -> Artwork:
    """A white cross on a red disc, whose silhouette is a disc."""
    drawn = Image.new("RGBA", (200, 200))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((2, 2, 197, 197), fill="red")
    pen.rectangle((85, 40, 115, 160), fill="white")
    pen.rectangle((40, 85, 160, 115), fill="white")
    return read_artwork(png(drawn), "cross")


def test_a_mark_has_its_silhouette_and_its_outline(star: Artwork) -> None:
    silhouette, outline = variants(star)
    assert (silhouette.shown, outline.shown) == (Shown.SILHOUETTE, Shown.OUTLINE)
    assert np.array_equal(silhouette.mask, star.pixels[:, :, 3])
    assert 0 < outline.mask.sum(dtype=int) < silhouette.mask.sum(dtype=int)


def test_a_mark_on_a_disc_is_the_mark_alone() -> None:
    first, *_ = variants(on_disc())
    assert first.shown is Shown.CUT_OUT
    assert (first.mask[100, 100], first.mask[50, 50]) == (255, 0)


def test_a_disc_is_nothing_in_one_colour() -> None:
    disc = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(disc).ellipse((2, 2, 197, 197), fill="red")
    assert variants(read_artwork(png(disc), "disc")) == ()


def test_painted_artwork_has_one_colour_where_the_variant_is(star: Artwork) -> None:
    (silhouette, _) = variants(star)
    white = painted(star, silhouette, (255, 255, 255))
    assert white.one_colour
    assert np.array_equal(white.pixels[:, :, 3], star.pixels[:, :, 3])


def test_a_look_in_one_colour_is_white_on_what_is_darker_than_the_mark_and_black_on_what_is_lighter(
    star: Artwork,
) -> None:
    shape = shape_for(star.aspect)
    _, silhouette, _ = looks(star, shape)
    opacity = silhouette.pixels[:, :, 3:] / 255
    light_on_dark = np.asarray(40 + 150 * opacity.repeat(3, axis=2), np.uint8)
    seen = side_by_side(
        np.stack([light_on_dark, 255 - light_on_dark]), np.stack([silhouette.pixels] * 2), np.array([True, True])
    )
    inside = opacity[:, :, 0] == 1
    white, black = (drawn[3:6][:, inside].mean() for drawn in seen)
    assert (round(float(white), 2), round(float(black), 2)) == (1.0, round(15 / 127.5 - 1, 2))


def test_a_look_in_one_colour_is_looked_for_only_where_something_stands_out(star: Artwork) -> None:
    own, silhouette, _ = looks(star, shape_for(star.aspect))
    opacity = silhouette.pixels[:, :, 3:].repeat(3, axis=2) / 255
    clear, faint = (np.asarray(100 + levels * opacity, np.uint8) for levels in (40, 10))
    assert may_show(clear, silhouette)
    assert may_show(255 - clear, silhouette)
    assert not may_show(faint, silhouette)
    assert may_show(faint, own)


def test_the_sheet_has_a_row_for_each_artwork(star: Artwork) -> None:
    made = Image.open(io.BytesIO(sheet([star, on_disc()])))
    assert made.size == (800, 400)
    assert Image.open(io.BytesIO(sheet([]))).size == (200, 200)
