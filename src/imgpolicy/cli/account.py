"""`imgpolicy account`: who works with the register by name, and may do what."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from imgpolicy.cli import common, tokens
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.account import Account, AccountRole, Identity
from imgpolicy.phrase import phrase

app = typer.Typer()
app.add_typer(tokens.app, name="token", help="What programs ask with in place of an account.")

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="What they sign in as.")]
FromStdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


@app.command()
@grouped
def add(
    login: LoginArgument,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="Their name; stored encrypted.")],
    role: Annotated[AccountRole, typer.Option(metavar="R", help=f"One of {', '.join(AccountRole)}.")],
    password_stdin: FromStdinOption = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Nobody signs in to it by a password.")] = False,
    place: common.Place,
) -> int:
    """Add an account: for somebody, or for a program that asks with a token."""
    from imgpolicy.service import accounts

    if no_password and password_stdin:
        common.usage_error(phrase("--no-password and --password-stdin contradict each other: give one"))
    password = None if no_password else _password(from_stdin=password_stdin)
    with place.open() as workspace:
        added = accounts.add(workspace, Account(id=login, name=name, role=role), password=password)
    common.say(phrase("added {id}: {role}", id=added.id, role=added.role))
    return Exit.GO


@app.command("list")
@grouped
def list_accounts(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the accounts, ended ones too."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        kept = accounts.accounts(workspace)
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        from imgpolicy.wire.account import account_wire

        common.emit_json([account_wire(one) for one in kept])
    else:
        rows = [
            (one.id, one.name, one.role.value, _known_as(one.identity), str(day(one.ended)) if one.ended else "")
            for one in kept
        ]
        columns = (phrase("login"), phrase("name"), phrase("role"), phrase("organisation"), phrase("ended"))
        common.emit(common.table(columns, rows))
    return Exit.GO


@app.command()
@grouped
def role(
    login: LoginArgument,
    role: Annotated[AccountRole, typer.Argument(metavar="ROLE", help=f"One of {', '.join(AccountRole)}.")],
    *,
    place: common.Place,
) -> int:
    """Give an account another role, from now on."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        changed = accounts.change_role(workspace, login, role)
    common.say(f"{changed.id}: {changed.role}")
    return Exit.GO


@app.command()
@grouped
def password(login: LoginArgument, *, password_stdin: FromStdinOption = False, place: common.Place) -> int:
    """Give an account another password; wherever it is signed in that is over."""
    from imgpolicy.service import accounts

    new = _password(from_stdin=password_stdin)
    with place.open() as workspace:
        accounts.set_password(workspace, login, new)
    common.say(phrase("{login}: the password is another now", login=login))
    return Exit.GO


@app.command()
@grouped
def bind(
    login: LoginArgument,
    *,
    issuer: Annotated[str, typer.Option(metavar="URL", help="The identity provider, as `serve --oidc-issuer` has it.")],
    subject: Annotated[str | None, typer.Option(metavar="SUB", help="What the provider calls them.")] = None,
    email: Annotated[
        str | None, typer.Option(metavar="ADDR", help="Their mail address, until they first sign in; else --subject.")
    ] = None,
    place: common.Place,
) -> int:
    """Have somebody sign in to an account by their organisation; wherever it is signed in that is over."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        bound = accounts.bind(workspace, login, Identity(issuer=issuer, subject=subject, email=email))
    common.say(phrase("{id}: bound to {identity}", id=bound.id, identity=_known_as(bound.identity)))
    return Exit.GO


@app.command()
@grouped
def unbind(login: LoginArgument, *, place: common.Place) -> int:
    """Have nobody sign in to an account by their organisation any more; wherever it is signed in that is over."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        unbound = accounts.unbind(workspace, login)
    common.say(phrase("{id}: bound to nobody", id=unbound.id))
    return Exit.GO


@app.command()
@grouped
def end(login: LoginArgument, *, place: common.Place) -> int:
    """End an account for good, with its sessions and tokens. It stays on record, and its login is nobody else's."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        ended = accounts.end(workspace, login)
    common.say(phrase("ended {id}", id=ended.id))
    return Exit.GO


def _known_as(identity: Identity | None) -> str:
    """Who they are to their organisation, in a word."""
    return "" if identity is None else identity.subject or identity.email or ""


def _password(*, from_stdin: bool) -> str:
    """The password, from standard input, or asked twice at the terminal, which does not show it."""
    if from_stdin:
        return "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")
    if not (common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr)):
        common.usage_error(phrase("a password is asked at a terminal: give it with --password-stdin"))
    again = common.told(phrase("Repeat for confirmation"))
    answer: object = typer.prompt(common.told(phrase("password")), hide_input=True, confirmation_prompt=again, err=True)
    return str(answer)
