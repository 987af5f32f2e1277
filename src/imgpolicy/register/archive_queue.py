"""Pictures of the archive that wait to be opened by workers on any machine: the engine is pgqueuer, on the server.

put ─► waits ─► taken by a worker, who says every few seconds that they are at it ─► gone
                  │
                  └─► handed back, or taken over from whoever says nothing any more

A picture is handed out at least once, and may be twice. What waits is sealed with the register's key.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.errors import ImgPolicyError, RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.statements import PATIENCE, Asking, Statements

if TYPE_CHECKING:
    from pgqueuer.adapters.persistence.queries import Queries
    from pgqueuer.domain.settings import DBSettings
    from pgqueuer.models import Job

    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.vault import Vault

TAKEN_OVER = 30.0
"""Seconds without a word of a worker after which others take its pictures."""

TABLES = ("archive_queue", "archive_queue_log", "archive_queue_statistics", "archive_queue_schedules")
"""The engine's tables, under names of our own: what waits, and what became of it; the other two stay empty."""

_OPEN = "open"
_PAYLOAD = "archive_queue.payload"
_LOOK = 1.0
"""Seconds between two looks at whether anything waits."""

_MOST_HELD = 1_000

_LATER = dt.timedelta(seconds=2)
"""After which a picture that was handed back is handed out again."""


class QueuedPicture(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A picture that is to be opened: where it is, as it was listed; `root` and `posting` are numbers of words."""

    name: str
    address: str
    stamp: str | None
    root: int
    posting: int
    keypoints: bool
    allow_private_hosts: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """How many pictures wait for a worker, and how many a worker is at."""

    waiting: int
    taken: int

    @property
    def all(self) -> int:
        """How many are to be opened yet."""
        return self.waiting + self.taken


OpenOne = Callable[[int, QueuedPicture], Awaitable[None]]
"""Opens a picture that was handed out under this number and keeps what was found; ImgPolicyError hands it back."""


class ArchiveQueue:
    """What waits; several may put, and many work on it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        if database.file is not None:
            raise RegisterError(
                phrase(
                    "a queue needs a register in PostgreSQL: this one is in a file, and its pictures are opened here"
                )
            )
        try:
            from pgqueuer.adapters.persistence import qb
            from pgqueuer.adapters.persistence.queries import Queries, SyncQueries
        except ImportError as error:
            raise RegisterError(
                phrase("what hands pictures out is not installed; run: pip install 'imgpolicy[queue]'")
            ) from error
        _keep_quiet()
        self._vault = vault
        self._stop = threading.Event()
        self._settings = _settings()
        self._statements: Statements = database.statements()
        environment, statements = qb.QueryBuilderEnvironment(self._settings), qb.QueryQueueBuilder(self._settings)
        schedules = qb.QuerySchedulerBuilder(self._settings)
        self._queries: Queries = Queries(self._statements, environment, statements, schedules)
        self._asking = SyncQueries(Asking(self._statements), statements)
        database.lay_out_once(self._settings.queue_table, environment.build_install_query())

    def put(self, pictures: Sequence[QueuedPicture]) -> int:
        """How many of these wait from now on that did not before."""
        if not pictures:
            return 0
        plain = [msgspec.msgpack.encode(one) for one in pictures]
        put = self._asking.enqueue(
            [_OPEN] * len(plain),
            [self._vault.seal(_PAYLOAD, one) for one in plain],
            [0] * len(plain),
            dedupe_key=[self._vault.digest(b"archive.queue:" + one) for one in plain],
            on_conflict="skip",
        )
        return sum(one is not None for one in put)

    def waits(self) -> Waits:
        """How many wait now."""
        sizes = self._asking.queue_size()
        taken = sum(one.count for one in sizes if one.status == "picked")
        return Waits(waiting=sum(one.count for one in sizes) - taken, taken=taken)

    def hand_out(self, open_one: OpenOne, *, at_once: int, taken_over: float) -> None:
        """Hand out what waits until nothing does, also what others are at, or somebody says `stop`: then it goes back.

        RegisterError when the server stays away; what was said last, when no picture can be opened for as long.
        """
        handing = _Handing(self, self._queries, open_one, self._stop)
        asyncio.run(handing.run(at_once, dt.timedelta(seconds=taken_over)))

    def stop(self) -> None:
        """Hand nothing out any more, and wait for the server no more."""
        self._stop.set()
        self._statements.close()

    def picture(self, payload: bytes | None) -> QueuedPicture | None:
        """What waits; None when it was altered, or is another version's: the next audit lists it again."""
        try:
            return msgspec.msgpack.decode(self._vault.unseal(_PAYLOAD, payload or b""), type=QueuedPicture)
        except (RegisterError, msgspec.DecodeError):
            return None


class _HeldError(Exception):
    """A picture is kept from others until a worker begins anew."""


class _Handing:
    """One worker's time with the queue."""

    def __init__(self, queue: ArchiveQueue, queries: Queries, open_one: OpenOne, stop: threading.Event) -> None:
        self._queue = queue
        self._queries = queries
        self._open_one = open_one
        self._stop = stop
        self._stopping = asyncio.Event()
        self._refused_since: float | None = None
        self._trouble: BaseException | None = None

    async def run(self, at_once: int, taken_over: dt.timedelta) -> None:
        """Hand out until nothing waits, or this worker is to stop; raises what made it stop."""
        from pgqueuer.qm import QueueManager

        await self._bring_up_to_date()
        await self._give_back_what_was_held()
        manager = QueueManager(self._queries, channel=self._queries.qbe.settings.channel)
        manager.entrypoint(_OPEN, accepts_context=False, on_failure="hold")(self._one)
        watching = asyncio.create_task(self._watch(manager.shutdown))
        try:
            await manager.run(
                dequeue_timeout=dt.timedelta(seconds=_LOOK),
                batch_size=at_once,
                max_concurrent_tasks=2 * at_once,
                heartbeat_timeout=taken_over,
                log_aggregation_interval=dt.timedelta(0),
            )
        finally:
            self._stopping.set()
        await watching
        if self._trouble is not None:
            raise self._trouble

    async def _bring_up_to_date(self) -> None:
        """Let the tables be as the engine that is installed has them."""
        for statement in (await self._queries.plan_upgrade()).statements:
            await self._queries.driver.execute(statement)

    async def _give_back_what_was_held(self) -> None:
        """Let those wait again at which a worker failed in a way that nobody foresaw."""
        held = await self._queries.list_failed_jobs(limit=_MOST_HELD)
        if held:
            await self._queries.requeue_jobs([one.id for one in held])

    async def _watch(self, shutdown: asyncio.Event) -> None:
        """Stop when nothing is left, or somebody says so."""
        next_look = time.monotonic()
        try:
            while not (self._stop.is_set() or self._stopping.is_set()):
                if time.monotonic() >= next_look:
                    left = [one for one in await self._queries.queue_size() if one.status != "failed"]
                    if not left:
                        await self._queries.clear_queue_log([_OPEN])
                        return
                    next_look = time.monotonic() + _LOOK
                await asyncio.sleep(_LOOK / 10)
        finally:
            self._stopping.set()
            shutdown.set()

    async def _one(self, job: Job) -> None:
        """See to one picture that was handed out."""
        from pgqueuer.domain.errors import RetryRequested

        picture = self._queue.picture(job.payload)
        if picture is None:
            return
        opening = asyncio.ensure_future(self._open_one(job.id, picture))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not opening.done():
            opening.cancel()
            raise RetryRequested
        trouble = opening.exception()
        if trouble is None:
            self._refused_since = None
            return
        if not isinstance(trouble, ImgPolicyError) or self._lasts():
            self._trouble = trouble
            self._stopping.set()
        if not isinstance(trouble, ImgPolicyError):
            raise _HeldError  # the engine writes down what it is raised: nothing of the picture
        raise RetryRequested(_LATER)

    def _lasts(self) -> bool:
        """Whether nothing but refusals came for as long as a server is waited for."""
        if self._refused_since is None:
            self._refused_since = time.monotonic()
        return time.monotonic() - self._refused_since > PATIENCE


def _settings() -> DBSettings:
    """Every name stated, for what is not is taken from the environment."""
    from pgqueuer.domain.settings import DBSettings, Durability
    from pgqueuer.domain.types import Channel

    queue, log, statistics, schedules = TABLES
    return DBSettings(
        prefix="",
        db_schema=None,
        channel=Channel(queue),
        function="archive_queue_changed",
        trigger="archive_queue_changed",
        queue_status_type="archive_queue_status",
        queue_table=queue,
        queue_table_log=log,
        statistics_table=statistics,
        schedules_table=schedules,
        durability=Durability.durable,
    )


def _keep_quiet() -> None:
    """Let the engine write nothing where nobody asked for a log: what goes wrong is told in one line."""
    engine = logging.getLogger("pgqueuer")
    if not engine.handlers:
        engine.addHandler(logging.NullHandler())
