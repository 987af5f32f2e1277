"""Accounts and tokens as JSON; nothing of a secret is in it."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.account import Account, ApiToken


class AccountWire(msgspec.Struct, frozen=True, kw_only=True):
    """An account. `issuer`, `subject` and `email` are who they are to the identity provider that they sign in by."""

    id: str
    name: str
    role: str
    added: dt.datetime | None
    ended: dt.datetime | None
    issuer: str | None
    subject: str | None
    email: str | None


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
    known = account.identity
    return AccountWire(
        id=account.id,
        name=account.name,
        role=account.role.value,
        added=account.added,
        ended=account.ended,
        issuer=None if known is None else known.issuer,
        subject=None if known is None else known.subject,
        email=None if known is None else known.email,
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
