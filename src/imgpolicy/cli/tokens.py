"""`imgpolicy account token`: what programs ask with in place of an account."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.account import Right
from imgpolicy.phrase import phrase

app = typer.Typer()


@app.command()
@grouped
def add(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="The account that it asks for.")],
    *,
    label: Annotated[str, typer.Option(metavar="TEXT", help="Which program it is for; stored encrypted.")],
    right: Annotated[
        list[Right], typer.Option(metavar="R", help=f"What it may do, one of {', '.join(Right)}; may be repeated.")
    ],
    until: grants.UntilOption = None,
    place: common.Place,
) -> int:
    """Make a token, and print its secret, which nobody is told again."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        ends = workspace.kept.consents.last_moment(until.date()) if until else None
        token, secret = accounts.new_token(workspace, login, label, frozenset(right), ends)
    common.remark(phrase("{id}: keep the secret, which is shown only now", id=token.id))
    common.say(secret)
    return Exit.GO


@app.command("list")
@grouped
def list_tokens(
    login: Annotated[str | None, typer.Argument(metavar="LOGIN", help="Of one account; else all.")] = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the tokens, without their secrets, revoked ones too."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        kept = accounts.tokens(workspace, login)
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        from imgpolicy.wire.account import token_wire

        common.emit_json([token_wire(one) for one in kept])
        return Exit.GO
    rows = [
        (
            one.id,
            one.account,
            one.label,
            ", ".join(sorted(one.rights)),
            str(day(one.ends)) if one.ends else "",
            str(day(one.revoked)) if one.revoked else "",
        )
        for one in kept
    ]
    common.emit(
        common.table(
            (phrase("token"), phrase("account"), phrase("label"), phrase("rights"), phrase("until"), phrase("revoked")),
            rows,
        )
    )
    return Exit.GO


@app.command()
@grouped
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Id of the token, as `account token list` shows it.")],
    *,
    place: common.Place,
) -> int:
    """Take a token back: nothing is asked with it any more."""
    from imgpolicy.service import accounts

    with place.open() as workspace:
        revoked = accounts.revoke(workspace, token)
    common.say(phrase("revoked {id}, of {account}", id=revoked.id, account=revoked.account))
    return Exit.GO
