"""`imgpolicy evidence`: files that prove what people and licensors said, stored encrypted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common, grants

app = typer.Typer(help="Files that prove what people and licensors said.")


@app.command()
def add(
    person: Annotated[str, typer.Argument(help="Register id.")],
    files: Annotated[list[Path], typer.Argument(help="Files, such as scanned forms; all are stored, or none.")],
    *,
    consent: Annotated[str | None, typer.Option(help="Id of the consent that they prove.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Store files, encrypted, with their SHA-256."""
    from imgpolicy.register.evidence import add_evidence

    proof = grants.proof_of(files)
    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        stored = [add_evidence(unit, person, file.name, file.content, consent=consent) for file in proof]
    for evidence in stored:
        common.emit(f"stored {evidence.id}: SHA-256 {evidence.sha256}\n")
    return 0


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="Id of one file, or of a person or licence for all of theirs.")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the file's content here.")] = None,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Show which files are stored, or write one out. Its content is checked against its SHA-256."""
    from imgpolicy.register.evidence import evidence_of, licence_evidence, read_evidence

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        if unit.sql.people.of(what):
            found = evidence_of(unit, what)
        elif unit.sql.licences.work(what) is not None:
            found = licence_evidence(unit, what)
        else:
            evidence, content = read_evidence(unit, what)
            found = (evidence,)
            if output is not None:
                common.write_private(output, content)
                output = None
        if output is not None:
            common.usage_error("-o writes one file: name it by its id")
    if format is common.Format.JSON:
        from imgpolicy.wire.evidence import file_wire

        common.emit_json([file_wire(evidence) for evidence in found])
    else:
        rows = [(e.id, e.consent or e.licence or "", e.name, f"{e.size:,}", e.sha256, str(e.at.date())) for e in found]
        common.emit(common.table(("id", "proves", "file", "bytes", "SHA-256", "stored"), rows))
    return 0
