"""What is learnt from artwork."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.drawn import mark, page, png

from imgpolicy.errors import PictureError
from imgpolicy.extract.logos.artwork import Artwork, read_artwork
from imgpolicy.extract.logos.canonical import SHAPES, moved, patch, shape_for
from imgpolicy.extract.logos.hog import BINS, cells, to_lab
from imgpolicy.extract.logos.template import LARGEST, Template, from_bytes, learn, to_bytes


@pytest.fixture(scope="module")
def artwork() -> Artwork:
    return read_artwork(png(mark()), "star")


@pytest.fixture(scope="module")
def template(artwork: Artwork) -> Template:
    return learn(artwork)


def test_light_on_dark_and_dark_on_light_are_the_same() -> None:
    grey = page(80, 64)
    assert cells(to_lab(grey)).shape == (16, 20, BINS)
    black_white = np.where(grey > 128, 255, 0).astype(np.uint8)[:, :, :1].repeat(3, axis=2)
    assert np.allclose(cells(to_lab(black_white)), cells(to_lab(255 - black_white)), atol=1e-3)


@pytest.mark.parametrize("size", [(3, 300), (300, 3), (1, 1)])
def test_a_picture_smaller_than_a_cell_has_none(size: tuple[int, int]) -> None:
    assert cells(to_lab(np.zeros((*size, 3), np.uint8))).size == 0


@pytest.mark.slow
def test_a_logo_stands_out_from_photographs(template: Template) -> None:
    assert all(view.expected > 8 and view.weights.shape[2] == BINS for view in template.views)
    assert [view.degrees for view in template.views] == [0, -20, 20]


@pytest.mark.slow
def test_the_same_artwork_gives_the_same_template(artwork: Artwork, template: Template) -> None:
    again = learn(artwork)
    assert_alike(again, template)


def test_a_stored_template_is_the_template(template: Template) -> None:
    again = from_bytes(to_bytes(template))
    assert_alike(again, template)
    assert [(view.width, view.height) for view in again.views] == [(view.width, view.height) for view in template.views]


def assert_alike(one: Template, other: Template) -> None:
    assert one.shape == other.shape
    for mine, its in zip(one.views, other.views, strict=True):
        assert np.allclose(mine.weights, its.weights, rtol=1e-3, atol=1e-4)
    for look, same in zip(one.looks, other.looks, strict=True):
        assert look.painted == same.painted
        assert np.array_equal(look.pixels, same.pixels)


@given(st.data())
def test_a_damaged_template_is_refused_or_harmless(template: Template, data: st.DataObject) -> None:
    stored = bytearray(to_bytes(template))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = from_bytes(bytes(stored))
    except PictureError:
        return
    assert all(np.isfinite(view.weights).all() for view in found.views)
    assert found.shape in SHAPES


@pytest.mark.slow
@pytest.mark.parametrize("tall", [True, False])
@pytest.mark.parametrize("ratio", [2.4, 3.1, 4, 5.5, 8, 11.5])
def test_artwork_however_tall_or_wide_is_learnt(ratio: float, *, tall: bool) -> None:
    across, down = (36, round(36 * ratio)) if tall else (round(36 * ratio), 36)
    stripes = np.zeros((down, across, 4), np.uint8)
    stripes[::6, :, :3], stripes[:, :, 3] = 200, 255
    learnt = learn(read_artwork(png(Image.fromarray(stripes)), "stripes"))
    for view in learnt.views:
        assert max(view.weights.shape[:2]) <= LARGEST
        assert view.width / view.height == pytest.approx(across / down, rel=0.02)


@given(st.floats(0.05, 20))
def test_every_aspect_ratio_has_a_shape(aspect: float) -> None:
    assert shape_for(aspect) in SHAPES


def test_a_place_is_brought_into_the_shape_and_moved_corners_go_back() -> None:
    ground = page(200, 150)
    shape = shape_for(1.0)
    quad = np.array([[40, 30], [136, 30], [136, 126], [40, 126]], np.float32)
    seen = patch(ground, quad, shape)
    assert seen is not None
    assert seen.shape == (64, 64, 3)
    shift = np.tile(np.array([0.25, 0], np.float32), 4)
    assert np.allclose(moved(quad, shift, shape), quad + np.array([24, 0]), atol=0.01)
    assert patch(ground, quad + 1000, shape) is None
