"""How well faces are told apart: on a folder of identities (DIR/PERSON/PICTURE), for each engine that is installed.

    python benchmarks/faces.py DIR [--groups DIR] [--engine NAME]... [--splits N]

Prints verification (share of one person's pairs accepted where strangers are at a rate), strangers in one photograph,
identification in an open set, recall by the height of the face, and CPU time. Open set: half of the people are enrolled
with 1 or 3 pictures drawn at random, their other pictures and everybody else's are searched for, and the decision is
the product's own: its threshold for the register's size, and its margin. FPIR is the share of pictures of people who
are not enrolled in which somebody is named; FNIR of those who are, in which they are not, or somebody else is.
Bounds are 95 % (Clopper and Pearson, Biometrika 26 (1934)), as if the searches were independent: with few people they
are not, and the truth may lie further off.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from imgpolicy.assembly import face_engine
from imgpolicy.engines import FaceEngine
from imgpolicy.engines.calibration import Calibration
from imgpolicy.errors import ImgPolicyError
from imgpolicy.measure import Portrait, Scores, group_scores, opened, pair_scores, portraits, recall_by_height

RATES = (1e-2, 1e-3, 1e-4)
BUILT_IN = ("yunet-sface", "dlib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """What came of searching: strangers, those of them who were named, enrolled people, and those who were missed."""

    strangers: int
    named: int
    enrolled: int
    missed: int


def main() -> int:
    """Print everything, engine by engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--groups", metavar="DIR", type=Path, help="group photographs, nobody twice in one")
    parser.add_argument("--engine", action="append", help="only this; may be given again")
    parser.add_argument("--splits", type=int, default=50, help="how often the enrolled are drawn")
    arguments = parser.parse_args()
    for name in arguments.engine or BUILT_IN:
        try:
            engine = face_engine(name, Path())
            print(f"\n== {name}")
            _report(engine, arguments.folder, arguments.groups, arguments.splits)
        except ImgPolicyError as error:
            print(f"{name}: {error}", file=sys.stderr)
    return 0


def _report(engine: FaceEngine, folder: Path, groups: Path | None, splits: int) -> None:
    found = portraits(engine, folder)
    people = len({portrait.person for portrait in found})
    print(f"{len(found)} portraits of {people} people")
    same, other, _ = pair_scores(found)
    _verification(same, other)
    for source in (folder, *([groups] if groups else [])):
        _one_photograph(engine, source)
    for photographs in (1, 3):
        _open_set(found, engine.calibration, photographs, splits)
    threshold = engine.calibration.threshold(people)
    for recall in recall_by_height(engine, found, threshold):
        print(
            f"height {recall.height:3} px: found {recall.found:.3f}, known {recall.known:.3f}"
            f" (cosine from {threshold:.3f}; {recall.faces} faces)"
        )
    _cpu(engine, [portrait.file for portrait in found])


def _verification(same: Scores, other: Scores) -> None:
    """One person's pairs accepted at the cosine that strangers reach at each rate."""
    ordered = np.sort(other)[::-1]
    print(f"verification: {len(same)} pairs of one person, {len(other)} of two, the most alike {ordered[0]:.3f}")
    for rate in RATES:
        allowed = int(rate * len(other))
        if not allowed:
            print(f"  FPR {rate:g}: too few pairs to tell")
            continue
        cosine = float(ordered[allowed])
        print(f"  FPR {rate:g}: TPR {float((same > cosine).mean()):.4f} (cosine over {cosine:.3f})")


def _one_photograph(engine: FaceEngine, folder: Path) -> None:
    """Different people in one photograph who would be taken for one person, at the lowest threshold there is."""
    threshold = engine.calibration.threshold(1)
    scores, _ = group_scores(engine, folder)
    taken = int((scores >= threshold).sum())
    print(f"one photograph ({folder.name}): {_share(taken, scores.size)} of the pairs reach {threshold:.3f}")


def _open_set(found: Sequence[Portrait], calibration: Calibration, photographs: int, splits: int) -> None:
    """FPIR and FNIR over random draws of who is enrolled and with which pictures."""
    draw = np.random.default_rng(photographs)
    results = [_search(found, calibration, photographs, draw) for _ in range(splits)]
    strangers, named = sum(r.strangers for r in results), sum(r.named for r in results)
    enrolled, missed = sum(r.enrolled for r in results), sum(r.missed for r in results)
    # Every draw searches for about the same pictures: only those of one draw count towards the bound.
    print(f"open set, {photographs} photograph(s) enrolled, {splits} draws:")
    print(f"  FPIR {_share(named, strangers, once=strangers // splits)}")
    print(f"  FNIR {_share(missed, enrolled, once=enrolled // splits)}")


def _search(
    found: Sequence[Portrait], calibration: Calibration, photographs: int, draw: np.random.Generator
) -> Searches:
    people = sorted({portrait.person for portrait in found})
    members = [str(person) for person in draw.permutation(people)[: max(2, len(people) // 2)]]
    vectors = np.stack([portrait.vector for portrait in found])
    owners = np.array([portrait.person for portrait in found])
    gallery = {person: draw.permutation(np.flatnonzero(owners == person))[:photographs] for person in members}
    used = set(np.concatenate(list(gallery.values())).tolist())
    threshold = calibration.threshold(len(members))
    scores = np.stack([(vectors @ vectors[rows].T).max(axis=1) for rows in gallery.values()], axis=1)
    strangers = named = enrolled = missed = 0
    for index, owner in enumerate(owners):
        if index in used:
            continue
        best = _named(scores[index], threshold, calibration.margin)
        if owner in gallery:
            enrolled += 1
            missed += best is None or members[best] != owner
        else:
            strangers += 1
            named += best is not None
    return Searches(strangers=strangers, named=named, enrolled=enrolled, missed=missed)


def _named(scores: NDArray[np.float32], threshold: float, margin: float) -> int | None:
    """Who is named; None when nobody is alike enough, or two are."""
    best, second = np.argsort(-scores)[:2]
    return int(best) if scores[best] >= threshold and scores[best] - scores[second] >= margin else None


def _cpu(engine: FaceEngine, files: Sequence[Path]) -> None:
    """CPU time of a picture without and with its faces, decoding not counted."""
    loaded = [picture for file in list(pictures_of(files))[:30] if (picture := opened(file))]
    engine.faces(loaded[0])
    timed = np.array([_timed(lambda picture=picture: len(engine.faces(picture))) for picture in loaded])  # type: ignore[misc]  # inferred
    seconds, counts = timed.T
    print(
        f"CPU: {np.median(seconds) * 1000:.0f} ms a picture (median of {len(loaded)}, {counts.mean():.1f} faces each)"
    )
    if np.ptp(counts):
        face, picture = np.polyfit(counts, seconds, 1) * 1000
        print(f"  {picture:.0f} ms a picture and {face:.0f} ms a face (least squares)")


def pictures_of(files: Sequence[Path]) -> Iterator[Path]:
    """Each once."""
    yield from dict.fromkeys(files)


def _timed(action: Callable[[], int]) -> tuple[float, int]:
    start = time.process_time()
    count = action()
    return time.process_time() - start, count


def _share(count: int, of: int, *, once: int | None = None) -> str:
    """The share in words, with its bounds; `once` is how many of them were independent, when not all."""
    if not of:
        return "nothing to measure"
    tried = once or of
    hits = count * tried / of
    low = float(betaincinv(hits, tried - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, tried - hits, 0.975)) if hits < tried else 1.0
    return f"{count / of:.3%} ({count} of {of}; 95 %: {low:.3%} to {high:.3%})"


if __name__ == "__main__":
    sys.exit(main())
