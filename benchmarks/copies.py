"""Prints how well copies of works are found again, and how often a picture that is none is taken for one.

    python benchmarks/copies.py PHOTOGRAPHS [--artwork FOLDER] [--distractors FOLDER] [--works 250] [--drawn 12]
                                [--attacks 2] [--others 3000] [--processes 2] [--hashes 1000000]

PHOTOGRAPHS and the artwork (flags, clip art: no photographs) are folders of different pictures, folders below them
included. The first of each, in an order made by chance, are works, so many of either, with so many drawn ones of each
kind of benchmarks/templates.py: one register. What is left are distractors, with those of FOLDER, and the backgrounds
of collages and insets. Each work is attacked so many times, by the attacks in turn. Then come pictures that have a
template in common with a work: other content in the same style. Keypoints stand next to PDQ in its eight forms and
imagehash's pHash and dHash, on the same pictures.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import imagehash
import numpy as np
from attacks import ATTACKS, as_jpeg
from PIL import Image
from scipy.stats import beta
from templates import TEMPLATES, drawn

from imgpolicy.domain.work import Features
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.keypoints import KeypointExtractor, work_keypoints
from imgpolicy.facts import Fingerprint, Keypoints
from imgpolicy.index.features import RECORD, features_of
from imgpolicy.index.fingerprints import fingerprint_index
from imgpolicy.index.rows import FeaturesRow, FingerprintRow
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.copies import Copy, find_copies
from imgpolicy.match.works import find_works
from imgpolicy.picture import load

METHODS = ("keypoints", "PDQ", "pHash", "dHash")
SUFFIXES = {".jpg", ".jpeg", ".png"}
BITS = {"PDQ": 256, "pHash": 64, "dHash": 64}


@dataclass(frozen=True)
class Job:
    """A picture to look at, as it is or attacked: that of a file, or one drawn around it, by kind, style and content.

    What a work is known by is made of one that is `kept`.
    """

    path: Path
    attack: str | None = None
    others: tuple[Path, ...] = ()
    seed: int = 0
    drawn: tuple[str, int, int] | None = None
    kept: bool = False

    @property
    def kind(self) -> str:
        """What the picture is, as rows are named."""
        return self.drawn[0] if self.drawn else "artwork" if self.path.suffix.lower() == ".png" else "photograph"


@dataclass(frozen=True)
class Looked:
    """What was seen in a picture."""

    fingerprint: Fingerprint
    dhash: int
    keypoints: Keypoints
    features: Features | None


@dataclass(frozen=True)
class Scored:
    """One picture held against all works: its attack and work, if it is a copy; the best work and score by method."""

    name: str
    attack: str | None
    kind: str
    template: bool
    work: int | None
    best: dict[str, tuple[int | None, float]]
    copies: tuple[Copy, ...]
    certain: frozenset[str]
    possible: frozenset[str]


def main() -> None:
    given = arguments()
    chance = np.random.default_rng(20)
    photographs, artwork = pictures_in(given.photographs, chance), pictures_in(given.artwork, chance)
    rest = [*photographs[given.works :], *artwork[given.works :], *pictures_in(given.distractors, chance)]
    backgrounds = photographs[given.works :]
    works = [Job(path, kept=True) for path in (*photographs[: given.works], *artwork[: given.works])]
    works += [
        Job(backgrounds[style], drawn=(kind, given.style + style, 0), kept=True)
        for kind in TEMPLATES
        for style in range(given.drawn)
    ]
    copies = list(attacked(works, backgrounds, given.attacks))
    siblings = [
        replace(work, path=backgrounds[-1 - number], drawn=(*work.drawn[:2], content), kept=False)
        for content in (1, 2, 3)
        for number, work in enumerate(works)
        if work.drawn is not None
    ]
    others = [Job(path) for path in rest[: given.others]]
    with ProcessPoolExecutor(given.processes) as pool:
        looked = list(pool.map(look, works, chunksize=4))
        index = index_of(looked)
        hashes = [(work.fingerprint.pdq[0], work.fingerprint.phash, work.dhash) for work in looked]
        scored = [
            score(number // given.attacks, job, seen, index, hashes)
            for number, (job, seen) in enumerate(zip(copies, pool.map(look, copies, chunksize=4), strict=True))
        ]
        for jobs in (siblings, others):
            scored += [
                score(None, job, seen, index, hashes)
                for job, seen in zip(jobs, pool.map(look, jobs, chunksize=4), strict=True)
            ]
            print_product(scored, works)
    print(f"{len(works)} works, {len(copies)} copies, {len(siblings)} of one template, {len(others)} distractors")
    print_methods([found for found in scored if not found.template])
    print_attacks(scored)
    print_sizes(looked)
    print_costs(works[0].path, looked, given.hashes)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--artwork", type=Path)
    parser.add_argument("--distractors", type=Path)
    parser.add_argument("--works", type=int, default=250)
    parser.add_argument("--drawn", type=int, default=12)
    parser.add_argument("--style", type=int, default=0, help="the first style that is drawn")
    parser.add_argument("--attacks", type=int, default=2)
    parser.add_argument("--others", type=int, default=3000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--hashes", type=int, default=1_000_000)
    return parser.parse_args()


def pictures_in(folder: Path | None, chance: np.random.Generator) -> list[Path]:
    if folder is None:
        return []
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    return [found[int(place)] for place in chance.permutation(len(found))]


def attacked(works: Sequence[Job], rest: Sequence[Path], each: int) -> Iterator[Job]:
    """Each work's attacks, the work's number first in the order: job n is of work n // each."""
    names = list(ATTACKS)
    for number, work in enumerate(works):
        random = np.random.default_rng(number)
        for turn in range(each):
            others = tuple(rest[int(other)] for other in random.integers(0, len(rest), 4))
            attack = names[((number * each + turn) * 29) % len(names)]
            yield replace(work, attack=attack, others=others, seed=number * 100 + turn, kept=False)


def opened(path: Path) -> Image.Image:
    """The picture in RGB on white, at most 1,600 pixels a side."""
    with Image.open(path) as file:
        seen = file.convert("RGBA")
    page = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    page.thumbnail((1600, 1600))
    return page


def look(job: Job) -> Looked:
    cv2.setNumThreads(1)
    image = opened(job.path)
    if job.drawn is not None:
        image = drawn(*job.drawn, image)
    if job.attack is not None:
        image = ATTACKS[job.attack](image, list(map(opened, job.others)), np.random.default_rng(job.seed))
    picture = load(as_jpeg(image), job.path.name)
    return Looked(
        FingerprintExtractor().extract(picture),
        int(str(imagehash.dhash(Image.fromarray(picture.pixels))), 16),
        KeypointExtractor().extract(picture),
        features_of(work_keypoints(picture)) if job.kept else None,
    )


def index_of(looked: Sequence[Looked]) -> WorkIndex:
    rows = [print_row(str(number), work.fingerprint) for number, work in enumerate(looked)]
    packed = ((str(number), work.features) for number, work in enumerate(looked))
    kept = [FeaturesRow(work, f.version, f.width, f.height, f.data) for work, f in packed if f is not None]
    return WorkIndex(parts=(fingerprint_index(rows, kept),))


def print_row(work: str, seen: Fingerprint) -> FingerprintRow:
    return FingerprintRow(work, seen.sha256, f"{seen.phash:016x}", f"{seen.pdq[0]:064x}", seen.quality)


def score(
    number: int | None, job: Job, seen: Looked, index: WorkIndex, hashes: Sequence[tuple[int, int, int]]
) -> Scored:
    """`number` is the work that the picture is a copy of; None for what is no copy."""
    found = list(find_works(seen.fingerprint, seen.keypoints, index))
    copies = tuple(find_copies(seen.keypoints, [part.copies for part in index.parts]))
    best_copy = max(copies, key=lambda copy: copy.inliers, default=None)
    best: dict[str, tuple[int | None, float]] = {"keypoints": (None, 0.0)}
    if best_copy is not None:
        best["keypoints"] = int(index.pictured(best_copy.number)), float(best_copy.inliers)
    pdq = [-min((form ^ known[0]).bit_count() for form in seen.fingerprint.pdq) for known in hashes]
    phash = [-(seen.fingerprint.phash ^ known[1]).bit_count() for known in hashes]
    dhash = [-(seen.dhash ^ known[2]).bit_count() for known in hashes]
    for method, scores in (("PDQ", pdq), ("pHash", phash), ("dHash", dhash)):
        nearest = int(np.argmax(scores))
        best[method] = nearest, float(scores[nearest])
    return Scored(
        name=job.path.name,
        attack=job.attack,
        kind=job.kind,
        template=job.drawn is not None and job.attack is None,
        work=number,
        best=best,
        copies=copies,
        certain=frozenset(match.work for match in found if match.certain),
        possible=frozenset(match.work for match in found if not match.certain),
    )


def print_methods(scored: Sequence[Scored]) -> None:
    """Each method by its score alone: the best work of each picture, right or wrong."""
    print(f"\n{'method':12} recall at no false positive   micro-AP")
    copies = sum(found.work is not None for found in scored)
    for method in METHODS:
        ranked = sorted(((found.best[method][1], right(found, method)) for found in scored), reverse=True)
        highest_wrong = max((score for score, is_right in ranked if not is_right), default=-np.inf)
        recall = sum(is_right and score > highest_wrong for score, is_right in ranked) / copies
        print(f"{method:12} {recall:26.1%} {micro_ap(ranked, copies):10.3f}   (highest wrong score {highest_wrong:g})")


def right(found: Scored, method: str) -> bool:
    return found.work is not None and found.best[method][0] == found.work


def micro_ap(ranked: Iterable[tuple[float, bool]], copies: int) -> float:
    """Mean precision at each right answer over all pictures together (DISC21, Douze and others, 2021)."""
    total, hits = 0.0, 0
    for rank, (_, is_right) in enumerate(ranked, start=1):
        if is_right:
            hits += 1
            total += hits / rank
    return total / copies


def print_product(scored: Sequence[Scored], works: Sequence[Job]) -> None:
    """What a check says, all stages together, by the thresholds in force."""
    copies = [found for found in scored if found.work is not None]
    print(f"\n{'a check finds':40} certain   certain or possible")
    kinds = [works[found.work].kind for found in copies if found.work is not None]
    groups = {
        "copies of photographs": [found for found, kind in zip(copies, kinds, strict=True) if kind == "photograph"],
        "copies of other works": [found for found, kind in zip(copies, kinds, strict=True) if kind != "photograph"],
        **{
            f"    {kind}": [f for f, one in zip(copies, kinds, strict=True) if one == kind] for kind in sorted({*kinds})
        },
    }
    for name, group in groups.items():
        sure = sum(str(found.work) in found.certain for found in group)
        seen = sum(str(found.work) in found.certain | found.possible for found in group)
        print(f"{name:40} {share(sure, len(group))}   {share(seen, len(group))}")
    wrong = [found for found in scored if found.work is None]
    same, rest = [found for found in wrong if found.template], [found for found in wrong if not found.template]
    groups = {
        "another picture in the same template": same,
        **{f"    {kind}": [found for found in same if found.kind == kind] for kind in TEMPLATES},
        "pictures that are no copies": rest,
        "    photographs": [found for found in rest if found.kind == "photograph"],
    }
    for name, group in groups.items():
        sure = sum(bool(found.certain) for found in group)
        seen = sum(bool(found.certain | found.possible) for found in group)
        print(f"{name:40} {share(sure, len(group))}   {share(seen, len(group))}", flush=True)


def share(count: int, of: int) -> str:
    """The share with its 95 % interval (Clopper and Pearson, 1934)."""
    if not of:
        return "none"
    low = 0.0 if count == 0 else float(beta.ppf(0.025, count, of - count + 1))
    high = 1.0 if count == of else float(beta.ppf(0.975, count + 1, of - count))
    return f"{count}/{of} = {count / max(1, of):.2%} [{low:.2%}, {high:.2%}]"


def print_attacks(scored: Sequence[Scored]) -> None:
    print(f"\n{'attack':26} copies  certain  possible  median inliers   PDQ <= 54   pHash <= 6")
    by_attack: dict[str, list[Scored]] = defaultdict(list)
    for found in scored:
        if found.attack is not None:
            by_attack[found.attack].append(found)
    for attack, group in by_attack.items():
        sure = sum(str(found.work) in found.certain for found in group) / len(group)
        seen = sum(str(found.work) in found.certain | found.possible for found in group) / len(group)
        inliers = statistics.median(found.best["keypoints"][1] if right(found, "keypoints") else 0 for found in group)
        hashes = [
            sum(right(found, method) and found.best[method][1] >= -most for found in group) / len(group)
            for method, most in (("PDQ", 54), ("pHash", 6))
        ]
        row = f"{attack:26} {len(group):6} {sure:8.0%} {seen:9.0%} {inliers:15.0f}"
        print(row, f"{hashes[0]:11.0%} {hashes[1]:12.0%}")


def print_sizes(looked: Sequence[Looked]) -> None:
    sizes = [0 if work.features is None else len(work.features.data) for work in looked]
    print(f"\nbytes a work: median {statistics.median(sizes):,.0f}, most {max(sizes):,}, and 73 of hashes")


def print_costs(path: Path, looked: Sequence[Looked], hashes: int) -> None:
    """CPU of a 12-megapixel picture against 1,000 works, and of a million bare hashes."""
    file = as_jpeg(Image.open(path).convert("RGB").resize((4000, 3000), Image.Resampling.LANCZOS), 92)
    picture = load(file, path.name)
    full = filled_up([work.features for work in looked if work.features is not None], 1000)
    seen = KeypointExtractor().extract(picture)
    fingerprint = FingerprintExtractor().extract(picture)
    bare = random_hashes(hashes)
    print(f"\nPillow, one full decode of 12 MP       {cpu(lambda: Image.open(io.BytesIO(file)).load()):7.1f} ms CPU")
    print(f"keypoints of 12 MP                     {cpu(lambda: KeypointExtractor().extract(picture)):7.1f}")
    print(f"matching against 1,000 works           {cpu(lambda: list(find_works(fingerprint, seen, full))):7.1f}")
    print(f"matching against {hashes:,} bare hashes {cpu(lambda: list(find_works(fingerprint, seen, bare))):7.1f}")


def filled_up(models: Sequence[Features], works: int) -> WorkIndex:
    """The index of these features, repeated in other places and bits, up to so many."""
    random = np.random.default_rng(5)
    features = list(models)
    while len(features) < works:
        model = models[int(random.integers(len(models)))]
        records = np.frombuffer(model.data, RECORD).copy()
        records["descriptor"] ^= random.integers(0, 2**64, (len(records), 2), dtype=np.uint64) & random.integers(
            0, 2**64, (len(records), 2), dtype=np.uint64
        )
        records["place"] = random.integers(0, 65_536, (len(records), 2))
        features.append(Features(version=model.version, width=480, height=480, data=records.tobytes()))
    rows = [FingerprintRow(str(number), None, None, random.bytes(32).hex(), 100) for number in range(works)]
    kept = [FeaturesRow(str(n), f.version, f.width, f.height, f.data) for n, f in enumerate(features[:works])]
    return WorkIndex(parts=(fingerprint_index(rows, kept),))


def random_hashes(count: int) -> WorkIndex:
    random = np.random.default_rng(6)
    rows = (
        FingerprintRow(str(number), None, random.bytes(8).hex(), random.bytes(32).hex(), 100) for number in range(count)
    )
    return WorkIndex(parts=(fingerprint_index(rows, ()),))


def cpu(work: Callable[[], object], runs: int = 5) -> float:
    """Median CPU milliseconds of the work, all threads together."""
    times = []
    for _ in range(runs):
        before = time.process_time()
        work()
        times.append((time.process_time() - before) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
