"""What ends, for a calendar: read here, or by a program that knows the address of an account's feed.

A feed's address holds the secret of a token that may do nothing but read it. An account has one at a time.
"""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.account import ApiToken, Right
from imgpolicy.domain.deadline import Deadline
from imgpolicy.register import deadlines as found
from imgpolicy.register import sessions
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.workspace import Workspace

DAYS = 366
"""So far ahead a calendar shows what ends."""

_FEED = frozenset({Right.FOLLOW})
_LABEL = "calendar feed"


def deadlines(workspace: Workspace) -> tuple[Deadline, ...]:
    """What ends within a year, by day, with what is due since before."""
    with workspace.register.reading() as unit:
        return found.deadlines(unit, unit.today(), DAYS)


def followed(workspace: Workspace, secret: str) -> tuple[Deadline, ...] | None:
    """What ends, for whoever knows the secret of a feed; None when it is none, or the feed or its account ended.

    A token that may do more than that is none: addresses of calendars are handed on.
    """
    with workspace.register.reading() as unit:
        token = sessions.token(unit, secret, _now())
        if token is None or token.rights != _FEED:
            return None
        asks = sessions.caller(unit, token.account, token)
        if asks is None or Right.FOLLOW not in asks.rights:
            return None
        return found.deadlines(unit, unit.today(), DAYS)


def feed(workspace: Workspace, account_id: str) -> ApiToken | None:
    """The feed of an account; None when it has none. RegisterError when the account is not there."""
    with workspace.register.reading() as unit:
        return next(iter(_feeds(unit, account_id)), None)


def open_feed(workspace: Workspace, account_id: str) -> str:
    """The secret of the account's feed, which nobody is ever told again; the former one leads nowhere any more.

    RequestError for an account that may not follow what ends; RegisterError for one that is not there or ended.
    """
    with workspace.register.writing() as unit:
        _close(unit, account_id)
        return sessions.add_token(unit, account_id, _LABEL, _FEED, None)[1]


def close_feed(workspace: Workspace, account_id: str) -> None:
    """End the feed of an account: its address leads nowhere any more. RegisterError when the account is not there."""
    with workspace.register.writing() as unit:
        _close(unit, account_id)


def _close(unit: UnitOfWork, account_id: str) -> None:
    for one in _feeds(unit, account_id):
        sessions.revoke_token(unit, one.id)


def _feeds(unit: UnitOfWork, account_id: str) -> list[ApiToken]:
    now = _now()
    return [one for one in sessions.tokens(unit, account_id) if one.rights == _FEED and not one.is_over(now)]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
