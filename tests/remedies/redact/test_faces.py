"""What the default engine makes of a redacted picture: no face, and nobody it could be told to be."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.remedies.redact.support import PICTURES, encoded

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.facts import Face
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Redacted, Region, Shape, redact

DRAWS = 16
"""Mosaics of each picture: chance alone decides on any one of them."""


@pytest.fixture(scope="module")
def engine() -> YuNetSFace:
    return YuNetSFace()


def heads(faces: tuple[Face, ...]) -> list[Region]:
    return [Region(box=face.box, shape=Shape.HEAD, roll=face.pose.roll) for face in faces]


def overlap(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def left_in(engine: YuNetSFace, redacted: Redacted) -> list[Face]:
    """The faces that are still found where a cover is."""
    found = engine.find(load(redacted.data, "redacted"))
    return [face for face in found if any(overlap(face.box, box) for _, box in redacted.covered)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portrait.jpg", "two_people.jpg", "archive.jpg", "interview.jpg", "banner.jpg"])
@pytest.mark.parametrize("manner", Manner)
def test_no_face_is_found_any_more(engine: YuNetSFace, name: str, manner: Manner) -> None:
    data = (PICTURES / name).read_bytes()
    faces = engine.find(load(data, name))
    assert faces
    redacted = redact(data, heads(faces), manner=manner)
    assert len(redacted.covered) == len(faces)
    left = left_in(engine, redacted)
    if manner is Manner.MOSAIC and left:
        # Its noise is drawn anew each time, and may once in a while look like a face; `clean` covers that in turn.
        left = left_in(engine, redact(redacted.data, heads(tuple(left)), manner=manner))
    assert not left


@pytest.mark.slow
@pytest.mark.parametrize("turn", [40, 90, 180, 270])
def test_of_somebody_who_lies_or_leans_the_whole_head_is_covered(engine: YuNetSFace, turn: int) -> None:
    data = encoded(Image.open(PICTURES / "portrait.jpg").rotate(turn, expand=True), "JPEG", quality=90)
    faces = engine.find(load(data, "turned"))
    assert faces
    assert not left_in(engine, redact(data, heads(faces)))


def seen(engine: YuNetSFace, data: bytes, face: Face) -> NDArray[np.float64]:
    """The vector that the recogniser gives for what is at this face's landmarks, whether or not it is a face."""
    landmarks = np.array(face.landmarks, np.float64)
    pixels = load(data, "seen").pixels
    values = engine.recogniser().values(pixels, np.zeros(15), aligned_face(pixels, landmarks)).astype(np.float64)
    return np.asarray(values.ravel() / np.linalg.norm(values))


def test_what_the_recogniser_sees_in_a_cover_is_nobody(engine: YuNetSFace) -> None:
    data = (PICTURES / "portrait.jpg").read_bytes()
    (clear,) = engine.faces(load(data, "portrait"))
    for manner in Manner:
        forced = seen(engine, redact(data, heads((clear.face,)), manner=manner).data, clear.face)
        assert float(forced @ clear.vector) < engine.calibration.threshold(1)


@pytest.mark.slow
def test_a_mosaic_is_no_more_like_that_of_the_enrolled_picture_than_like_a_stranger_s(engine: YuNetSFace) -> None:
    """All mosaics look alike to the recogniser; those of one photograph do not look more alike than others."""
    size = (112, 112)
    portrait, other = (aligned(engine, name) for name in ("portrait.jpg", "interview.jpg"))
    plate = [Region(box=Box(20, 14, 92, 104), shape=Shape.HEAD)]

    net = engine.recogniser()

    def mosaics(image: Image.Image) -> NDArray[np.float64]:
        files = (redact(encoded(image, "PNG"), plate, manner=Manner.MOSAIC).data for _ in range(DRAWS))
        pixels = [np.asarray(Image.open(io.BytesIO(one)).convert("RGB").resize(size)) for one in files]
        values = np.array([net.values(one, np.zeros(15), one).ravel() for one in pixels], np.float64)
        return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True))

    enrolled, posted, stranger = mosaics(portrait), mosaics(portrait), mosaics(other)
    own, strange = (posted @ enrolled.T).ravel(), (posted @ stranger.T).ravel()
    assert float((own[:, None] > strange[None]).mean()) < 0.8


def aligned(engine: YuNetSFace, name: str) -> Image.Image:
    """The first face of an example as the recogniser takes it."""
    picture = load((PICTURES / name).read_bytes(), name)
    face = engine.find(picture)[0]
    return Image.fromarray(aligned_face(picture.pixels, np.array(face.landmarks, np.float64)))
