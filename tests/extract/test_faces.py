"""The extractor of faces hands on what its engine sees, and names the engine."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from imgpolicy.errors import ExtractError
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.facts import Box, Face, Faces, Point, Pose, Unknown
from imgpolicy.picture import Picture, load
from imgpolicy.report import Model

FACE = Face(
    box=Box(1, 2, 3, 4),
    height=2.0,
    certainty=0.8,
    landmarks=(Point(1, 2), Point(2, 2), Point(1.5, 3), Point(1, 4), Point(2, 4)),
    sharpness=0.03,
    pose=Pose(yaw=0.0, pitch=0.0, roll=0.0),
    vector=np.ones(1, np.float32),
)


class OneFace:
    """An engine that sees the same face in every picture, or cannot look."""

    engine_id = "one-face/7"
    models = (Model(name="one", sha256="0" * 64),)
    dimensions = 1
    margin = 0.0

    def __init__(self, trouble: str = "", face: Face = FACE) -> None:
        self.trouble = trouble
        self.face = face

    def threshold(self, enrolled: int) -> float:
        return 0.5 + 0 * enrolled

    def smallest_face(self, picture: Picture) -> float:
        return 12.0 if picture.width < 100 else 60.0

    def faces(self, picture: Picture) -> tuple[Face, ...]:
        if self.trouble:
            raise ExtractError(f"{picture.name}: {self.trouble}")
        return (self.face,)


@pytest.fixture
def picture() -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return load(file.getvalue(), "small.png")


def test_faces_come_with_the_engine_that_saw_them(picture: Picture) -> None:
    faces = FaceExtractor(OneFace()).extract(picture)
    assert (faces.engine, [face.box for face in faces.faces]) == ("one-face/7", [FACE.box])


def test_faces_are_sensitive_and_change_with_the_engine() -> None:
    extractor: Extractor = FaceExtractor(OneFace())
    assert (extractor.gives, extractor.sensitive, extractor.version) == (Faces, True, "one-face/7")


def test_an_engine_that_cannot_look_is_an_unknown(picture: Picture) -> None:
    facts = extract_facts(picture, [FaceExtractor(OneFace(trouble="no model"))])
    assert facts.get(Faces) == Unknown(what="faces", reason="small.png: no model")


@pytest.mark.parametrize("vector", [[np.nan], [10.0], [0.0], [0.6, 0.8]])
def test_a_vector_that_is_no_direction_is_refused(picture: Picture, vector: list[float]) -> None:
    broken = replace(FACE, vector=np.array(vector, np.float32))
    with pytest.raises(ExtractError, match="unit length"):
        FaceExtractor(OneFace(face=broken)).extract(picture)


def test_faces_too_small_to_be_found_are_named_and_lift_the_verdict_when_people_would_know_them(
    picture: Picture,
) -> None:
    small, _ = FaceExtractor(OneFace()).extract(picture).unknowns
    large, _ = FaceExtractor(OneFace()).extract(replace(picture, width=20_000)).unknowns
    assert (small.what, small.lifts) == ("faces under 12 pixels", False)
    assert (large.what, large.lifts) == ("faces under 60 pixels", True)
