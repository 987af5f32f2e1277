"""What the index of works costs as it grows: `python benchmarks/works_index.py`, with the sizes as options.

Registers are made in a temporary folder, with bare hashes (a work each) or with works of 480 made-up keypoints; the
rows are written directly, so that only reading is measured. A line for each: CPU milliseconds to read what the works
are recognised by from the rows, to do so and keep the file, to open with the file there, to open after one more work
was added, the CPU of that adding, and of asking the log only; the size of the file; the memory that the process has
of its own after an opening by rows and by the file. Each opening is a process of its own, the median of several.

Then searches: one picture in its eight forms against random PDQ hashes, by numpy as the product does it, and by
faiss's exact IndexBinaryFlat where faiss-cpu is installed, with one thread and with two; and what faiss costs before
the first search, its import and its own copy of the hashes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from units import asked, wrote

from imgpolicy.domain.log import Action, Entry, Event, next_entry
from imgpolicy.domain.work import MOST_FEATURES, KnownFingerprint
from imgpolicy.index.features import RECORD, VERSION
from imgpolicy.index.file import index_path
from imgpolicy.index.fingerprints import Hashes
from imgpolicy.match.works import PDQ_POSSIBLE, rows_within
from imgpolicy.register.fingerprints import WorkFingerprints, keep_fingerprints, work_fingerprints
from imgpolicy.register.register import Register
from imgpolicy.register.sql.works import WorkPictureRow, WorkRow
from imgpolicy.register.works import add_work

KEY = bytes(range(32))
RUNS = 5
PART = 10_000

OPENING = """
import json, resource, sys, time
from imgpolicy.register.register import Register
from imgpolicy.index.file import IndexFile
from imgpolicy.register.fingerprints import keep_fingerprints, work_fingerprints
from imgpolicy.register.logos import logos_with_artwork
from imgpolicy.match.works import WorkIndex
if sys.argv[2] == "rows":
    IndexFile.read = lambda self: None
    IndexFile.write = lambda self, state, prints: None
with Register.open(sys.argv[1], bytes(range(32))) as register:
    register.head()
    before = time.process_time()
    with register.reading() as unit:
        prints = work_fingerprints(unit)
        logos_with_artwork(unit)
    keep_fingerprints(register, prints)
    spent = time.process_time() - before
own = next(line for line in open("/proc/self/status") if line.startswith("RssAnon"))
print(json.dumps([spent * 1000, int(own.split()[1]) / 1024, sum(part.pictures for part in prints.parts)]))
"""


def main() -> None:
    """Make the registers, measure, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hashes", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--works", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--search", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    given = parser.parse_args()
    print(f"{'register':28} rows   rows+write  file  one more  adding it   file MB   own MB: rows, file")
    with tempfile.TemporaryDirectory() as folder:
        for count in given.hashes:
            opening(f"{count:,} bare hashes", Path(folder) / f"hashes{count}.sqlite", hash_rows(count))
        for count in given.works:
            opening(f"{count:,} works with keypoints", Path(folder) / f"works{count}.sqlite", work_rows(count))
    print("\nCPU ms (and by the clock) of one picture against so many PDQ hashes")
    for count in given.search:
        searching(count)


def opening(name: str, file: Path, rows: Iterator[WorkPictureRow]) -> None:
    url = f"sqlite:///{file}"
    fill(url, rows)
    by_rows = [opened(url, "rows") for _ in range(3)]
    kept = index_path(file)
    writing = [opened(url, "file", forget=kept) for _ in range(3)]
    by_file = [opened(url, "file") for _ in range(RUNS)]
    with Register.open(url, KEY) as register:
        before = time.process_time()
        wrote(register, add_work, "One more", [KnownFingerprint(pdq=1, phash=1)])
        adding = (time.process_time() - before) * 1000
    one_more = [opened(url, "file") for _ in range(RUNS)]
    assert {pictures for _, _, pictures in one_more} == {by_rows[0][2] + 1}
    spent = [statistics.median(ms for ms, _, _ in runs) for runs in (by_rows, writing, by_file, one_more)]
    own = [statistics.median(mb for _, mb, _ in runs) for runs in (by_rows, by_file)]
    print(
        f"{name:28}{spent[0]:6.0f} {spent[1]:8.0f} {spent[2]:8.1f} {spent[3]:8.1f} {adding:9.1f} "
        f"{kept.stat().st_size / 1e6:10.1f} {own[0]:8.0f} {own[1]:8.0f}",
        flush=True,
    )


def opened(url: str, how: str, forget: Path | None = None) -> tuple[float, float, int]:
    """CPU milliseconds, own megabytes and pictures of an opening in a process of its own."""
    if forget is not None:
        forget.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-c", OPENING, url, how], check=True, capture_output=True, text=True)
    spent, own, pictures = json.loads(done.stdout)
    return float(spent), float(own), int(pictures)


def hash_rows(count: int) -> Iterator[WorkPictureRow]:
    random = np.random.default_rng(1)
    for number in range(count):
        hashes = random.bytes(40).hex()
        yield WorkPictureRow(f"work-number-{number}", None, hashes[:16], hashes[16:], 90, None, None, None, None)


def work_rows(count: int) -> Iterator[WorkPictureRow]:
    random = np.random.default_rng(2)
    for number in range(count):
        records = np.frombuffer(random.bytes(MOST_FEATURES * RECORD.itemsize), RECORD).copy()
        records["word"] &= 0x87FF
        hashes = random.bytes(72).hex()
        name, data = f"work-number-{number}", records.tobytes()
        yield WorkPictureRow(name, hashes[:64], hashes[64:80], hashes[80:], 90, VERSION, 480, 320, data)


def kept_prints(register: Register) -> WorkFingerprints:
    """What works are recognised by, kept beside the register."""
    found = asked(register, work_fingerprints)
    keep_fingerprints(register, found)
    return found


def fill(url: str, rows: Iterator[WorkPictureRow]) -> None:
    """A register with these works, a picture and an entry of the log each."""
    Register.create(url, KEY).close()
    with Register.open(url, KEY) as register, register.writing() as unit:
        last = unit.sql.journal.last()
        now = dt.datetime.now(dt.UTC)
        while part := [row for row, _ in zip(rows, range(PART), strict=False)]:
            unit.sql.works.insert([WorkRow(row.work, "work", "A title of some length", None, None) for row in part])
            unit.sql.works.insert(part)
            entries: list[Entry] = []
            for row in part:
                last = next_entry(last, Event(now, Action.ADD_WORK, row.work, "0" * 64))
                entries.append(last)
            unit.sql.journal.insert(entries)


def searching(count: int) -> None:
    random = np.random.default_rng(3)
    words = random.integers(0, 2**64, (4, count), dtype=np.uint64)
    hashes = Hashes(words=words, works=np.arange(count, dtype=np.int32), qualities=np.full(count, 90, np.uint8))
    forms = random.integers(0, 2**64, (8, 4), dtype=np.uint64)
    asked = [int.from_bytes(form.astype(">u8").tobytes()) for form in forms]
    line = [f"{count:12,}   numpy {timed(lambda: list(rows_within(asked, hashes, PDQ_POSSIBLE)))}"]
    if importlib.util.find_spec("faiss"):
        line += by_faiss(words, forms)
    print("   ".join(line), flush=True)


def by_faiss(words: NDArray[np.uint64], forms: NDArray[np.uint64]) -> Iterator[str]:
    before = time.process_time()
    import faiss

    imported = (time.process_time() - before) * 1000
    before = time.process_time()
    rows = np.ascontiguousarray(words.T).view(np.uint8)
    index = faiss.IndexBinaryFlat(256)
    index.add(rows)
    made = (time.process_time() - before) * 1000
    for threads in (1, 2):
        faiss.omp_set_num_threads(threads)
        yield f"faiss, {threads} thread(s) {timed(lambda: index.range_search(forms.view(np.uint8), PDQ_POSSIBLE + 1))}"
    yield f"import {imported:.0f}, own copy {made:.0f}"


def timed(work: Callable[[], object]) -> str:
    cpu, clock = [], []
    for _ in range(RUNS):
        before = time.process_time(), time.perf_counter()
        work()
        cpu.append((time.process_time() - before[0]) * 1000)
        clock.append((time.perf_counter() - before[1]) * 1000)
    return f"{statistics.median(cpu):.1f} ({statistics.median(clock):.1f})"


if __name__ == "__main__":
    main()
