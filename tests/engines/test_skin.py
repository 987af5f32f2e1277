"""A face without any red, in a picture that has colours, is perhaps of stone: in doubt, and never none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.facts import Face
from imgpolicy.picture import load

PORTRAIT = Path(__file__).parents[2] / "examples" / "pictures" / "portrait.jpg"
HEAD = (160, 30, 290, 200)


@pytest.fixture(scope="module")
def engine() -> YuNetSFace:
    return YuNetSFace()


def the_face(engine: YuNetSFace, image: Image.Image) -> Face:
    file = io.BytesIO()
    image.save(file, "PNG")
    (found,) = engine.find(load(file.getvalue(), "made.png"))
    return found


def portrait() -> Image.Image:
    with Image.open(PORTRAIT) as picture:
        return picture.convert("RGB")


def head(look: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The portrait, in colour, with another look of the head alone."""
    made = portrait()
    made.paste(look(made.crop(HEAD)), HEAD)
    return made


def tinted(dark: str, light: str) -> Callable[[Image.Image], Image.Image]:
    return lambda image: ImageOps.colorize(image.convert("L"), dark, light)


def darker(share: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: Image.fromarray((np.asarray(image) * share).astype(np.uint8))


STONE = {"marble": tinted("black", "white"), "bronze": tinted("black", "darkseagreen")}


@pytest.mark.parametrize("look", STONE)
def test_a_grey_or_green_face_in_a_coloured_picture_is_in_doubt(engine: YuNetSFace, look: str) -> None:
    assert the_face(engine, head(STONE[look])).doubtful


PRINTS = {
    "black and white": tinted("black", "white"),
    "sepia": tinted("#281402", "#f5e3c4"),
    "blue": tinted("#001428", "#d5e8ff"),
}


@pytest.mark.parametrize("print_", PRINTS)
def test_a_picture_without_colours_says_nothing_of_skin(engine: YuNetSFace, print_: str) -> None:
    assert not the_face(engine, PRINTS[print_](portrait())).doubtful


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_skin_is_red_in_the_shade_too(engine: YuNetSFace, share: float) -> None:
    assert not the_face(engine, head(darker(share))).doubtful
