"""Prints how well copies of works are found again, and how often a picture that is none is taken for one.

    python benchmarks/copies.py PHOTOGRAPHS [--artwork FOLDER] [--works 250] [--artworks 150] [--drawn 8] [--style 0]
                                [--attacks 4] [--contents 5] [--others 3000] [--plain-each 8] [--minutes 600]
                                [--rows FILE] [--processes 2] [--hashes 1000000]

PHOTOGRAPHS and the artwork (flags, drawings, pages: no photographs) are folders with a folder for each collection. The
first of each, in an order made by chance, are works, so many of either, with so many drawn ones of each kind of
benchmarks/templates.py: one register. What is left are pictures that are no copies, and the backgrounds of collages and
insets; none of them is in a drawn work. Each work is attacked so many times, by the attacks in turn. Then come pictures
that have a template in common with a drawn work, so many of each: other content in the same style.

All these are looked at in an order made by chance; after so many minutes no more are, and what was looked at is a
sample of each. FILE gets a line of JSON for each picture; the same command with the same FILE goes on where it ended.
The product stands next to PDQ in its eight forms, pHash and dHash of imagehash, and, at one of so many pictures,
OpenCV's SIFT (benchmarks/plain_sift.py).
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import imagehash
import numpy as np
from attacks import ATTACKS, as_jpeg
from copies_printed import Scored, print_attacks, print_methods, print_product, print_side_by_side
from copies_rows import keep_row, read_rows
from PIL import Image
from plain_sift import PICTURE, WORK, Plain, PlainIndex, best_plain, plain, plain_index
from templates import TEMPLATES, drawn

from imgpolicy.domain.work import Features
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.keypoints import KeypointExtractor, work_keypoints
from imgpolicy.facts import Fingerprint, Keypoints
from imgpolicy.index.features import RECORD, features_of
from imgpolicy.index.fingerprints import fingerprint_index
from imgpolicy.index.rows import FeaturesRow, FingerprintRow
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.copies import find_copies
from imgpolicy.match.works import find_works
from imgpolicy.picture import load

SUFFIXES = {".jpg", ".jpeg", ".png"}
TOGETHER = 16


@dataclass(frozen=True)
class Job:
    """A picture to look at, as it is or attacked: that of a file, or one drawn around it, by kind, style and content.

    What a work is known by is made of one that is `kept`. `work` is the number of the work that it is a copy of.
    """

    path: Path
    collection: str
    attack: str | None = None
    others: tuple[Path, ...] = ()
    seed: int = 0
    drawn: tuple[str, int, int] | None = None
    kept: bool = False
    work: int | None = None
    plainly: bool = True


@dataclass(frozen=True)
class Looked:
    """What was seen in a picture, by the product and by others."""

    fingerprint: Fingerprint
    dhash: int
    keypoints: Keypoints
    features: Features | None
    plain: Plain | None


@dataclass(frozen=True)
class Register:
    """All works, as each method keeps them."""

    index: WorkIndex
    hashes: tuple[tuple[int, int, int], ...]
    plain: PlainIndex


def main() -> None:
    given = arguments()
    cv2.setNumThreads(1)
    chance = np.random.default_rng(given.seed)
    photographs, artwork = jobs_in(given.photographs, chance), jobs_in(given.artwork, chance)
    works = [replace(job, kept=True) for job in (*photographs[: given.works], *artwork[: given.artworks])]
    templates = [(kind, given.style + style) for kind in TEMPLATES for style in range(given.drawn)]
    if len(photographs) <= given.works + len(templates) * (1 + given.contents):
        raise SystemExit(f"{given.photographs} has too few photographs: {len(photographs)}")
    rest = iter(photographs[given.works :])
    works += [Job(next(rest).path, kind, drawn=(kind, style, 0), kept=True) for kind, style in templates]
    siblings = [
        Job(next(rest).path, kind, drawn=(kind, style, 1 + content))
        for content in range(given.contents)
        for kind, style in templates
    ]
    others = [*islice(rest, given.others), *artwork[given.artworks :]]
    backgrounds = [job.path for job in photographs[given.works + len(templates) :]]
    jobs = [*attacked(works, backgrounds, given.attacks), *siblings, *others]
    jobs = [jobs[int(place)] for place in chance.permutation(len(jobs))]
    jobs = [replace(job, plainly=number % given.plain_each == 0) for number, job in enumerate(jobs)]
    scored = seen_before(given.rows, jobs)
    with ProcessPoolExecutor(given.processes) as pool:
        looked = list(pool.map(look, works, chunksize=4))
        register = register_of(looked)
        for found in scored_until(time.monotonic() + 60 * given.minutes, jobs[len(scored) :], register, pool):
            scored.append(found)
            keep_row(given.rows, found)
    print(f"{len(works)} works; looked at {len(scored)} of {len(jobs)} pictures")
    kinds = ["photograph" if number < given.works else work.collection for number, work in enumerate(works)]
    print_product(scored, kinds)
    print_side_by_side(scored, kinds)
    print_methods([found for found in scored if not found.template])
    print_attacks(scored)
    print_sizes(looked)
    print_costs(works[0].path, looked, given.hashes)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--artwork", type=Path)
    parser.add_argument("--works", type=int, default=250, help="photographs that are works")
    parser.add_argument("--artworks", type=int, default=150, help="artwork that is a work")
    parser.add_argument("--drawn", type=int, default=8, help="drawn works of each kind")
    parser.add_argument("--style", type=int, default=0, help="the first style that is drawn")
    parser.add_argument("--attacks", type=int, default=4, help="copies of each work")
    parser.add_argument("--contents", type=int, default=5, help="other pictures in the template of each drawn work")
    parser.add_argument("--others", type=int, default=3000, help="photographs that are no copies")
    parser.add_argument("--plain-each", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--hashes", type=int, default=1_000_000)
    return parser.parse_args()


def jobs_in(folder: Path | None, chance: np.random.Generator) -> list[Job]:
    """The pictures below a folder, in an order made by chance; a collection is a folder in it."""
    if folder is None:
        return []
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    ordered = [found[int(place)] for place in chance.permutation(len(found))]
    return [Job(path, path.relative_to(folder).parts[0]) for path in ordered]


def attacked(works: Sequence[Job], rest: Sequence[Path], each: int) -> Iterator[Job]:
    """Each work's copies."""
    names = list(ATTACKS)
    for number, work in enumerate(works):
        random = np.random.default_rng(number)
        for turn in range(each):
            others = tuple(rest[int(other)] for other in random.integers(0, len(rest), 4))
            attack = names[((number * each + turn) * 29) % len(names)]
            yield replace(work, attack=attack, others=others, seed=number * 100 + turn, kept=False, work=number)


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
        plain(picture.pixels, *(WORK if job.kept else PICTURE)) if job.plainly else None,
    )


def register_of(looked: Sequence[Looked]) -> Register:
    rows = [print_row(str(number), work.fingerprint) for number, work in enumerate(looked)]
    packed = ((str(number), work.features) for number, work in enumerate(looked))
    kept = [FeaturesRow(work, f.version, f.width, f.height, f.data) for work, f in packed if f is not None]
    return Register(
        WorkIndex(parts=(fingerprint_index(rows, kept),)),
        tuple((work.fingerprint.pdq[0], work.fingerprint.phash, work.dhash) for work in looked),
        plain_index([work.plain for work in looked if work.plain is not None]),
    )


def seen_before(rows: Path | None, jobs: Sequence[Job]) -> list[Scored]:
    """What an earlier run of these jobs has seen, which is the first of them."""
    scored = read_rows(rows)
    for job, found in zip(jobs, scored, strict=False):
        if (str(job.path), job.attack) != (found.name, found.attack):
            raise SystemExit(f"{rows} is of other pictures: name another file")
    return scored


def scored_until(end: float, jobs: Sequence[Job], register: Register, pool: ProcessPoolExecutor) -> Iterator[Scored]:
    """What is looked at before the clock (`time.monotonic`) says `end`."""
    for first in range(0, len(jobs), TOGETHER):
        if time.monotonic() > end:
            return
        some = jobs[first : first + TOGETHER]
        for job, seen in zip(some, pool.map(look, some), strict=True):
            yield score(job, seen, register)


def print_row(work: str, seen: Fingerprint) -> FingerprintRow:
    return FingerprintRow(work, seen.sha256, f"{seen.phash:016x}", f"{seen.pdq[0]:064x}", seen.quality)


def score(job: Job, seen: Looked, register: Register) -> Scored:
    found = list(find_works(seen.fingerprint, seen.keypoints, register.index))
    best: dict[str, tuple[int | None, float]] = {}
    pdq = [-min((form ^ known[0]).bit_count() for form in seen.fingerprint.pdq) for known in register.hashes]
    phash = [-(seen.fingerprint.phash ^ known[1]).bit_count() for known in register.hashes]
    dhash = [-(seen.dhash ^ known[2]).bit_count() for known in register.hashes]
    for method, scores in (("PDQ", pdq), ("pHash", phash), ("dHash", dhash)):
        nearest = int(np.argmax(scores))
        best[method] = nearest, float(scores[nearest])
    if seen.plain is not None:
        best["SIFT"] = best_plain(seen.plain, register.plain)
        copies = find_copies(seen.keypoints, [part.copies for part in register.index.parts])
        copy = max(copies, key=lambda one: one.inliers, default=None)
        work = None if copy is None else int(register.index.pictured(copy.number))
        best["keypoints"] = work, 0.0 if copy is None else float(copy.inliers)
    return Scored(
        name=str(job.path),
        attack=job.attack,
        collection=job.collection,
        template=job.drawn is not None and job.attack is None,
        work=job.work,
        best=best,
        certain=frozenset(int(match.work) for match in found if match.certain),
        possible=frozenset(int(match.work) for match in found if not match.certain),
    )


def print_sizes(looked: Sequence[Looked]) -> None:
    sizes = [0 if work.features is None else len(work.features.data) for work in looked]
    print(f"\nbytes a work: mean {statistics.mean(sizes):,.0f}, most {max(sizes):,}, and 73 of hashes")


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
