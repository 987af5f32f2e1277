"""The queue: what posters handed in, one picture at a time, to be decided by keys alone."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.desk import Approval, QueuePage
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.server.checking import shown_item
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import page
from imgpolicy.service import deciding, desk

PART = 50
"""Pictures of the queue on one page."""


def queue(asked: Asked) -> Response:
    """The queue in the order in which pictures were handed in, which never changes, and the first of them."""
    found = _part(asked)
    current = found.items[0].id if found.items else None
    return _shown(asked, found, current)


def queued(asked: Asked) -> Response:
    """One picture of the queue, with the next ones beside it."""
    return _shown(asked, _part(asked), asked.request.path_params["item"])


def _part(asked: Asked) -> QueuePage:
    return deciding.queue(asked.workspace, after=asked.request.query_params.get("after"), limit=PART)


def _shown(asked: Asked, found: QueuePage, current: str | None) -> Response:
    after = asked.request.query_params.get("after")
    shown = None if current is None else shown_item(asked, desk.item(asked.workspace, current))
    ids = [one.id for one in found.items]
    place = ids.index(current) if current in ids else -1
    values = {
        "items": found.items,
        "total": found.total,
        "next_page": found.next,
        "part": f"?{urlencode({'after': after})}" if after else "",
        "current": shown,
        "before": ids[place - 1] if place > 0 else None,
        "after": ids[place + 1] if 0 <= place < len(ids) - 1 else None,
        "may_decide": Right.DECIDE in asked.caller.rights,
        "channels": [],
        "state_words": {},
    }
    return page(asked, "queue.html", values)


def decide(asked: Asked) -> Response:
    """Keep what a reviewer decided, and go on to the next picture."""
    item_id = asked.request.path_params["item"]
    approval = Approval(
        by=asked.caller.account.id,
        name=asked.caller.account.name,
        accept=asked.form.get("decision") == "accept",
        reason=asked.form.get("reason", ""),
    )
    deciding.decide(asked.workspace, item_id, approval, shown_at=_moment(asked.form.get("shown", "")))
    following = asked.form.get("next", "")
    return RedirectResponse(f"/queue/{quote(following, safe='')}" if following else "/queue", status_code=303)


def _moment(text: str) -> dt.datetime:
    """When the picture was changed last that the page showed; RequestError for what is none."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError(phrase("this page is out of date: open it again")) from error


def take_back(asked: Asked) -> Response:
    """Take one's own last decision back."""
    item_id = asked.request.path_params["item"]
    deciding.undo_decision(asked.workspace, item_id, asked.caller.account.id)
    return RedirectResponse(f"/queue/{item_id}", status_code=303)


PAGES = (
    Guarded(path="/queue", page=queue, right=Right.DECIDE),
    Guarded(path="/queue/{item}", page=queued, right=Right.DECIDE),
    Guarded(path="/queue/{item}/decide", page=decide, right=Right.DECIDE, method="POST"),
    Guarded(path="/queue/{item}/undo", page=take_back, right=Right.DECIDE, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
