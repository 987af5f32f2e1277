"""How sharp a face is and where it looks, on faces and landmarks that are known."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgpolicy.engines.align import Points
from imgpolicy.engines.quality import pose, sharpness
from imgpolicy.picture import Pixels

PORTRAIT = Path(__file__).parents[2] / "examples" / "pictures" / "portrait.jpg"
STRAIGHT = np.array([(-1.0, -1.28, 0.0), (1.0, -1.28, 0.0), (0.0, 0.0, -0.9), (-0.83, 1.03, 0.0), (0.83, 1.03, 0.0)])


def aligned() -> Pixels:
    """A sharp face of 112 x 112 pixels."""
    with Image.open(PORTRAIT) as picture:
        return np.array(picture.convert("RGB").crop((168, 62, 280, 174)))


def turned(yaw: float, pitch: float, roll: float) -> Points:
    """The landmarks of a face that looks there, 50 pixels from eye to eye, around (300, 200)."""
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in np.radians([-yaw, -pitch, roll]))
    about_down = np.array([(cy, 0, sy), (0, 1, 0), (-sy, 0, cy)])
    about_right = np.array([(1, 0, 0), (0, cp, -sp), (0, sp, cp)])
    about_ahead = np.array([(cr, -sr, 0), (sr, cr, 0), (0, 0, 1)])
    seen = STRAIGHT @ (about_ahead @ about_right @ about_down).T
    return np.asarray(seen[:, :2] * 25 + (300, 200), dtype=np.float64)


@given(yaw=st.floats(-80, 80), pitch=st.floats(-80, 80), roll=st.floats(-179, 179))
def test_the_pose_is_that_of_the_face_whose_landmarks_they_are(yaw: float, pitch: float, roll: float) -> None:
    found = pose(turned(yaw, pitch, roll))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_a_nose_to_the_right_looks_right_and_one_high_up_looks_up() -> None:
    nose_right, nose_up = turned(0, 0, 0), turned(0, 0, 0)
    nose_right[2] += (10, 0)
    nose_up[2] -= (0, 10)
    assert pose(nose_right).yaw > 10
    assert pose(nose_up).pitch > 10


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.full((5, 2), 7.5)])
def test_landmarks_on_one_point_look_straight_ahead(points: Points) -> None:
    found = pose(points)
    assert (found.yaw, found.pitch, found.roll) == (0, 0, 0)


def test_the_more_blurred_the_duller_whatever_the_light() -> None:
    sharp = sharpness(aligned())
    values = [sharpness(cv2.GaussianBlur(aligned(), (0, 0), sigma).astype(np.uint8)) for sigma in (1, 2, 4)]
    assert [sharp, *values] == sorted([sharp, *values], reverse=True)
    assert sharpness((aligned() // 2 + 40).astype(np.uint8)) == pytest.approx(sharp, rel=0.15)


def test_a_face_from_few_pixels_is_dull() -> None:
    small = cv2.resize(aligned(), (24, 24), interpolation=cv2.INTER_AREA)
    assert sharpness(cv2.resize(small, (112, 112)).astype(np.uint8)) < sharpness(aligned()) / 2


def test_the_border_of_the_picture_is_no_sharp_edge() -> None:
    cut = cv2.GaussianBlur(aligned(), (0, 0), 3).astype(np.uint8)
    whole = sharpness(cut)
    cut[:, :40] = 0
    assert sharpness(cut) == pytest.approx(whole, rel=0.3)


def test_the_ends_of_the_scale() -> None:
    board = ((np.indices((112, 112)).sum(axis=0) % 2) * 254 + 1).astype(np.uint8)
    assert sharpness(np.repeat(board[:, :, np.newaxis], 3, axis=2)) == pytest.approx(1, abs=0.01)
    assert sharpness(np.full((112, 112, 3), 90, np.uint8)) == 0
    assert sharpness(np.zeros((112, 112, 3), np.uint8)) == 0
