"""How well registered logos are found in pictures, and how many pictures without one are flagged.

    python benchmarks/logos.py LOGOS PHOTOGRAPHS [--register N] [--each N] [--negatives N] [--compared N] [--seed N]

LOGOS is a folder of artwork (SVG or PNG), PHOTOGRAPHS one of photographs; folders below them count too. Some of the
logos are registered, two of the same first word of a name never; the others are what must not be taken for them. One
half of the photographs gets logos put in, `--each` scenes for each of five usual and two harder ways and five widths;
the other half stays as it is, alone and four in one, and with logos that are not registered, every second time with
text too. Next to the search for logos stand, on some of the same pictures, whole-picture PDQ and pHash with their own
thresholds, and SIFT with RANSAC (ratio 0.8, 8 inliers). Found is the right logo at its place, overlapping by half of
the union. CPU times are medians of one thread. None of the logos or photographs should be among those that the verifier
was fitted on: docs/decisions/0014-logos.md names these.
"""

from __future__ import annotations

import argparse
import io
import itertools
import math
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from logo_scenes import (
    HARDER,
    MODES,
    QUALITIES,
    Pixels,
    decoded,
    jpeg,
    mosaic,
    photograph,
    photographs,
    with_logo,
    with_text,
)
from PIL import Image

from imgpolicy.errors import PictureError
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.logos.artwork import Artwork, read_artwork
from imgpolicy.extract.logos.canonical import Quad
from imgpolicy.extract.logos.hog import Floats
from imgpolicy.extract.logos.scan import shared
from imgpolicy.extract.logos.search import POSSIBLE, sightings
from imgpolicy.extract.logos.template import Template, learn
from imgpolicy.facts import Fingerprint
from imgpolicy.match.logos import CERTAIN
from imgpolicy.match.works import PDQ_POSSIBLE, PHASH_POSSIBLE
from imgpolicy.picture import load

WIDTHS = (0.05, 0.08, 0.12, 0.20, 0.25)
NARROWEST, WIDEST = 0.3, 6.0


@dataclass(frozen=True)
class Case:
    """A picture file, and what is in it: the number of a registered logo with its corners, or nothing of ours."""

    kind: str
    width: float
    file: bytes = field(repr=False)
    logo: int | None = None
    quad: Quad | None = None

    @property
    def pixels(self) -> Pixels:
        return decoded(self.file)


@dataclass(frozen=True)
class Answer:
    """What a method says of a case, at each of its levels: was the right logo found, was anything wrong named."""

    found: tuple[bool, ...]
    wrong: tuple[bool, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall and false alarms of logos in pictures.")
    parser.add_argument("logos", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--register", type=int, default=40)
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--negatives", type=int, default=1000, help="photographs that get no logo of ours, at most")
    parser.add_argument("--compared", type=int, default=200, help="pictures that the other methods see too")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    chance = random.Random(options.seed)
    artworks = [artwork for _, artwork in different(options.logos, chance)]
    ours, others = artworks[: options.register], artworks[options.register :]
    paths = photographs([options.photographs])
    chance.shuffle(paths)
    half = len(paths) // 2
    without = paths[half:][: options.negatives]
    cases = [*scenes(paths[:half], ours, options.each, chance), *negatives(without, others, chance)]
    before = time.process_time()
    templates = [learn(artwork) for artwork in ours]
    print(f"{len(ours)} logos, enrolment {(time.process_time() - before) / len(ours):.2f} s of CPU each")
    report("logos in scenes", cases, [searched(case, templates) for case in cases], ("possible", "certain"))
    some = chance.sample(cases, min(options.compared, len(cases)))
    prints = [fingerprint(page(artwork)) for artwork in ours]
    report("whole-picture hashes", some, [hashed(case, prints) for case in some], ("PDQ", "pHash"))
    keypoints = [sift(page(artwork)) for artwork in ours]
    report("SIFT and RANSAC", some, [matched(case, keypoints) for case in some], ("8 inliers",))
    print_cpu(templates, cases)


def different(folder: Path, chance: random.Random) -> list[tuple[str, Artwork]]:
    """The artworks of the folder, shuffled, of each first word of a name one."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".svg", ".png"})
    chance.shuffle(paths)
    found: dict[str, tuple[str, Artwork]] = {}
    for path in paths:
        brand = path.stem.split("-")[0]
        try:
            artwork = read_artwork(path.read_bytes(), path.name)
        except PictureError as error:
            print(f"left out: {error}")
            continue
        if brand not in found and NARROWEST < artwork.aspect < WIDEST and not artwork.simple:
            found[brand] = (path.stem, artwork)
    return list(found.values())


def scenes(paths: Sequence[Path], ours: Sequence[Artwork], each: int, chance: random.Random) -> Iterator[Case]:
    grounds, numbers = itertools.cycle(paths), itertools.cycle(range(len(ours)))
    for mode, width, _ in itertools.product((*MODES, *HARDER), WIDTHS, range(each)):
        logo, made = next(numbers), None
        while made is None:  # not every logo is something in one colour
            made = with_logo(photograph(next(grounds), chance), ours[logo], mode, width, chance)
            logo = logo if made is not None else next(numbers)
        yield Case(mode, width, jpeg(made.pixels, chance.choice(QUALITIES)), logo, made.quad)


def negatives(paths: Sequence[Path], others: Sequence[Artwork], chance: random.Random) -> Iterator[Case]:
    for path in paths:
        yield Case("photograph", 0, jpeg(photograph(path, chance), chance.choice(QUALITIES)))
    for start in range(0, len(paths) - 3, 4):
        four = mosaic([photograph(path, chance) for path in paths[start : start + 4]])
        yield Case("four in one", 0, jpeg(four, chance.choice(QUALITIES)))
    for number, path in enumerate(paths if others else ()):
        seen = photograph(path, chance)
        for _ in range(2):
            made = with_logo(seen, chance.choice(others), chance.choice(MODES), chance.choice(WIDTHS), chance)
            seen = seen if made is None else made.pixels
        seen = with_text(seen, chance) if number % 2 else seen
        yield Case("other logos", 0, jpeg(seen, chance.choice(QUALITIES)))


def searched(case: Case, templates: Sequence[Template]) -> Answer:
    seen = sightings(case.pixels, templates)
    levels = [[each for each in seen if each.evidence >= level] for level in (POSSIBLE, CERTAIN)]
    right = [
        [s for s in level if case.quad is not None and s.template == case.logo and shared(s.quad, case.quad) > 0.5]
        for level in levels
    ]
    return Answer(
        tuple(bool(each) for each in right),
        tuple(len(level) > len(each) for level, each in zip(levels, right, strict=True)),
    )


def hashed(case: Case, prints: Sequence[Fingerprint]) -> Answer:
    seen = fingerprint(case.pixels)
    near = (
        [n for n, known in enumerate(prints) if min((f ^ known.pdq[0]).bit_count() for f in seen.pdq) <= PDQ_POSSIBLE],
        [n for n, known in enumerate(prints) if (seen.phash ^ known.phash).bit_count() <= PHASH_POSSIBLE],
    )
    return Answer(
        tuple(case.logo in numbers for numbers in near),
        tuple(bool(set(numbers) - {case.logo}) for numbers in near),
    )


Keypoints = tuple[Sequence[cv2.KeyPoint], Floats]


def matched(case: Case, known: Sequence[Keypoints]) -> Answer:
    seen = sift(case.pixels)
    named = {number for number, own in enumerate(known) if inliers(own, seen) >= 8}
    return Answer((case.logo in named,), (bool(named - {case.logo}),))


def inliers(known: Keypoints, seen: Keypoints) -> int:
    if min(len(known[0]), len(seen[0])) < 4:
        return 0
    pairs = cv2.BFMatcher().knnMatch(known[1], seen[1], k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < 4:
        return 0
    here, there = [known[0][m.queryIdx].pt for m in good], [seen[0][m.trainIdx].pt for m in good]
    _, kept = cv2.findHomography(np.array(here, np.float32), np.array(there, np.float32), cv2.RANSAC, 5.0)
    return int(np.count_nonzero(kept))


def sift(pixels: Pixels) -> Keypoints:
    points, values = cv2.SIFT.create(2000).detectAndCompute(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), None)
    return points, np.asarray(values if points else np.zeros((0, 128)), np.float32)


def page(artwork: Artwork) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(artwork.on_page())))


def fingerprint(pixels: Pixels) -> Fingerprint:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return FingerprintExtractor().extract(load(file.getvalue(), "case"))


def report(title: str, cases: Sequence[Case], answers: Sequence[Answer], levels: Sequence[str]) -> None:
    for number, level in enumerate(levels):
        groups: dict[str, list[bool]] = defaultdict(list)
        for case, answer in zip(cases, answers, strict=True):
            if case.logo is None:
                groups["without a logo of ours: flagged"].append(answer.wrong[number])
                groups[f"  {case.kind}: flagged"].append(answer.wrong[number])
            else:
                if case.kind in MODES:
                    groups["found, the usual ways"].append(answer.found[number])
                    groups[f"  {case.width:.0%} of the width: found"].append(answer.found[number])
                groups[f"  {case.kind}: found"].append(answer.found[number])
                groups["something wrong named beside"].append(answer.wrong[number])
        print(f"\n{title}, {level}")
        for name, outcomes in groups.items():
            low, high = interval(sum(outcomes), len(outcomes))
            share = sum(outcomes) / len(outcomes)
            print(f"{name:36} {sum(outcomes):4} of {len(outcomes):4}  {share:6.1%}  [{low:.1%} to {high:.1%}]")


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval at 95 %; after no hit its upper end is the rule of three's, 3 / n."""
    if not hits:
        return 0.0, min(1.0, 3 / of)
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def print_cpu(templates: Sequence[Template], cases: Sequence[Case]) -> None:
    """CPU of one picture as the register grows; beyond what there is, logos are counted twice."""
    print()
    for count in (10, 40, 160):
        register = list(itertools.islice(itertools.cycle(templates), count))
        times = []
        for case in cases[:: max(1, len(cases) // 12)]:
            before = time.process_time()
            sightings(case.pixels, register)
            times.append(time.process_time() - before)
        print(f"CPU of a picture against {count:3} logos: {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
