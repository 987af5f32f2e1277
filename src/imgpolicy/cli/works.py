"""`imgpolicy work`: the works to be recognised."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.register.works import Work, WorkKind

work_app = typer.Typer(help="Works that are not ours to post without a licence.")


@work_app.command("add")
def add_work(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The work as a picture: a file or an http(s) URL.")],
    *,
    title: Annotated[str, typer.Option(metavar="T", help="Its title.")],
    owner: Annotated[str, typer.Option(metavar="O", help="Who owns it.")],
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a work. Its fingerprint is kept, the picture is not."""
    from imgpolicy.enrol import fingerprint_of

    fingerprint = fingerprint_of(file)
    with common.policy_and_register(policy, register) as (_, opened):
        work = opened.add_work(title, [fingerprint], kind=WorkKind.WORK, owner=owner)
    common.emit(f"added {work.id}\n")
    return 0


@work_app.command("list")
def list_works(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the works."""
    with common.policy_and_register(policy, register) as (_, opened):
        works = [work for work in opened.works() if work.kind is WorkKind.WORK]
    if format is common.Format.JSON:
        common.emit_json([_shown(work) for work in works])
    else:
        rows = [(work.id, work.kind.value, work.title, work.owner or "") for work in works]
        common.emit(common.table(("id", "kind", "title", "owner"), rows))
    return 0


def _shown(work: Work) -> dict[str, str | int | None]:
    return {
        "id": work.id,
        "kind": work.kind.value,
        "title": work.title,
        "owner": work.owner,
        "fingerprints": len(work.fingerprints),
    }
