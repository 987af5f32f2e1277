"""What ends, on a page and as a calendar: whoever knows the address of a feed reads it, and can do nothing else."""

from __future__ import annotations

import datetime as dt

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.domain.account import Right
from imgpolicy.errors import ImgPolicyError
from imgpolicy.render.calendar import MEDIA_TYPE, calendar, page_of, summary
from imgpolicy.server.context import LANGUAGES, Asked, Desk
from imgpolicy.server.guard import Guarded, reader_language
from imgpolicy.server.pages import page
from imgpolicy.service import calendar as calendars
from imgpolicy.service import idling


def ending(asked: Asked) -> Response:
    """What ends within a year, the account's calendar feed, and what rests on nothing any more."""
    return _page(asked)


def open_feed(asked: Asked) -> Response:
    """Make a feed for the account, or another in the place of its own, and show its address: once."""
    secret = calendars.open_feed(asked.workspace, asked.caller.account.id)
    return _page(asked, f"{_begins(asked.desk)}/calendar/{secret}.ics?lang={asked.language.code.value}")


def close_feed(asked: Asked) -> Response:
    """End the account's feed."""
    calendars.close_feed(asked.workspace, asked.caller.account.id)
    return RedirectResponse("/ending", status_code=303)


def _page(asked: Asked, address: str = "") -> Response:
    found = calendars.deadlines(asked.workspace)
    values = {
        "found": [(one.day, summary(one, asked.language), page_of(one)) for one in found],
        "feed": calendars.feed(asked.workspace, asked.caller.account.id),
        "address": address,
        "idle": [(asked.language.say(idling.KINDS[one.kind]), one) for one in idling.idle(asked.workspace)],
    }
    return page(asked, "ending.html", values)


async def follow(request: Request) -> Response:
    """The calendar, for whoever knows the address of a feed."""
    desk: Desk = request.app.state.desk
    chosen = request.query_params.get("lang", "")
    spoken = LANGUAGES[chosen] if chosen in LANGUAGES else reader_language(request)
    if not desk.links.allows(request.client.host if request.client else ""):
        return Response(status_code=429)
    try:
        found = await run_in_threadpool(calendars.followed, desk.workspace, request.path_params["secret"])
    except ImgPolicyError:  # the register was altered, or a clock is wrong: the desk's own pages say what it is
        return Response(status_code=503)
    if found is None:
        return Response(status_code=404)
    name = spoken.word("What ends: {organisation}", organisation=desk.workspace.policy.ref.name)
    return Response(
        calendar(found, name, _begins(desk), dt.datetime.now(dt.UTC), spoken), headers={"Content-Type": MEDIA_TYPE}
    )


def _begins(desk: Desk) -> str:
    return desk.settings.address.rstrip("/")


OPEN = (Route("/calendar/{secret}.ics", follow, methods=["GET"]),)
"""What is open to everybody who reaches the desk."""

PAGES = (
    Guarded(path="/ending", page=ending, right=Right.FOLLOW),
    Guarded(path="/ending/feed", page=open_feed, right=Right.FOLLOW, method="POST"),
    Guarded(path="/ending/feed/end", page=close_feed, right=Right.FOLLOW, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
