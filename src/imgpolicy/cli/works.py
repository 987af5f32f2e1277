"""`imgpolicy work` and `imgpolicy logo`: the works and logos to be recognised."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.register.works import LOGOS, Work, WorkKind

work_app = typer.Typer(help="Works that are not ours to post without a licence, or at all.")
logo_app = typer.Typer(help="Logos: our own, competitors' and others'.")


class Kind(StrEnum):
    """What a picture that is no logo is to us."""

    WORK = "work"
    RESTRICTED = "restricted"


class Whose(StrEnum):
    """Whose logo it is."""

    OWN = "own"
    COMPETITOR = "competitor"
    THIRD_PARTY = "third-party"


_KINDS = {
    Whose.OWN: WorkKind.OWN_LOGO,
    Whose.COMPETITOR: WorkKind.COMPETITOR_LOGO,
    Whose.THIRD_PARTY: WorkKind.THIRD_PARTY_MARK,
}


@work_app.command("add")
def add_work(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The work as a picture: a file or an http(s) URL.")],
    *,
    title: Annotated[str, typer.Option(metavar="T", help="Its title.")],
    owner: Annotated[str, typer.Option(metavar="O", help="Who owns it.")],
    kind: Annotated[
        Kind, typer.Option(metavar="K", help="work, to be posted with a licence; restricted, not to be posted at all.")
    ] = Kind.WORK,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a work. Its fingerprint is kept, the picture is not."""
    from imgpolicy.enrol import fingerprint_of

    fingerprint = fingerprint_of(file)
    with common.policy_and_register(policy, register) as (_, opened):
        work = opened.add_work(title, [fingerprint], kind=WorkKind(kind.value), owner=owner)
    common.emit(f"added {work.id}\n")
    return 0


@logo_app.command("add")
def add_logo(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The logo's name.")],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Its artwork; several versions of it may be given.")
    ],
    *,
    whose: Annotated[Whose, typer.Option(metavar="W", help="Whose it is: own, competitor or third-party.")],
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a logo with its artwork."""
    from imgpolicy.enrol import fingerprint_of

    fingerprints = [fingerprint_of(file) for file in files]
    with common.policy_and_register(policy, register) as (_, opened):
        logo = opened.add_work(name, fingerprints, kind=_KINDS[whose])
    common.emit(f"added {logo.id}\n")
    return 0


@work_app.command("list")
def list_works(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the works."""
    return _list(logos=False, form=format, policy=policy, register=register)


@logo_app.command("list")
def list_logos(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the logos."""
    return _list(logos=True, form=format, policy=policy, register=register)


def _list(*, logos: bool, form: common.Format, policy: common.PolicyOption, register: common.RegisterOption) -> int:
    with common.policy_and_register(policy, register) as (_, opened):
        works = [work for work in opened.works() if (work.kind in LOGOS) == logos]
    if form is common.Format.JSON:
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
