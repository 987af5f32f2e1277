"""What forms of pages say: ticks, days, files; and a form that was refused, shown once more as it was filled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import PurePath

from starlette.responses import Response

from imgpolicy.domain.validate import LARGEST_EVIDENCE
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.answers import status_of
from imgpolicy.server.context import Asked, take_parts
from imgpolicy.server.guard import TOKEN, accept_token
from imgpolicy.server.pages import Values, page
from imgpolicy.server.uploads import Part
from imgpolicy.service.grants import Proof

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
    stated: dict[str, str] = {}
    files: list[Proof] = []

    async def take(part: Part) -> None:
        if part.file is None:
            stated[part.name] = part.data.decode("utf-8", "replace")
            return
        accept_token(asked, stated.get(TOKEN, ""))
        if not part.file and not part.data:  # nothing was chosen
            return
        if files or len(part.data) > LARGEST_EVIDENCE:
            most = LARGEST_EVIDENCE // 1_000_000
            raise RequestError(phrase("one file of at most {size} MB comes with a record", size=most))
        files.append(Proof(name=PurePath(part.file.replace("\\", "/")).name or "file", content=part.data))

    await take_parts(asked.desk, asked.request, take)
    accept_token(asked, stated.get(TOKEN, ""))
    return stated, tuple(files)


def again(asked: Asked, error: ImgPolicyError, template: str, values: Values) -> Response:
    """The form once more, as it was filled, with what is wrong."""
    problem = asked.language.say(message_of(error))
    return page(asked, template, {**values, "problem": problem}, status=status_of(error, asked.request.method))
