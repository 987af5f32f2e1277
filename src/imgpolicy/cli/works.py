"""`imgpolicy work`: the works to be recognised."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.domain.work import LOGOS, KnownFingerprint, Work, WorkKind

FAILED = 4

work_app = typer.Typer(help="Works that are not ours to post without a licence, or at all.")


class Kind(StrEnum):
    """What a picture that is no logo is to us."""

    WORK = "work"
    RESTRICTED = "restricted"


@work_app.command("add")
def add_work(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="The work as a picture, or several of it: files or http(s) URLs."),
    ],
    *,
    title: Annotated[str, typer.Option(metavar="T", help="Its title.")],
    owner: Annotated[str, typer.Option(metavar="O", help="Who owns it.")],
    kind: Annotated[
        Kind, typer.Option(metavar="K", help="work, to be posted with a licence; restricted, not to be posted at all.")
    ] = Kind.WORK,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a work. What it is recognised by is kept, the picture is not."""
    from imgpolicy.enrol import work_picture
    from imgpolicy.register.works import add_work as add

    pictures = [work_picture(file) for file in files]
    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        work = add(unit, title, pictures, kind=WorkKind(kind.value), owner=owner)
    common.emit(f"added {work.id}\n")
    for file, picture in zip(files, pictures, strict=True):
        if picture.features is None:
            common.note(f"imgpolicy: {file}: shows too little detail to be found in parts; it is recognised as a whole")
    return 0


@work_app.command("import")
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
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add many works, all or none of them. A line for each problem, and for what is there already."""
    from imgpolicy.portable.works import import_works as bring_in

    with common.policy_and_register(policy, register) as (_, opened):
        done = bring_in(opened, path, title=title, owner=owner, keep=not dry_run)
    for line in (*done.already, *done.problems):
        common.note(f"imgpolicy: {line}")
    if done.problems:
        common.note(f"imgpolicy: nothing was imported: {len(done.problems)} problem(s)")
        return FAILED
    verb = "could be imported" if dry_run else "imported"
    common.emit(f"{len(done.works)} work(s) {verb}, {len(done.already)} picture(s) there already\n")
    if done.whole_only:
        common.note(f"imgpolicy: {done.whole_only} picture(s) are known by hashes only, and recognised as a whole")
    return 0


@work_app.command("remove")
def remove_work(
    work: Annotated[str, typer.Argument(metavar="WORK", help="Its id, as `work list` shows it.")],
    *,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Forget a work, with everything that it is recognised by."""
    from imgpolicy.register.works import remove_work as remove

    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        removed = remove(unit, work)
    common.emit(f"removed {removed.id}\n")
    return 0


@work_app.command("list")
def list_works(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the works."""
    from imgpolicy.register.works import works

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = [work for work in works(unit) if work.kind not in LOGOS]
    if format is common.Format.JSON:
        common.emit_json([_shown(work) for work in found])
    else:
        rows = [(work.id, work.kind.value, work.title, work.owner or "", _known_by(work)) for work in found]
        common.emit(common.table(("id", "kind", "title", "owner", "recognised"), rows))
    return 0


def _shown(work: Work) -> dict[str, str | int | None]:
    return {
        "id": work.id,
        "kind": work.kind.value,
        "title": work.title,
        "owner": work.owner,
        "fingerprints": len(work.fingerprints),
        "features": sum(_is_current(known) for known in work.fingerprints),
        "outdated": sum(known.features is not None and not _is_current(known) for known in work.fingerprints),
    }


def _known_by(work: Work) -> str:
    """Whether parts of the work are recognised, in words."""
    if all(_is_current(known) for known in work.fingerprints):
        return "in parts"
    if any(known.features is not None and not _is_current(known) for known in work.fingerprints):
        return "add it again: its features are of another version"
    return "as a whole" if all(known.features is None for known in work.fingerprints) else "some in parts"


def _is_current(known: KnownFingerprint) -> bool:
    from imgpolicy.index.features import VERSION

    return known.features is not None and known.features.version == VERSION
