"""`imgpolicy logo`: the logos to be recognised, as a whole picture and as a part of one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.domain.work import WorkKind

if TYPE_CHECKING:
    from imgpolicy.domain.work import KnownLogo

logo_app = typer.Typer(help="Logos: our own, competitors' and others'.")


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


@logo_app.command("add")
def add_logo(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The logo's name.")],
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="Its artwork: PNG with transparency, SVG or another picture; several may be given."
        ),
    ],
    *,
    whose: Annotated[Whose, typer.Option(metavar="W", help="Whose it is: own, competitor or third-party.")],
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a logo with its artwork, which is kept."""
    from imgpolicy.enrol import logo_of
    from imgpolicy.register.logos import add_logo as add

    read = [(file, logo_of(file)) for file in files]
    prints, artworks = [logo.fingerprint for _, logo in read], [logo.artwork for _, logo in read]
    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        added = add(unit, name, prints, artworks, kind=_KINDS[whose])
    for file, logo in read:
        if logo.artwork.template is None:
            common.note(f"{file}: too simple to be found as a part of a picture; recognised as a whole picture only")
    common.emit(f"added {added.id}\n")
    return 0


@logo_app.command("list")
def list_logos(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the logos, and how many of their artworks are looked for as a part of pictures."""
    from imgpolicy.register.logos import logos

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = logos(unit)
    if format is common.Format.JSON:
        common.emit_json([_shown(logo) for logo in found])
    else:
        rows = [(logo.id, logo.kind.value, logo.title, str(_searched(logo))) for logo in found]
        common.emit(common.table(("id", "kind", "name", "looked for"), rows))
    return 0


@logo_app.command("remove")
def remove_logo(
    logo: Annotated[str, typer.Argument(metavar="ID", help="The logo's id.")],
    *,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Forget a logo, its artwork and all that it is recognised by."""
    from imgpolicy.register.logos import remove_logo as remove

    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        removed = remove(unit, logo)
    common.emit(f"removed {removed.id}\n")
    return 0


def _searched(logo: KnownLogo) -> int:
    return sum(artwork.template is not None for artwork in logo.artworks)


def _shown(logo: KnownLogo) -> dict[str, str | int | None]:
    return {
        "id": logo.id,
        "kind": logo.kind.value,
        "title": logo.title,
        "owner": logo.owner,
        "artworks": len(logo.artworks),
        "looked_for": _searched(logo),
    }
