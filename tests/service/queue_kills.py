"""Workers at a queue that are killed again and again: `python -m tests.service.queue_kills FOLDER KILLS`.

The folder is the demonstration's. A worker is killed, or a process of one that opens pictures, a connection is cut, or
the server is restarted; workers that ended are begun anew, and the queue is filled anew when it is empty. In the end
each picture has one row, each place was new once, and nothing waits.
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

from tests.postgres import Server, binaries, execute, running
from tests.service.archive_kills import CUT, POSTING, Archive, Left, children, laid_out, on_a_server

from imgpolicy.service.queueing import waiting
from imgpolicy.service.workspace import Workspace

WORKERS = 3
LONGEST = 2.0
"""Seconds until the next kill, at most."""

WORKER = """
import sys
from imgpolicy.errors import ImgPolicyError
from imgpolicy.service.queueing import work_off
from imgpolicy.service.workspace import Place
if __name__ == "__main__":
    place = Place(policy_file="imgpolicy.toml", register_url=sys.argv[1])
    try:
        with place.open() as workspace:
            for one in work_off(workspace, place, 1, taken_over=5.0):
                print(one.name, one.trouble or one.verdict.word, flush=True)
    except ImgPolicyError as error:
        sys.exit(str(error))
"""
"""A worker whose pictures others take over after five seconds without a word."""


@dataclass
class Site:
    """A queue and those who work on it; `done` counts the kills."""

    archive: Archive
    server: Server
    worker: Path
    chance: random.Random
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def register(self) -> str:
        """The URL of the register."""
        assert self.archive.register is not None
        return self.archive.register

    def fill(self) -> None:
        """Let all pictures wait, once more."""
        words = ("audit", "pictures", *POSTING, "--queue", "--fresh", "--register", self.register)
        subprocess.run((sys.executable, "-m", "imgpolicy", *words), cwd=self.archive.folder, check=False)

    def waits(self) -> int:
        """How many pictures are to be opened yet."""
        with Workspace.open(self.archive.folder / "imgpolicy.toml", register_url=self.register) as opened:
            return waiting(opened).all

    def tend(self) -> None:
        """Begin those anew that have ended, each well, by a kill or in a line."""
        going = []
        for one in self.workers:
            if one.poll() is None:
                going.append(one)
                continue
            _, said = one.communicate()
            assert one.returncode in {0, 1, -signal.SIGKILL}, (one.returncode, said)
            assert b"Traceback" not in said, said.decode()
        command = (sys.executable, str(self.worker), self.register)
        while len(going) < WORKERS:
            going.append(
                subprocess.Popen(command, cwd=self.archive.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            )
        self.workers = going

    def trouble(self) -> None:
        """Kill a worker or what opens its pictures, cut a connection, or restart the server."""
        target = self.chance.choice(self.workers)
        own = children(target.pid)
        what = self.chance.choices(("worker", "process", "connection", "server"), (4, 3, 4, 1))[0]
        if what == "server":
            self.server.stop(signal.SIGINT)
            time.sleep(self.chance.uniform(0, 3))
            self.server.start()
        elif what == "connection":
            execute(self.register, CUT)
        elif what == "process" and not own:
            return
        else:
            try:
                os.kill(self.chance.choice(own) if what == "process" else target.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
        self.done[what] += 1

    def end(self) -> None:
        """End the workers once nothing waits."""
        while self.waits():
            self.tend()
            time.sleep(1)
        for one in self.workers:
            _, said = one.communicate()
            assert one.returncode == 0, said.decode()


def killed(archive: Archive, server: Server, kills: int, seed: int = 1) -> tuple[Left, Counter[str]]:
    """What is left after at least so many kills, and what was killed."""
    worker = archive.folder / "worker.py"
    worker.write_text(WORKER)
    site = Site(archive, server, worker, random.Random(seed))
    site.fill()
    while site.done.total() < kills:
        site.tend()
        time.sleep(site.chance.uniform(0.1, LONGEST))
        site.trouble()
        if site.waits() == 0:
            site.fill()
    site.end()
    return archive.left(), site.done


def main() -> None:
    """Kill, and say what is left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("kills", type=int)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    programs = binaries()
    assert programs is not None, "pip install '.[test]'"
    laid_out(asked.folder, asked.pictures)
    begun = time.monotonic()
    with running(programs) as server:
        archive = Archive(asked.folder, on_a_server(server, asked.folder))
        found, done = killed(archive, server, asked.kills, asked.seed)
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{done.total()} kills {dict(done)}, {asked.pictures} pictures: {found}, {seconds:.0f} s\n")


if __name__ == "__main__":
    main()
