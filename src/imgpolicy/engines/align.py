"""A face cut out and laid straight, as the networks that make face vectors want it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import ExtractError
from imgpolicy.phrase import phrase
from imgpolicy.picture import Pixels

Points = NDArray[np.float64]
"""Places as (x, y), shape (n, 2)."""

SIDE = 112
_FINEST = 16
_TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
# Where the five landmarks lie in the aligned face: the template of ArcFace (Deng et al., CVPR 2019).


def aligned_face(pixels: Pixels, landmarks: Points) -> Pixels:
    """The face with these five landmarks as an upright RGB picture of 112 x 112 pixels.

    Outside the picture is black. A face that is much larger is cut out at about its own size and averaged down, so
    that nothing falls between the samples. Raises ExtractError when the landmarks span no area.
    """
    import cv2

    transform = similarity(landmarks, _TEMPLATE)
    shrink = 1 / float(np.hypot(transform[0, 0], transform[1, 0]))
    finer = round(float(np.clip(shrink, 1, _FINEST)))
    transform *= finer
    transform[:, 2] += (finer - 1) / 2  # coordinates are of pixel centres
    face = cv2.warpAffine(pixels, transform, (SIDE * finer, SIDE * finer), flags=cv2.INTER_LINEAR)
    return cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def similarity(source: Points, target: Points) -> NDArray[np.float64]:
    """The 2 x 3 matrix that turns, scales and shifts `source` onto `target` with the least squared error.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns", PAMI 13 (1991).
    Raises ExtractError when the points of `source` coincide or are no numbers.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred = source - source_mean
    variance = float((centred**2).sum() / len(source))
    if not 1e-6 < variance < np.inf:
        raise ExtractError(phrase("a face's landmarks lie on one point, so that it cannot be laid straight"))
    u, singular, vt = np.linalg.svd((target - target_mean).T @ centred / len(source))
    sign = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    turn = (u * sign) @ vt
    scale = float((singular * sign).sum()) / variance
    shift = target_mean - scale * turn @ source_mean
    return np.column_stack([scale * turn, shift])
