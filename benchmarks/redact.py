"""Prints what redaction costs and what it leaves: PSNR outside the covers, size and CPU time, by format.

    python benchmarks/redact.py FOLDER [--most 40]

Each photograph below FOLDER (JPEG, at least 300 pixels a side) is written in every format, two regions in it are
covered, and the new file is held against the old one. The CPU time is a ratio to one decode and encode of the same
file by Pillow or libheif in the same run; the last lines are of one photograph of 12 megapixels, enlarged when there is
none.
With a second folder of portraits, one subfolder a person, it prints what a recogniser makes of mosaics.

    python benchmarks/redact.py FOLDER --portraits FOLDER
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.engines.align import aligned_face
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import RemedyError
from imgpolicy.facts import Face
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Region, Shape, redact

FORMATS: dict[str, tuple[str, dict[str, int | bool]]] = {
    "JPEG 4:4:4 q95": ("JPEG", {"quality": 95, "subsampling": 0}),
    "JPEG 4:2:2 q90": ("JPEG", {"quality": 90, "subsampling": 1}),
    "JPEG 4:2:0 q75": ("JPEG", {"quality": 75, "subsampling": 2}),
    "JPEG 4:2:0 q90": ("JPEG", {"quality": 90, "subsampling": 2}),
    "JPEG progressive q85": ("JPEG", {"quality": 85, "subsampling": 2, "progressive": True}),
    "PNG": ("PNG", {}),
    "GIF": ("GIF", {}),
    "TIFF": ("TIFF", {}),
    "WebP lossless": ("WEBP", {"lossless": True}),
    "WebP q80": ("WEBP", {"quality": 80}),
    "AVIF q75": ("AVIF", {"quality": 75}),
    "HEIC q60": ("HEIF", {"quality": 60}),
}
EXACT = 99.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--most", type=int, default=40)
    arguments.add_argument("--portraits", type=Path)
    given = arguments.parse_args()
    pillow_heif.register_heif_opener()
    with warnings.catch_warnings(action="ignore"):
        if given.portraits:
            mosaics(given.portraits)
            return
        pictures = list(photographs(given.folder))[: given.most]
        print(f"{len(pictures)} photographs; PSNR outside the covers in dB, 99 being exact; medians")
        for name, (kind, options) in FORMATS.items():
            by_format(name, kind, options, [image for image in pictures if max(image.size) <= 2000])
        large = next((image for image in pictures if image.width * image.height >= 12_000_000), None)
        large = large or max(pictures, key=lambda image: image.width).resize((4000, 3000), Image.Resampling.LANCZOS)
        print(f"one photograph of {large.width} x {large.height}")
        for name, (kind, options) in FORMATS.items():
            if kind == "JPEG":
                by_format(name, kind, options, [large])


def photographs(folder: Path) -> Iterator[Image.Image]:
    for path in sorted(folder.rglob("*.jp*g")):
        try:
            image = Image.open(path)
            image.load()
        except OSError:
            continue
        if min(image.size) >= 300 and image.mode == "RGB":
            yield image.convert("RGB")


def by_format(name: str, kind: str, options: dict[str, int | bool], pictures: Sequence[Image.Image]) -> None:
    kept, sizes, ratios, refused = [], [], [], 0
    for image in pictures:
        data = encoded(image, kind, options)
        regions = two_regions(image.size)
        try:
            written = redact(data, regions)
        except RemedyError:
            refused += 1
            continue
        kept.append(psnr(data, written.data, [box for _, box in written.covered]))
        sizes.append(len(written.data) / len(data))
        ratios.append(cpu(partial(redact, data, regions)) / cpu(partial(again, data, kind, options)))
    worst, usual = min(kept), statistics.median(kept)
    print(
        f"{name:22} least {worst:5.1f}  median {usual:5.1f}  size x {statistics.median(sizes):4.2f}"
        f"  CPU x {statistics.median(ratios):4.1f}  refused {refused}"
    )


def encoded(image: Image.Image, kind: str, options: dict[str, int | bool]) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def again(data: bytes, kind: str, options: dict[str, int | bool]) -> bytes:
    return encoded(decoded(data), kind, options)


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def two_regions(size: tuple[int, int]) -> list[Region]:
    width, height = size
    face = Box(width // 5, height // 5, width // 5 + width // 8, height // 5 + height // 6)
    plate = Box(width * 3 // 5, height * 3 // 5, width * 3 // 5 + width // 6, height * 3 // 5 + height // 12)
    return [Region(box=face, shape=Shape.HEAD), Region(box=plate, shape=Shape.RECTANGLE)]


def psnr(old: bytes, new: bytes, boxes: Sequence[Box]) -> float:
    """Over all colours of the pixels that lie farther than a block and its neighbours from the covers."""
    before, after = (np.asarray(decoded(data).convert("RGB"), np.float64) for data in (old, new))
    where = np.ones(before.shape[:2], np.bool_)
    for left, top, right, bottom in boxes:
        where[max(0, top - 18) : bottom + 18, max(0, left - 18) : right + 18] = False
    error = float(((before - after)[where] ** 2).mean())
    return min(EXACT, float(10 * np.log10(255**2 / error)) if error else EXACT)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds, the median of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def mosaics(folder: Path) -> None:
    """How well a mosaic is told to be of the photograph, or the person, that another mosaic was made from."""
    engine = YuNetSFace()
    shots = list(portraits(folder, engine))
    people = np.array([person for person, _, _ in shots])
    print(f"{len(shots)} portraits of {len(set(people))} people")
    clear = vectors(shots, engine, None)
    for manner in Manner:
        first, second = (vectors(shots, engine, manner) for _ in range(2))
        report(f"{manner} against {manner}", first @ second.T, people)
        report(f"{manner} against the photograph", first @ clear.T, people)
    first, second = (cells(shots) for _ in range(2))
    report("cells against cells", first @ second.T, people)
    report("photograph against photograph", clear @ clear.T, people)


def portraits(folder: Path, engine: YuNetSFace) -> Iterator[tuple[str, bytes, Face]]:
    for place in sorted(one for one in folder.iterdir() if one.is_dir()):
        for path in sorted(place.glob("*.jpg"))[:6]:
            data = path.read_bytes()
            found = engine.find(load(data, path.name))
            if found:
                yield place.name, data, max(found, key=lambda face: face.height)


def vectors(shots: Sequence[tuple[str, bytes, Face]], engine: YuNetSFace, manner: Manner | None) -> NDArray[np.float64]:
    """The vectors of the faces where they were, after each was covered; the detector has no say in it."""
    net = engine.recogniser()
    rows = []
    for _, data, face in shots:
        region = Region(box=face.box, shape=Shape.HEAD, roll=face.pose.roll)
        seen = redact(data, [region], manner=manner).data if manner else data
        pixels = load(seen, "seen").pixels
        values = net.values(pixels, np.zeros(15), aligned_face(pixels, np.array(face.landmarks, np.float64)))
        rows.append(values.ravel().astype(np.float64) / np.linalg.norm(values))
    return np.array(rows)


def cells(shots: Sequence[tuple[str, bytes, Face]]) -> NDArray[np.float64]:
    """The brightness of each mosaic as it is, without mean and of unit length: what is left without a recogniser."""
    rows = []
    for _, data, face in shots:
        redacted = redact(data, [Region(box=face.box, shape=Shape.HEAD, roll=face.pose.roll)], manner=Manner.MOSAIC)
        part = decoded(redacted.data).convert("L").crop(redacted.covered[0][1])
        small = np.asarray(part.resize((12, 15), Image.Resampling.BOX), np.float64).ravel()
        rows.append((small - small.mean()) / np.linalg.norm(small - small.mean()))
    return np.array(rows)


def report(name: str, cosines: NDArray[np.float64], people: NDArray[np.str_]) -> None:
    own = np.diag(cosines)
    same = (people[:, None] == people[None]) & ~np.eye(len(people), dtype=np.bool_)
    strangers = cosines[people[:, None] != people[None]]
    first = float((cosines.argmax(axis=1) == np.arange(len(people))).mean())
    order = float((cosines[same][:, None] > strangers[None]).mean())
    print(
        f"{name:32} same photograph: median {np.median(own):.2f}, first of all in {first:.2f}; "
        f"same person above a stranger in {order:.2f}; strangers up to {strangers.max():.2f}"
    )


if __name__ == "__main__":
    main()
