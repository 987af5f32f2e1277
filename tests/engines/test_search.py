"""Nobody is missed because they are small, turned, tilted or cut off, and nobody is given twice."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from imgpolicy.domain.geometry import Box
from imgpolicy.engines import FaceEngine, SeenFace
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.picture import Picture, load

PORTRAIT = Path(__file__).parents[2] / "examples" / "pictures" / "portrait.jpg"
FACE = Box(177, 62, 270, 177)
HEIGHT = FACE.bottom - FACE.top


@pytest.fixture(scope="module")
def engine() -> FaceEngine:
    return YuNetSFace()


def opened(image: Image.Image, form: str = "PNG") -> Picture:
    file = io.BytesIO()
    image.save(file, form, compress_level=1)
    return load(file.getvalue(), "made")


def head(height: int) -> Image.Image:
    """A head and shoulders, the face so many pixels high."""
    with Image.open(PORTRAIT) as portrait:
        cut = portrait.convert("RGB").crop((100, 0, 350, 300))
    scale = height / HEIGHT
    return cut.resize((round(250 * scale), round(300 * scale)), Image.Resampling.LANCZOS)


def page(size: tuple[int, int], *places: tuple[int, int], height: int) -> Image.Image:
    """A grey page with heads at these places."""
    made = Image.new("RGB", size, (120, 125, 130))
    for place in places:
        made.paste(head(height), place)
    return made


def around(seen: SeenFace, place: tuple[int, int], height: int) -> bool:
    """True when the face seen is the one of the head that was put there."""
    scale = height / HEIGHT
    x, y = (place[0] + (223 - 100) * scale, place[1] + 120 * scale)
    box = seen.face.box
    return box.left <= x <= box.right and box.top <= y <= box.bottom


@pytest.mark.slow
@pytest.mark.parametrize("size", [(800, 600), (1633, 1225), (3000, 2000)])
def test_a_small_face_that_stands_alone_is_found(engine: FaceEngine, size: tuple[int, int]) -> None:
    place = (size[0] * 2 // 3, size[1] // 3)
    (seen,) = engine.faces(opened(page(size, place, height=44)))
    assert around(seen, place, 44)


@pytest.mark.slow
def test_a_crowd_is_looked_at_at_full_scale(engine: FaceEngine) -> None:
    places = [(300 + 700 * at, 400 + 450 * (at % 4)) for at in range(5)]
    faces = engine.faces(opened(page((4000, 2400), *places, height=40)))
    assert len(faces) == len(places)
    assert all(any(around(seen, place, 40) for seen in faces) for place in places)
    assert min(seen.face.height for seen in faces) > 30


@pytest.mark.slow
@pytest.mark.parametrize("height", [32, 48])
def test_a_small_face_beside_a_large_one_is_found(engine: FaceEngine, height: int) -> None:
    made = page((4000, 3000), (400, 300), height=900)
    made.paste(head(height), (3000, 2100))
    faces = engine.faces(opened(made, "JPEG"))
    assert len(faces) == 2
    assert any(around(seen, (3000, 2100), height) for seen in faces)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_somebody_who_lies_beside_somebody_upright_is_found(engine: FaceEngine, turn: Image.Transpose) -> None:
    made = page((1600, 1200), (100, 300), height=200)
    made.paste(head(48).transpose(turn), (1200, 500))
    faces = engine.faces(opened(made))
    assert len(faces) == 2
    assert max(seen.face.box.left for seen in faces) > 1150


@pytest.mark.slow
@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_somebody_small_and_upright_beside_somebody_who_lies_is_found(
    engine: FaceEngine, turn: Image.Transpose
) -> None:
    made = page((1600, 1200), (1200, 500), height=20)
    made.paste(head(200).transpose(turn), (100, 300))
    faces = engine.faces(opened(made))
    assert len(faces) == 2
    assert any(around(seen, (1200, 500), 20) for seen in faces)


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [45, 135, 225, 315])
def test_somebody_who_leans_beside_somebody_upright_is_found(engine: FaceEngine, degrees: int) -> None:
    made = page((1600, 1200), (100, 300), height=200)
    leaning = head(48).convert("RGBA").rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    made.paste(leaning, (1200, 500), leaning)
    faces = engine.faces(opened(made))
    assert len(faces) == 2
    assert max(seen.face.box.left for seen in faces) > 1150


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [-45, -30, 30, 45])
def test_a_tilted_head_is_found_and_known(engine: FaceEngine, degrees: int) -> None:
    (upright,) = engine.faces(opened(head(80)))
    people = page((500, 500), (160, 140), height=80)
    tilted = people.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(120, 125, 130))
    (seen,) = engine.faces(opened(tilted))
    assert float(seen.vector @ upright.vector) > engine.calibration.threshold(10)
    assert seen.face.pose.roll - upright.face.pose.roll == pytest.approx(-degrees, abs=20)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_small_faces_of_a_picture_that_lies_are_found_too(engine: FaceEngine, turn: Image.Transpose) -> None:
    people = page((1600, 1200), (100, 100), (700, 500), (1300, 800), height=36)
    assert len(engine.faces(opened(people))) == 3
    assert len(engine.faces(opened(people.transpose(turn)))) == 3


@pytest.mark.slow
def test_a_large_face_is_one_face_at_every_size(engine: FaceEngine) -> None:
    for height in (300, 900):
        assert len(engine.faces(opened(head(height)))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("height", [300, 700, 1000, 1150])
def test_faces_of_every_size_are_found_in_a_long_strip(engine: FaceEngine, height: int) -> None:
    place = (30_000, 650 - round(120 * height / HEIGHT))
    (seen,) = engine.faces(opened(page((62_000, 1300), place, height=height), "JPEG"))
    assert around(seen, place, height)


def test_the_smallest_face_is_named_and_one_that_people_would_know_is_seen_in_every_picture(engine: FaceEngine) -> None:
    small, large = opened(Image.new("RGB", (640, 480))), opened(Image.new("1", (8000, 500)))
    assert engine.smallest_face(small) == 20
    assert 40 < engine.smallest_face(large) <= 48
