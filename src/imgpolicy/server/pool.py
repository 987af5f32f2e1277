"""Worker processes, bounded in number, memory and time, that a picture can take down one by one and not together."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

from imgpolicy.phrase import phrase
from imgpolicy.server.jobs import Job, Jobs
from imgpolicy.server.worker import Done, Line, Place, run

MEGABYTES = 1_200
"""What a worker may hold; one with more is ended, and so is its job."""

SECONDS = 180.0
"""How long a job may take: the largest picture that is judged takes 25 s alone on one slow core."""

TRIES = 3
"""After so many workers that ended at it, a job is given up."""

_PAUSE = 1.0
"""Seconds before another worker is asked for where the system gave none."""

_LOOK = 0.1
"""Seconds between two looks at a worker."""

_TIRED = 1_000
"""Megabytes after which a worker is let go once its job is done: memory that libraries keep does not add up."""

_PAGE = os.sysconf("SC_PAGE_SIZE")

Run = Callable[[Line, Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many workers there are, and what each may take."""

    workers: int = 2
    megabytes: int = MEGABYTES
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Hired:
    """A worker process and the line to it."""

    process: BaseProcess
    line: Line

    def megabytes(self) -> int:
        """What it holds of the memory; 0 when it has ended."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            return 0
        return pages * _PAGE // 1_000_000

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.line.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a job: done; refused with a reason in one line; or given up, as no worker came through.

    `found` is what the worker found that is kept nowhere else.
    """

    job: Job
    reason: str = ""
    given_up: bool = False
    found: object = field(default=None, repr=False)


class Pool:
    """Workers that take jobs. `tell` is called with what became of each, in the thread that saw to it.

    `jobs` are those that wait, where others put some too.

    Use it as a context manager, or call `close`.
    """

    def __init__(
        self, place: Place, tell: Callable[[Outcome], None], bounds: Bounds, *, run: Run = run, jobs: Jobs | None = None
    ) -> None:
        self.jobs = Jobs() if jobs is None else jobs
        self._place = place
        self._tell = tell
        self._bounds = bounds
        self._run = run
        self._deaths: Counter[Job] = Counter()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"desk-worker-{number}", daemon=True)
            for number in range(bounds.workers)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; what they were at is begun anew by whoever asks again."""
        self._closing.set()
        self.jobs.close()
        for thread in self._threads:
            thread.join()

    def _hire(self) -> Hired:
        context = get_context("spawn")  # a fork of a process with threads may never come back
        ours, theirs = context.Pipe()
        process = context.Process(target=self._run, args=(theirs, self._place), daemon=True)
        process.start()
        theirs.close()
        return Hired(process, ours)

    def _hired(self) -> Hired | None:
        """A worker; None when the system has no more processes to give, and then a moment later."""
        try:
            return self._hire()
        except OSError:
            self._closing.wait(_PAUSE)
            return None

    def _work(self) -> None:
        worker = self._hired()  # before anybody waits for it
        while (job := self.jobs.take()) is not None:
            if worker is None or not worker.process.is_alive():
                worker = self._hired()
            if worker is None:
                self._again(job)
                continue
            outcome = self._do(worker, job)
            if outcome is None or worker.megabytes() > _TIRED:
                worker.end()
                worker = None
            if outcome is not None:
                self._deaths.pop(job, None)
                self._tell(outcome)
            elif not self._closing.is_set():
                self._again(job)
        if worker is not None:
            worker.end()

    def _do(self, worker: Hired, job: Job) -> Outcome | None:
        """What became of the job; None when the worker ended at it, or the desk is closing."""
        until = time.monotonic() + self._bounds.seconds
        try:
            worker.line.send(job)
            while not worker.line.poll(_LOOK):
                why = self._too_much(worker, until)
                if why:
                    worker.end()
                    return Outcome(job=job, reason=why, given_up=True)
                if self._closing.is_set() or not worker.process.is_alive():
                    return None
            done = worker.line.recv()
        except (EOFError, OSError):
            return None
        return Outcome(job=job, reason=done.refusal, found=done.found) if isinstance(done, Done) else None

    def _too_much(self, worker: Hired, until: float) -> str:
        if worker.megabytes() > self._bounds.megabytes:
            return phrase("it took more than {megabytes} MB", megabytes=self._bounds.megabytes)
        return (
            phrase("it took longer than {seconds} seconds", seconds=f"{self._bounds.seconds:.0f}")
            if time.monotonic() > until
            else ""
        )

    def _again(self, job: Job) -> None:
        self._deaths[job] += 1
        if self._deaths[job] < TRIES and self.jobs.put(job):
            return
        del self._deaths[job]
        self._tell(Outcome(job=job, reason=phrase("no program came through it"), given_up=True))
