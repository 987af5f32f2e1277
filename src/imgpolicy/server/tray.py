"""The tray of a batch: the faces that nobody knows, each with one field to say whose it is.

It stands in the order of the pictures, and of the faces in each. Nothing is filled in beforehand, and no name that was
said becomes the next one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec
from starlette.responses import JSONResponse, RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.desk import Batch, Details, Item, ItemState
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.words import folded
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.render.words import FACE_STATUS
from imgpolicy.server import forms
from imgpolicy.server.acting import DIGITS, named_in
from imgpolicy.server.checking import batch_of, item_of, my_item
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.pages import Values, page
from imgpolicy.server.undo import bar
from imgpolicy.service import accounts, desk, grouping, people
from imgpolicy.service.grouping import Spot
from imgpolicy.service.smalls import MOST_FACES, STRANGERS
from imgpolicy.wire.report import report_in

MOST_NAMES = 10
"""Names that are proposed while one is typed."""

NAMEABLE = frozenset({ItemState.WAITING, ItemState.JUDGED, ItemState.FAILED, ItemState.READY})
"""Where whoever laid a picture down may say who is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A face that nobody knows: its number in the picture, what is said of it, and its frame, 0 being the first."""

    number: int
    words: str
    frame: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A picture of the tray with its strangers; `busy` while it is judged again, and `waits` when nothing is known."""

    item: Item
    strangers: tuple[Stranger, ...]
    busy: bool
    waits: bool
    may_name: bool


def tray(asked: Asked) -> Response:
    """The tray of a batch."""
    return page(asked, "tray.html", values(asked, asked.request.path_params["batch"]))


def values(asked: Asked, batch_id: str) -> Values:
    """What the page of a tray shows; DeniedError when the batch is not for whoever asks."""
    owner = batch_of(asked, batch_id)
    sections = [_section(asked, one) for one in desk.items(asked.workspace, owner.id)]
    mine = owner.account == asked.caller.account.id and Right.CHECK in asked.caller.rights
    return {
        "batch": owner,
        "sections": sections,
        "count": sum(len(one.strangers) for one in sections),
        "working": any(one.busy for one in sections) or asked.desk.progress.has_job(owner.id),
        "mine": mine,
        "may_group": mine and grouping.may_group(asked.workspace),
        "groups": _groups(asked, owner.id, sections),
        "refusal": asked.language.say(asked.desk.progress.refusal(owner.id)),
        "bar": bar(asked),
        "problem": "",
    }


def _section(asked: Asked, item: Item) -> Section:
    progress = asked.desk.progress
    busy = item.state is ItemState.WAITING or progress.has_job(item.id)
    known = () if item.gone or item.verdict is None else tuple(_strangers(asked, desk.item(asked.workspace, item.id)))
    waits = item.state is ItemState.WAITING
    return Section(item=item, strangers=known, busy=busy, waits=waits, may_name=item.state in NAMEABLE)


def _groups(asked: Asked, batch_id: str, sections: Sequence[Section]) -> list[list[tuple[Item, Stranger]]] | None:
    """Strangers who look alike, those who were named since left out; None where nobody asked, or too long ago."""
    found = asked.desk.groups.of(batch_id)
    if found is None:
        return None
    known = {
        Spot(item=one.item.id, face=face.number): (one.item, face)
        for one in sections
        if one.may_name
        for face in one.strangers
    }
    groups = [[known[spot] for spot in group if spot in known] for group in found]
    return [group for group in groups if len(group) > 1]


def _strangers(asked: Asked, found: Details) -> Iterator[Stranger]:
    if not found.answers:
        return
    numbered = enumerate(report_in(found.answers["en"]).faces, start=1)
    strangers = ((number, one) for number, one in numbered if one.person is None and one.status in STRANGERS)
    for number, one in islice(strangers, MOST_FACES):
        frame = 0 if one.frame is msgspec.UNSET else one.frame
        yield Stranger(number=number, words=asked.language.say(FACE_STATUS[one.status]), frame=frame, box=one.box)


def face(asked: Asked) -> Response:
    """A face of the tray, nearer; an empty picture where there is none."""
    data = desk.face(asked.workspace, item_of(asked).item.id, _number(asked))
    if data is None:
        return RedirectResponse("/static/none.svg")
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=60"})


def _number(asked: Asked) -> int:
    said: str = asked.request.path_params["face"]
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS:
        raise RegisterError(phrase("there is no such face in the picture"))
    return int(said)


def name(asked: Asked) -> Response:
    """Have a picture judged again with somebody named whose face this is."""
    found = my_item(asked)
    batch, item = found.item.batch, found.item.id
    stranger = next((one for one in _strangers(asked, found) if one.number == _number(asked)), None)
    if stranger is None:
        raise RequestError(phrase("this face is known by now, or the picture is being checked: look again"))
    try:
        # A clean copy may be cropped: its boxes are none of the picture as it was laid down.
        place = stranger.box if stranger.frame == 0 and not found.item.copy else None
        named_in(asked, found, asked.form.get("person", ""), place)
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "tray.html", values(asked, batch))
    return RedirectResponse(f"/batches/{batch}/faces#at-{item}", status_code=303)


def group(asked: Asked) -> Response:
    """Have the strangers of a batch compared with each other."""
    owner = _mine(asked)
    if not grouping.may_group(asked.workspace):
        raise RequestError(phrase("the policy has no strangers compared with each other"))
    asked.desk.put(Job(account=owner.account, batch=owner.id, item=owner.id, verb=Verb.GROUP), first=True)
    return RedirectResponse(f"/batches/{owner.id}/faces", status_code=303)


def name_together(asked: Asked) -> Response:
    """Have the pictures judged again in which faces were ticked, with whoever was named in each."""
    owner = _mine(asked)
    try:
        for item, face in _ticked(asked, owner.id):
            named_in(asked, desk.item(asked.workspace, item.id), asked.form.get("person", ""), face.box)
    except (RequestError, RegisterError) as error:
        return forms.again(asked, error, "tray.html", values(asked, owner.id))
    return RedirectResponse(f"/batches/{owner.id}/faces", status_code=303)


def _ticked(asked: Asked, batch_id: str) -> list[tuple[Item, Stranger]]:
    """The faces that were ticked of those who look alike; RequestError for none, and where one is known by now."""
    chosen = forms.ticked(asked.form, "face")
    sections = [_section(asked, one) for one in desk.items(asked.workspace, batch_id)]
    groups = _groups(asked, batch_id, sections) or ()
    meant = [spot for group in groups for spot in group if f"{spot[0].id}-{spot[1].number}" in chosen]
    if not meant or len(meant) < len(chosen):
        raise RequestError(phrase("tick the faces that are theirs: those that are known by now are not among them"))
    return meant


def _mine(asked: Asked) -> Batch:
    owner = batch_of(asked, asked.request.path_params["batch"])
    accounts.need_mine(asked.caller, owner.account)
    return owner


def names(asked: Asked) -> Response:
    """The first people whose name or id holds what is typed."""
    sought = folded(asked.request.query_params.get("q", "")[:200])
    found = [one for one in people.everybody(asked.workspace) if sought in folded(one.name) or sought in folded(one.id)]
    # Whose name begins so stands before whoever is called so further on.
    found.sort(key=lambda one: (not folded(one.name).startswith(sought), folded(one.name)))
    said = [{"id": one.id, "name": one.name, "relation": one.relation or ""} for one in found[:MOST_NAMES]]
    return JSONResponse(said if len(sought) > 1 else [])


PAGES = (
    Guarded(path="/batches/{batch}/faces", page=tray, right=Right.CHECK),
    Guarded(path="/items/{item}/faces/{face}.jpg", page=face, right=Right.SEE),
    Guarded(path="/items/{item}/faces/{face}", page=name, right=Right.CHECK, method="POST"),
    Guarded(path="/batches/{batch}/alike", page=group, right=Right.CHECK, method="POST"),
    Guarded(path="/batches/{batch}/together", page=name_together, right=Right.CHECK, method="POST"),
    Guarded(path="/names", page=names, right=Right.SEE),
)
"""The pages, their addresses, and the rights that they take."""
