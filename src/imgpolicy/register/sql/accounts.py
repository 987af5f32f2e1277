"""Accounts, and the sessions and tokens that stand for them: sealed, but for what belongs to whom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Row, Rows, metadata

ACCOUNT = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
SESSION = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account", sa.ForeignKey("account.id", name="fk_session_account"), nullable=False, index=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
TOKEN = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account", sa.ForeignKey("account.id", name="fk_api_token_account"), nullable=False, index=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)


class AccountRow(NamedTuple):
    """An account; who it is, what they may do and what their password is checked by are sealed."""

    id: str
    details: bytes


class SessionRow(NamedTuple):
    """A session; its id is the keyed digest of its secret."""

    id: str
    account: str
    details: bytes


class TokenRow(NamedTuple):
    """A token; its id is the beginning of the keyed digest of its secret, which is sealed with the rest."""

    id: str
    account: str
    details: bytes


class AccountRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {AccountRow: ACCOUNT, SessionRow: SESSION, TokenRow: TOKEN}

    def sessions_beside(self, session_id: str) -> list[SessionRow]:
        """All sessions of the account that this one is of, with it; none when it is not there."""
        return [SessionRow(*row) for row in self._connection.execute(_beside(), {"mine": session_id})]


@cache
def _beside() -> sa.Select[str, str, bytes]:
    """Made once: it is asked whenever somebody who signed in asks for anything."""
    mine = SESSION.alias("mine")
    same = sa.and_(mine.c.account == SESSION.c.account, mine.c.id == sa.bindparam("mine"))
    return sa.select(SESSION.c.id, SESSION.c.account, SESSION.c.details).join(mine, same)
