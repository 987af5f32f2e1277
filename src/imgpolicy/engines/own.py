"""A user's own recognition model: registered beside the policy, tried in a process of its own, then an engine.

The model is an ONNX file that takes a face aligned to ArcFace's template (112 x 112 pixels) and gives one vector.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import numpy as np

from imgpolicy.apart import Bounds, run_apart
from imgpolicy.domain.model import Model
from imgpolicy.engines.align import SIDE
from imgpolicy.engines.arcface import ArcFace
from imgpolicy.engines.detectors import DETECTORS
from imgpolicy.engines.records import CalibrationFile, ModelFile, read_record, written
from imgpolicy.engines.two_nets import TwoNets, unit
from imgpolicy.engines.weights import checked_weights
from imgpolicy.errors import ExtractError, PolicyError
from imgpolicy.files import write_whole
from imgpolicy.phrase import message_of, phrase, reason_of

FOLDER = "models"
PREFIX = "onnx:"

LARGEST = 1_000_000_000
"""Bytes of a model file; ArcFace's ResNet-100 has 261 million."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_BOUNDS = Bounds(seconds=120, memory=8 << 30, cores=os.cpu_count() or 1)
_SAME = 0.999
_TRIAL = "import sys; from imgpolicy.engines.own import try_model; sys.exit(try_model(sys.argv[1]))"


class OwnModel(TwoNets):
    """A `FaceEngine` with a registered model. Its id changes with the model and with what it is fed."""

    def __init__(self, name: str, record: ModelFile) -> None:
        super().__init__()
        self._record = record
        fed = hashlib.sha256(repr((record.calibration.sha256, record.calibration.form())).encode()).hexdigest()
        self._recogniser = Model(name=name, sha256=record.calibration.sha256)
        self.engine_id = f"{PREFIX}{name}/{fed[:12]}"
        self.models = (*DETECTORS, self._recogniser)
        self.dimensions = record.calibration.dimensions
        self.calibration = record.calibration.calibration()

    def recogniser_weights(self, model: Model) -> bytes:
        """The bytes of the user's file."""
        path = Path(self._record.file)
        _check_size(path)
        return checked_weights(path, model, phrase("put it back, or add it again: imgpolicy models add"))

    def recogniser(self) -> ArcFace:
        """The user's network, loaded."""
        return ArcFace(self.weights(self._recogniser), self._record.calibration.form(), self.dimensions)


def registered(folder: Path) -> tuple[str, ...]:
    """The names of the models that are registered beside the policy in `folder`."""
    return tuple(sorted(path.stem for path in (folder / FOLDER).glob("*.json") if _NAME.fullmatch(path.stem)))


def own_model(folder: Path, name: str) -> OwnModel:
    """The engine of a registered model; PolicyError when there is none of this name or its record is damaged."""
    if name not in registered(folder):
        raise PolicyError(
            phrase(
                "there is no model {name} beside the policy; `imgpolicy models list` shows which are",
                name=repr(name[:80]),
            )
        )
    return OwnModel(name, read_record(_record_path(folder, name), ModelFile))


def add_model(folder: Path, name: str, file: Path, calibration: Path) -> OwnModel:
    """Register a model under a name beside the policy in `folder`, once it has been tried; its engine.

    Raises PolicyError when the name is taken or unfit, when the calibration is of another, or when it fails.
    """
    if not _NAME.fullmatch(name):
        raise PolicyError(
            phrase("{name} is no name for a model: small letters, digits, - and _, 64 at most", name=repr(name[:80]))
        )
    if name in registered(folder):
        raise PolicyError(
            phrase(
                "there is a model {name} already: name it otherwise, or delete {record_path}",
                name=repr(name),
                record_path=str(_record_path(folder, name)),
            )
        )
    record = ModelFile(file=str(file.resolve()), calibration=read_record(calibration, CalibrationFile))
    engine = OwnModel(name, record)
    try:
        engine.weights(engine.models[-1])
    except ExtractError as error:
        raise PolicyError(
            phrase("{file}: {error}; the calibration must be this very file's", file=str(file), error=message_of(error))
        ) from error
    _try_apart(file, record)
    path = _record_path(folder, name)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, written(record))
    return engine


def try_model(record: str) -> str | None:
    """What is wrong with the model of this record (JSON); None when it gives a vector for each face, each another.

    It runs in a process of its own, whose memory is bounded: OpenCV reads a hostile file at its own risk.
    """
    import cv2
    import msgspec

    engine = OwnModel("tried", msgspec.json.decode(record, type=ModelFile))
    random = np.random.default_rng(1)
    faces = [
        random.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8),
        *(np.full((SIDE, SIDE, 3), n, np.uint8) for n in (40, 200)),
    ]
    try:
        network = engine.recogniser()
        row = np.zeros(15)
        vectors = np.stack([unit(network.values(face, row, face)) for face in faces])
    except (cv2.error, ExtractError, MemoryError, ValueError) as error:
        return " ".join(str(error).split())[:200]
    if float((vectors @ vectors.T)[np.triu_indices(3, 1)].min()) > _SAME:
        return "it gives the same vector whatever it sees"
    return None


def _try_apart(file: Path, record: ModelFile) -> None:
    """Try the model in another process; PolicyError when it fails, crashes or takes too long."""
    try:
        done = run_apart(_TRIAL, written(record).decode(), bounds=_BOUNDS)
    except TimeoutError as error:
        raise PolicyError(
            phrase(
                "{file}: the model took more than {seconds} seconds for three faces",
                file=str(file),
                seconds=_BOUNDS.seconds,
            )
        ) from error
    if done.signal is not None:
        raise PolicyError(
            phrase("{file}: OpenCV crashed on the model (signal {signal})", file=str(file), signal=done.signal)
        )
    if done.code:
        said = done.err.strip().splitlines()
        raise PolicyError(
            phrase(
                "{file}: the model cannot be used: {reason}",
                file=str(file),
                reason=said[-1][:200] if said else phrase("no reason given"),
            )
        )


def _record_path(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.json"


def _check_size(path: Path) -> None:
    """Refuse what is too large to be read; ExtractError also when it is no file."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ExtractError(
            phrase("the face model {name} cannot be read ({reason})", name=path.name, reason=reason_of(error))
        ) from error
    if not path.is_file() or size > LARGEST:
        raise ExtractError(
            phrase("the face model {name} is not a file of at most {most} bytes", name=path.name, most=f"{LARGEST:,}")
        )
