"""The extractor of faces hands on what its engine sees, and names the engine."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.model import Model
from imgpolicy.engines import SeenFace
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ExtractError
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.faces import FaceExtractor, link_tracks, one_face_per_track
from imgpolicy.facts import Embeddings, Face, Faces, Pose, Unknown
from imgpolicy.frames import MOST_FRAMES
from imgpolicy.picture import Picture, load

FACE = Face(
    box=Box(1, 2, 3, 4),
    height=2.0,
    certainty=0.8,
    landmarks=(Point(1, 2), Point(2, 2), Point(1.5, 3), Point(1, 4), Point(2, 4)),
    sharpness=0.03,
    pose=Pose(yaw=0.0, pitch=0.0, roll=0.0),
)
SEEN = SeenFace(face=FACE, vector=np.ones(1, np.float32))


class OneFace:
    """An engine that sees the same face in every picture, or cannot look."""

    engine_id = "one-face/7"
    models = (Model(name="one", sha256="0" * 64),)
    dimensions = 1
    calibration = YuNetSFace.calibration

    def __init__(self, trouble: str = "", face: SeenFace = SEEN) -> None:
        self.trouble = trouble
        self.face = face

    def smallest_face(self, picture: Picture) -> float:
        return 12.0 if picture.width < 100 else 60.0

    def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
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


def test_vectors_are_sensitive_and_faces_change_with_the_engine() -> None:
    extractor: Extractor = FaceExtractor(OneFace())
    assert extractor.gives is Faces
    assert extractor.version.startswith("one-face/7")
    assert (Faces.sensitive, Embeddings.sensitive) == (False, True)


def test_one_look_gives_the_faces_and_their_vectors_apart(picture: Picture) -> None:
    facts = extract_facts(picture, [FaceExtractor(OneFace())])
    faces, made = facts.get(Faces), facts.get(Embeddings)
    assert isinstance(faces, Faces)
    assert isinstance(made, Embeddings)
    assert (made.engine, made.vectors.tolist()) == (faces.engine, [[1.0]])
    assert "vector" not in repr(faces)
    uncompared = extract_facts(picture, [FaceExtractor(OneFace(), compare=False)])
    assert isinstance(uncompared.get(Embeddings), Unknown)
    assert uncompared.sources[Faces] != facts.sources[Faces]


def test_an_engine_that_cannot_look_is_an_unknown(picture: Picture) -> None:
    facts = extract_facts(picture, [FaceExtractor(OneFace(trouble="no model"))])
    assert facts.get(Faces) == Unknown(what="faces", reason="small.png: no model")


@pytest.mark.parametrize("vector", [[np.nan], [10.0], [0.0], [0.6, 0.8]])
def test_a_vector_that_is_no_direction_is_refused(picture: Picture, vector: list[float]) -> None:
    broken = replace(SEEN, vector=np.array(vector, np.float32))
    with pytest.raises(ExtractError, match="unit length"):
        FaceExtractor(OneFace(face=broken)).extract(picture)


def test_faces_too_small_to_be_found_are_named_and_lift_the_verdict_when_people_would_know_them(
    picture: Picture,
) -> None:
    small, _ = FaceExtractor(OneFace()).extract(picture).unknowns
    large, _ = FaceExtractor(OneFace()).extract(replace(picture, width=20_000)).unknowns
    assert (small.what, small.lifts) == ("faces under 12 pixels", False)
    assert (large.what, large.lifts) == ("faces under 60 pixels", True)


def shown(frame: int, left: int = 0, sharpness: float = 0.03, vector: tuple[float, float] = (1.0, 0.0)) -> SeenFace:
    """A face of 100 x 100 pixels in this frame."""
    unit = np.array(vector, np.float32) / np.float32(np.hypot(*vector))
    box = Box(left, 0, left + 100, 100)
    return SeenFace(face=replace(FACE, box=box, frame=frame, sharpness=sharpness), vector=unit)


def test_a_face_that_goes_on_is_given_once_in_its_sharpest_frame() -> None:
    first, sharper, duller = shown(0), shown(1, left=10, sharpness=0.05, vector=(1, 0.2)), shown(2, left=10)
    (given,) = one_face_per_track(link_tracks(link_tracks([(first,)], [sharper]), [duller]))
    assert (given.face.box, given.face.frame, sorted(given.face.frames)) == (sharper.face.box, 1, [0, 1, 2])


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(shown(1, vector=(0, 1)), id="somebody else at the same place"),
        pytest.param(shown(1, left=60), id="the same person elsewhere"),
        pytest.param(shown(0), id="two faces of one frame"),
    ],
)
def test_in_doubt_both_faces_stay(other: SeenFace) -> None:
    assert len(link_tracks([(shown(0),)], [other])) == 2


def test_somebody_who_becomes_somebody_else_step_by_step_is_not_one_face() -> None:
    steps = [shown(frame, sharpness=frame / 100, vector=(np.cos(frame / 2), np.sin(frame / 2))) for frame in range(4)]
    tracks: list[tuple[SeenFace, ...]] = []
    for face in steps:
        tracks = link_tracks(tracks, [face])
    assert [sorted(one.face.frames) for one in one_face_per_track(tracks)] == [[0, 1], [2, 3]]


def test_every_frame_is_looked_at_and_says_which_it_is() -> None:
    file = io.BytesIO()
    pages = [Image.new("RGB", (8 + at, 8), "red") for at in range(3)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    picture = load(file.getvalue(), "pages.tif")

    class Moving(OneFace):
        def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
            return (replace(SEEN, face=replace(FACE, box=Box(picture.width * 100, 0, picture.width * 100 + 9, 9))),)

    assert [face.frame for face in FaceExtractor(Moving()).extract(picture).faces] == [0, 1, 2]


def test_what_was_seen_before_there_were_too_many_faces_stays_seen_and_the_rest_lifts_the_verdict() -> None:
    class Crowd(OneFace):
        """Sees another hundred people in each picture."""

        def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
            places = (Box(at * 20, picture.width * 100, at * 20 + 9, picture.width * 100 + 9) for at in range(100))
            return tuple(replace(SEEN, face=replace(FACE, box=box)) for box in places)

    file = io.BytesIO()
    pages = [Image.new("RGB", (8 + number, 8)) for number in range(6)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    faces = FaceExtractor(Crowd()).extract(load(file.getvalue(), "pages.tif"))
    assert {face.frame for face in faces.faces} == {0, 1, 2}
    assert len(faces.faces) == 300
    reasons = {str(unknown.reason) for unknown in faces.unknowns if unknown.lifts}
    assert "more than 240 faces in the frames or pages before; check parts of it" in reasons


def test_frames_that_were_not_looked_at_lift_the_verdict() -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(
        file, "TIFF", save_all=True, append_images=[Image.new("RGB", (8, 8))] * (MOST_FRAMES + 5)
    )
    unknowns = FaceExtractor(OneFace()).extract(load(file.getvalue(), "pages.tif")).unknowns
    assert "faces in further frames" in {unknown.what for unknown in unknowns if unknown.lifts}
