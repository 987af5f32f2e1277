"""What forms of pages say: ticks, days, files; and a form that was refused, shown once more as it was filled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePath

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from imgpolicy.domain.validate import LARGEST_EVIDENCE
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.answers import status_of
from imgpolicy.server.context import Asked, take_parts
from imgpolicy.server.guard import TOKEN, accept_token
from imgpolicy.server.pages import Values, page
from imgpolicy.server.uploads import Part
from imgpolicy.service import uploads
from imgpolicy.service.grants import Proof
from imgpolicy.service.uploads import Upload

Stated = Mapping[str, str]
"""The fields of a form by their names."""


def ticked(stated: Stated, what: str) -> frozenset[str]:
    """The words of this kind that are ticked: each has a field of its own, `what:word`."""
    return frozenset(name.removeprefix(f"{what}:") for name in stated if name.startswith(f"{what}:"))


def day(stated: Stated, name: str) -> dt.date | None:
    """The day in this field; None when it is empty, RequestError for what is no day."""
    said = stated.get(name, "").strip()
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError as error:
        raise RequestError(phrase("{text} is no day: write it as YYYY-MM-DD", text=said[:40])) from error


def text(stated: Stated, name: str) -> str | None:
    """The text in this field; None when it is empty."""
    return stated.get(name, "").strip() or None


async def with_file(asked: Asked) -> tuple[Stated, tuple[Proof, ...]]:
    """The fields of a form and the one file that it may bring, its token before it; RequestError for more."""
    files: list[Proof] = []

    async def take(name: str, data: bytes) -> None:
        if files or len(data) > LARGEST_EVIDENCE:
            most = LARGEST_EVIDENCE // 1_000_000
            raise RequestError(phrase("one file of at most {size} MB comes with a record", size=most))
        files.append(Proof(name=PurePath(name.replace("\\", "/")).name or "file", content=data))

    stated = await _with_files(asked, take)
    return stated, tuple(files)


async def with_upload(asked: Asked, most: int, other: RequestError) -> tuple[Stated, Upload | None]:
    """The fields of a form and the one file that it brings, sealed and laid aside; None when nothing was chosen.

    `other` is raised for a second file and for one of more than `most` bytes; nothing stays of a form that is refused.
    """
    sent: list[Upload] = []

    async def take(name: str, data: bytes) -> None:
        if not name:  # browsers name what was chosen
            return
        if sent or len(data) > most:
            raise other
        sent.append(await run_in_threadpool(uploads.keep, asked.workspace, name, data))

    try:
        stated = await _with_files(asked, take)
    except ImgPolicyError:
        for one in sent:
            await run_in_threadpool(uploads.drop, asked.workspace, one)
        raise
    return stated, sent[0] if sent else None


async def _with_files(asked: Asked, take: Callable[[str, bytes], Awaitable[None]]) -> Stated:
    """The fields of a form; `take` is given the name and bytes of each file, none before the form's token."""
    stated: dict[str, str] = {}

    async def each(part: Part) -> None:
        if part.file is None:
            stated[part.name] = part.data.decode("utf-8", "replace")
            return
        accept_token(asked, stated.get(TOKEN, ""))
        if part.file or part.data:  # else nothing was chosen
            await take(part.file, part.data)

    await take_parts(asked.desk, asked.request, each)
    accept_token(asked, stated.get(TOKEN, ""))
    return stated


def again(asked: Asked, error: ImgPolicyError, template: str, values: Values) -> Response:
    """The form once more, as it was filled, with what is wrong."""
    problem = asked.language.say(message_of(error))
    return page(asked, template, {**values, "problem": problem}, status=status_of(error, asked.request.method))
