"""The engine that is used when the policy names none: YuNet finds the faces, SFace tells them apart."""

from __future__ import annotations

import math
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.align import SIDE, aligned_face
from imgpolicy.engines.opencv import opencv_at_rest
from imgpolicy.engines.quality import pose, sharpness
from imgpolicy.engines.search import find, smallest_seen
from imgpolicy.engines.weights import wheel_weights
from imgpolicy.engines.yunet import YuNet
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Box, Face, Point, Vector
from imgpolicy.picture import Picture, Pixels
from imgpolicy.report import Model

if TYPE_CHECKING:
    from cv2.dnn import Net

_DETECTOR = Model(
    name="face_detection_yunet_2023mar_int8bq",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
_RECOGNISER = Model(
    name="face_recognition_sface_2021dec_int8bq",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
_MOST_FACES = 500
_LOWEST_THRESHOLD = 0.45


class YuNetSFace:
    """A `FaceEngine`. It loads its models when it first sees a picture and keeps them; threads take turns."""

    engine_id = "yunet-sface/1"
    models = (_DETECTOR, _RECOGNISER)
    dimensions = 128
    margin = 0.1

    def __init__(self) -> None:
        self._lock = Lock()
        self._nets: tuple[YuNet, Net] | None = None

    def threshold(self, enrolled: int) -> float:
        """The cosine at which a stranger is taken for one of `enrolled` people in about 1 % of the searches.

        Measured on 49 identities with the tail of the impostors fitted: 0.38 for 10 people, 0.44 for 100, 0.50 for
        1,000, 0.56 for 10,000; people at one event are more alike, which wants 0.04 more. Never below 0.45, where
        0.35 % of the pairs of strangers in one photograph were taken for the same person
        (docs/decisions/0003-face-engine.md).
        """
        return max(_LOWEST_THRESHOLD, 0.32 + 0.06 * math.log10(max(enrolled, 1)) + 0.04)

    def smallest_face(self, picture: Picture) -> float:
        """The height, in pixels of the upright picture at full scale, below which faces may not be seen."""
        return smallest_seen(picture)

    def faces(self, picture: Picture) -> tuple[Face, ...]:
        """The faces of the picture from left to right, in pixels of the upright picture at full scale.

        Raises ExtractError when the models are absent or altered, when OpenCV fails, and for a crowd of more than
        500 faces.
        """
        import cv2

        with self._lock, opencv_at_rest():
            try:
                self._nets = self._nets or (YuNet(wheel_weights(_DETECTOR)), _load_sface())
                detector, recogniser = self._nets
                found, pixels = find(detector, picture)
                if len(found) > _MOST_FACES:
                    raise ExtractError(f"more than {_MOST_FACES} faces; cut the picture into parts and check each")
                faces = [_face(row, pixels, picture, recogniser) for row in found]
            except cv2.error as error:
                raise ExtractError(f"OpenCV cannot look for faces ({' '.join(error.err.split())[:120]})") from error
        return tuple(sorted(faces, key=lambda face: face.box))


def _load_sface() -> Net:
    import cv2

    return cv2.dnn.readNetFromONNX(np.frombuffer(wheel_weights(_RECOGNISER), np.uint8))


def _face(row: NDArray[np.float64], pixels: Pixels, picture: Picture, recogniser: Net) -> Face:
    """The face that the detector gave as this row of `pixels`, in pixels of the upright picture at full scale."""
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
        vector=_vector(aligned, recogniser),
    )


def _vector(face: Pixels, recogniser: Net) -> Vector:
    """SFace's vector of an aligned face, of unit length.

    SFace: Zhong et al., "SFace: Sigmoid-Constrained Hypersphere Loss", IEEE Transactions on Image Processing 30
    (2021). It takes RGB from 0 to 255.
    """
    import cv2

    recogniser.setInput(cv2.dnn.blobFromImage(face, 1.0, (SIDE, SIDE)), "data")
    values = np.asarray(recogniser.forward(), dtype=np.float32).reshape(-1)
    length = float(np.linalg.norm(values))
    if not 0 < length < np.inf:
        raise ExtractError("the face model gave no vector for a face")
    return values / np.float32(length)
