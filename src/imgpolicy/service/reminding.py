"""What is sent by mail without anybody at the page: reminders of open requests, and requests before a yes ends.

due ─► claimed ─► sent ─► the link that was sent is the request's
The secret of a link is kept nowhere, so that a reminder brings another, which leads to the form once the server took
the mail. Until then the former does: whoever is cut off before that sends once more, and nobody is left without a link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from imgpolicy.domain.request import ConsentRequest, RequestState
from imgpolicy.register import requests as kept
from imgpolicy.service.asking import Asked, Asking, form, links_begin
from imgpolicy.service.mailing import Mailed, accept_mail, mail_link
from imgpolicy.service.renewing import AskedAnew, ask_anew, never_asked
from imgpolicy.service.workspace import Workspace

TRY_AGAIN = dt.timedelta(hours=1)
"""So long nobody else sends a mail that somebody began to send."""

_NOBODY = AskedAnew(asked=(), left=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Who was asked anew, who could not be, and what became of each mail."""

    anew: AskedAnew
    mailed: tuple[Mailed, ...]


def remind(workspace: Workspace, go_on: Callable[[], bool] = lambda: True) -> Round:
    """What one round did, as the policy's `remind_days` and `renew_with` ask for; it ends once `go_on` says no.

    A request is reminded of once, and what the server refuses is tried again after an hour. Whoever's yes ends is asked
    once within `renew_days`. RequestError when the policy asks for neither, or names no mail server; RegisterError when
    it names a form that is not there.
    """
    accept_mail(workspace)
    begins = links_begin(workspace)
    mailed = [*_mailed(workspace, begins, go_on)]
    anew = _asked_anew(workspace)
    if anew.asked:
        mailed += _mailed(workspace, begins, go_on)
    return Round(anew=anew, mailed=tuple(mailed))


def _asked_anew(workspace: Workspace) -> AskedAnew:
    """Requests, whose links are sent yet, to whoever's yes ends and was not asked since that is near."""
    name = workspace.kept.forms.renew_with
    if name is None:
        return _NOBODY
    how = Asking(form=name, by=form(workspace, name).controller, by_mail=True)
    return ask_anew(workspace, how, never_asked(workspace))


def _mailed(workspace: Workspace, begins: str, go_on: Callable[[], bool]) -> Iterator[Mailed]:
    now, days = dt.datetime.now(dt.UTC), workspace.kept.forms.remind_days
    with workspace.register.reading() as unit:
        due = [one.id for one in kept.requests(unit) if _is_due(one, now, days)]
    for request_id in due:
        claimed = _claimed(workspace, request_id) if go_on() else None
        if claimed is not None:
            yield _sent(workspace, begins, claimed)


def _claimed(workspace: Workspace, request_id: str) -> ConsentRequest | None:
    """The request, for which nobody else sends a mail for an hour; None when there is none to be sent any more."""
    now = dt.datetime.now(dt.UTC)
    with workspace.register.writing() as unit:
        found = next((one for one in kept.requests(unit) if one.id == request_id), None)
        if found is None or not _is_due(found, now, workspace.kept.forms.remind_days):
            return None
        return kept.keep_request(unit, replace(kept.request(unit, request_id), tried=now))


def _sent(workspace: Workspace, begins: str, claimed: ConsentRequest) -> Mailed:
    """What became of the mail; its link is the request's once the server took it, and nothing was done meanwhile."""
    asked = Asked(request=claimed, secret=kept.new_secret())
    mailed = mail_link(workspace, begins, asked)
    if mailed.why is not None:
        return mailed
    now = dt.datetime.now(dt.UTC)
    with workspace.register.writing() as unit:
        found = next((one for one in kept.requests(unit, claimed.person) if one.id == claimed.id), None)
        if found is not None and found.is_open(now) and found.tried == claimed.tried:
            reminded = found.reminded if claimed.unsent else now
            sent = replace(found, state=RequestState.REQUESTED, changed=now, unsent=False, reminded=reminded)
            kept.put_link(unit, sent, asked.secret)
    return mailed


def _is_due(request: ConsentRequest, now: dt.datetime, days: int) -> bool:
    """Whether a mail is to be sent now: the first, or the one reminder, which comes in the second half of its time."""
    if request.email is None or request.shared or not request.is_open(now):
        return False
    if request.tried is not None and now - request.tried < TRY_AGAIN:
        return False
    half, last = request.made + (request.ends - request.made) / 2, request.ends - dt.timedelta(days=days)
    return request.unsent or (days > 0 and request.reminded is None and now >= max(half, last))
