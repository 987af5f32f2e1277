"""A face is told from what looks like one by closer looks; what half shows is in doubt, and never silently none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.facts import Face
from imgpolicy.picture import Picture, load

PORTRAIT = Path(__file__).parents[2] / "examples" / "pictures" / "portrait.jpg"
FACE = (177, 62, 270, 177)
EYES = 110


@pytest.fixture(scope="module")
def engine() -> YuNetSFace:
    return YuNetSFace()


def opened(image: Image.Image, form: str = "PNG") -> Picture:
    file = io.BytesIO()
    image.save(file, form)
    return load(file.getvalue(), "made")


def portrait() -> Image.Image:
    with Image.open(PORTRAIT) as picture:
        return picture.convert("RGB")


def covered(box: tuple[int, int, int, int], colour: str) -> Image.Image:
    """The portrait with this place painted over."""
    made = portrait()
    ImageDraw.Draw(made).rectangle(box, fill=colour)
    return made


def the_face(engine: YuNetSFace, image: Image.Image) -> Face:
    """The face at the place of the portrait's."""
    scale = image.width / 512
    x, y = (FACE[0] + FACE[2]) / 2 * scale, (FACE[1] + FACE[3]) / 2 * scale
    faces = engine.find(opened(image))
    (there,) = (one for one in faces if one.box.left <= x <= one.box.right and one.box.top <= y <= one.box.bottom)
    return there


DISGUISES: dict[str, Callable[[], Image.Image]] = {
    "a bar over the eyes": lambda: covered((FACE[0], EYES - 12, FACE[2], EYES + 12), "black"),
    "a scarf": lambda: covered((FACE[0] - 10, 135, FACE[2] + 10, 220), "darkred"),
    "a cap": lambda: covered((FACE[0] - 30, 0, FACE[2] + 30, 95), "navy"),
    "half of the face": lambda: covered((225, 0, 400, 300), "black"),
    "dots of black and white": lambda: portrait().convert("1").convert("RGB"),
    "dots of black and white, larger": lambda: (
        portrait().resize((256, 256)).convert("1").convert("RGB").resize((512, 512), 0)
    ),
    "darkness": lambda: portrait().point(lambda value: value * 0.12),
    "a blur": lambda: portrait().filter(ImageFilter.GaussianBlur(5)),
}
BLURRED = (8, 10)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_somebody_half_hidden_is_found(engine: YuNetSFace, disguise: str) -> None:
    assert the_face(engine, DISGUISES[disguise]()).evidence > 0


@pytest.mark.parametrize("blur", BLURRED)
def test_a_face_so_blurred_that_nobody_is_known_by_it_is_found(engine: YuNetSFace, blur: int) -> None:
    assert the_face(engine, portrait().filter(ImageFilter.GaussianBlur(blur))).evidence > 0


def test_a_plain_face_is_in_no_doubt(engine: YuNetSFace) -> None:
    for size in (512, 256, 128, 100):
        assert not the_face(engine, portrait().resize((size, size))).doubtful


def test_a_face_that_little_speaks_for_is_doubtful(engine: YuNetSFace) -> None:
    hidden = the_face(engine, DISGUISES["half of the face"]())
    assert hidden.doubtful
    assert the_face(engine, portrait()).evidence > hidden.evidence


def test_what_looks_like_a_face_from_afar_and_not_from_near_is_told(engine: YuNetSFace) -> None:
    """Two eyes and a mouth in an oval of the colour of skin."""
    made = Image.new("RGB", (600, 600), "darkgreen")
    draw = ImageDraw.Draw(made)
    random = np.random.default_rng(3)
    for _ in range(12):
        x, y, r = (int(n) for n in random.integers((60, 60, 20), (540, 540, 50)))
        draw.ellipse((x - r, y - 1.3 * r, x + r, y + 1.3 * r), fill=(224, 172, 140))
        for side in (-0.4, 0.4):
            draw.ellipse((x + side * r - 0.14 * r, y - 0.4 * r, x + side * r + 0.14 * r, y - 0.15 * r), fill="black")
        draw.rectangle((x - 0.35 * r, y + 0.5 * r, x + 0.35 * r, y + 0.62 * r), fill=(150, 60, 60))
    survey = engine.survey(opened(made), vectors=False)
    assert all(one.face.doubtful for one in survey.faces)
