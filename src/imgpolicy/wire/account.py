"""Accounts and tokens as JSON; nothing of a secret is in it."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.account import Account, ApiToken


class AccountWire(msgspec.Struct, frozen=True, kw_only=True):
    """An account."""

    id: str
    name: str
    role: str
    added: dt.datetime | None
    ended: dt.datetime | None


class TokenWire(msgspec.Struct, frozen=True, kw_only=True):
    """A token; its rights are sorted."""

    id: str
    account: str
    label: str
    rights: list[str]
    created: dt.datetime
    ends: dt.datetime | None
    revoked: dt.datetime | None


def account_wire(account: Account) -> AccountWire:
    """The account as it is written."""
    return AccountWire(
        id=account.id, name=account.name, role=account.role.value, added=account.added, ended=account.ended
    )


def token_wire(token: ApiToken) -> TokenWire:
    """The token as it is written."""
    return TokenWire(
        id=token.id,
        account=token.account,
        label=token.label,
        rights=sorted(token.rights),
        created=token.created,
        ends=token.ends,
        revoked=token.revoked,
    )
