"""`imgpolicy form`: the forms that people are asked for their consent with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.phrase import phrase

app = typer.Typer()

NameArgument = Annotated[str, typer.Argument(metavar="FORM", help="Name of a form, or the id of a version.")]


@app.command()
@grouped
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The form in TOML, as docs/howto/ask.md has it.")],
    *,
    place: common.Place,
) -> int:
    """Keep a form as the next version of its name. What was signed with an earlier one stays as it is."""
    from imgpolicy.service import asking
    from imgpolicy.wire.request import form_from, form_in_toml

    form = form_from(form_in_toml(common.read_text(file), str(file)))
    with place.open() as workspace:
        kept = asking.add_form(workspace, form)
    common.say(phrase("added {name}, version {number}: {id}", name=kept.name, number=kept.number, id=kept.id))
    return Exit.GO


@app.command("list")
@grouped
def list_forms(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the forms, each version of them."""
    from imgpolicy.service import asking

    with place.open() as workspace:
        kept = asking.forms(workspace)
    if format is common.Format.JSON:
        from imgpolicy.wire.request import form_wire

        common.emit_json([form_wire(one) for one in kept])
        return Exit.GO
    rows = [
        (one.name, str(one.number), one.id, " ".join(one.languages), str(len(one.uses)), one.wordings[0].title)
        for one in kept
    ]
    common.emit(
        common.table(
            (phrase("form"), phrase("version"), "id", phrase("languages"), phrase("questions"), phrase("title")), rows
        )
    )
    return Exit.GO


@app.command()
@grouped
def show(
    form: NameArgument,
    *,
    lang: common.LanguageOption = None,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Show what a form says, as an adult reads it."""
    from imgpolicy.service import asking

    language = common.language_of(lang)
    with place.open() as workspace:
        found = asking.form(workspace, form)
    if format is common.Format.JSON:
        from imgpolicy.wire.request import form_wire

        common.emit_json(form_wire(found))
        return Exit.GO
    from imgpolicy.domain.request import Whom
    from imgpolicy.render.consent_form import shown_form

    for line in shown_form(found, language, Whom.ADULT, recognition=True).text.splitlines():
        common.say(line)
    return Exit.GO
