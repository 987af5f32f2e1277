"""Calibrations and registered models as files: closed JSON in, the same JSON out.

`benchmarks/calibrate.py` writes a calibration; `imgpolicy models add` keeps it with the model beside the policy.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from imgpolicy.engines.arcface import InputForm
from imgpolicy.engines.calibration import Calibration, Tail
from imgpolicy.errors import PolicyError
from imgpolicy.files import read_at_most
from imgpolicy.phrase import phrase, reason_of

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Cosine = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
Short = Annotated[str, msgspec.Meta(max_length=200)]

_LARGEST = 100_000


class TailTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A `Tail`."""

    base: Cosine
    share: Share
    scale: Share
    pairs: Annotated[int, msgspec.Meta(ge=1)]
    people: Annotated[int, msgspec.Meta(ge=2)]
    source: Short


class InputTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An `InputForm`."""

    channels: Literal["rgb", "bgr"]
    mean: Annotated[float, msgspec.Meta(ge=-1000, le=1000)]
    deviation: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    name: Short = ""


class CalibrationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was measured of one model: which file, what it takes and gives, and its calibration."""

    schema: Literal["imgpolicy.calibration/1"] = "imgpolicy.calibration/1"
    sha256: Sha256
    dimensions: Annotated[int, msgspec.Meta(ge=2, le=4096)]
    input: InputTable
    strangers: TailTable
    event: TailTable
    margin: Annotated[float, msgspec.Meta(ge=0, le=1)]
    smallest: Annotated[float, msgspec.Meta(ge=1, le=1000)]
    dullest: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    child: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None

    def calibration(self) -> Calibration:
        """The table itself."""
        return Calibration(
            strangers=Tail(**msgspec.structs.asdict(self.strangers)),
            event=Tail(**msgspec.structs.asdict(self.event)),
            margin=self.margin,
            smallest=self.smallest,
            dullest=self.dullest,
            child=self.child,
        )

    def form(self) -> InputForm:
        """What the model takes."""
        return InputForm(**msgspec.structs.asdict(self.input))


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A registered model: where its file lies, and what was measured of it."""

    schema: Literal["imgpolicy.model/1"] = "imgpolicy.model/1"
    file: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    calibration: CalibrationFile


FileT = TypeVar("FileT", CalibrationFile, ModelFile)


def calibration_file(sha256: str, dimensions: int, form: InputForm, table: Calibration) -> CalibrationFile:
    """What was measured, as it is written."""
    return msgspec.convert(
        {"sha256": sha256, "dimensions": dimensions, "input": asdict(form), **asdict(table)}, CalibrationFile
    )


def written(file: CalibrationFile | ModelFile) -> bytes:
    """The file as JSON, ending in a line break."""
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def read_record(path: Path, kind: type[FileT]) -> FileT:
    """What the file says; PolicyError in one line when it is missing, too large or not of this kind."""
    try:
        data = read_at_most(path, _LARGEST)
    except OSError as error:
        raise PolicyError(
            phrase("{path}: cannot be read ({reason})", path=str(path), reason=reason_of(error))
        ) from error
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyError(phrase("{path}: {error}", path=str(path), error=" ".join(str(error).split()))) from error
