"""`imgpolicy licence`: what owners of works allow us. Records are added and ended, never changed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.licence import Licence
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.domain.speakers import ConsentPolicy
    from imgpolicy.service.grants import Proof
    from imgpolicy.service.workspace import Workspace

app = typer.Typer()

LicenceArgument = Annotated[str, typer.Argument(metavar="LICENCE", help="Id of the licence.")]


@app.command()
@grouped
def add(
    work: Annotated[str | None, typer.Argument(metavar="WORK", help="Id of the work, as `work list` shows it.")] = None,
    *,
    from_picture: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Read it from what this picture's file says; shown, and recorded when you say so."
        ),
    ] = None,
    licensor: Annotated[str | None, typer.Option(metavar="NAME", help="Who gives it; stored encrypted.")] = None,
    covers: grants.GrantOptions,
    terms: Annotated[str | None, typer.Option(metavar="TEXT", help="Its terms, in words; stored encrypted.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where its terms stand.")] = None,
    credit: Annotated[str | None, typer.Option(metavar="TEXT", help="The line that names the author.")] = None,
    credit_required: Annotated[
        bool, typer.Option("--credit-required", help="A post must carry the credit line.")
    ] = False,
    evidence: grants.EvidenceOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Record what was read from a picture without asking.")] = False,
    place: common.Place,
) -> int:
    """Record a licence. It covers only the channels and purposes that it names."""
    from imgpolicy.service.grants import record_licence

    if (work is None) == (from_picture is None):
        common.usage_error(phrase("name a work, or a picture to read it from (--from-picture)"))
    if from_picture is None and licensor is None:
        common.usage_error(phrase("say who gives it: --licensor NAME"))
    licence = Licence(
        work=work or "",
        licensor=licensor or "",
        terms=terms,
        url=url,
        scope=covers.scope(),
        excluded=covers.excluded(),
        valid_from=covers.first_day,
        valid_until=covers.last_day,
        max_publications=covers.max_publications,
        credit=credit,
        credit_required=credit_required,
    )
    proof = grants.proof_of(evidence or ())
    with place.open() as workspace:
        recorded = (
            record_licence(workspace, licence, proof=proof)
            if from_picture is None
            else _from_picture(workspace, from_picture, licence, proof, yes=yes)
        )
        policy = workspace.kept.consents
    common.say(
        phrase("recorded {id}: {work}, {line}", id=recorded.id, work=recorded.work, line=_line(recorded, policy))
    )
    grants.note_uncovered(recorded.scope, phrase("licence"))
    return Exit.GO


def _from_picture(workspace: Workspace, picture: str, given: Licence, proof: Sequence[Proof], *, yes: bool) -> Licence:
    """The licence that the picture's file states, recorded; what is given on the command line goes before it."""
    from imgpolicy.service.licensing import read_licence, record_from_file

    read = read_licence(workspace, picture, licensor=given.licensor or None)
    licence = replace(
        read.licence,
        terms=given.terms or read.licence.terms,
        url=given.url or read.licence.url,
        scope=given.scope or read.licence.scope,
        excluded=given.excluded,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        max_publications=given.max_publications,
        credit=given.credit or read.licence.credit,
        credit_required=given.credit_required or read.licence.credit_required,
    )
    for said in read.said:
        common.note(f"  {said.what}: {said.value}")
    rows = [
        (phrase("work"), read.work or phrase("{title} (new)", title=read.title)),
        (phrase("from"), licence.licensor),
        (phrase("terms"), "; ".join(filter(None, (licence.terms, licence.url)))),
        (phrase("credit line"), licence.credit or ""),
        (phrase("licence"), _line(licence, workspace.kept.consents)),
    ]
    for what, words in rows:
        common.note(f"{common.told(what)}: {common.told(words)}")
    if not yes:
        if not (common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr)):
            common.usage_error(phrase("nothing is recorded unasked: say --yes, or ask at a terminal"))
        typer.confirm(common.told(phrase("record it?")), abort=True, err=True)
    return record_from_file(workspace, read, licence, proof=proof)


@app.command()
@grouped
def end(
    licence: LicenceArgument,
    *,
    reason: grants.ReasonOption,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Record that a licence is over, and list the posts that must come down."""
    from imgpolicy.service.grants import close_licence

    with place.open() as workspace:
        ended, tasks = close_licence(workspace, licence, reason)
        policy = workspace.kept.consents
        found = grants.reached(workspace, tasks, works=[ended.work])
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_wire
        from imgpolicy.wire.publication import takedown_wire

        wires = [takedown_wire(task) for task in tasks]
        common.emit_json({"licence": licence_wire(ended), "takedowns": wires, **grants.reached_wire(found)})
        return Exit.GO
    common.say(phrase("ended {id}: {work}, {line}", id=ended.id, work=ended.work, line=_line(ended, policy)))
    grants.emit_reached(tasks, found)
    return Exit.GO


@app.command("list")
@grouped
def list_licences(
    work: Annotated[str | None, typer.Argument(metavar="WORK", help="Id of the work; else all.")] = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the licences, ended ones too, and the files that prove them."""
    from imgpolicy.service.grants import licences_to

    with place.open() as workspace:
        licences = licences_to(workspace, work)
        policy = workspace.kept.consents
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_wire

        common.emit_json([licence_wire(one.licence, one.files) for one in licences])
    else:
        rows = [
            (
                one.licence.id,
                one.licence.work,
                one.licence.licensor,
                _line(one.licence, policy),
                ", ".join(f"{file.id} {file.name}" for file in one.files),
            )
            for one in licences
        ]
        common.emit(common.table(("id", phrase("work"), phrase("from"), phrase("licence"), phrase("files")), rows))
    return Exit.GO


@app.command()
@grouped
def due(
    *,
    days: grants.DaysOption = 30,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List what ends soon, or has ended while posts still rest on it, and those posts."""
    from imgpolicy.service.grants import licences_ending

    with place.open() as workspace:
        ending = licences_ending(workspace, days)
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_due_wire

        common.emit_json([licence_due_wire(item) for item in ending])
        return Exit.GO
    rows = [
        (str(item.ends), item.licence.work, item.licence.id, ", ".join(post.url for post in item.posts))
        for item in ending
    ]
    common.emit(common.table((phrase("day"), phrase("work"), phrase("licence"), phrase("posts")), rows))
    return Exit.GO


def _line(licence: Licence, policy: ConsentPolicy) -> str:
    """A licence in one line of the reader's language, but for who gave it."""
    parts = list(grants.limits(licence))
    if licence.credit:
        needed = phrase("credit required: {line}", line=licence.credit)
        parts.append(common.told(needed if licence.credit_required else phrase("credit: {line}", line=licence.credit)))
    if licence.url:
        parts.append(common.told(phrase("terms at {url}", url=licence.url)))
    if licence.end:
        parts.append(common.told(phrase("ended on {day}", day=str(policy.day(licence.end.at)))))
    return "; ".join(parts) or common.told(phrase("nothing named"))
