"""Accounts, what they sign in by, and their sessions and tokens as the bytes that the log keeps digests of.

For these forms holds what `canonical` says of those of records.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

import msgspec

from imgpolicy.domain.account import Account, ApiToken, Session


class _AccountForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="account/1"):
    id: str
    name: str
    role: str
    added: dt.datetime | None = None
    ended: dt.datetime | None = None
    issuer: str | None = None
    subject: str | None = None
    email: str | None = None


class _PasswordForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="password/1"):
    """`hash` is the SHA-256 of what the password is checked by."""

    account: str
    hash: str


class _SessionsForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="sessions/1"):
    """All sessions of one account, by id, with when they began. When one was last used is no part of it."""

    account: str
    sessions: list[tuple[str, dt.datetime]] = []


class _TokenForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="token/1"):
    """`digest` is the keyed digest of its secret."""

    id: str
    account: str
    label: str
    rights: list[str]
    created: dt.datetime
    digest: str
    ends: dt.datetime | None = None
    revoked: dt.datetime | None = None


def account_form(account: Account) -> bytes:
    """The bytes that stand for an account; its password has some of its own."""
    known = account.identity
    return msgspec.json.encode(
        _AccountForm(
            id=account.id,
            name=account.name,
            role=account.role.value,
            added=_utc(account.added),
            ended=_utc(account.ended),
            issuer=None if known is None else known.issuer,
            subject=None if known is None else known.subject,
            email=None if known is None else known.email,
        )
    )


def password_form(account: str, password_hash: str) -> bytes:
    """The bytes that stand for what an account's password is checked by."""
    return msgspec.json.encode(_PasswordForm(account=account, hash=hashlib.sha256(password_hash.encode()).hexdigest()))


def sessions_form(account: str, sessions: Iterable[Session]) -> bytes:
    """The bytes that stand for all sessions of an account."""
    began = sorted((one.id, one.began.astimezone(dt.UTC)) for one in sessions)
    return msgspec.json.encode(_SessionsForm(account=account, sessions=began))


def token_form(token: ApiToken, digest: str) -> bytes:
    """The bytes that stand for a token, with the digest of its secret."""
    return msgspec.json.encode(
        _TokenForm(
            id=token.id,
            account=token.account,
            label=token.label,
            rights=sorted(token.rights),
            created=token.created.astimezone(dt.UTC),
            digest=digest,
            ends=_utc(token.ends),
            revoked=_utc(token.revoked),
        )
    )


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else moment.astimezone(dt.UTC)
