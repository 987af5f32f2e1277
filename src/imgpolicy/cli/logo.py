"""`imgpolicy logo`: the logos to be recognised, as a whole picture and as a part of one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.work import Shown, WorkKind
from imgpolicy.phrase import phrase

logo_app = typer.Typer()


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
@grouped
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
    words: Annotated[
        list[str] | None,
        typer.Option(metavar="W", help="Words that it is known by where it is only written; several may be given."),
    ] = None,
    place: common.Place,
) -> int:
    """Add a logo with its artwork, which is kept."""
    from imgpolicy.service import works

    with place.open() as workspace:
        added = works.add_logo(workspace, name, files, kind=_KINDS[whose], words=words or ())
    for file in added.whole_only:
        common.note(
            phrase(
                "{file}: too simple to be found as a part of a picture; recognised as a whole picture only", file=file
            )
        )
    common.say(phrase("added {id}", id=added.id))
    return Exit.GO


@logo_app.command("list")
@grouped
def list_logos(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the logos, and how many of their artworks are looked for as a part of pictures."""
    from imgpolicy.service import works
    from imgpolicy.wire.work import logo_summary

    with place.open() as workspace:
        logos = works.logos(workspace)
    if format is common.Format.JSON:
        common.emit_json([logo_summary(logo) for logo in logos])
    else:
        rows = [(logo.id, logo.kind.value, logo.title, str(logo.searched), "; ".join(logo.words)) for logo in logos]
        common.emit(common.table(("id", phrase("kind"), phrase("name"), phrase("looked for"), phrase("words")), rows))
    return Exit.GO


_WAYS = {
    Shown.SILHOUETTE: phrase("its silhouette"),
    Shown.CUT_OUT: phrase("the mark without its ground"),
    Shown.OUTLINE: phrase("its outline"),
}


@logo_app.command("show")
@grouped
def show_logo(
    logo: Annotated[str, typer.Argument(metavar="ID", help="The logo's id.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="PNG file for a picture of all that is looked for.")
    ] = None,
    force: common.ForceOption = False,
    place: common.Place,
) -> int:
    """Show how a logo is looked for: each artwork as it is, and in white or black alone."""
    from imgpolicy.service import works

    with place.open() as workspace:
        shown = works.show_logo(workspace, logo)
        if output is not None:
            common.write_private({output: shown.picture}, workspace, force=force)
    rows = [
        (one.sha256[:12], phrase("yes") if one.searched else phrase("no"), "; ".join(_WAYS[way] for way in one.ways))
        for one in shown.artworks
    ]
    common.emit(common.table(("SHA-256", phrase("looked for"), phrase("also in one colour")), rows))
    for line in shown.not_looked_for:
        common.note(
            phrase(
                "its artwork reads “{line}”: with --words it is found in other letters too; remove it and add it again",
                line=line,
            )
        )
    if shown.logo.words:
        common.say(phrase("known by the words: {words}", words="; ".join(shown.logo.words)))
    return Exit.GO


@logo_app.command("remove")
@grouped
def remove_logo(
    logo: Annotated[str, typer.Argument(metavar="ID", help="The logo's id.")],
    *,
    place: common.Place,
) -> int:
    """Forget a logo, its artwork and all that it is recognised by."""
    from imgpolicy.service import works

    with place.open() as workspace:
        removed = works.remove_logo(workspace, logo)
    common.say(phrase("removed {id}", id=removed.id))
    return Exit.GO
