"""`imgpolicy work`: the works to be recognised."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.work import WorkKind
from imgpolicy.errors import ImgPolicyError
from imgpolicy.phrase import message_of, phrase

if TYPE_CHECKING:
    from imgpolicy.service.reached import ByWorks
    from imgpolicy.service.works import Imported, KnownWork
    from imgpolicy.service.workspace import Workspace

work_app = typer.Typer()


class Kind(StrEnum):
    """What a picture that is no logo is to us."""

    WORK = "work"
    RESTRICTED = "restricted"
    TEMPLATE = "template"


@work_app.command("add")
@grouped
def add_work(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="The work as a picture, or several of it: files or http(s) URLs."),
    ],
    *,
    title: Annotated[
        str | None,
        typer.Option(metavar="T", help="Its title; without one each file is a work of its own, called like the file."),
    ] = None,
    owner: Annotated[str, typer.Option(metavar="O", help="Who owns it.")],
    kind: Annotated[
        Kind,
        typer.Option(
            metavar="K",
            help="work, to be posted with a licence; restricted, not to be posted at all; template, what works have in"
            " common, as a frame or a slide master, which makes no picture a copy.",
        ),
    ] = Kind.WORK,
    place: common.Place,
) -> int:
    """Add a work, or one of each file. What they are recognised by is kept, the pictures are not."""
    from imgpolicy.service import works

    with place.open() as workspace:
        if title is None:
            tracked = partial(common.with_progress, doing=phrase("looking"))
            done = works.add_each(workspace, files, owner=owner, kind=WorkKind(kind.value), tracked=tracked)
            code = _emit_imported(done, tried=False)
            _emit_reached(_reached(workspace, done.works))
            return code
        added = works.add_work(workspace, title, files, owner=owner, kind=WorkKind(kind.value))
        reached = _reached(workspace, [added.id])
    common.say(phrase("added {id}", id=added.id))
    _emit_reached(reached)
    _remark_plain(added.plain)
    for file in added.whole_only:
        common.remark(
            phrase("{file}: shows too little detail to be found in parts; it is recognised as a whole", file=file)
        )
    return Exit.GO


@work_app.command("import")
@grouped
def import_works(
    path: Annotated[
        Path,
        typer.Argument(help="Folder of pictures, CSV table with a title and a file or hashes, or list of PDQ hashes."),
    ],
    *,
    title: Annotated[
        str | None, typer.Option(metavar="T", help="What a list of hashes is called; else its file.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="O", help="Who owns them, where the table does not say.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything and keep nothing.")] = False,
    place: common.Place,
) -> int:
    """Add many works: of a table or a list all or none. A line for each problem, and for what is there already."""
    from imgpolicy.service import works

    with place.open() as workspace:
        tracked = partial(common.with_progress, doing=phrase("looking"))
        done = works.import_works(workspace, path, title=title, owner=owner, keep=not dry_run, tracked=tracked)
        reached = None if dry_run or done.problems else _reached(workspace, done.works)
    code = _emit_imported(done, tried=dry_run)
    _emit_reached(reached)
    return code


def _reached(workspace: Workspace, ids: Sequence[str]) -> ByWorks | None:
    """What these new works reach in the archive; None where there is none, or nobody can judge."""
    if not workspace.register.has_archive:
        return None
    from imgpolicy.service.reached import reached_by_works

    try:
        return reached_by_works(workspace, ids)
    except ImgPolicyError as error:
        grants.remark_not_judged(message_of(error))
        return None


def _emit_reached(reached: ByWorks | None) -> None:
    """Name the pictures of the archive that are no go any more, and say how many are not held against all works yet."""
    if reached is None:
        return
    grants.emit_fallen(reached.fallen)
    if reached.waiting:
        common.remark(
            phrase(
                "{count} picture(s) of the archive may show parts of it: `imgpolicy audit --again` judges them, and"
                " opens those whose keypoints were not kept",
                count=reached.waiting,
            )
        )


def _emit_imported(done: Imported, *, tried: bool) -> Exit:
    """Say what came of it; a failure where anything was left out."""
    for line in (*done.notes, *done.already, *(problem.line() for problem in (*done.problems, *done.skipped))):
        common.remark(line)
    if done.problems:
        common.remark(phrase("nothing was imported: {count} problem(s)", count=len(done.problems)))
        return Exit.FAILED
    count, there = len(done.works), len(done.already)
    common.say(
        phrase("{count} work(s) could be imported, {there} picture(s) there already", count=count, there=there)
        if tried
        else phrase("{count} work(s) imported, {there} picture(s) there already", count=count, there=there)
    )
    if done.whole_only:
        common.remark(
            phrase(
                "{count} picture(s) are known by hashes only, and recognised as a whole",
                count=done.whole_only,
            )
        )
    _remark_plain(done.plain)
    if done.skipped:
        common.remark(phrase("left out: {count} picture(s) that cannot be read", count=len(done.skipped)))
        return Exit.FAILED
    return Exit.GO


def _remark_plain(files: Sequence[str]) -> None:
    for file in files:
        common.remark(
            phrase(
                "{file}: too plain to be told from others; only the same file is surely recognised, a copy of it that"
                " was saved again may pass",
                file=file,
            )
        )


@work_app.command("remove")
@grouped
def remove_work(
    work: Annotated[str, typer.Argument(metavar="WORK", help="Its id, as `work list` shows it.")],
    *,
    place: common.Place,
) -> int:
    """Forget a work, with everything that it is recognised by."""
    from imgpolicy.service import works

    with place.open() as workspace:
        removed = works.remove_work(workspace, work)
    common.say(phrase("removed {id}", id=removed.id))
    return Exit.GO


@work_app.command("list")
@grouped
def list_works(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the works."""
    from imgpolicy.service import works
    from imgpolicy.wire.work import work_summary

    with place.open() as workspace:
        kept = works.works(workspace)
    if format is common.Format.JSON:
        common.emit_json([work_summary(one.work, one.in_parts, one.outdated) for one in kept])
    else:
        rows = [
            (one.work.id, one.work.kind.value, one.work.title, one.work.owner or "", _known_by(one)) for one in kept
        ]
        common.emit(common.table(("id", phrase("kind"), phrase("title"), phrase("owner"), phrase("recognised")), rows))
    return Exit.GO


def _known_by(known: KnownWork) -> str:
    """Whether parts of the work are recognised, in words."""
    pictures = known.work.fingerprints
    if known.in_parts == len(pictures):
        return phrase("in parts")
    if known.outdated:
        return phrase("add it again: its features are of another version")
    if all(one.features is None for one in pictures):
        return phrase("as a whole")
    return phrase("some in parts")
