"""What stands for an account: sessions of those who signed in, and tokens of programs.

Of a secret there is a keyed digest alone. What is sealed is bound to the account that it is of: with the database and
without the key nobody makes a session, prolongs one, or makes it another's.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import msgspec

from imgpolicy.domain.account import SEEN_EVERY, ApiToken, Caller, Right, Session, check_token
from imgpolicy.domain.account_forms import sessions_form, token_form
from imgpolicy.domain.ids import is_id
from imgpolicy.domain.log import Action
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.accounts import account, active, relied_account
from imgpolicy.register.sql.accounts import SessionRow, TokenRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

TOKEN_PREFIX = "imgp_"  # noqa: S105  # no secret: what one begins with
_SESSIONS = (Action.SIGN_IN, Action.SIGN_IN_OIDC, Action.SIGN_OUT)
_SECRET_BYTES = 32
_LONGEST_SECRET = 200
_ID_DIGITS = 12
"""Hex digits of a secret's digest that a token is called by."""


@dataclass(frozen=True, slots=True)
class _Lasting:
    """What is sealed of a session."""

    began: dt.datetime
    seen: dt.datetime


@dataclass(frozen=True, slots=True)
class _Given:
    """What is sealed of a token."""

    digest: str
    label: str
    rights: frozenset[Right]
    created: dt.datetime
    ends: dt.datetime | None
    revoked: dt.datetime | None


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token, and the digest of its secret."""

    token: ApiToken
    digest: str = field(repr=False)


def begin_session(unit: UnitOfWork, account_id: str, action: Action = Action.SIGN_IN) -> str:
    """The secret of a new session; those of this account that are over go. RegisterError for one that ended.

    `action` is what the log says of how they signed in.
    """
    active(unit, account_id)
    now = dt.datetime.now(dt.UTC)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    kept = sessions_of(unit, account_id)
    if kept:  # or one that was put back would be recorded with the new one
        _hold(unit, account_id, kept)
    for over in (one for one in kept if one.is_over(now)):
        unit.sql.accounts.delete(SessionRow, "id", over.id)
    begun = Session(id=_digest(unit, "session", secret), account=account_id, began=now, seen=now)
    unit.sql.accounts.insert([SessionRow(begun.id, account_id, _sealed_session(unit, begun))])
    unit.log(action, account_id, sessions_form(account_id, sessions_of(unit, account_id)))
    return secret


def session(unit: UnitOfWork, secret: str, now: dt.datetime) -> Session | None:
    """The session of this secret; None when there is none, or it is over.

    RegisterError when it is not what was recorded: such as one that ended, and was put back.
    """
    if len(secret) > _LONGEST_SECRET:
        return None
    name = _digest(unit, "session", secret)
    begun = {row.id: opened_session(unit, row) for row in unit.sql.accounts.sessions_beside(name)}
    found = begun.get(name)
    if found is None or found.is_over(now):
        return None
    _hold(unit, found.account, begun.values())
    return found


def sessions_of(unit: UnitOfWork, account_id: str) -> tuple[Session, ...]:
    """The sessions of an account, those that are over too."""
    rows = unit.sql.accounts.find(SessionRow, "account", account_id)
    return tuple(opened_session(unit, row) for row in rows)


def is_to_be_seen(one: Session, now: dt.datetime) -> bool:
    """Whether it is to be written down that the session is used: it was last so long ago."""
    return now - one.seen >= SEEN_EVERY


def see(unit: UnitOfWork, secret: str, now: dt.datetime) -> None:
    """Write down that a session is used, where it still is there; the log does not tell it."""
    found = session(unit, secret, now)
    if found is not None:
        sealed = _sealed_session(unit, replace(found, seen=now))
        unit.sql.accounts.update(SessionRow, found.id, {"details": sealed})


def end_session(unit: UnitOfWork, secret: str, now: dt.datetime) -> None:
    """End the session of this secret; nothing where there is none."""
    found = session(unit, secret, now)
    if found is not None:
        unit.sql.accounts.delete(SessionRow, "id", found.id)
        unit.log(Action.SIGN_OUT, found.account, sessions_form(found.account, sessions_of(unit, found.account)))


def end_sessions(unit: UnitOfWork, account_id: str) -> None:
    """End all sessions of an account."""
    if unit.sql.accounts.delete(SessionRow, "account", account_id):
        unit.log(Action.SIGN_OUT, account_id, sessions_form(account_id, ()))


def add_token(
    unit: UnitOfWork, account_id: str, label: str, rights: frozenset[Right], ends: dt.datetime | None
) -> tuple[ApiToken, str]:
    """A new token and its secret; RequestError or RegisterError for what `check_token` refuses, or an ended account."""
    check_token(active(unit, account_id), label, rights, ends)
    secret = f"{TOKEN_PREFIX}{secrets.token_urlsafe(_SECRET_BYTES)}"
    digest = _digest(unit, "token", secret)
    made = ApiToken(
        id=_token_id(digest), account=account_id, label=label, rights=rights, created=dt.datetime.now(dt.UTC), ends=ends
    )
    known = KnownToken(made, digest)
    unit.sql.accounts.insert([TokenRow(made.id, account_id, _sealed_token(unit, known))])
    unit.log(Action.ADD_TOKEN, made.id, token_form(made, digest))
    return made, secret


def token(unit: UnitOfWork, secret: str, now: dt.datetime) -> ApiToken | None:
    """The token of this secret; None when there is none, or it is over. RegisterError as `session` says."""
    if not secret.startswith(TOKEN_PREFIX) or len(secret) > _LONGEST_SECRET:
        return None
    digest = _digest(unit, "token", secret)
    for row in unit.sql.accounts.find(TokenRow, "id", _token_id(digest)):
        known = opened_token(unit, row)
        if hmac.compare_digest(known.digest, digest) and not known.token.is_over(now):
            form = token_form(known.token, known.digest)
            unit.hold(phrase("the token {id}", id=repr(row.id)), row.id, (Action.ADD_TOKEN, Action.REVOKE_TOKEN), form)
            return known.token
    return None


def tokens(unit: UnitOfWork, account_id: str | None = None) -> tuple[ApiToken, ...]:
    """The tokens of an account, or all, in the order in which they were made; RegisterError when it is not there."""
    if account_id is not None:
        account(unit, account_id)
    rows = unit.sql.accounts.find(TokenRow, *(() if account_id is None else ("account", account_id)))
    return tuple(sorted((opened_token(unit, row).token for row in rows), key=lambda one: (one.created, one.id)))


def revoke_token(unit: UnitOfWork, token_id: str) -> ApiToken:
    """The token, which nothing is asked with any more; RegisterError when there is none, or it was revoked before."""
    rows = unit.sql.accounts.find(TokenRow, "id", token_id) if is_id(token_id) else []
    if not rows:
        raise RegisterError(
            phrase("there is no token {token}; `imgpolicy account token list` shows them", token=repr(token_id[:80]))
        )
    known = opened_token(unit, rows[0])
    if known.token.revoked is not None:
        raise RegisterError(
            phrase(
                "{token} was revoked already, on {day}",
                token=repr(token_id),
                day=str(unit.policy.day(known.token.revoked)),
            )
        )
    revoked = replace(known.token, revoked=dt.datetime.now(dt.UTC))
    unit.sql.accounts.update(TokenRow, token_id, {"details": _sealed_token(unit, replace(known, token=revoked))})
    unit.log(Action.REVOKE_TOKEN, token_id, token_form(revoked, known.digest))
    return revoked


def revoke_tokens(unit: UnitOfWork, account_id: str) -> None:
    """Revoke all tokens of an account that were not before."""
    for one in tokens(unit, account_id):
        if one.revoked is None:
            revoke_token(unit, one.id)


def known_tokens(unit: UnitOfWork) -> tuple[KnownToken, ...]:
    """All tokens with the digests of their secrets, by id."""
    return tuple(opened_token(unit, row) for row in unit.sql.accounts.find(TokenRow))


def carry_token(unit: UnitOfWork, known: KnownToken) -> None:
    """Keep the token as it is in another copy of the same register; its account must be there."""
    before = {one.token.id: one for one in known_tokens(unit)}.get(known.token.id)
    if before == known:
        return
    sealed = _sealed_token(unit, known)
    if before is None:
        unit.sql.accounts.insert([TokenRow(known.token.id, known.token.account, sealed)])
    else:
        unit.sql.accounts.update(TokenRow, known.token.id, {"details": sealed})
    unit.log(Action.ADD_TOKEN, known.token.id, token_form(known.token, known.digest))


def caller(unit: UnitOfWork, account_id: str, by: ApiToken | None = None) -> Caller | None:
    """Who asks; None where the account ended. RegisterError when it is not what was recorded."""
    asks = relied_account(unit, account_id)
    return None if asks.ended is not None else Caller.of(asks, by)


def opened_session(unit: UnitOfWork, row: SessionRow) -> Session:
    """The session of this row; RegisterError when it was altered."""
    lasting = msgspec.json.decode(unit.vault.unseal(_session_place(row.id, row.account), row.details), type=_Lasting)
    return Session(id=row.id, account=row.account, began=lasting.began, seen=lasting.seen)


def opened_token(unit: UnitOfWork, row: TokenRow) -> KnownToken:
    """The token of this row; RegisterError when it was altered."""
    given = msgspec.json.decode(unit.vault.unseal(_token_place(row.id, row.account), row.details), type=_Given)
    made = ApiToken(
        id=row.id,
        account=row.account,
        label=given.label,
        rights=given.rights,
        created=given.created,
        ends=given.ends,
        revoked=given.revoked,
    )
    return KnownToken(made, given.digest)


def _hold(unit: UnitOfWork, account_id: str, begun: Iterable[Session]) -> None:
    form = sessions_form(account_id, begun)
    unit.hold(
        phrase("a session of {account}", account=repr(account_id)),
        account_id,
        _SESSIONS,
        form,
    )


def _digest(unit: UnitOfWork, of: str, secret: str) -> str:
    return unit.vault.digest(f"{of}\0{secret}".encode(errors="backslashreplace"))


def _token_id(digest: str) -> str:
    return f"k-{digest[:_ID_DIGITS]}"


def _sealed_session(unit: UnitOfWork, one: Session) -> bytes:
    document = msgspec.json.encode(_Lasting(one.began, one.seen))
    return unit.vault.seal(_session_place(one.id, one.account), padded(document))


def _sealed_token(unit: UnitOfWork, known: KnownToken) -> bytes:
    one = known.token
    document = msgspec.json.encode(
        _Given(known.digest, one.label, one.rights, one.created, one.ends, one.revoked), order="deterministic"
    )
    return unit.vault.seal(_token_place(one.id, one.account), padded(document))


def _session_place(session_id: str, account_id: str) -> str:
    return f"session.details:{session_id}:{account_id}"


def _token_place(token_id: str, account_id: str) -> str:
    return f"api_token.details:{token_id}:{account_id}"
