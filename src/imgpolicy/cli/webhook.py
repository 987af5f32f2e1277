"""`imgpolicy webhook`: who is told over HTTP of what is withdrawn and what ends soon."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.webhook import EventKind
from imgpolicy.phrase import phrase

app = typer.Typer()

WebhookArgument = Annotated[str, typer.Argument(metavar="ID", help="The webhook, as `webhook list` names it.")]


@app.command()
@grouped
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent: https, or http to this machine.")],
    *,
    event: Annotated[
        list[EventKind] | None,
        typer.Option(metavar="E", help=f"What it is told of, all unless given: {', '.join(EventKind)}."),
    ] = None,
    place: common.Place,
) -> int:
    """Add a webhook. The secret that signs what is sent is shown once, on standard output."""
    from imgpolicy.service import webhooks

    with place.open() as workspace:
        added, secret = webhooks.add(workspace, url, frozenset(event or EventKind))
    common.remark(
        phrase("added {id}; the receiver checks signatures by this secret, which is shown once:", id=added.id)
    )
    common.emit(secret)
    return Exit.GO


@app.command("list")
@grouped
def list_webhooks(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the webhooks with what waits for them, what was given up, and what came of the last delivery."""
    from imgpolicy.service import webhooks

    with place.open() as workspace:
        found = webhooks.webhooks(workspace)
    if format is common.Format.JSON:
        from imgpolicy.wire.webhook import webhook_wire

        common.emit_json([webhook_wire(one.webhook, one.deliveries) for one in found])
        return Exit.GO
    rows = [
        (
            one.webhook.id,
            one.webhook.url,
            ", ".join(sorted(one.webhook.events)),
            str(one.waiting),
            str(one.given_up),
            (one.last.answer or "") if one.last is not None else "",
        )
        for one in found
    ]
    common.emit(
        common.table(
            (phrase("webhook"), phrase("url"), phrase("events"), phrase("waiting"), phrase("given up"), phrase("last")),
            rows,
        )
    )
    return Exit.GO


@app.command()
@grouped
def remove(webhook: WebhookArgument, *, place: common.Place) -> int:
    """Remove a webhook for good: it is told of nothing any more, and its secret is gone."""
    from imgpolicy.service import webhooks

    with place.open() as workspace:
        removed = webhooks.remove(workspace, webhook)
    common.say(phrase("removed {id}", id=removed.id))
    return Exit.GO


@app.command()
@grouped
def test(webhook: WebhookArgument, *, place: common.Place) -> int:
    """Send a signed event of the type "test" now. Exit code: 0 taken, 4 not."""
    from imgpolicy.service import webhooks

    with place.open() as workspace:
        sent = webhooks.try_out(workspace, webhook)
    common.say(f"{'taken' if sent.took else 'not taken'}: {sent.answer}")
    return Exit.GO if sent.took else Exit.FAILED


@app.command()
@grouped
def deliver(*, place: common.Place) -> int:
    """Send what waits, and once a day what ends soon, where no desk does. Exit code: 0 all was taken, 4 not."""
    from imgpolicy.service import webhooks

    with place.open() as workspace:
        webhooks.remind(workspace)
        done = webhooks.deliver(workspace)
    common.say(
        phrase(
            "{taken} taken, {failed} not taken, {waiting} waiting",
            taken=done.taken,
            failed=done.failed,
            waiting=done.waiting,
        )
    )
    return Exit.FAILED if done.failed else Exit.GO
