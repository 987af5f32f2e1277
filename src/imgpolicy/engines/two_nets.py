"""What engines of two networks share: YuNet finds the faces, the other tells them apart.

A new engine of this family brings a `Recogniser`, its weights and its calibration.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.model import Model
from imgpolicy.engines import NO_VECTOR, SeenFace, Survey
from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.calibration import Calibration
from imgpolicy.engines.detectors import DETECTORS, Detectors
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.engines.quality import masked, pose, sharpness
from imgpolicy.engines.search import Found, find, smallest_seen, smallest_turned
from imgpolicy.engines.weights import OWN, wheel_weights
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Face, Unknown, Vector
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, Pixels

MOST_FACES = 2000
"""Of a picture that shows more the surest are given, and the rest is unknown: each takes about 25 ms."""


class Recogniser(Protocol):
    """A network that makes the vector of a face, loaded; not for two threads at once."""

    def values(self, pixels: Pixels, row: NDArray[np.float64], aligned: Pixels) -> NDArray[np.float32]:
        """The network's numbers for one face, of any length.

        `pixels` is the upright picture at some scale, `row` what YuNet says of the face in it, `aligned` the face laid
        straight.
        Raises ExtractError or cv2.error.
        """
        ...


class TwoNets(ABC):
    """A `FaceEngine`. It loads its models when it first sees a picture and keeps them; threads take turns."""

    engine_id: str
    models: tuple[Model, ...]
    dimensions: int
    calibration: Calibration
    detectors = DETECTORS

    def __init__(self) -> None:
        self._lock = Lock()
        self._detectors = Detectors()
        self._recogniser_net: Recogniser | None = None

    @abstractmethod
    def recogniser_weights(self, model: Model) -> bytes:
        """The checked bytes of one of the models after the detectors; ExtractError when absent or altered."""

    @abstractmethod
    def recogniser(self) -> Recogniser:
        """The recogniser, newly loaded from the checked bytes; raises ExtractError or cv2.error."""

    def weights(self, model: Model) -> bytes:
        """The checked bytes of one of `models`; ExtractError when it is absent or altered."""
        return wheel_weights(model, OWN) if model in DETECTORS else self.recogniser_weights(model)

    def smallest_face(self, picture: Picture) -> float:
        """The height, in pixels of the upright picture at full scale, below which faces may not be seen."""
        return smallest_seen(picture)

    def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
        """The faces of the picture from left to right, in pixels of the upright picture at full scale.

        Raises ExtractError when the models are absent or altered, and when a network fails. Without a face the model
        that tells people apart is not asked for.
        """
        return self.survey(picture, vectors=True).faces

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The same faces without vectors; the recogniser is not loaded."""
        return tuple(one.face for one in self.survey(picture, vectors=False).faces)

    def survey(self, picture: Picture, *, vectors: bool) -> Survey:
        """The same faces, with vectors or without, and what of the picture could not be looked at."""
        with self._at_work():
            found = find(self._detectors, picture)
            recogniser = self._recogniser_at_hand() if vectors and len(found.rows) else None
            seen = [
                _seen(row, float(evidence), found.pixels, picture, recogniser)
                for row, evidence in zip(found.rows[:MOST_FACES], found.evidence, strict=False)
            ]
        return Survey(
            faces=tuple(sorted(seen, key=lambda one: one.face.box)), unknowns=tuple(_unknowns(found, picture))
        )

    def _recogniser_at_hand(self) -> Recogniser:
        """The recogniser, loaded for the first face: to load it costs as much as to look at a small picture."""
        self._recogniser_net = self._recogniser_net or self.recogniser()
        return self._recogniser_net

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """The engine for this thread alone; what OpenCV raises is an ExtractError."""
        import cv2

        with self._lock, opencv_at_rest():
            try:
                yield
            except cv2.error as error:
                raise ExtractError(
                    phrase("OpenCV cannot look for faces ({reason})", reason=" ".join(error.err.split())[:120])
                ) from error


def _unknowns(found: Found, picture: Picture) -> Iterator[Unknown]:
    """What was not found, and what was found and is no face."""
    if len(found.rows) > MOST_FACES:
        yield Unknown(
            what=phrase("faces beyond {most}", most=MOST_FACES),
            reason=phrase("more than {most} faces; cut the picture into parts and check each", most=MOST_FACES),
        )
    if found.unseen:
        yield Unknown(
            what=phrase("places that may be faces"),
            reason=phrase("places that may be faces and were too many to be looked at: {count}", count=found.unseen),
        )
    if found.nothing:
        yield Unknown(
            what=phrase("places that look like a face"),
            reason=phrase(
                "places that look like a face from afar, and from near like none: {count}", count=found.nothing
            ),
            lifts=False,
        )
    turned = round(smallest_turned(picture))
    yield Unknown(
        what=phrase("leaning faces under {pixels} pixels", pixels=turned),
        reason=phrase("faces that lie or lean may not be found below {pixels} pixels", pixels=turned),
        lifts=False,
    )


def _seen(
    row: NDArray[np.float64], evidence: float, pixels: Pixels, picture: Picture, recogniser: Recogniser | None
) -> SeenFace:
    aligned = aligned_face(pixels, _landmarks(row))
    face = _face(row, evidence, pixels, picture, aligned)
    if recogniser is None:
        return SeenFace(face=face, vector=NO_VECTOR)
    return SeenFace(face=face, vector=unit(recogniser.values(pixels, row, aligned)), masked=masked(aligned))


def _landmarks(row: NDArray[np.float64]) -> NDArray[np.float64]:
    return row[4:14].reshape(5, 2)


def _face(row: NDArray[np.float64], evidence: float, pixels: Pixels, picture: Picture, aligned: Pixels) -> Face:
    """The face that the detector gave as this row of `pixels`, in pixels of the upright picture at full scale."""
    height, width = pixels.shape[:2]
    grow = np.array([picture.width / width, picture.height / height])
    low = np.floor(row[:2] * grow)
    high = np.ceil((row[:2] + row[2:4]) * grow)
    left, top = (int(side) for side in np.clip(low, 0, (picture.width - 1, picture.height - 1)))
    right, bottom = (int(side) for side in np.clip(high, (left + 1, top + 1), (picture.width, picture.height)))
    landmarks = _landmarks(row)
    right_eye, left_eye, nose, mouth_right, mouth_left = (Point(float(x), float(y)) for x, y in landmarks * grow)
    return Face(
        box=Box(left, top, right, bottom),
        height=float(row[3]),
        certainty=float(row[14]),
        landmarks=(right_eye, left_eye, nose, mouth_right, mouth_left),
        sharpness=sharpness(aligned),
        pose=pose(landmarks),
        evidence=evidence,
    )


def unit(values: NDArray[np.float32]) -> Vector:
    """The numbers as a vector of unit length; ExtractError when they have no direction."""
    length = float(np.linalg.norm(values))
    if not 0 < length < np.inf:
        raise ExtractError(phrase("the face model gave no vector for a face"))
    return (values / np.float32(length)).astype(np.float32, copy=False)
