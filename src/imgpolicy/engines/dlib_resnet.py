"""The engine `dlib`, an extra: YuNet finds the faces, the network of the package `face-recognition` tells them apart.

dlib's own detectors are not used: they see fewer than half of the faces in a crowd that YuNet sees. Nor is its
68-point predictor, whose training data forbid commercial use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from imgpolicy.domain.model import Model
from imgpolicy.engines.align import Points
from imgpolicy.engines.calibration import Calibration, Tail
from imgpolicy.engines.detections import turned_back
from imgpolicy.engines.detectors import DETECTORS
from imgpolicy.engines.two_nets import TwoNets
from imgpolicy.engines.weights import FACE_RECOGNITION, wheel_weights
from imgpolicy.errors import ExtractError, PolicyError
from imgpolicy.files import as_file
from imgpolicy.phrase import phrase
from imgpolicy.picture import Pixels

_Loaded = TypeVar("_Loaded")


class Predictor(Protocol):
    """dlib's `shape_predictor`."""

    def __call__(self, image: Pixels, box: object) -> object: ...


class Network(Protocol):
    """dlib's `face_recognition_model_v1`."""

    def compute_face_descriptor(self, image: Pixels, face: object) -> Sequence[float]:
        """The 128 numbers of a face, whose landmarks `face` has."""
        ...


_POINTS = Model(
    name="shape_predictor_5_face_landmarks",
    sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
)
_RECOGNISER = Model(
    name="dlib_face_recognition_resnet_model_v1",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
)
_SIDE_TO_WIDTH = 1.15
"""Side of the square that dlib's detector draws around a face, against the width of YuNet's box (100 portraits)."""

_CALIBRATION = Calibration(
    strangers=Tail(
        base=0.9005,
        share=0.0084,
        scale=0.0089,
        pairs=7_262,
        people=19,
        source="125 portraits from public test sets",
    ),
    event=Tail(
        base=0.937,
        share=0.028,
        scale=0.006,
        pairs=3_135,
        people=317,
        source="30 group photographs",
    ),
    margin=0.024,
    smallest=48,
)
# Measured in docs/decisions/0010-face-engines-and-their-calibration.md.


class DlibResNet(TwoNets):
    """A `FaceEngine`. Its vectors are those of `face_recognition.face_encodings`, made to unit length.

    The network: dlib.net, "High Quality Face Recognition with Deep Metric Learning" (2017).
    """

    engine_id = "dlib/1"
    models = (*DETECTORS, _POINTS, _RECOGNISER)
    dimensions = 128
    calibration = _CALIBRATION

    def __init__(self) -> None:
        super().__init__()
        try:
            import dlib  # noqa: F401  # said at once, not at the first picture
        except ImportError as error:
            raise PolicyError(phrase("the face engine dlib is an extra: pip install 'imgpolicy[dlib]'")) from error

    def recogniser_weights(self, model: Model) -> bytes:
        """dlib's 5-point predictor's or its network's, from the wheel."""
        return wheel_weights(model, FACE_RECOGNITION)

    def recogniser(self) -> Descriptor:
        """The predictor and the network, loaded."""
        import dlib

        predictor = _loaded(dlib.shape_predictor, self.weights(_POINTS))
        return Descriptor(predictor, _loaded(dlib.face_recognition_model_v1, self.weights(_RECOGNISER)))


class Descriptor:
    """A `Recogniser`: dlib's predictor finds five points, by which its network's picture of the face is cut out."""

    def __init__(self, predictor: Predictor, network: Network) -> None:
        self._predictor = predictor
        self._network = network

    def values(self, pixels: Pixels, row: NDArray[np.float64], aligned: Pixels) -> NDArray[np.float32]:
        """The 128 numbers that `face_recognition.face_encodings` gives for the same square."""
        import dlib

        del aligned
        upright, box, landmarks = stood_up(pixels, row)
        try:
            shape = self._predictor(upright, dlib.rectangle(*square(box, landmarks)))
            return np.array(self._network.compute_face_descriptor(upright, shape), dtype=np.float32)
        except RuntimeError as error:
            raise ExtractError(phrase("dlib cannot describe a face ({reason})", reason=_short(error))) from error


def stood_up(pixels: Pixels, row: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64], Points]:
    """The picture in the quarter turn in which the face is upright, with its box and landmarks there.

    `row` is YuNet's; the box is left, top, width, height. dlib's predictor knows faces that stand.
    """
    right_eye, left_eye = row[4:6], row[6:8]
    across, down = left_eye - right_eye
    quarters = round(math.degrees(math.atan2(down, across)) / 90) % 4
    if quarters == 0:
        return pixels, row[:4], row[4:14].reshape(5, 2)
    height, width = pixels.shape[:2]
    turned = np.ascontiguousarray(np.rot90(pixels, quarters))
    # The turns that are left of four bring the picture's places back, and so the upright picture's into this one.
    there = turned_back(row[np.newaxis].copy(), 4 - quarters, *((height, width) if quarters % 2 else (width, height)))[
        0
    ]
    return turned, there[:4], there[4:14].reshape(5, 2)


def square(box: NDArray[np.float64], landmarks: Points) -> tuple[int, int, int, int]:
    """About the square that dlib's detector draws around the face: left, top, right, bottom.

    Of 100 portraits its vectors lay 0.04 (median) from those in dlib's own squares, where 0.6 is another person.
    """
    half = box[2] * _SIDE_TO_WIDTH / 2
    x, y = landmarks.mean(axis=0)
    return round(x - half), round(y - half), round(x + half), round(y + half)


def _loaded(kind: Callable[[str], _Loaded], data: bytes) -> _Loaded:
    """What dlib, which reads files only, makes of these very bytes: they are given to it as a file of their own."""
    try:
        with as_file(data) as path:
            return kind(path)
    except (OSError, RuntimeError) as error:
        raise ExtractError(phrase("dlib cannot load its models ({reason})", reason=_short(error))) from error


def _short(error: Exception) -> str:
    """What dlib says of it, on one line of bounded length."""
    return " ".join(str(error).split())[:120]
