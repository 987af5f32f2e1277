"""An archive that many machines open: what is to be opened waits in a queue, and workers take it from there.

places ─► listed ─┬─► as before, judged again ─► kept
                  └─► queue ─► worker, on any machine ─► a process that opens the picture ─► kept

A picture is handed out at least once; a place has one row, however often it was. The next audit of the place tells what
was said.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from imgpolicy.places import ListedPicture
from imgpolicy.pool import Backlog, Bounds, Outcome, Pool
from imgpolicy.postings import Postings, read_postings
from imgpolicy.register.archive_queue import TAKEN_OVER, ArchiveQueue, QueuedPicture, Waits
from imgpolicy.service.archive import basis, keep, posting_of
from imgpolicy.service.audit_work import Audited, AuditRequest, Task, looked_of, new_row, row_of, told_of, work
from imgpolicy.service.auditing import Walk
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Place, Workspace


def audit_queued(workspace: Workspace, request: AuditRequest) -> Iterator[Audited]:
    """What is said of each picture that need not be opened, as it comes; those that have to be wait for workers.

    Raises what `audit` raises, and RegisterError where the register is in a file.
    """
    accept_posting(workspace, request.posting)
    stated = None if request.table is None else read_postings(request.table)
    queue = workspace.register.archive.queue()
    for root in request.places:
        yield from _Filling(workspace, request, stated, root, queue).run()


def waiting(workspace: Workspace) -> Waits:
    """How many pictures wait for workers, and how many these are at; RegisterError for a register in a file."""
    return workspace.register.archive.queue().waits()


def work_off(workspace: Workspace, place: Place, jobs: int, taken_over: float = TAKEN_OVER) -> Iterator[Audited]:
    """What is said of each picture that waits, as it is opened, until none does; `jobs` are opened at once.

    The pictures of a worker that has not been heard of for `taken_over` seconds are taken over by others. Whoever stops
    asking hands back what is being opened. RegisterError when nothing may be judged, or the server stays away.
    """
    basis(workspace)
    queue = workspace.register.archive.queue()
    if queue.waits().all:
        yield from _Worker(workspace, place, queue).run(jobs, taken_over)


class _Filling(Walk):
    """A walk whose pictures are opened by workers that ask the queue."""

    def __init__(  # what is asked, and where it waits
        self, workspace: Workspace, request: AuditRequest, stated: Postings | None, root: str, queue: ArchiveQueue
    ) -> None:
        super().__init__(workspace, request, stated, root)
        self._queue = queue

    def _hand_out(self, to_open: Sequence[ListedPicture], number: int) -> Iterator[Audited]:
        self._queue.put([self._queued(one) for one in to_open])
        # A place that was known is there still, whenever it is opened.
        with self._archive.rows() as rows:
            rows.see([self._archive.place_id(one.name) for one in to_open], self._root, self._run.id)
        self._open[number].left = 0
        yield from ()

    def _rest(self) -> Iterator[Audited]:
        yield from ()

    def _queued(self, one: ListedPicture) -> QueuedPicture:
        return QueuedPicture(
            name=one.name,
            address=one.address if "://" in one.address else str(Path(one.address).absolute()),
            stamp=one.stamp,
            root=self._root,
            posting=self._posting(one),
            keypoints=self._request.keypoints,
            allow_private_hosts=self._request.allow_private_hosts,
        )


class _Worker:
    """Takes pictures from the queue, has them opened by processes of its own, and keeps what these found."""

    def __init__(self, workspace: Workspace, place: Place, queue: ArchiveQueue) -> None:
        self._workspace = workspace
        self._place = place
        self._queue = queue
        self._told: SimpleQueue[Audited | BaseException | None] = SimpleQueue()
        self._asked: dict[Task, tuple[asyncio.AbstractEventLoop, asyncio.Future[Outcome[Task]]]] = {}

    def run(self, jobs: int, taken_over: float) -> Iterator[Audited]:
        """What is said of each picture."""
        with Pool[Task](partial(work, self._place), self._came, Bounds(workers=jobs), jobs=Backlog()) as pool:
            handing = threading.Thread(target=self._hand_out, args=(pool, jobs, taken_over), name="queue")
            handing.start()
            try:
                while (one := self._told.get()) is not None:
                    if isinstance(one, BaseException):
                        raise one
                    yield one
            finally:
                self._queue.stop()
                handing.join()

    def _hand_out(self, pool: Pool[Task], jobs: int, taken_over: float) -> None:
        try:
            self._queue.hand_out(partial(self._open, pool), at_once=jobs, taken_over=taken_over)
        except BaseException as error:  # noqa: BLE001  # raised again by whoever asked, in their own thread
            self._told.put(error)
        self._told.put(None)

    async def _open(self, pool: Pool[Task], number: int, queued: QueuedPicture) -> None:
        try:
            task = await asyncio.to_thread(self._task, number, queued)
        except LookupError:  # the archive was made anew since, and this is listed again
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome[Task]] = loop.create_future()
        self._asked[task] = (loop, future)
        pool.jobs.put(task)
        try:
            outcome = await future
        finally:
            self._asked.pop(task, None)
        self._told.put(await asyncio.to_thread(self._kept, queued, outcome))

    def _task(self, number: int, queued: QueuedPicture) -> Task:
        return Task(
            listed=ListedPicture(name=queued.name, address=queued.address, stamp=queued.stamp),
            posting=posting_of(self._workspace, queued.posting),
            keypoints=queued.keypoints,
            allow_private_hosts=queued.allow_private_hosts,
            batch=number,
        )

    def _came(self, outcome: Outcome[Task]) -> None:
        """Tell what became of a picture to whoever waits for it, in their thread."""
        asked = self._asked.pop(outcome.job, None)
        if asked is not None:
            loop, future = asked
            with suppress(RuntimeError):  # who waited has gone
                loop.call_soon_threadsafe(_settle, future, outcome)

    def _kept(self, queued: QueuedPicture, outcome: Outcome[Task]) -> Audited:
        archive = self._workspace.register.archive
        found = looked_of(self._workspace, outcome)
        with archive.rows() as rows:
            run = rows.last_run(queued.root)
        new = new_row(archive, outcome.job.listed, root=queued.root, posting=queued.posting, run=run)
        keep(self._workspace, [(row_of(self._workspace, new, outcome.job.listed, found), found.kept)])
        return told_of(queued.name, found)


def _settle(future: asyncio.Future[Outcome[Task]], outcome: Outcome[Task]) -> None:
    if not future.done():
        future.set_result(outcome)
