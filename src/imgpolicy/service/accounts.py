"""Who works with the register by name: accounts, signing in, and the tokens of programs.

A door asks `session_of` or `caller_of` who is there, `need` whether they may do what they ask for, and then calls on
`workspace.acting_as(caller.account.id)`, so that the log says who it was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from imgpolicy.domain.account import (
    Account,
    AccountRole,
    ApiToken,
    Caller,
    Identity,
    Right,
    checked_identity,
    checked_password,
    comparable,
)
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.log import Action
from imgpolicy.errors import DeniedError
from imgpolicy.phrase import phrase
from imgpolicy.register import accounts as kept
from imgpolicy.register import sessions
from imgpolicy.register.passwords import fits, hashed, is_outdated
from imgpolicy.service.workspace import Workspace


def add(workspace: Workspace, account: Account, *, password: str | None = None) -> Account:
    """The account as it is kept; without a password nobody signs in to it.

    RegisterError when the id is taken or is no id, RequestError for a password that `set_password` refuses.
    """
    password_hash = None if password is None else hashed(checked_password(password))
    with workspace.register.writing() as unit:
        added = kept.add_account(unit, account)
        if password_hash is not None:
            kept.set_password(unit, added.id, password_hash)
    return added


def accounts(workspace: Workspace) -> tuple[Account, ...]:
    """All accounts by id, ended ones too."""
    with workspace.register.reading() as unit:
        return kept.accounts(unit)


def change_role(workspace: Workspace, account_id: str, role: AccountRole) -> Account:
    """The account in its new role, from now on, in sessions and tokens that it has too.

    RegisterError when it is not there or ended, RequestError when it is the last admin.
    """
    with workspace.register.writing() as unit:
        return kept.change_role(unit, account_id, role)


def set_password(workspace: Workspace, account_id: str, password: str) -> None:
    """Have the account sign in by this password from now on; its sessions end.

    RequestError for less than 12 characters or more than 200, RegisterError when it is not there or ended.
    """
    text = checked_password(password)
    with workspace.register.reading() as unit:
        kept.active(unit, account_id)
    # Before the unit: others would wait for it.
    password_hash = hashed(text)
    with workspace.register.writing() as unit:
        kept.set_password(unit, account_id, password_hash)
        sessions.end_sessions(unit, account_id)


def end(workspace: Workspace, account_id: str) -> Account:
    """The account, ended: its sessions end and its tokens are revoked, and nothing of it is deleted.

    RegisterError when it is not there or ended before, RequestError when it is the last admin.
    """
    with workspace.register.writing() as unit:
        ended = kept.end_account(unit, account_id)
        sessions.end_sessions(unit, account_id)
        sessions.revoke_tokens(unit, account_id)
    return ended


def bind(workspace: Workspace, account_id: str, identity: Identity) -> Account:
    """The account, to which whoever this is signs in by their organisation from now on; its sessions end.

    RequestError for what `checked_identity` refuses; RegisterError when it is not there or ended, or when another
    account is bound to them.
    """
    return _bound(workspace, account_id, checked_identity(identity))


def unbind(workspace: Workspace, account_id: str) -> Account:
    """The account, to which nobody signs in by their organisation; its sessions end. RegisterError as `bind` says."""
    return _bound(workspace, account_id, None)


def _bound(workspace: Workspace, account_id: str, identity: Identity | None) -> Account:
    with workspace.register.writing() as unit:
        bound = kept.bind_account(unit, account_id, identity)
        sessions.end_sessions(unit, account_id)
    return bound


def local_account(workspace: Workspace, login: str) -> Account:
    """The account of whoever started the program on this machine, made as an admin's when it is not there.

    RegisterError when it ended, and for a login that cannot be an id.
    """
    check_id(login)
    with workspace.register.reading() as unit:
        if kept.signing_of(unit, login) is not None:
            return kept.active(unit, login)
    return add(workspace.acting_as(login), Account(id=login, name=login, role=AccountRole.ADMIN))


def sign_in(workspace: Workspace, login: str, password: str) -> str | None:
    """The secret of a new session; None when the two do not fit, or the account ended or has no password.

    It takes as long whether or not there is such an account. How often somebody may try is for the door to say.
    RegisterError, here and from `session_of` and `caller_of`, when the register was altered.
    """
    with workspace.register.reading() as unit:
        signing = kept.relied_signing(unit, login)
    text, password_hash = comparable(password), None if signing is None else signing.password
    fitting = fits(password_hash, text or "")
    if not fitting or text is None or signing is None or password_hash is None or signing.account.ended is not None:
        return None
    newer = hashed(text) if is_outdated(password_hash) else None
    with workspace.acting_as(login).register.writing() as unit:
        if kept.signing_of(unit, login) != signing:  # it ended, or has another password, while this one was checked
            return None
        if newer is not None:
            kept.set_password(unit, login, newer, Action.RENEW_HASH)
        return sessions.begin_session(unit, login)


def open_session(workspace: Workspace, account_id: str) -> str:
    """The secret of a new session, for who is known otherwise; RegisterError when the account is not there or ended."""
    with workspace.acting_as(account_id).register.writing() as unit:
        return sessions.begin_session(unit, account_id)


def sign_in_as(workspace: Workspace, issuer: str, subject: str, email: str | None) -> str | None:
    """The secret of a new session for whom this issuer calls so; None when no account is bound to them, or it ended.

    `email` is their mail address where the issuer verified it: the account that waits for it is bound to the subject
    then. That it was them, and just now, is for whoever asked the issuer to know. RegisterError as `sign_in` says.
    """
    with workspace.register.reading() as unit:
        found = kept.account_known_as(unit, issuer, subject, email)
    if found is None:
        return None
    with workspace.acting_as(found.id).register.writing() as unit:
        again = kept.account_known_as(unit, issuer, subject, email)
        if again != found:  # it ended, or was bound to somebody else meanwhile
            return None
        if found.identity is not None and found.identity.subject is None:
            kept.bind_account(unit, found.id, replace(found.identity, subject=subject))
        return sessions.begin_session(unit, found.id, Action.SIGN_IN_OIDC)


def session_of(workspace: Workspace, secret: str) -> Caller | None:
    """Who asks with this secret, with the rights that they have now; None when it is none, is over, or they ended.

    A session is over 12 hours after it began, and after 2 hours in which nobody asked.
    """
    now = _now()
    with workspace.register.reading() as unit:
        session = sessions.session(unit, secret, now)
        asks = None if session is None else sessions.caller(unit, session.account)
    if session is not None and asks is not None and sessions.is_to_be_seen(session, now):
        with workspace.register.writing() as unit:
            sessions.see(unit, secret, now)
    return asks


def sign_out(workspace: Workspace, secret: str) -> None:
    """End the session of this secret; nothing where there is none any more."""
    with workspace.register.reading() as unit:
        session = sessions.session(unit, secret, _now())
    if session is not None:
        with workspace.acting_as(session.account).register.writing() as unit:
            sessions.end_session(unit, secret, _now())


def new_token(
    workspace: Workspace, account_id: str, label: str, rights: frozenset[Right], ends: dt.datetime | None
) -> tuple[ApiToken, str]:
    """A token, and its secret, which nobody is ever told again; `ends` is None for one without an end.

    RequestError for no right, one that the account lacks, or an end that is over; RegisterError when the account is not
    there or ended.
    """
    with workspace.register.writing() as unit:
        return sessions.add_token(unit, account_id, label, rights, ends)


def caller_of(workspace: Workspace, secret: str) -> Caller | None:
    """Who asks with this token's secret, with the rights that both have; None when it is none, or one of both ended."""
    with workspace.register.reading() as unit:
        token = sessions.token(unit, secret, _now())
        return None if token is None else sessions.caller(unit, token.account, token)


def tokens(workspace: Workspace, account_id: str | None = None) -> tuple[ApiToken, ...]:
    """The tokens of an account, or all, revoked ones too; RegisterError when it is not there."""
    with workspace.register.reading() as unit:
        return sessions.tokens(unit, account_id)


def revoke(workspace: Workspace, token_id: str) -> ApiToken:
    """The token, with which nobody asks for anything any more; RegisterError when there is none, or it was revoked."""
    with workspace.register.writing() as unit:
        return sessions.revoke_token(unit, token_id)


def need_own(caller: Caller, account_id: str) -> None:
    """Nothing, when what this account laid on the desk is theirs to see; else DeniedError.

    It is for the account itself, and for those who decide about pictures or administer accounts.
    """
    if caller.account.id != account_id and not caller.rights & {Right.DECIDE, Right.ADMINISTER}:
        raise DeniedError(phrase("this was laid on the desk by somebody else: ask them, or a reviewer"))


def need_mine(caller: Caller, account_id: str) -> None:
    """Nothing, when this account's pictures are the caller's to change; else DeniedError.

    They are the account's alone: who may decide about a picture has no hand in it.
    """
    if caller.account.id != account_id:
        raise DeniedError(phrase("this was laid on the desk by somebody else: only they change it"))


def need(caller: Caller, right: Right) -> None:
    """Nothing, when whoever asks may do it; else DeniedError."""
    caller.need(right)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
