"""Accounts, and what stands for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from tests.service.doors import READS, SOMEBODY, Forbidden, No

from imgpolicy.domain.account import Account, AccountRole, Caller, Identity, Right
from imgpolicy.service import accounts, calendar
from imgpolicy.service.workspace import Workspace

NO_ACCOUNTS = No("an import brings no accounts")
NO_COMMAND = No("it is for doors that people sign in at")
ISSUER = SOMEBODY.issuer
NEW = Account(id="new", name="Somebody", role=AccountRole.READER)
SEE = frozenset({Right.SEE})
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


def revoked(workspace: Workspace, _: Path) -> object:
    """Revoke the token that was revoked before."""
    (token,) = accounts.tokens(workspace, "reader")
    return accounts.revoke(workspace, token.id)


ACCOUNTS = (
    Forbidden(
        asks="accounts.add",
        what="an id that is taken, by an account that ended",
        said="there is an account 'gone' already",
        call=lambda ws, _: accounts.add(ws, Account(id="gone", name="Somebody", role=AccountRole.READER)),
        typed="account add gone --name Somebody --role reader --no-password",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.add",
        what="an id that is none",
        said="cannot be an id",
        call=lambda ws, _: accounts.add(ws, Account(id="a b", name="Somebody", role=AccountRole.READER)),
        typed="account add 'a b' --name Somebody --role reader --no-password",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.add",
        what="a name that says nothing",
        said="the name is empty",
        call=lambda ws, _: accounts.add(ws, Account(id="new", name=" ", role=AccountRole.READER)),
        typed="account add new --name ' ' --role reader --no-password",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.add",
        what="a password that is short",
        said="the password has 11 characters: it takes 12 at least",
        call=lambda ws, _: accounts.add(ws, NEW, password="a" * 11),
        typed="account add new --name Somebody --role reader --password-stdin",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.set_password",
        what="a password that is short",
        said="the password has 11 characters: it takes 12 at least",
        call=lambda ws, _: accounts.set_password(ws, "reader", "a" * 11),
        typed="account password reader --password-stdin",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.set_password",
        what="a password that is long",
        said="the password has more than 200 characters",
        call=lambda ws, _: accounts.set_password(ws, "reader", "a" * 201),
        typed=No("the command line gives it no other way"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.set_password",
        what="for an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.set_password(ws, "gone", "a" * 12),
        typed=No("the command line gives it no other way"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.change_role",
        what="of the last admin",
        said="'admin' is the last admin",
        call=lambda ws, _: accounts.change_role(ws, "admin", AccountRole.KEEPER),
        typed="account role admin keeper",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.change_role",
        what="of nobody",
        said="there is no account 'nobody'",
        call=lambda ws, _: accounts.change_role(ws, "nobody", AccountRole.KEEPER),
        typed="account role nobody keeper",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.change_role",
        what="of an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.change_role(ws, "gone", AccountRole.ADMIN),
        typed="account role gone admin",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.end",
        what="the last admin",
        said="'admin' is the last admin",
        call=lambda ws, _: accounts.end(ws, "admin"),
        typed="account end admin",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.end",
        what="an account twice",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.end(ws, "gone"),
        typed="account end gone",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.bind",
        what="to somebody whom another account is bound to",
        said="the account 'reader' is bound to them already",
        call=lambda ws, _: accounts.bind(ws, "admin", SOMEBODY),
        typed=f"account bind admin --issuer {ISSUER} --subject {SOMEBODY.subject}",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.bind",
        what="an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.bind(ws, "gone", SOMEBODY),
        typed=f"account bind gone --issuer {ISSUER} --subject 248289761001",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.bind",
        what="to an issuer over the network without TLS",
        said="an issuer is asked over https alone",
        call=lambda ws, _: accounts.bind(ws, "reader", replace(SOMEBODY, issuer="http://login.example.org")),
        typed="account bind reader --issuer http://login.example.org --subject 1",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.bind",
        what="to nobody",
        said="give one",
        call=lambda ws, _: accounts.bind(ws, "reader", Identity(issuer=ISSUER)),
        typed=f"account bind reader --issuer {ISSUER}",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.bind",
        what="to what is no mail address",
        said="the mail address is one such as",
        call=lambda ws, _: accounts.bind(ws, "reader", Identity(issuer=ISSUER, email="mkl@example")),
        typed=f"account bind reader --issuer {ISSUER} --email mkl@example",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.unbind",
        what="of nobody",
        said="there is no account 'nobody'",
        call=lambda ws, _: accounts.unbind(ws, "nobody"),
        typed="account unbind nobody",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.local_account",
        what="an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.local_account(ws, "gone"),
        typed=NO_COMMAND,
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.open_session",
        what="for an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.open_session(ws, "gone"),
        typed=NO_COMMAND,
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.new_token",
        what="with a right that the account lacks",
        said="reader (reader) may not keep, and no token gives more than that",
        call=lambda ws, _: accounts.new_token(ws, "reader", "a program", SEE | {Right.KEEP}, None),
        typed="account token add reader --label 'a program' --right see --right keep",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.new_token",
        what="for nothing",
        said="name a right at least",
        call=lambda ws, _: accounts.new_token(ws, "reader", "a program", frozenset(), None),
        typed=No("the option has to be given"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.new_token",
        what="that is over",
        said="a token ends in the future",
        call=lambda ws, _: accounts.new_token(ws, "reader", "a program", SEE, YESTERDAY),
        typed="account token add reader --label 'a program' --right see --until 2026-01-01",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.new_token",
        what="without a label",
        said="the label is empty",
        call=lambda ws, _: accounts.new_token(ws, "reader", "", SEE, None),
        typed="account token add reader --label '' --right see",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.new_token",
        what="for an account that ended",
        said="the account 'gone' ended on ",
        call=lambda ws, _: accounts.new_token(ws, "gone", "a program", SEE, None),
        typed="account token add gone --label 'a program' --right see",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="calendar.open_feed",
        what="for an account that keeps nothing",
        said="reader (reader) may not follow, and no token gives more than that",
        call=lambda ws, _: calendar.open_feed(ws, "reader"),
        typed=No("feeds are made at the desk"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="calendar.feed",
        what="of nobody",
        said="there is no account 'nobody'",
        call=lambda ws, _: calendar.feed(ws, "nobody"),
        typed=No("feeds are made at the desk"),
        brought=READS,
    ),
    Forbidden(
        asks="calendar.close_feed",
        what="of nobody",
        said="there is no account 'nobody'",
        call=lambda ws, _: calendar.close_feed(ws, "nobody"),
        typed=No("feeds are made at the desk"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.tokens",
        what="of nobody",
        said="there is no account 'nobody'",
        call=lambda ws, _: accounts.tokens(ws, "nobody"),
        typed="account token list nobody",
        brought=READS,
    ),
    Forbidden(
        asks="accounts.revoke",
        what="a token that is none",
        said="there is no token 'k-0'",
        call=lambda ws, _: accounts.revoke(ws, "k-0"),
        typed="account token revoke k-0",
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.revoke",
        what="a token twice",
        said="was revoked already",
        call=revoked,
        typed=No("the id of a token is drawn by lot"),
        brought=NO_ACCOUNTS,
    ),
    Forbidden(
        asks="accounts.need",
        what="of somebody whose role has no such right",
        said="new (reader) may not decide: ask an admin",
        call=lambda _, __: accounts.need(Caller.of(NEW), Right.DECIDE),
        typed=No("whoever has the key and a shell may do everything"),
        brought=NO_ACCOUNTS,
    ),
)
