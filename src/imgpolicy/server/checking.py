"""The pages on which pictures are dropped, judged, mended, handed on and posted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.desk import MOST_PICTURES, Batch, Details, Item, ItemState
from imgpolicy.domain.posting import ORIGIN_WORDS, ROLE_WORDS, Posting
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.server.answers import download
from imgpolicy.server.context import Asked, renewal, renewed, take_parts
from imgpolicy.server.following import changes
from imgpolicy.server.guard import TOKEN, Guarded, accept_token
from imgpolicy.server.jobs import Job
from imgpolicy.server.pages import Values, page
from imgpolicy.server.undo import bar
from imgpolicy.server.uploads import Part
from imgpolicy.server.views import answer_of
from imgpolicy.service import accounts, desk, posting
from imgpolicy.wire.report import report_in

STATES: Mapping[ItemState, Phrase] = {
    ItemState.HANDED: phrase("with a reviewer"),
    ItemState.READY: phrase("ready: nothing is in the way any more"),
    ItemState.ACCEPTED: phrase("accepted by a reviewer"),
    ItemState.REFUSED: phrase("refused by a reviewer"),
    ItemState.POSTED: phrase("posted"),
    ItemState.FAILED: phrase("could not be checked"),
}
"""What is said of where a picture stands; nothing where its verdict says all."""

LARGEST_ARCHIVE = 300_000_000
"""Bytes of pictures that are fetched in one file, which is made in memory."""

BUSY = phrase("This is being done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A batch in a list: `counts` has a verdict's word and how many pictures have it."""

    batch: Batch
    title: str
    counts: tuple[tuple[str, int], ...]
    waiting: int


# What was asked, and what is there


def check(asked: Asked) -> Response:
    """The page on which pictures are dropped."""
    policy = asked.workspace.policy
    values = {
        "profiles": [(name, one.title or name) for name, one in policy.profiles.items()],
        "channels": list(policy.channels),
        "purposes": list(policy.purposes),
        "roles": [(role.value, asked.language.say(said)) for role, said in ROLE_WORDS.items()],
        "origins": [(origin.value, asked.language.say(said)) for origin, said in ORIGIN_WORDS.items()],
        "most": MOST_PICTURES,
        "keep_days": asked.workspace.kept.desk_days,
        "recent": summaries(asked, limit=3),
    }
    return page(asked, "check.html", values)


def earlier(asked: Asked) -> Response:
    """The batches of before, the newest first."""
    recent = summaries(asked, limit=50, before=asked.request.query_params.get("before"))
    return page(asked, "batches.html", {"recent": recent})


def summaries(asked: Asked, *, limit: int, before: str | None = None) -> list[Summary]:
    """The batches of whoever asks."""
    found = desk.batches(asked.workspace, asked.caller.account.id, before=before, limit=limit)
    return [
        Summary(
            batch=one.batch,
            title=_title(asked, one.batch),
            counts=tuple((verdict, one.verdicts.get(verdict, 0)) for verdict in ("go", "review", "no-go")),
            waiting=one.states.get(ItemState.WAITING, 0),
        )
        for one in found
    ]


def _title(asked: Asked, batch: Batch) -> str:
    profile = asked.workspace.policy.profiles.get(batch.profile or "")
    return profile.title or batch.profile or "" if profile else _sentence(asked, batch.posting)


def _sentence(asked: Asked, posting: Posting) -> str:
    return ", ".join(asked.language.say(part) for part in posting.stated)


def batch(asked: Asked) -> Response:
    """A batch with its pictures, and the first of them that is no go."""
    found = _batch(asked)
    items = desk.items(asked.workspace, found.id)
    first = next((one for one in items if one.verdict not in {None, "go"}), items[0] if items else None)
    return _shown(asked, found, items, None if first is None else desk.item(asked.workspace, first.id))


def item(asked: Asked) -> Response:
    """A picture with its reasons and ways out, beside the others of its batch."""
    found = item_of(asked)
    owner = desk.batch(asked.workspace, found.item.batch)
    return _shown(asked, owner, desk.items(asked.workspace, owner.id), found)


def _shown(asked: Asked, owner: Batch, items: tuple[Item, ...], current: Details | None) -> Response:
    waiting = sum(one.state is ItemState.WAITING for one in items)
    values = {
        "batch": owner,
        "sentence": _sentence(asked, owner.posting),
        "items": items,
        "waiting": waiting,
        "counts": [(mark, sum(one.verdict == mark for one in items)) for mark in ("go", "review", "no-go")],
        "copies": sum(desk.may_be_posted(one) for one in items),
        "state_words": {state: asked.language.say(said) for state, said in STATES.items()},
        "current": None if current is None else shown_item(asked, current),
        "channels": [name for name in asked.workspace.policy.channels if name != owner.posting.channel],
        "bar": bar(asked),
    }
    return page(asked, "batch.html", values)


def shown_item(asked: Asked, found: Details) -> Values:
    """What the template of a picture shows."""
    item, caller = found.item, asked.caller
    answer = answer_of(report_in(answer_kept(asked, found))) if found.answers else None
    busy = asked.desk.progress.is_busy(item.id) or item.state is ItemState.WAITING
    refusal = asked.desk.progress.refusal(item.id)
    mine = caller.account.id == item.account and Right.CHECK in caller.rights
    open_ = item.state in {ItemState.JUDGED, ItemState.READY, ItemState.HANDED} and not busy and not item.gone
    values = {} if answer is None else {one.name: getattr(answer, one.name) for one in fields(answer)}
    decided = any(one.by == caller.account.id for one in found.approvals)
    return {
        "width": 1,
        "height": 1,
        "dot": 1,
        "spots": (),
        "reasons": (),
        "limits": (),
        "changes": (),
        "automatic": False,
        "strangers": False,
        "named": False,
        **values,
        "item": item,
        "answer": answer,
        "busy": busy,
        "notice": asked.language.say(refusal or (BUSY if busy else "")),
        "shown": answer is not None and not item.gone and item.sha256 is not None,
        "caption": found.caption,
        "note": found.note,
        "open_for_decision": item.state is ItemState.HANDED and not item.gone,
        "may_take_back": decided and item.state is not ItemState.POSTED,
        "approvals": found.approvals,
        "may_change": mine and open_ and item.state is not ItemState.HANDED,
        "may_hand_in": mine and item.state is ItemState.JUDGED and item.verdict != "go" and not item.gone,
        "may_post": mine and not busy and desk.may_be_posted(item),
        "may_fetch": not busy and desk.may_be_posted(item),
        "may_dismiss": open_ and Right.DECIDE in caller.rights,
    }


def my_item(asked: Asked) -> Details:
    """The picture that the address names, to be changed; DeniedError when it is somebody else's."""
    found = item_of(asked)
    accounts.need_mine(asked.caller, found.item.account)
    return found


def answer_kept(asked: Asked, found: Details) -> bytes:
    """The answer on a picture in the reader's language; RequestError when there is none."""
    if not found.answers:
        raise RequestError(phrase("there is no answer on this picture yet, or any more"))
    return found.answers.get(asked.language.code.value) or found.answers["en"]


def _batch(asked: Asked) -> Batch:
    return batch_of(asked, asked.request.path_params["batch"])


def batch_of(asked: Asked, batch_id: str) -> Batch:
    """The batch with this id; DeniedError when it is not for whoever asks."""
    found = desk.batch(asked.workspace, batch_id)
    accounts.need_own(asked.caller, found.account)
    return found


def item_of(asked: Asked) -> Details:
    """The picture that the address names; DeniedError when it is not for whoever asks."""
    found = desk.item(asked.workspace, asked.request.path_params["item"])
    accounts.need_own(asked.caller, found.item.account)
    return found


# Pictures come in


async def open_batch(asked: Asked) -> Response:
    """Open a batch, with the pictures that the form brings, if any."""
    stated: dict[str, str] = {}
    opened: list[Batch] = []

    async def take(part: Part) -> None:
        if part.file is None:
            stated[part.name] = part.data.decode("utf-8", "replace")
        elif part.file:
            await _take_in(asked, stated, opened, part)

    await take_parts(asked.desk, asked.request, take)
    if not opened:
        if "application/json" not in asked.request.headers.get("accept", ""):
            raise RequestError(phrase("no picture was chosen: choose at least one"))
        opened.append(await _opened(asked, stated))
    address = f"/batches/{opened[0].id}"
    if "application/json" in asked.request.headers.get("accept", ""):
        return JSONResponse({"address": address}, status_code=201)
    return RedirectResponse(address, status_code=303)


async def _opened(asked: Asked, stated: Mapping[str, str]) -> Batch:
    accept_token(asked, stated.get(TOKEN, ""))
    posting = Posting(
        **{name: stated[name] for name in ("channel", "role", "purpose", "origin", "caption") if stated.get(name)}  # type: ignore[arg-type]  # words of enumerations are taken
    )
    return await run_in_threadpool(
        desk.open_batch, asked.workspace, asked.caller.account.id, posting, profile=stated.get("profile") or None
    )


async def _take_in(asked: Asked, stated: Mapping[str, str], opened: list[Batch], part: Part) -> None:
    if not opened:
        opened.append(await _opened(asked, stated))
    found = await run_in_threadpool(desk.take_in, asked.workspace, opened[0].id, part.file or "", part.data)
    asked.desk.put(Job(account=asked.caller.account.id, batch=opened[0].id, item=found.id))


async def more_pictures(asked: Asked) -> Response:
    """Take one more picture, or several, into a batch."""
    owner = await run_in_threadpool(_batch, asked)
    accounts.need_mine(asked.caller, owner.account)
    taken: list[Item] = []
    allowed: list[bool] = []

    async def take(part: Part) -> None:
        if part.name == TOKEN:
            accept_token(asked, part.data.decode("utf-8", "replace"))
            allowed.append(True)
        elif part.file:
            if not allowed:
                accept_token(asked, "")
            found = await run_in_threadpool(desk.take_in, asked.workspace, owner.id, part.file, part.data)
            asked.desk.put(Job(account=asked.caller.account.id, batch=owner.id, item=found.id))
            taken.append(found)

    await take_parts(asked.desk, asked.request, take)
    return JSONResponse({"items": [one.id for one in taken]}, status_code=201)


# What is looked at


def events(asked: Asked) -> Response:
    """Server-sent events: a number whenever something changed in the batch, and "end" when nothing is left to do."""
    owner = _batch(asked)

    def left() -> bool:
        items, has_job = desk.items(asked.workspace, owner.id), asked.desk.progress.has_job
        return has_job(owner.id) or any(one.state is ItemState.WAITING or has_job(one.id) for one in items)

    return changes(asked, owner.id, left)


def small(asked: Asked) -> Response:
    """The small picture; an empty one where there is none, as of a file that could not be read."""
    found = item_of(asked)
    before = asked.request.query_params.get("before") is not None
    data = desk.small(asked.workspace, found.item.id, before=before)
    if data is None:
        return RedirectResponse("/static/none.svg")
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=60"})


async def copy(asked: Asked) -> Response:
    """The file that may be posted, to keep; judged again before where what is on record changed since."""
    found = (await run_in_threadpool(item_of, asked)).item
    await renewed(asked.desk, asked.workspace, asked.caller.account.id, found)
    name, data = await run_in_threadpool(posting.to_post, asked.workspace, found.id)
    return download(name, data)


async def copies(asked: Asked) -> Response:
    """All pictures of the batch that may be posted, in one ZIP file; one such file is made at a time."""
    async with asked.desk.packing:
        return await run_in_threadpool(_packed, asked)


def _packed(asked: Asked) -> Response:
    """All pictures of the batch that may be posted, in one ZIP file, with the captions to post them with."""
    owner = _batch(asked)
    buffer = io.BytesIO()
    fitting = [one for one in desk.items(asked.workspace, owner.id) if desk.may_be_posted(one)]
    older = [one for one in fitting if not posting.is_of_now(asked.workspace, one.id)]
    for one in older:
        asked.desk.put(renewal(asked.caller.account.id, one), first=True)
    if older:
        raise RequestError(
            phrase("what is on record changed since: the pictures are being checked again, fetch them then")
        )
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for one in fitting:
            name, data = posting.to_post(asked.workspace, one.id)
            archive.writestr(f"{one.number:03d}-{name}", data)
            if buffer.tell() > LARGEST_ARCHIVE:
                raise RequestError(
                    phrase(
                        "they are more than {most} MB together: fetch them one by one",
                        most=LARGEST_ARCHIVE // 1_000_000,
                    )
                )
            caption = desk.item(asked.workspace, one.id).caption
            if caption:
                archive.writestr(f"{one.number:03d}-{name}.txt", caption)
    return download("pictures.zip", buffer.getvalue())


PAGES = (
    Guarded(path="/check", page=check, right=Right.CHECK),
    Guarded(path="/batches", page=earlier, right=Right.CHECK),
    Guarded(path="/batches", page=open_batch, right=Right.CHECK, method="POST", takes_files=True),
    Guarded(path="/batches/{batch}", page=batch, right=Right.SEE),
    Guarded(path="/batches/{batch}/pictures", page=more_pictures, right=Right.CHECK, method="POST", takes_files=True),
    Guarded(path="/batches/{batch}/events", page=events, right=Right.SEE),
    Guarded(path="/batches/{batch}/pictures.zip", page=copies, right=Right.CHECK),
    Guarded(path="/items/{item}", page=item, right=Right.SEE),
    Guarded(path="/items/{item}/small.jpg", page=small, right=Right.SEE),
    Guarded(path="/items/{item}/copy", page=copy, right=Right.CHECK),
)
"""The pages, their addresses, and the rights that they take."""
