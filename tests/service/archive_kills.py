"""An audit that is killed again and again: `python -m tests.service.archive_kills FOLDER KILLS [PICTURES]`.

The folder is the demonstration's. Whoever coordinates, or a worker, is killed at some moment; the next walk goes on. In
the end each picture has one row, and each place was new once.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from tests.service.desk_kills import only_the_file_is_looked_at

from imgpolicy.register.sql.database import archive_file

POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
LONGEST = 3.0
"""Seconds until the kill, at most."""


@dataclass(frozen=True)
class Left:
    """What the archive holds: how many rows places have, how many are new to it, and the verdicts."""

    places: int
    new: int
    twice: int
    verdicts: dict[int, int]


def laid_out(folder: Path, pictures: int) -> None:
    """So many small pictures, each another one, and a policy that looks at the file alone."""
    only_the_file_is_looked_at(folder)
    for file in (folder / "pictures").iterdir():
        file.unlink()
    for number in range(pictures):
        colour = (number % 256, number // 256, 90)
        Image.new("RGB", (48, 48), colour).save(folder / "pictures" / f"{number:05}.png")


def walk(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """An audit that was begun."""
    command = (sys.executable, "-m", "imgpolicy", "audit", "pictures", *POSTING, "--jobs", "2", *words)
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def children(parent: int) -> list[int]:
    """The processes that this one began."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == parent:
            found.append(int(name.split()[0]))
    return found


def kill_one(begun: subprocess.Popen[bytes], chance: random.Random) -> None:
    """Kill the one who coordinates, or one of their workers, which the walk outlives."""
    workers = children(begun.pid)
    target = chance.choice(workers) if workers and chance.random() < 0.4 else begun.pid
    try:
        os.kill(target, signal.SIGKILL)
    except ProcessLookupError:
        return
    if target == begun.pid:
        begun.communicate()


def left(folder: Path) -> Left:
    """What the archive holds now."""
    with closing(sqlite3.connect(archive_file(folder / "consent_db" / "register.sqlite"))) as rows:
        verdicts = rows.execute("SELECT verdict, count(*) FROM archive_place GROUP BY verdict").fetchall()
        changes = rows.execute("SELECT place FROM archive_change WHERE before IS NULL").fetchall()
        pictures = rows.execute("SELECT count(*) FROM archive_place WHERE picture IS NULL").fetchone()[0]
    new = Counter(place for (place,) in changes)
    assert pictures == 0
    return Left(
        places=sum(count for _, count in verdicts),
        new=len(new),
        twice=sum(count > 1 for count in new.values()),
        verdicts=dict(verdicts),
    )


def killed(folder: Path, kills: int, pictures: int, seed: int = 1) -> Left:
    """What is left after so many kills and one walk to the end."""
    laid_out(folder, pictures)
    chance = random.Random(seed)
    there = 0
    for _ in range(kills):
        begun = walk(folder, "--fresh")
        time.sleep(chance.uniform(0.2, LONGEST))
        kill_one(begun, chance)
        if begun.poll() is None and chance.random() < 0.5:
            kill_one(begun, chance)
        if begun.poll() is None:
            begun.communicate()
        if archive_file(folder / "consent_db" / "register.sqlite").exists():
            now = left(folder).places
            assert now >= there, "a row was lost"
            there = now
    ended = walk(folder)
    _, said = ended.communicate()
    assert ended.returncode == 0, said
    return left(folder)


def main() -> None:
    """Kill, and say what is left."""
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    pictures = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    begun = time.monotonic()
    found = killed(folder, kills, pictures)
    sys.stdout.write(f"{kills} kills, {pictures} pictures: {found}, {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
