"""Recognition networks as ONNX that take a face aligned to ArcFace's template, through OpenCV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.align import SIDE
from imgpolicy.errors import ExtractError
from imgpolicy.phrase import phrase
from imgpolicy.picture import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class InputForm:
    """How a network wants its picture: the order of its channels, and each value as (value - mean) / deviation.

    The values come as 32-bit floats of the shape (1, 3, 112, 112), from 0 to 255 before `mean` and `deviation`. `name`
    is the input's; it may be empty when there is only one, the weights not counted.
    """

    channels: Literal["rgb", "bgr"]
    mean: float
    deviation: float
    name: str = ""


class ArcFace:
    """A `Recogniser`, loaded from the bytes of its model; without `dimensions` it may give any count of numbers."""

    def __init__(self, weights: bytes, form: InputForm, dimensions: int | None = None) -> None:
        import cv2

        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))
        self._form = form
        self._dimensions = dimensions

    def values(self, pixels: Pixels, row: NDArray[np.float64], aligned: Pixels) -> NDArray[np.float32]:
        """The network's numbers; ExtractError when it gives another count of them than it should."""
        import cv2

        del pixels, row
        mean = (self._form.mean,) * 3
        blob = cv2.dnn.blobFromImage(
            aligned, 1 / self._form.deviation, (SIDE, SIDE), mean, swapRB=self._form.channels == "bgr"
        )
        self._net.setInput(blob, self._form.name)
        given = np.asarray(self._net.forward(), dtype=np.float32).reshape(-1)
        if self._dimensions is not None and given.size != self._dimensions:
            raise ExtractError(
                phrase(
                    "the face model gave {given} numbers for a face, {expected} are expected",
                    given=given.size,
                    expected=self._dimensions,
                )
            )
        return given
