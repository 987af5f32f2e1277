"""Pages that are told when something changed in what they show: server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from imgpolicy.server.context import Asked

FOLLOWED = 600.0
"""Seconds for which a page is told of changes before it asks again."""


def changes(asked: Asked, batch: str, left: Callable[[], bool]) -> Response:
    """A number whenever something changed in this batch, and "end" when nothing is left to do, as `left` says."""

    async def numbers() -> AsyncIterator[str]:
        last = -1
        until = asyncio.get_running_loop().time() + FOLLOWED
        while not await asked.request.is_disconnected() and asyncio.get_running_loop().time() < until:
            number = asked.desk.progress.of(batch)
            if number != last:
                last = number
                more = await run_in_threadpool(left)
                yield f"data: {number if more else 'end'}\n\n"
                if not more:
                    return
            await asyncio.sleep(0.25)

    return StreamingResponse(numbers(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
