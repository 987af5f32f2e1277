"""Keypoints are spread over the picture, and a picture has those of its mirror image."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from imgpolicy.extract import Extractor
from imgpolicy.extract.keypoints import MOST, KeypointExtractor, described_bits, keypoints, turned_over
from imgpolicy.facts import Keypoints
from imgpolicy.index.words import COUNT, nearest_words
from imgpolicy.picture import load

PORTRAIT = Path(__file__).parents[2] / "examples" / "pictures" / "portrait.jpg"


def keypoints_of(image: Image.Image) -> Keypoints:
    return keypoints(np.asarray(image.convert("RGB")), *image.size)


@pytest.fixture(scope="module")
def portrait() -> Keypoints:
    return keypoints_of(Image.open(PORTRAIT))


def test_it_is_an_extractor_whose_fact_may_be_kept() -> None:
    extractor: Extractor = KeypointExtractor()
    assert (extractor.gives, extractor.sensitive) == (Keypoints, False)


def test_every_column_has_a_row_a_keypoint(portrait: Keypoints) -> None:
    count = len(portrait.places)
    assert 100 < count <= 2 * MOST
    assert portrait.places.shape == (count, 2)
    assert portrait.descriptors.shape == (count, 16)
    assert portrait.words.shape == (count, 3)
    assert {len(portrait.sizes), len(portrait.angles), len(portrait.mirrored)} == {count}
    assert (portrait.places >= 0).all()
    assert (portrait.places <= (portrait.width, portrait.height)).all()


@pytest.mark.slow
def test_places_are_in_pixels_of_the_picture_at_full_scale() -> None:
    image = Image.open(PORTRAIT).resize((3000, 2000))
    data = load(_jpeg(image), "large.jpg")
    found = KeypointExtractor().extract(data)
    assert (found.width, found.height) == (3000, 2000)
    assert found.places.max(axis=0) == pytest.approx((3000, 2000), rel=0.1)


def test_the_first_keypoints_are_spread_over_the_picture(portrait: Keypoints) -> None:
    first = portrait.places[:40] * 4 / (portrait.width, portrait.height)
    assert len(np.unique(np.floor(first), axis=0)) >= 12


def test_a_mirror_image_has_the_same_descriptors(portrait: Keypoints) -> None:
    mirror = keypoints_of(ImageOps.mirror(Image.open(PORTRAIT)))
    mine, theirs = ({row.tobytes() for row in found.descriptors} for found in (portrait, mirror))
    assert len(mine & theirs) > 0.4 * len(mine)


def test_turning_a_descriptor_over_twice_leaves_it(portrait: Keypoints) -> None:
    over = turned_over(portrait.descriptors)
    assert (over != portrait.descriptors).any(axis=1).mean() > 0.95
    assert (turned_over(over) == portrait.descriptors).all()


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(1, 40), st.integers(1, 40))
def test_pictures_of_one_colour_of_any_size_have_none(width: int, height: int) -> None:
    assert len(keypoints_of(Image.new("RGB", (width, height), "teal")).places) == 0


def test_a_line_of_pixels_is_no_trouble() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1, 3000, 3), dtype=np.uint8)
    assert keypoints(noise, 3000, 1).width == 3000


def test_half_of_the_bits_of_a_descriptor_are_set() -> None:
    numbers = np.random.default_rng(2).random((5, 128)).astype(np.float32)
    assert (np.bitwise_count(described_bits(numbers)).sum(axis=1) == 64).all()


def test_the_nearest_word_is_the_nearest() -> None:
    random = np.random.default_rng(3).integers(0, 256, (600, 16), dtype=np.uint8)
    words = nearest_words(random)
    assert words.max() < COUNT
    assert all(len(set(row)) == 3 for row in words.tolist())
    assert (nearest_words(random[300:301]) == words[300]).all()


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()
