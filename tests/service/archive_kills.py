"""An audit that is killed again and again: `python -m tests.service.archive_kills FOLDER KILLS [--server] [--real]`.

The folder is the demonstration's. Whoever coordinates, or a worker, is killed at some moment, or on a server the
connection is cut; the next walk goes on. In the end each picture has one row, and each place was new once.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from PIL import Image
from tests.postgres import Server, binaries, engine_of, execute, running
from tests.service.desk_kills import only_the_file_is_looked_at

from imgpolicy.register.register import Register
from imgpolicy.register.sql.database import archive_file
from imgpolicy.register.vault import read_key_file

POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
LONGEST = 3.0
"""Seconds until the kill, at most."""

LONGEST_LOOKING = 8.0
"""The same where everything is looked for in each picture."""

CUT = """
    SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
    ) AS one
"""
"""Ends one of the connections that others have to this database."""


@dataclass(frozen=True)
class Left:
    """What the archive holds: how many rows places have, how many are new to it, and the verdicts."""

    places: int
    new: int
    twice: int
    verdicts: dict[int, int]


@dataclass
class Archive:
    """The archive that is audited: the folder, and the register where that is on a server; `done` counts the kills."""

    folder: Path
    register: str | None = None
    longest: float = LONGEST
    done: Counter[str] = field(default_factory=Counter)

    def walk(self, *words: str) -> subprocess.Popen[bytes]:
        """An audit that was begun."""
        where = () if self.register is None else ("--register", self.register)
        command = (sys.executable, "-m", "imgpolicy", "audit", "pictures", *POSTING, "--jobs", "2", *where, *words)
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def left(self, unreadable: int = 0) -> Left:
        """What it holds now, of which so many could not be read; nothing where it was not made yet."""
        file = archive_file(self.folder / "consent_db" / "register.sqlite")
        engine = engine_of(f"sqlite:///{file}" if self.register is None else self.register)
        try:
            with engine.connect() as rows:
                if not sa.inspect(rows).has_table("archive_change"):
                    return Left(0, 0, 0, {})
                query = sa.text("SELECT verdict, count(*) FROM archive_place GROUP BY verdict")
                verdicts = {int(verdict): int(count) for verdict, count in rows.execute(query)}
                new = Counter(rows.scalars(sa.text("SELECT place FROM archive_change WHERE before IS NULL")))
                assert rows.scalar(sa.text("SELECT count(*) FROM archive_place WHERE picture IS NULL")) == unreadable
        finally:
            engine.dispose()
        twice = sum(count > 1 for count in new.values())
        return Left(sum(verdicts.values()), len(new), twice, verdicts)

    def kill_one(self, begun: subprocess.Popen[bytes], chance: random.Random) -> None:
        """Kill the one who coordinates, or one of their workers, or cut a connection."""
        drawn = chance.random()
        if self.register is not None and drawn < 0.4:
            execute(self.register, CUT)
            self.done["connection"] += 1
            return
        workers = children(begun.pid)
        target = chance.choice(workers) if workers and drawn < 0.7 else begun.pid
        try:
            os.kill(target, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.done["coordinator" if target == begun.pid else "worker"] += 1
        if target == begun.pid:
            begun.wait()


def laid_out(folder: Path, pictures: int, *, real: bool = False) -> None:
    """So many small pictures, each another one; unless it is `real`, a policy that looks at the file alone."""
    if not real:
        only_the_file_is_looked_at(folder)
    for file in (folder / "pictures").iterdir():
        file.unlink()
    for number in range(pictures):
        colour = (number % 256, number // 256, 90)
        Image.new("RGB", (48, 48), colour).save(folder / "pictures" / f"{number:05}.png")


def on_a_server(server: Server, folder: Path) -> str:
    """The URL of a new register on this server, with the key of the demonstration's."""
    url = server.new_database()
    Register.create(url, read_key_file(folder / "imgpolicy.key")).close()
    return url


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


def killed(archive: Archive, kills: int, seed: int = 1) -> Left:
    """What is left after at least so many kills, and one walk to the end."""
    chance = random.Random(seed)
    there = 0
    while archive.done.total() < kills:
        begun = archive.walk("--fresh")
        time.sleep(chance.uniform(0.2, archive.longest))
        archive.kill_one(begun, chance)
        while begun.poll() is None and chance.random() < 0.6:
            time.sleep(chance.uniform(0, 0.5))
            archive.kill_one(begun, chance)
        ended_in_a_line(begun)
        now = archive.left().places
        assert now >= there, "a row was lost"
        there = now
    ended = archive.walk()
    _, said = ended.communicate()
    assert ended.returncode == 0, said
    return archive.left()


def ended_in_a_line(begun: subprocess.Popen[bytes]) -> None:
    """The walk ends by itself, and well or with a line; one that was killed has ended."""
    _, said = begun.communicate()
    assert begun.returncode in {0, 3, 4, -signal.SIGKILL}, (begun.returncode, said)
    assert b"Traceback" not in said, said.decode()


def main() -> None:
    """Kill, and say what is left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("kills", type=int)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--server", action="store_true", help="on a server, and connections are cut too")
    parser.add_argument("--real", action="store_true", help="with all that the demonstration's policy looks for")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    archive = Archive(asked.folder, longest=LONGEST_LOOKING if asked.real else LONGEST)
    laid_out(asked.folder, asked.pictures, real=asked.real)
    begun = time.monotonic()
    if asked.server:
        programs = binaries()
        assert programs is not None, "pip install '.[test]'"
        with running(programs) as server:
            archive.register = on_a_server(server, asked.folder)
            found = killed(archive, asked.kills, asked.seed)
    else:
        found = killed(archive, asked.kills, asked.seed)
    seconds = time.monotonic() - begun
    sys.stdout.write(
        f"{archive.done.total()} kills {dict(archive.done)}, {asked.pictures} pictures: {found}, {seconds:.0f} s\n"
    )


if __name__ == "__main__":
    main()
