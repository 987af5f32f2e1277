"""Ask anew before a consent ends: whoever's yes ends within the policy's days, and who is not being asked already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.publication import Due
from imgpolicy.domain.request import ANSWERED, ConsentRequest
from imgpolicy.errors import RequestError
from imgpolicy.phrase import message_of
from imgpolicy.register import requests as kept
from imgpolicy.register.consents import due
from imgpolicy.service.asking import Asked, Asking, accept, ask
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """Somebody whose yes ends and who could not be asked, by id, and why."""

    person: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAnew:
    """Who was asked anew, and who could not be."""

    asked: tuple[Asked, ...]
    left: tuple[NotAsked, ...]


def ending(workspace: Workspace) -> tuple[Due, ...]:
    """What ends first of each person within the days of the policy; nobody who is being asked, or answered lately."""
    now = dt.datetime.now(dt.UTC)
    with workspace.register.reading() as unit:
        today = unit.today()
        lately = now - dt.timedelta(days=workspace.kept.forms.renew_days)
        waiting = {one.person for one in kept.requests(unit) if _is_settled(one, now, lately)}
        soon = due(unit, today, workspace.kept.forms.renew_days)
    first: dict[str, Due] = {}
    for one in soon:
        publication = one.consent is not None and one.consent.kind is ConsentKind.PUBLICATION
        if publication and one.person not in waiting and one.ends >= today:
            first.setdefault(one.person, one)
    return tuple(first.values())


def never_asked(workspace: Workspace) -> tuple[Due, ...]:
    """What ends first of each person, as `ending` has it; nobody about whom anything was asked within those days."""
    lately = dt.datetime.now(dt.UTC) - dt.timedelta(days=workspace.kept.forms.renew_days)
    with workspace.register.reading() as unit:
        asked = {one.person for one in kept.requests(unit) if one.made >= lately}
    return tuple(one for one in ending(workspace) if one.person not in asked)


def _is_settled(request: ConsentRequest, now: dt.datetime, lately: dt.datetime) -> bool:
    """Whether somebody is being asked, or answered a question that was put lately, whichever way."""
    return request.is_open(now) or (request.state in ANSWERED and request.made >= lately)


def ask_anew(workspace: Workspace, how: Asking, whom: Sequence[Due] | None = None) -> AskedAnew:
    """Requests to all whose yes ends soon, each with a link of its own. RequestError as `asking.ask` has it for `how`.

    `whom` is who of them are asked, None for all.
    Somebody who cannot be asked, such as a minor without a guardian, keeps no other from being asked.
    """
    accept(how)
    asked: list[Asked] = []
    left: list[NotAsked] = []
    for one in ending(workspace) if whom is None else whom:
        try:
            asked += ask(workspace, one.person, how)
        except RequestError as error:
            left.append(NotAsked(person=one.person, why=message_of(error)))
    return AskedAnew(asked=tuple(asked), left=tuple(left))
