"""Prints what it costs to clean a picture of 12 megapixels with two faces to cover, beside one decode and encode of it.

    python benchmarks/clean.py [--runs 5]

The picture shows somebody with a consent between two whom nobody asked, from the sample, enlarged. The remedy alone
stands beside the whole of `clean`, which judges the picture before and after it. CPU seconds, medians; what to divide
by is Pillow's decoding of the file and its encoding with the same quality, in the same run.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageFilter
from units import asked, wrote

from imgpolicy import Checker, Posting
from imgpolicy.cleaning import clean
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.picture import load
from imgpolicy.register.works import remove_work
from imgpolicy.register.works import works as all_works
from imgpolicy.remedies.redact import Region, Shape, redact
from imgpolicy.service.scaffold import lay_out_demo

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
WIDTH, HEIGHT = 4000, 3000
QUALITY = 90


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        lay_out_demo(folder)
        data = large(folder / "pictures" / "two_people.jpg", somebody_asked=True)
        base = cpu(lambda: decode_and_encode(data), runs)
        print(f"{WIDTH} x {HEIGHT}, {len(data) / 1e6:.1f} MB; one decode and encode {base * 1000:.0f} ms")
        boxes = measure("clean, the demonstration's register", folder, data, base, runs)
        regions = [Region(box=box, shape=Shape.HEAD) for box in boxes]
        row(f"redact, {len(regions)} places", cpu(lambda: redact(data, regions), runs), base)
        with Checker.from_file(folder / "imgpolicy.toml") as checker:
            for work in asked(checker.register, all_works):
                wrote(checker.register, remove_work, work.id)
        measure("clean, a register without works", folder, data, base, runs)
        nobody = large(folder / "pictures" / "two_people.jpg", somebody_asked=False)
        measure("  the same, and nobody is left to be seen", folder, nobody, base, runs)


def measure(title: str, folder: Path, data: bytes, base: float, runs: int) -> list[Box]:
    """Print what cleaning costs, and what the two walks in it cost; the boxes of what was covered come back."""
    with Checker.from_file(folder / "imgpolicy.toml") as checker:
        posting = checker.policy.complete(POSTING)
        cleaned = clean(checker, load(data, "large"), posting)
        row(title, cpu(lambda: clean(checker, load(data, "large"), posting), runs), base)
        row("  of it one check", cpu(lambda: checker.check(load(data, "large"), posting), runs), base)
        changes = "; ".join(cleaned.last.changes)
        print(f"  {cleaned.first.verdict.word} before, {cleaned.last.verdict.word} after: {changes}")
        return [face.box for face in cleaned.first.faces if face.person is None]


def row(title: str, seconds: float, base: float) -> None:
    print(f"{title:40} {seconds * 1000:6.0f} ms  {seconds / base:.2f} x")


def large(path: Path, *, somebody_asked: bool) -> bytes:
    """Somebody who is asked between two whom nobody asked, or without them, at 12 megapixels."""
    whole = Image.open(path).convert("RGB")
    middle = whole.width // 2
    asked, stranger = whole.crop((0, 0, middle, whole.height)), whole.crop((middle, 0, whole.width, whole.height))
    people = [stranger, asked, stranger] if somebody_asked else [stranger, stranger]
    both = whole.resize((WIDTH, HEIGHT)).filter(ImageFilter.GaussianBlur(200))
    width = WIDTH // 3
    for number, one in enumerate(people):
        person = one.resize((width, round(one.height * width / one.width)), Image.Resampling.LANCZOS)
        both.paste(person, (number * width, HEIGHT - person.height))
    buffer = io.BytesIO()
    both.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def decode_and_encode(data: bytes) -> None:
    Image.open(io.BytesIO(data)).save(io.BytesIO(), "JPEG", quality=QUALITY)


def cpu(work: Callable[[], object], runs: int) -> float:
    """The median of so many runs, in seconds of CPU."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
