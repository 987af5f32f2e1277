"""How well faces are told apart: on a folder of identities (DIR/PERSON/PICTURE), for each engine that is installed.

    python benchmarks/faces.py DIR [--groups DIR] [--engine NAME]... [--splits N]

Prints verification (share of one person's pairs accepted where strangers are at a rate), strangers in one photograph,
identification in an open set, recall by the height of a face, and CPU time. Open set: half of the people with pictures
enough, but no more than the register's size, are enrolled with 1 or 3 drawn at random; other people, with what there is
of them, fill the register. The pictures left of them, and everybody else's, are searched for, and the decision is the
product's own: its threshold for the register's size, its margin, and the agreement of two photographs. FPIR is the
share of pictures of people who are not enrolled in which somebody is named; FNIR of those who are, in which nobody is;
a wrong name is somebody else's. Bounds are 95 % (Clopper and Pearson, Biometrika 26 (1934)), and over people, as one
person's searches, draw after draw, are not independent. WRONG are the pictures in which somebody else was named.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from imgpolicy.assembly import face_engine
from imgpolicy.domain.lookup import PHOTOGRAPHS, Candidate
from imgpolicy.engines import FaceEngine
from imgpolicy.engines.calibration import Calibration
from imgpolicy.errors import ImgPolicyError
from imgpolicy.match.scores import best_candidates
from imgpolicy.measure import Portrait, Scores, group_scores, opened, pair_scores, portraits, recall_by_height

RATES = (1e-2, 1e-3, 1e-4)
SIZES = (10, 100, 1000)
"""How many people are enrolled."""

BUILT_IN = ("yunet-sface", "dlib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """What came of searching: for each picture searched for, whether it is of somebody enrolled, and who was named."""

    searched: NDArray[np.intp]
    enrolled: NDArray[np.bool_]
    named: list[str | None]


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
    for size in SIZES:
        for photographs in (1, 3):
            _open_set(found, engine.calibration, (size, photographs), splits)
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


def _open_set(found: Sequence[Portrait], calibration: Calibration, register: tuple[int, int], splits: int) -> None:
    """FPIR, FNIR and wrong names over random draws of who is enrolled and with which pictures."""
    size, photographs = register
    draw = np.random.default_rng(photographs)
    owners = [portrait.person for portrait in found]
    if len(set(owners)) < 2 * size:
        print(f"open set, {size} people: too few to tell")
        return
    missed, wrong, false = (Tally() for _ in range(3))
    files = set()
    for _ in range(splits):
        result = _search(found, calibration, register, draw)
        for at, enrolled, name in zip(result.searched, result.enrolled, result.named, strict=True):
            owner = owners[at]
            if enrolled:
                missed.note(owner, happened=name is None)
                wrong.note(owner, happened=name not in {None, owner})
            else:
                false.note(owner, happened=name is not None)
            if name not in {None, owner}:
                files.add((found[at].file.name, name))
    print(f"open set, {size} people, {photographs} photograph(s) each, {splits} draws:")
    print(f"  FNIR        {missed}\n  wrong names {wrong}\n  FPIR        {false}")
    print("".join(f"  WRONG {file} as {name}\n" for file, name in sorted(files)), end="")


class Tally:
    """How often something happened, and to how many people."""

    def __init__(self) -> None:
        self.happened: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()

    def note(self, person: str, *, happened: bool) -> None:
        """One search more for this person."""
        self.tried[person] += 1
        self.happened[person] += happened

    def __str__(self) -> str:
        """The share of the searches, and of the people to whom it ever happened, with its bounds."""
        times, of = self.happened.total(), self.tried.total()
        people = sum(1 for count in self.happened.values() if count)
        return f"{times / max(of, 1):.3%} ({times} of {of} searches); ever, people: {_share(people, len(self.tried))}"


def _search(
    found: Sequence[Portrait], calibration: Calibration, register: tuple[int, int], draw: np.random.Generator
) -> Searches:
    size, photographs = register
    owners = np.array([portrait.person for portrait in found])
    people, counts = np.unique(owners, return_counts=True)
    enough = draw.permutation(people[counts > photographs])
    members = enough[: min(size, max(2, len(enough) // 2))]
    others = draw.permutation(np.setdiff1d(people, members))[: size - len(members)]
    gallery = {
        str(person): draw.permutation(np.flatnonzero(owners == person))[:photographs] for person in (*members, *others)
    }
    used = np.concatenate(list(gallery.values()))
    searched = np.setdiff1d(np.arange(len(found)), used)
    vectors = np.stack([portrait.vector for portrait in found])
    held = [person for person, rows in gallery.items() for _ in rows]
    enrolled = np.isin(owners[searched], list(gallery))
    once = Counter(held)
    bars = [calibration.threshold(len(gallery), photographs=count) for count in (PHOTOGRAPHS, 1)]
    named = [
        _named(best_candidates(row, held, once)[:2], bars, calibration.margin)
        for row in vectors[searched] @ vectors[used].T
    ]
    return Searches(searched=searched, enrolled=enrolled, named=named)


def _named(candidates: Sequence[Candidate], bars: Sequence[float], margin: float) -> str | None:
    """Who is named; None when nobody is alike enough, their photographs do not agree, or two people are."""
    best, second = candidates
    alike = best.score >= bars[0] and best.agreed >= bars[1]
    return best.person if alike and best.score - second.score >= margin else None


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


def _share(hits: int, of: int) -> str:
    """The share in words, with its bounds."""
    if not of:
        return "nothing to measure"
    low = float(betaincinv(hits, of - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 0.975)) if hits < of else 1.0
    return f"{hits / of:.3%} ({hits} of {of}; 95 %: {low:.3%} to {high:.3%})"


if __name__ == "__main__":
    sys.exit(main())
