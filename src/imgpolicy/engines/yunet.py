"""Where faces are in one picture of one size: YuNet, and its second look at what it was not sure of.

YuNet: Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023), through
OpenCV. At which sizes and turns it looks is engines/search.py's part; what its limits were chosen by stands in
docs/decisions/0011-detection.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.engines.detections import Detections, none_found, same_face, transformed
from imgpolicy.picture import Pixels

WEAKEST = 0.05
"""The certainty from which a find is worth a second look. Of faces 20 pixels high YuNet is sure (0.5) of 86 %, and
sees 99 % with this much (benchmarks/detection.py)."""

_SAME_OVERLAP = 0.3
_MOST_FOUND = 5000
_CLOSE_SIDE = 128
CLOSE_HEIGHT = 48
"""Height in pixels at which a face is looked at closer."""


class YuNet:
    """The detector, loaded from the bytes of its model; not for two threads at once."""

    def __init__(self, weights: bytes) -> None:
        import cv2

        model, no_config = np.frombuffer(weights, np.uint8), np.empty(0, np.uint8)
        size = (_CLOSE_SIDE, _CLOSE_SIDE)
        self._net = cv2.FaceDetectorYN.create("onnx", model, no_config, size, WEAKEST, _SAME_OVERLAP, _MOST_FOUND)

    def look(self, pixels: Pixels) -> Detections:
        """What may be a face in this RGB picture as it stands, from `WEAKEST` on.

        YuNet sees faces of about 10 to 300 pixels. Raises cv2.error when OpenCV cannot work on the picture.
        """
        import cv2

        self._net.setInputSize((pixels.shape[1], pixels.shape[0]))
        _, rows = self._net.detect(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        if rows is None:
            return none_found()
        return np.asarray(rows, dtype=np.float64)

    def look_closer(self, pixels: Pixels, weak: NDArray[np.float64], tilt: float = 0.0) -> Detections:
        """The one face of a weak find, a row of `Detections`, seen upright and at a good size, or no row.

        The place is cut out, turned so that the eyes are level, or tilted from there clockwise by so many degrees, and
        scaled so that the face has 48 pixels, a size that YuNet knows well: what is a face is then certain, what is
        none is not. Of a face much larger than that, more falls between the samples the larger it is: halve the
        picture first.
        """
        import cv2

        width, height = weak[2:4]
        eyes = weak[6:8] - weak[4:6]
        scale = CLOSE_HEIGHT / max(width, height, 1e-3)
        angle = np.arctan2(eyes[1], eyes[0]) + np.radians(tilt)
        turn = scale * np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
        centre = weak[:2] + weak[2:4] / 2
        there = np.column_stack([turn, _CLOSE_SIDE / 2 - turn @ centre])
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
        size = (_CLOSE_SIDE, _CLOSE_SIDE)
        cut = cv2.warpAffine(pixels, there, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
        seen = self.look(cut.astype(np.uint8, copy=False))
        back = np.asarray(cv2.invertAffineTransform(there), dtype=np.float64)
        middle = np.array([*((_CLOSE_SIDE - scale * weak[2:4]) / 2), *(scale * weak[2:4])])
        seen = seen[same_face(middle, seen[:, :4])]
        best = seen[np.argsort(-seen[:, 14])[:1]]
        # A box turned back is as large as its corners reach; the face in it is not.
        upright = transformed(best, back)
        centres = (best[:, :2] + best[:, 2:4] / 2) @ back[:, :2].T + back[:, 2]
        upright[:, 2:4] = best[:, 2:4] / scale
        upright[:, :2] = centres - upright[:, 2:4] / 2
        return upright
