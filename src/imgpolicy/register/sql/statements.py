"""The register's own connections, as the engine of the queue (pgqueuer) asks for a driver.

What the register's URL says of how a server is reached, and proved to be the one that is meant, holds for the queue
too: there is no second driver. A server that restarts is waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from imgpolicy.errors import RegisterError
from imgpolicy.register.sql.errors import is_away

if TYPE_CHECKING:
    from pgqueuer.core.tm import TaskManager

PATIENCE = 60.0
"""Seconds for which a server that does not answer is waited for."""

_PAUSE = 1.0
"""Seconds between two questions to it."""

Reported = Callable[[], contextlib.AbstractContextManager[None]]
"""Reports what the database complains of as a RegisterError."""


class Statements:
    """Sends statements, each in a transaction of its own, from threads, so that who waits for them holds nobody up.

    Its methods are those that pgqueuer's port for drivers names. Nobody is told what others write (LISTEN): whoever
    works asks.
    """

    def __init__(self, engine: sa.Engine, reported: Reported) -> None:
        self._engine = engine
        self._reported = reported
        self._closing = threading.Event()
        self._shutdown = asyncio.Event()

    def close(self) -> None:
        """Wait for the server no more."""
        self._closing.set()

    def ask(self, statement: str, *values: object) -> list[dict[str, object]]:
        """The rows that it gives, by the names of columns; RegisterError when the server refuses, or stays away."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(statement, values)
            except RegisterError as error:
                if not _may_come_back(error) or time.monotonic() > until or self._closing.wait(_PAUSE):
                    raise

    def _once(self, statement: str, values: tuple[object, ...]) -> list[dict[str, object]]:
        with self._reported(), self._engine.begin() as connection:
            found = connection.exec_driver_sql(statement, values or None)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """The rows that it gives; raises as `ask` does."""
        return await asyncio.to_thread(self.ask, query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Nothing, when it was done; raises as `ask` does."""
        await asyncio.to_thread(self.ask, query, *args)
        return ""

    async def notify(self, channel: str, payload: str) -> None:
        """Say something to those who listen."""
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: Callable[[str | bytes | bytearray], None]) -> None:
        """Nothing: who works asks."""

    @property
    def shutdown(self) -> asyncio.Event:
        """Set by the engine when it ends."""
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        """The engine's own keeper of tasks, a new one."""
        from pgqueuer.core.tm import TaskManager

        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Asking:
    """The same for whoever waits for each answer, as pgqueuer's port for drivers without asyncio names it."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """The rows that it gives; raises as `Statements.ask` does."""
        return self._statements.ask(query, *args)


def _may_come_back(error: RegisterError) -> bool:
    cause = error.__cause__
    if isinstance(cause, sa.exc.DBAPIError):
        return is_away(cause.orig)
    return isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError)
