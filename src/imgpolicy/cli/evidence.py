"""`imgpolicy evidence`: files that prove what people and licensors said, stored encrypted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.phrase import phrase

app = typer.Typer()


@app.command()
@grouped
def add(
    person: common.PersonArgument,
    files: Annotated[list[Path], typer.Argument(help="Files, such as scanned forms; all are stored, or none.")],
    *,
    consent: Annotated[str | None, typer.Option(help="Id of the consent that they prove.")] = None,
    place: common.Place,
) -> int:
    """Store files, encrypted, with their SHA-256."""
    from imgpolicy.service import evidence

    proof = grants.proof_of(files)
    with place.open() as workspace:
        stored = evidence.keep(workspace, common.whom(workspace, person), proof, consent=consent)
    for one in stored:
        common.say(phrase("stored {id}: SHA-256 {sha256}", id=one.id, sha256=one.sha256))
    return Exit.GO


@app.command()
@grouped
def show(
    what: Annotated[str, typer.Argument(help="Id of one file, or a person or the id of a licence for all of theirs.")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the file's content here.")] = None,
    force: common.ForceOption = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Show which files are stored, or write one out. Its content is checked against its SHA-256."""
    from imgpolicy.service import evidence

    with place.open() as workspace:
        files = evidence.files_of(workspace, what)
        day = workspace.kept.consents.day
    if output is not None:
        if files.content is None:
            common.usage_error(phrase("-o writes one file: name it by its id"))
        common.write_private({output: files.content}, workspace, force=force)
    if format is common.Format.JSON:
        from imgpolicy.wire.evidence import file_wire

        common.emit_json([file_wire(one) for one in files.found])
    else:
        rows = [
            (one.id, one.consent or one.licence or "", one.name, f"{one.size:,}", one.sha256, str(day(one.at)))
            for one in files.found
        ]
        common.emit(
            common.table(("id", phrase("proves"), phrase("file"), phrase("bytes"), "SHA-256", phrase("stored")), rows)
        )
    return Exit.GO
