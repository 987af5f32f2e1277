"""Calls on pictures: check one, clean it, fetch the copy, and record where it was posted.

A picture that is checked so lies on the desk like any other: sealed, and for as long as the policy keeps pictures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.desk import Details, Item, ItemState, Way, WayKind
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import BadRequestError, RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.server.answers import download
from imgpolicy.server.api.calls import JSON, LONGEST, PREFIX, Call, Operation, said
from imgpolicy.server.api.records import body_of
from imgpolicy.server.context import finished, renewed, take_parts
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.uploads import Part, whole_body
from imgpolicy.service import accounts, desk, posting
from imgpolicy.wire.report import ReportWire, report_in


class CheckBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture's address, and what it is to be posted as: a profile of the policy, single words, or both."""

    url: str
    profile: str | None = None
    channel: str | None = None
    role: Role | None = None
    purpose: str | None = None
    audience: str | None = None
    setting: str | None = None
    origin: Origin | None = None
    caption: str | None = None
    actor: str | None = None
    people: list[str] = []
    campaign: str | None = None
    territory: str | None = None
    event: str | None = None
    edit: str | None = None
    on: dt.date | None = None


class CleanBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a picture is cleaned: `also_covers` names faces that are covered whatever is found about them."""

    also_covers: list[str] = []


class PostBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the picture was posted."""

    url: str


class PictureAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A picture on the desk: where it stands, what was found, and where its clean copy is to be had."""

    picture: str
    state: ItemState
    report: ReportWire | None
    caption: str | None
    copy: str | None
    refused: str | None


FIELDS = frozenset(CheckBody.__struct_fields__) - {"url", "people", "on"}
"""The fields that a form may have beside the picture."""


async def check(call: Call) -> Response:
    """Check the picture of a form, or at an address."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == JSON:
        body = await whole_body(call.request.stream(), LONGEST)
        async with call.desk.sending:
            found = await run_in_threadpool(_from_address, call, body)
    else:
        found = await _from_form(call)
    await _done(call, found, Verb.JUDGE, ())
    return await run_in_threadpool(_answer, call, found.id)


def _from_address(call: Call, body: bytes) -> Item:
    asked = body_of(replace(call, body=body), CheckBody)
    stated = {name: value for name, value in msgspec.structs.asdict(asked).items() if name not in {"url", "profile"}}
    owner = desk.open_batch(call.workspace, call.caller.account.id, Posting(**stated), profile=asked.profile)
    return desk.fetch_in(call.workspace, owner.id, asked.url)


async def _from_form(call: Call) -> Item:
    stated: dict[str, str] = {}
    sent: list[Part] = []

    async def take(part: Part) -> None:
        if part.file is not None and sent:
            raise BadRequestError(phrase("one picture is checked at a time: send each by itself"))
        if part.file is not None:
            sent.append(part)
        elif part.name not in FIELDS or part.name in stated:
            known = ", ".join(sorted(FIELDS))
            raise BadRequestError(
                phrase("the form has {name} twice, or it is none of {known}", name=repr(part.name), known=known)
            )
        else:
            stated[part.name] = part.data.decode("utf-8", "replace")

    await take_parts(call.desk, call.request, take)
    if not sent:
        raise BadRequestError(phrase("the form has no picture: send it as the field `picture`"))
    return await run_in_threadpool(_taken_in, call, stated, sent[0])


def _taken_in(call: Call, stated: Mapping[str, str], part: Part) -> Item:
    words = {name: value for name, value in stated.items() if value and name != "profile"}
    posting = Posting(**words)  # type: ignore[arg-type]  # words of enumerations are taken
    owner = desk.open_batch(call.workspace, call.caller.account.id, posting, profile=stated.get("profile") or None)
    return desk.take_in(call.workspace, owner.id, part.file or "", part.data)


async def _done(call: Call, found: Item, verb: Verb, words: tuple[str, ...]) -> None:
    """Have a job done, and wait for it."""
    job = Job(account=call.caller.account.id, batch=found.batch, item=found.id, verb=verb, words=words)
    call.desk.put(job, first=verb is not Verb.JUDGE)
    await finished(call.desk, found.id)


def picture(call: Call) -> Response:
    """A picture that was checked."""
    return _answer(call, _found(call).item.id)


async def clean(call: Call) -> Response:
    """Do all that can be done about a picture."""
    body = body_of(call, CleanBody)
    found = (await run_in_threadpool(_mine, call)).item
    ways = [Way(kind=WayKind.AUTOMATIC, also_covers=tuple(body.also_covers))]
    await _done(call, found, Verb.CLEAN, (msgspec.json.encode(ways).decode(),))
    return await run_in_threadpool(_answer, call, found.id)


async def post(call: Call) -> Response:
    """Record where a picture was posted, where it may be."""
    body = body_of(call, PostBody)
    found = (await run_in_threadpool(_mine, call)).item
    await _done(call, found, Verb.POST, (body.url,))
    return await run_in_threadpool(_answer, call, found.id)


async def copy(call: Call) -> Response:
    """The file that may be posted; judged again before where what is on record changed since."""
    found = (await run_in_threadpool(_found, call)).item
    await renewed(call.desk, call.workspace, call.caller.account.id, found)
    name, data = await run_in_threadpool(posting.to_post, call.workspace, found.id)
    return download(name, data)


def _found(call: Call) -> Details:
    found = desk.item(call.workspace, call.part("picture"))
    accounts.need_own(call.caller, found.item.account)
    return found


def _mine(call: Call) -> Details:
    found = _found(call)
    accounts.need_mine(call.caller, found.item.account)
    return found


def _answer(call: Call, item_id: str) -> Response:
    found = desk.item(call.workspace, item_id)
    report = report_in(found.answers["en"]) if found.answers else None
    refusal = call.desk.progress.refusal(item_id)
    if report is None and found.item.state is ItemState.WAITING and refusal:
        raise RegisterError(refusal)
    may_be_fetched = desk.may_be_posted(found.item)
    return said(
        PictureAnswer(
            picture=item_id,
            state=found.item.state,
            report=report,
            caption=found.caption,
            copy=f"{PREFIX}/pictures/{item_id}/copy" if may_be_fetched else None,
            refused=refusal or found.why,
        )
    )


OPERATIONS = (
    Operation(
        path="/check",
        method="POST",
        name="check",
        summary="May this picture be posted? Send it in a form (multipart/form-data), or its address in JSON.",
        right=Right.CHECK,
        answer=check,
        takes=CheckBody,
        gives=PictureAnswer,
        takes_files=True,
    ),
    Operation(
        path="/pictures/{picture}",
        method="GET",
        name="getPicture",
        summary="A picture that was checked, and what was found.",
        right=Right.CHECK,
        answer=picture,
        gives=PictureAnswer,
    ),
    Operation(
        path="/pictures/{picture}/clean",
        method="POST",
        name="clean",
        summary="Take every way out that needs nobody: metadata out, faces, text and logos covered.",
        right=Right.CHECK,
        answer=clean,
        takes=CleanBody,
        gives=PictureAnswer,
    ),
    Operation(
        path="/pictures/{picture}/copy",
        method="GET",
        name="getCopy",
        summary="The file that may be posted.",
        right=Right.CHECK,
        answer=copy,
        gives=bytes,
    ),
    Operation(
        path="/pictures/{picture}/post",
        method="POST",
        name="post",
        summary="Record where it was posted: it is judged once more, and recorded when it may be.",
        right=Right.CHECK,
        answer=post,
        takes=PostBody,
        gives=PictureAnswer,
    ),
)
"""The calls on pictures."""
