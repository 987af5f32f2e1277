"""A copy is flat, from wherever it is seen; a scene that is photographed again is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from tests.match.test_pages import PICTURES, index, seen

from imgpolicy.match.projective import bend
from imgpolicy.match.works import Doubt, WorkHit, find_works

PLACES = np.random.default_rng(5).uniform(0, 1, (120, 2)).astype(np.float32)
Places = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def seen_from(places: Places, tilt: tuple[float, float], turn: float, scale: float) -> Places:
    """Where the places of a flat picture come to lie when it is looked at from somewhere else."""
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    turned = places @ np.array([(cosine, sine), (-sine, cosine)])
    return np.asarray(turned / (1 + places @ np.array(tilt))[:, np.newaxis], np.float32)


tilts = st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))


@given(tilt=tilts, turn=st.floats(-3.1, 3.1), scale=st.floats(0.1, 3))
def test_a_flat_picture_is_flat_from_everywhere(tilt: tuple[float, float], turn: float, scale: float) -> None:
    assert bend(PLACES, seen_from(PLACES, tilt, turn, scale), scale) < 0.01


@given(tilt=tilts, wrong=hnp.arrays(np.float32, (24, 2), elements=st.floats(0, 1, width=32)))
def test_a_few_wrong_places_do_not_bend_it(tilt: tuple[float, float], wrong: Places) -> None:
    there = seen_from(PLACES, tilt, 0.2, 0.8)
    there[:24] = wrong
    assert bend(PLACES, there, 0.8) < 1.0


@given(depth=st.floats(2.5, 7))
def test_what_stands_nearer_moves_apart(depth: float) -> None:
    nearer = np.random.default_rng(1).integers(0, 2, (len(PLACES), 1)) * depth / 480
    assert bend(PLACES, np.asarray(PLACES + nearer * (1, 0), np.float32), 1.0) > 0.2 * depth


def test_few_places_say_nothing() -> None:
    assert bend(PLACES[:7], PLACES[7:14], 1.0) == 0.0


def from_one_side(image: Image.Image, pixels: float) -> Image.Image:
    """The picture as if its parts stood at different depths and it was photographed from a step to the side."""
    width, height = image.size
    depths = np.random.default_rng(3).uniform(-1, 1, (6, 6)).astype(np.float32)
    aside = cv2.resize(depths, (width, height), interpolation=cv2.INTER_CUBIC) * pixels * max(image.size) / 480
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return Image.fromarray(cv2.remap(np.asarray(image), across + aside, down, cv2.INTER_LINEAR, borderMode=1))


def from_above(image: Image.Image) -> Image.Image:
    """A print of it, not quite from the front."""
    width, height = image.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    farther = np.array([(0.05, 0.03), (-0.05, 0.03), (0, 0), (0, 0)]) * (width, height)
    matrix = cv2.getPerspectiveTransform(corners, np.asarray(corners + farther, np.float32))
    return Image.fromarray(cv2.warpPerspective(np.asarray(image), matrix, image.size))


@pytest.fixture(scope="module", params=["poster.jpg", "portrait.jpg"])
def photograph(request: pytest.FixtureRequest) -> Image.Image:
    return Image.open(PICTURES / str(request.param)).convert("RGB")


def hit(shown: Image.Image, work: Image.Image) -> WorkHit:
    (found,) = find_works(*seen(shown), index(work))
    return found


def test_a_print_that_is_seen_aslant_is_a_copy(photograph: Image.Image) -> None:
    assert hit(from_above(photograph), photograph).certain


def test_a_scene_from_a_step_aside_is_asked_about(photograph: Image.Image) -> None:
    shown = from_one_side(photograph, 6).crop((0, 0, photograph.width, photograph.height * 3 // 4))
    found = hit(shown, photograph)
    assert not found.certain
    assert found.doubt in {Doubt.SCENE, Doubt.PART}
