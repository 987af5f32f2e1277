"""What `check --jobs` or `audit` costs beside processes that run the bare extractors on the same pictures, in turns.

    python benchmarks/bulk.py [--what check|audit] [--pictures 300] [--jobs 2] [--rounds 3]

The pictures are the sample's, made small, each another one. Prints for each round, and as the median of all, the
pictures a second of both from the start of the processes to their end, the ratio of the two, that of their seconds on
the processor, when the first line came, and the most memory that one process held. An audit begins with no archive.
Then a check is stopped by Ctrl-C and begun again: each picture is one line, no process is left, and the register is
what it was; kills of an audit are in tests/service/archive_kills.py.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from imgpolicy.service.scaffold import lay_out_demo

POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
LONGEST_SIDE = 320
CHECK, AUDIT = "check", "audit"
WORDS = {CHECK: ("--exit-zero", "--format", "jsonl"), AUDIT: ("--all", "--format", "jsonl")}
ENDINGS = {CHECK: {0}, AUDIT: {0, 1, 3}}
"""How each may end: what an audit says of its pictures is in its exit code."""

BARE = """
import sys
from pathlib import Path
from imgpolicy import Checker
from imgpolicy.picture import load
with Checker.from_file("imgpolicy.toml") as checker:
    for file in sorted(Path("small").iterdir())[int(sys.argv[1]) :: int(sys.argv[2])]:
        checker.look(load(file.read_bytes(), file.name))
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run took: seconds by the clock and on the processor, until the first line, and megabytes at most."""

    wall: float
    cpu: float
    first: float = 0.0
    memory: int = 0


@dataclass(slots=True)
class Memory:
    """The most that one process below another held, in megabytes, looked at ten times a second."""

    parent: int
    most: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look until it `ended`."""
        while not self.ended.wait(0.1):
            for process in (self.parent, *children(self.parent)):
                self.most = max(self.most, peak(process))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--what", choices=list(WORDS), default=CHECK)
    arguments.add_argument("--pictures", type=int, default=300)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        lay_out_demo(folder)
        make_small(folder, given.pictures)
        print(f"{given.pictures} pictures of {LONGEST_SIDE} pixels, {given.jobs} processes, {given.rounds} rounds")
        rounds = []
        for number in range(given.rounds):
            both = measure(folder, given, ours_first=number % 2 == 1)
            rounds.append(both)
            tell(f"round {number + 1}", [both], given)
        tell("median", rounds, given)
        if given.what == CHECK:
            stop_and_go_on(folder, given.pictures, given.jobs)


def make_small(folder: Path, count: int) -> None:
    """So many small pictures, each with a pixel of its own."""
    (folder / "small").mkdir()
    sample = [Image.open(file).convert("RGB") for file in sorted((folder / "pictures").iterdir())]
    for one in sample:
        one.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    for number in range(count):
        picture = sample[number % len(sample)].copy()
        picture.putpixel((0, 0), (number % 256, number // 256, 90))
        picture.save(folder / "small" / f"{number:05}.jpg", quality=92)


def measure(folder: Path, given: argparse.Namespace, *, ours_first: bool) -> tuple[Cost, Cost]:
    """What the bare extractors took, and what we took, one after the other."""
    if ours_first:
        ours = our_cost(folder, given.what, given.pictures, given.jobs)
        return bare_cost(folder, given.jobs), ours
    return bare_cost(folder, given.jobs), our_cost(folder, given.what, given.pictures, given.jobs)


def tell(name: str, rounds: list[tuple[Cost, Cost]], given: argparse.Namespace) -> None:
    """Print the medians of these rounds in a line."""
    count: int = given.pictures
    middle = statistics.median
    print(
        f"{name:8}"
        f" bare {middle(count / bare.wall for bare, _ in rounds):6.2f}/s,"
        f" {given.what} {middle(count / ours.wall for _, ours in rounds):6.2f}/s,"
        f" ratio {middle(bare.wall / ours.wall for bare, ours in rounds):.2f} by the clock"
        f" and {middle(bare.cpu / ours.cpu for bare, ours in rounds):.2f} by the processor,"
        f" first line {middle(ours.first for _, ours in rounds):.2f} s,"
        f" {max(ours.memory for _, ours in rounds)} MB at most",
        flush=True,
    )


def bare_cost(folder: Path, jobs: int) -> Cost:
    """What so many processes take, each with its share, who look and neither judge nor write."""
    began = time.monotonic()
    started = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", BARE, str(number), str(jobs)], cwd=folder)
        for number in range(jobs)
    ]
    cpu = sum(ended(one) for one in started)
    return Cost(wall=time.monotonic() - began, cpu=cpu)


def our_cost(folder: Path, what: str, count: int, jobs: int) -> Cost:
    """What a check or an audit of all takes."""
    for kept in (folder / "consent_db").glob("register.sqlite-archive*"):
        kept.unlink()
    began = time.monotonic()
    begun = begin(folder, what, jobs)
    assert begun.stdout is not None
    memory = Memory(begun.pid)
    watching = threading.Thread(target=memory.watch)
    watching.start()
    lines = [begun.stdout.readline()]
    first = time.monotonic() - began
    lines += begun.stdout.readlines()
    cpu = ended(begun, ENDINGS[what])
    wall = time.monotonic() - began
    memory.ended.set()
    watching.join()
    assert len(set(map(name_in, lines))) == len(lines) == count
    return Cost(wall=wall, cpu=cpu, first=first, memory=memory.most)


def begin(folder: Path, what: str, jobs: int) -> subprocess.Popen[bytes]:
    """A check or an audit of all that was begun."""
    words = (what, "small", *POSTING, "--jobs", str(jobs), *WORDS[what])
    return subprocess.Popen([sys.executable, "-m", "imgpolicy", *words], cwd=folder, stdout=subprocess.PIPE)


def stop_and_go_on(folder: Path, count: int, jobs: int) -> None:
    """Stop a check in its midst by Ctrl-C, and begin it again."""
    register = (folder / "consent_db" / "register.sqlite").read_bytes()
    begun = begin(folder, CHECK, jobs)
    assert begun.stdout is not None
    before = [begun.stdout.readline() for _ in range(count // 4)]
    workers = children(begun.pid)
    begun.send_signal(signal.SIGINT)
    before += begun.stdout.readlines()
    begun.wait()
    time.sleep(1)
    left = [one for one in workers if peak(one)]  # an ended one that nobody waited for has no memory
    whole = [name_in(line) for line in before]
    again = begin(folder, CHECK, jobs)
    assert again.stdout is not None
    names = {name_in(line) for line in again.stdout.readlines()}
    again.wait()
    same = (folder / "consent_db" / "register.sqlite").read_bytes() == register
    print(
        f"Ctrl-C   after {len(whole)} lines, {len(whole) - len(set(whole))} of them twice, {len(left)} processes left;"
        f" again {len(names)} of {count} pictures; the register is {'the same' if same else 'ANOTHER'}"
    )


def name_in(line: bytes) -> str:
    """The picture of this line: a whole document of a check, or what an audit says of one."""
    told = json.loads(line)
    return str(told["file"] if "file" in told else told["reports"][0]["picture"]["name"])


def ended(process: subprocess.Popen[bytes], well: Collection[int] = (0,)) -> float:
    """The seconds on the processor of this one and those that it waited for, once it has ended well."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in well:
        raise SystemExit(f"a process ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def children(parent: int) -> list[int]:
    """The processes that this one began."""
    try:
        tasks = Path(f"/proc/{parent}/task").iterdir()
        return [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return []


def peak(process: int) -> int:
    """The most memory that the process held so far, in megabytes; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 // 1_000_000 for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
