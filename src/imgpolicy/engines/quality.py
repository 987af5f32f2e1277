"""How well a face shows: how sharp it is and where it looks, from what every face engine has at hand."""

from __future__ import annotations

import numpy as np

from imgpolicy.engines.align import Points
from imgpolicy.facts import Pose
from imgpolicy.picture import Pixels

_STRONGEST = 8.0
_LEAST_COLOUR = 6.0
_OTHER_COLOUR = 15.0
_LEAST_RED = 2.0
# Distances in CIELAB's plane of a and b. Of the portraits that they were chosen by, 98 % have less than 11.7 between
# bridge and mouth, and lips that are redder by 3.2 or more.
_MODEL = np.array([(-1.0, -1.28, 0.0), (1.0, -1.28, 0.0), (0.0, 0.0, -0.9), (-0.83, 1.03, 0.0), (0.83, 1.03, 0.0)])
# The five landmarks of a face that looks straight ahead, half the distance between its eyes being 1. Eyes and mouth as
# in the template of ArcFace (engines/align.py); the tip of the nose as low as portraits have it on average (100 of
# Labeled Faces in the Wild, by YuNet), and 28 mm before the plane of eyes and mouth where the eyes are 63 mm apart.


def sharpness(aligned: Pixels) -> float:
    """How sharp an aligned face of 112 x 112 pixels is, 0 (of one colour) to 1 (a checkerboard).

    The root mean square of the Laplacian over that of the contrast, and over 8, which it cannot exceed: the variance of
    the Laplacian (Pech-Pacheco et al., ICPR 2000), freed of light and contrast. As the aligned face has one size,
    it says how fine the detail is against the face, whatever the picture's scale: a small face is as dull as a
    blurred one. What lies outside the picture, which is black, does not count.
    """
    import cv2

    grey = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY).astype(np.float32)
    black = (aligned == 0).all(axis=2).astype(np.uint8)
    # The border itself is a mixture, and the Laplacian reaches one pixel further.
    shown = cv2.dilate(black, np.ones((5, 5), np.uint8)) == 0
    if not shown.any():
        return 0.0
    edges, contrast = float(cv2.Laplacian(grey, cv2.CV_32F)[shown].std()), float(grey[shown].std())
    return min(edges / max(contrast, 1.0) / _STRONGEST, 1.0)


def masked(aligned: Pixels) -> bool:
    """Whether the lower half of an aligned face of 112 x 112 pixels looks covered, as by a mask or a scarf.

    It does when mouth and chin have another colour than the bridge of the nose, or when no lip is redder than what
    surrounds it (CIELAB). Of 100 portraits of ten people (Labeled Faces in the Wild) one does; with masks drawn onto
    them 87 to 96 % do in each of six colours, and 55 % in the colour of skin. No masked people were at hand to measure
    with. In a picture without colour nobody looks masked.
    """
    import cv2

    lab = cv2.cvtColor(aligned.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    bridge, mouth = lab[42:56, 49:63].reshape(-1, 3), lab[80:106, 38:74].reshape(-1, 3)
    skin, below = np.median(bridge, axis=0)[1:], np.median(mouth, axis=0)[1:]
    if float(np.linalg.norm(skin)) < _LEAST_COLOUR:
        return False
    lips = float(np.percentile(mouth[:, 1], 95)) - float(below[0])
    return float(np.linalg.norm(skin - below)) > _OTHER_COLOUR or lips < _LEAST_RED


def pose(landmarks: Points) -> Pose:
    """Where a face with these five landmarks looks, shape (5, 2) in the order of `Face.landmarks`.

    A rigid mean face is laid onto the landmarks without perspective (least squares, then the nearest rotation). People
    differ from the mean face and a detector's landmarks from the truth: yaw and pitch are good to tell a frontal face
    from a half profile, not to a degree. Landmarks on one point look straight ahead.
    """
    centred = landmarks - landmarks.mean(axis=0)
    model = _MODEL - _MODEL.mean(axis=0)
    camera = np.linalg.lstsq(model, centred, rcond=None)[0].T
    left, scales, right = np.linalg.svd(camera, full_matrices=False)
    if not 1e-6 < scales[0] < np.inf:
        return Pose(yaw=0.0, pitch=0.0, roll=0.0)
    across, down = left @ right
    ahead = np.cross(across, down)
    # The rotation is roll · pitch · yaw about axes that point right, down and away from the camera.
    turn = np.array([across, down, ahead])
    yaw = np.arctan2(turn[2, 0], turn[2, 2])
    pitch = -np.arcsin(np.clip(turn[2, 1], -1, 1))
    roll = np.arctan2(-turn[0, 1], turn[1, 1])
    return Pose(yaw=float(np.degrees(yaw)), pitch=float(np.degrees(pitch)), roll=float(np.degrees(roll)))
