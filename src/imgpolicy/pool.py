"""Worker processes, bounded in number, memory and time, that a picture can take down one by one and not together."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, Protocol, Self, TypeVar

from imgpolicy.errors import ImgPolicyError
from imgpolicy.phrase import message_of, phrase

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

JobT = TypeVar("JobT", bound=Hashable)


class Line(Protocol):
    """One end of the line between a worker and its parent, as `multiprocessing.Pipe` gives it."""

    def send(self, thing: object, /) -> None:
        """Send something to the other end; OSError when nobody is there."""

    def recv(self) -> object:
        """What the other end sent; EOFError when nobody is there any more."""

    def poll(self, timeout: float, /) -> bool:
        """Whether something came within so many seconds."""

    def close(self) -> None:
        """Let go of it."""


Run = Callable[[Line], None]
"""What a worker does: the jobs that come through the line, until it is closed. It is sent to another process."""


class Waiting(Protocol[JobT]):
    """Jobs that wait."""

    def put(self, job: JobT, /) -> bool:
        """Let a job wait; False when it waits already, or none may any more."""
        ...

    def take(self) -> JobT | None:
        """The next job; waits for one, and is None once no more are to be done."""
        ...

    def close(self) -> None:
        """Hand out no more jobs."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job was done, or refused: `refusal` says why in one line, and is empty where it was done.

    `found` is what came of it, where that is kept nowhere else.
    """

    refusal: str = ""
    found: object = field(default=None, repr=False)


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
class Outcome(Generic[JobT]):
    """What became of a job: done; refused with a reason in one line; or given up, as no worker came through.

    `found` is what the worker found that is kept nowhere else.
    """

    job: JobT
    reason: str = ""
    given_up: bool = False
    found: object = field(default=None, repr=False)


class Pool(Generic[JobT]):
    """Workers that take jobs. `tell` is called with what became of each, in the thread that saw to it.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, run: Run, tell: Callable[[Outcome[JobT]], None], bounds: Bounds, *, jobs: Waiting[JobT]) -> None:
        self.jobs = jobs
        self._tell = tell
        self._bounds = bounds
        self._run = run
        self._deaths: Counter[JobT] = Counter()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True)
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
        process = context.Process(target=self._run, args=(theirs,), daemon=True)
        # A terminal sends Ctrl-C to the worker too, from its first moment on; what a thread blocks, its children do.
        resource_tracker.ensure_running()  # it unblocks the signal in whoever starts it
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
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

    def _do(self, worker: Hired, job: JobT) -> Outcome[JobT] | None:
        """What became of the job; None when the worker ended at it, or the pool is closing."""
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

    def _again(self, job: JobT) -> None:
        self._deaths[job] += 1
        if self._deaths[job] < TRIES and self.jobs.put(job):
            return
        del self._deaths[job]
        self._tell(Outcome(job=job, reason=phrase("no program came through it"), given_up=True))


class Backlog(Generic[JobT]):
    """Jobs that wait, the first first; those that come again go first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[JobT] = deque()
        self._closed = False

    def put(self, job: JobT) -> bool:
        """Let a job wait; False when no more are handed out."""
        with self._changed:
            self._waiting.append(job)
            self._changed.notify()
            return not self._closed

    def take(self) -> JobT | None:
        """The next job; waits for one, and is None once it is closed."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return None if self._closed else self._waiting.popleft()

    def close(self) -> None:
        """Hand out no more jobs."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def serve(line: Line, kind: type[JobT], do: Callable[[JobT], object]) -> None:
    """Do the jobs of this kind that come through the line until it is closed, or something else comes.

    What was found goes back, or in one line why the job was refused.
    """
    while True:
        try:
            job = line.recv()
        except (EOFError, OSError):
            return
        if not isinstance(job, kind):
            return
        done = _done(job, do)
        try:
            line.send(done)
        except OSError:  # the parent is gone; what was kept is kept
            return


def _done(job: JobT, do: Callable[[JobT], object]) -> Done:
    try:
        return Done(found=do(job))
    except ImgPolicyError as error:
        return Done(message_of(error))


def accept(outcome: Outcome[JobT]) -> None:
    """Nothing, unless a worker refused the job, as it would any: ImgPolicyError. One that was given up is accepted."""
    if outcome.reason and not outcome.given_up:
        raise ImgPolicyError(phrase("no picture can be judged: {reason}", reason=outcome.reason))


class Crew(Generic[JobT]):
    """Workers for a row of jobs: the first job hires them, and no more are in flight than twice the workers.

    Use it as a context manager, or call `close`; then no worker is left.
    """

    def __init__(self, run: Run, bounds: Bounds) -> None:
        self._run = run
        self._bounds = bounds
        self._outcomes: SimpleQueue[Outcome[JobT]] = SimpleQueue()
        self._line: Backlog[JobT] = Backlog()
        self._pool: Pool[JobT] | None = None
        self._in_flight = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, whatever they are at."""
        if self._pool is not None:
            self._pool.close()

    def work_off(self, jobs: Iterable[JobT]) -> Iterator[Outcome[JobT]]:
        """What becomes of jobs, of earlier ones too, as it comes, while there are more in flight than may be.

        All of these are handed out when it ends; what became of the last is told by `rest`.
        """
        for job in jobs:
            if self._pool is None:
                self._pool = Pool(self._run, self._outcomes.put, self._bounds, jobs=self._line)
            self._line.put(job)
            self._in_flight += 1
            while self._in_flight >= 2 * self._bounds.workers or not self._outcomes.empty():
                yield self._next()

    def rest(self) -> Iterator[Outcome[JobT]]:
        """What becomes of all that is in flight."""
        while self._in_flight:
            yield self._next()

    def _next(self) -> Outcome[JobT]:
        outcome = self._outcomes.get()
        self._in_flight -= 1
        return outcome
