"""What the thresholds for whole-picture hashes rest on: distances between photographs, and of a photograph's copies.

    python benchmarks/hashes.py PHOTOGRAPHS

PHOTOGRAPHS is a folder of different photographs; folders below it count too. Every other photograph shows how near
different ones come, which the thresholds must stay below; the rest shows what the thresholds of `imgpolicy.match.works`
then find of copies attacked in each way, and of different photographs. Distances are in bits, PDQ's the least over
the eight dihedral forms. The last line is the CPU time of one fingerprint.
"""

from __future__ import annotations

import argparse
import io
import itertools
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.facts import Fingerprint
from imgpolicy.match.works import PDQ_CERTAIN, PDQ_POSSIBLE, PHASH_CERTAIN, PHASH_POSSIBLE
from imgpolicy.picture import load

Attack = Callable[[Image.Image], Image.Image]
Pair = tuple[Fingerprint, Fingerprint]


@dataclass(frozen=True)
class Hash:
    """A hash with its distance and the two thresholds that it is held to."""

    name: str
    distance: Callable[[Fingerprint, Fingerprint], int]
    certain: int
    possible: int


def pdq_distance(one: Fingerprint, other: Fingerprint) -> int:
    return min((form ^ other.pdq[0]).bit_count() for form in one.pdq)


def phash_distance(one: Fingerprint, other: Fingerprint) -> int:
    return (one.phash ^ other.phash).bit_count()


HASHES = (
    Hash("PDQ", pdq_distance, PDQ_CERTAIN, PDQ_POSSIBLE),
    Hash("pHash", phash_distance, PHASH_CERTAIN, PHASH_POSSIBLE),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Distances of perceptual hashes over a folder of photographs.")
    parser.add_argument("photographs", type=Path)
    folder: Path = parser.parse_args().photographs
    images = [Image.open(path).convert("RGB") for path in sorted(folder.rglob("*")) if path.is_file()]
    fitted = [fingerprint(image) for image in images[::2]]
    for kind in HASHES:
        nearest = sorted(kind.distance(*pair) for pair in itertools.combinations(fitted, 2))[:5]
        print(f"{kind.name}: certain {kind.certain}, possible {kind.possible}; nearest different photographs {nearest}")
    report(images[1::2])
    print_cpu(images[0])


def report(images: Sequence[Image.Image]) -> None:
    """What the thresholds find among these images and their copies, a line a case."""
    print(f"{'the other half':24}", *(f"{kind.name:>8}: least median   most certain possible" for kind in HASHES))
    originals = [fingerprint(image) for image in images]
    print(row("different photographs", itertools.combinations(originals, 2)))
    for name, attack in ATTACKS.items():
        copies = (fingerprint(attack(image)) for image in images)
        print(row(name, zip(copies, originals, strict=True)))


def row(name: str, pairs: Iterable[Pair]) -> str:
    known = list(pairs)
    return " ".join([f"{name:24}", *(column(kind, known) for kind in HASHES)])


def column(kind: Hash, pairs: Sequence[Pair]) -> str:
    distances = [kind.distance(*pair) for pair in pairs]
    certain, possible = (
        sum(bits <= limit for bits in distances) / len(distances) for limit in (kind.certain, kind.possible)
    )
    spread = f"{min(distances):15} {statistics.median(distances):6.0f} {max(distances):6}"
    return f"{spread} {certain:7.1%} {possible:8.1%}"


def fingerprint(image: Image.Image) -> Fingerprint:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return FingerprintExtractor().extract(load(file.getvalue(), "photograph"))


def quartered(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width // 4), max(1, image.height // 4)), Image.Resampling.LANCZOS)


def coarse_jpeg(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file)


def cropped(percent: int) -> Attack:
    """Cuts so many per cent of the width and of the height away, half at either side."""

    def crop(image: Image.Image) -> Image.Image:
        across, down = image.width * percent // 200, image.height * percent // 200
        return image.crop((across, down, image.width - across, image.height - down))

    return crop


def cropped_scaled_jpeg(image: Image.Image) -> Image.Image:
    cut = cropped(6)(image)
    return coarse_jpeg(cut.resize((cut.width // 2, cut.height // 2), Image.Resampling.LANCZOS))


ATTACKS: dict[str, Attack] = {
    "scaled to a quarter": quartered,
    "JPEG, quality 30": coarse_jpeg,
    "cropped by 2 %": cropped(2),
    "cropped by 4 %": cropped(4),
    "cropped by 6 %": cropped(6),
    "cropped by 8 %": cropped(8),
    "6 %, halved, quality 30": cropped_scaled_jpeg,
    "mirrored": ImageOps.mirror,
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
}


def print_cpu(image: Image.Image) -> None:
    """CPU time of one fingerprint of a picture of 2000 x 1500 pixels."""
    file = io.BytesIO()
    image.resize((2000, 1500)).save(file, "PNG")
    picture = load(file.getvalue(), "large")
    times: list[float] = []
    for _ in range(10):
        before = time.process_time()
        FingerprintExtractor().extract(picture)
        times.append(time.process_time() - before)
    print(f"CPU of a fingerprint, 2000 x 1500 pixels: {statistics.median(times) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
