"""Make a calibration table for a face engine from people whose pictures one has.

    python benchmarks/calibrate.py DIR --model FILE --output TABLE.json    for `imgpolicy models add`
    python benchmarks/calibrate.py DIR --engine dlib                       prints the table of a built-in engine

DIR holds a folder a person with pictures of them, nearest to the middle where several people are shown.
`--groups` is a folder of group photographs, nobody twice in one: without it, people at one event are assumed to be
alike as SFace sees them. The more people the better: a table reaches as far as its pairs, and the rest is a law.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

from imgpolicy.assembly import face_engine
from imgpolicy.engines import FaceEngine
from imgpolicy.engines.align import SIDE
from imgpolicy.engines.arcface import ArcFace, InputForm
from imgpolicy.engines.calibration import FPIR
from imgpolicy.engines.own import OwnModel
from imgpolicy.engines.records import ModelFile, calibration_file, written
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ImgPolicyError
from imgpolicy.files import write_whole
from imgpolicy.measure import Fit, calibrate, group_scores, pair_scores, portraits

SIZES = (1, 10, 100, 1_000, 10_000)


def main() -> int:
    """Measure, print, and write the table when a file is named for it."""
    arguments = _arguments()
    model: Path | None = arguments.model
    try:
        engine = _own_model(arguments) if model else face_engine(arguments.engine, Path())
        found = portraits(engine, arguments.folder)
        groups = group_scores(engine, arguments.groups) if arguments.groups else None
        table, strangers, event = calibrate(engine, found, groups, arguments.source)
    except ImgPolicyError as error:
        print(f"calibrate: {error}", file=sys.stderr)
        return 4
    same, other, _ = pair_scores(found)
    print(f"{len(found)} portraits, {len(same)} pairs of one person, {len(other)} of two")
    _print_fit("strangers", strangers)
    if event:
        _print_fit("one photograph", event)
    print(f"margin {table.margin:.3f}, smallest {table.smallest:g} px\n{table}")
    print(f"\n{'people':>8} {'threshold':>10} {'one person accepted':>20}   (one face, FPIR {FPIR:.1%})")
    for people in SIZES:
        threshold = table.threshold(people)
        print(f"{people:8,} {threshold:10.3f} {float((same >= threshold).mean()):20.2%}")
    if arguments.output and isinstance(engine, OwnModel):
        record = calibration_file(engine.models[-1].sha256, engine.dimensions, _form(arguments), table)
        write_whole(arguments.output, written(record))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--groups", metavar="DIR", type=Path, help="group photographs, nobody twice in one")
    parser.add_argument("--engine", default="yunet-sface", help="a built-in engine")
    parser.add_argument("--model", metavar="FILE", type=Path, help="an ONNX model that takes an aligned face")
    parser.add_argument("--channels", choices=("rgb", "bgr"), default="rgb", help="what --model takes")
    parser.add_argument("--mean", type=float, default=127.5, help="subtracted from each value")
    parser.add_argument("--deviation", type=float, default=127.5, help="by which each is then divided")
    parser.add_argument("--input", default="", help="name of the model's input, where it has several")
    parser.add_argument("--source", default="own measurement", help="what the table says it was measured on")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write the table of --model here")
    return parser.parse_args()


def _form(arguments: argparse.Namespace) -> InputForm:
    return InputForm(
        channels=arguments.channels, mean=arguments.mean, deviation=arguments.deviation, name=arguments.input
    )


def _own_model(arguments: argparse.Namespace) -> FaceEngine:
    """An engine with this model; its own table, which is what is wanted, is lent by SFace meanwhile."""
    form, data = _form(arguments), arguments.model.read_bytes()
    blank = np.zeros((SIDE, SIDE, 3), np.uint8)
    dimensions = ArcFace(data, form).values(blank, np.zeros(15), blank).size
    lent = calibration_file(hashlib.sha256(data).hexdigest(), dimensions, form, YuNetSFace.calibration)
    return OwnModel("own", ModelFile(file=str(arguments.model.resolve()), calibration=lent))


def _print_fit(what: str, fit: Fit) -> None:
    for name, tail in (("fitted", fit.fitted), ("95 %", fit.safe)):
        reach = ", ".join(f"{rate:g} at {tail.cosine(rate):.3f}" for rate in (1e-2, 1e-3, 1e-4, 1e-5))
        print(f"{what}, {name}: {tail.pairs} pairs; base {tail.base:.3f}, share {tail.share:.2g}, {reach}")


if __name__ == "__main__":
    sys.exit(main())
