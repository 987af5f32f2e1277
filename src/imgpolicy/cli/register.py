"""`imgpolicy register`: looking after the register as a whole."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgpolicy.wire.person import Change

app = typer.Typer()


class Portable(StrEnum):
    """What an export is written as."""

    JSON = "json"
    CSV = "csv"


@app.command("import")
@grouped
def import_(
    path: Annotated[
        Path, typer.Argument(help="JSON export, a table (CSV or Excel), or a workbook or folder of tables.")
    ],
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Change people who are there already; pass over what says the same.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything and keep nothing.")] = False,
    place: common.Place,
) -> int:
    """Import people, consents, works, licences and photographs; all of it, or nothing. A line for each problem."""
    from imgpolicy.service.transfer import import_register

    def tell(changes: Sequence[Change]) -> None:
        common.emit("".join(f"{change}\n" for change in changes))

    with place.open() as workspace:
        done = import_register(workspace, path, keep=not dry_run, update=update, tell=tell)
    for line in (*done.notes, *(problem.line() for problem in done.problems)):
        common.remark(line)
    if done.problems:
        common.remark(phrase("nothing was imported: {count} problem(s)", count=len(done.problems)))
        return Exit.FAILED
    for part, count in done.imported.items():
        common.say(_imported(part, count, done.changed[part], dry_run=dry_run))
    return Exit.GO


@app.command()
@grouped
def export(
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Portable, typer.Option("--format", help="Everything as one JSON document, or four CSV tables.")
    ] = Portable.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File, or folder for the tables; else standard output.")
    ] = None,
    force: common.ForceOption = False,
    place: common.Place,
) -> int:
    """Write the register's contents, unencrypted."""
    if format is Portable.CSV and (output is None or not output.is_dir()):
        common.usage_error(phrase("the tables go into a folder: name one that is there with -o"))
    from imgpolicy.service.transfer import export_csv, export_document

    with place.open() as workspace:
        files = export_csv(workspace) if format is Portable.CSV else {"": export_document(workspace)}
    if output is None:
        common.emit(files[""].decode())
        return Exit.GO
    whole = {output / name if name else output: data for name, data in files.items()}
    common.write_private(whole, workspace, force=force)
    common.remark(
        phrase("{file} holds names and consents unencrypted: keep it safe, and delete it when done", file=str(output))
    )
    return Exit.GO


@app.command()
@grouped
def calendar(
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The calendar; else standard output.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="URL", help="Where the desk is; else what the policy says.")
    ] = None,
    lang: common.LanguageOption = None,
    force: common.ForceOption = False,
    place: common.Place,
) -> int:
    """Write what ends within a year as a calendar (iCalendar), people by their ids alone."""
    import datetime as dt

    from imgpolicy.render import calendar as written
    from imgpolicy.service import calendar as calendars

    language = common.language_of(lang)
    with place.open() as workspace:
        name = language.word("What ends: {organisation}", organisation=workspace.policy.ref.name)
        begins = address or workspace.kept.forms.address
        found = calendars.deadlines(workspace)
        data = written.calendar(found, name, begins, dt.datetime.now(dt.UTC), language)
        if output is not None:
            common.write_private({output: data}, workspace, force=force)
    if output is None:
        common.emit(data.decode())
    return Exit.GO


@app.command()
@grouped
def idle(
    *,
    mail: Annotated[
        bool, typer.Option("--mail", help="Send it to the policy's keeper instead, once a month. For a timer.")
    ] = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List what nothing rests on any more: people, faces, files, works and posts, by their ids."""
    from imgpolicy.service import idling

    with place.open() as workspace:
        if mail:
            sent = idling.tell(workspace)
            common.say(phrase("sent") if sent else phrase("nothing was to be sent"))
            return Exit.GO
        found = idling.idle(workspace)
    if format is common.Format.JSON:
        common.emit_json(found)
        return Exit.GO
    rows = [(idling.KINDS[one.kind], one.record, one.why) for one in found]
    common.emit(common.table((phrase("what"), "id", phrase("why")), rows))
    return Exit.GO


@app.command()
@grouped
def verify(
    *,
    head: Annotated[
        str | None, typer.Option(metavar="HEX", help="A head that was written down: the log must hold it.")
    ] = None,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Hold every record against the log; name what is broken. Exit 0 when all is whole, else 4."""
    from imgpolicy.service import maintenance

    with place.open() as workspace:
        health = maintenance.verify(workspace, head=head)
    if format is common.Format.JSON:
        common.emit_json(health)
    elif health.whole:
        common.say(phrase("whole: {entries} entries, head {head}", entries=health.entries, head=health.head))
    if health.broken_entry is not None:
        common.remark(phrase("the log is broken: entry {number} is missing or was altered", number=health.broken_entry))
    for lost in health.lost_heads:
        common.remark(
            phrase(
                "the log does not hold the head {lost}: this is an older copy, or one that went another way", lost=lost
            )
        )
    for said in health.damaged:
        common.remark(said)
    for debt in health.owed:
        common.remark(phrase("since it was restored: {debt}", debt=debt))
    for said in health.remarks:
        common.remark(said)
    return Exit.GO if health.whole else Exit.FAILED


@app.command()
@grouped
def stats(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Count what the register holds."""
    from dataclasses import asdict

    from imgpolicy.service import maintenance

    with place.open() as workspace:
        common.note_to_enrol_again(workspace)
        numbers = maintenance.stats(workspace)
    if format is common.Format.JSON:
        common.emit_json(numbers)
    else:
        common.emit(
            common.table(
                (phrase("what"), phrase("count")),
                [(_HELD.get(what, what), f"{n:,}") for what, n in asdict(numbers).items()],
            )
        )
    return Exit.GO


@app.command()
@grouped
def backup(
    file: Annotated[Path, typer.Argument(help="The copy; it must not be there yet.")],
    *,
    place: common.Place,
) -> int:
    """Copy the register into a SQLite file, consistent while others write. It opens with the same key."""
    from imgpolicy.service import maintenance

    with place.open() as workspace:
        maintenance.backup(workspace, file)
    common.say(phrase("{file}: a copy of the register; keep the key elsewhere", file=str(file)))
    return Exit.GO


@app.command()
@grouped
def restore(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[BACKUP]", help="The copy; without it the register there is taken as it is."),
    ] = None,
    *,
    place: common.Place,
) -> int:
    """Put a backup in the register's place, and say what must be done again. Until it was, nothing is judged."""
    from imgpolicy.cli.grants import consent_line
    from imgpolicy.service import maintenance

    done = maintenance.restore(place.policy_file, file, register_url=place.register)
    since = done.since
    if done.file is None:
        common.say(phrase("the register is taken as it is"))
    else:
        common.say(phrase("{file}: restored from {backup}", file=str(done.file), backup=str(file)))
    if done.aside is not None:
        common.remark(
            phrase(
                "{file}: the register that was there; delete it when nothing of it is needed any more",
                file=str(done.aside),
            )
        )
    if since.head is None:
        common.remark(
            phrase("nobody can tell all that was recorded since: repeat every erasure and withdrawal that you know of")
        )
    if since.lost:
        counts = ", ".join(f"{action} {number}" for action, number in sorted(since.lost.items()))
        common.remark(phrase("recorded since the backup, and gone: {counts}", counts=counts))
    again = [
        *((person, phrase("erase them")) for person in since.erased),
        *((denial.person, consent_line(denial, done.consents)) for denial in since.denials),
        *((person, phrase("their age or guardians were changed: edit them")) for person in since.changed),
        *((person, phrase("they said something that cannot be read: deny both kinds")) for person in since.untold),
    ]
    if again:
        common.emit(
            common.told(phrase("nothing is judged until this was done again:\n"))
            + common.table((phrase("person"), phrase("what")), again)
        )
    return Exit.GO


@app.command()
@grouped
def rekey(
    *,
    to_keyring: Annotated[
        str | None, typer.Option(metavar="NAME", help="Put the new key into the system's keyring under this name.")
    ] = None,
    to_file: Annotated[Path | None, typer.Option(help="Write the new key to this new file.")] = None,
    place: common.Place,
) -> int:
    """Give the register a new master key. Backups made before open only with the old one."""
    from imgpolicy.service import maintenance

    done = maintenance.rekey(place.policy_file, register_url=place.register, to_keyring=to_keyring, to_file=to_file)
    if done.keyring is not None:
        common.say(phrase("the new key is in the keyring under {keyring}", keyring=repr(done.keyring)))
        if done.not_named:
            common.remark(
                phrase('write into the policy, under [register]: keyring = "{keyring}"', keyring=done.keyring)
            )
        return Exit.GO
    common.say(phrase("{file}: the new key; keep a copy elsewhere", file=str(done.file)))
    if done.old is not None:
        common.remark(
            phrase("{file} holds the old key: delete it when no backup needs it any more", file=str(done.old))
        )
    return Exit.GO


_HELD = {
    "people": phrase("people"),
    "consents": phrase("consents"),
    "faces": phrase("faces"),
    "evidence": phrase("evidence"),
    "works": phrase("works"),
    "licences": phrase("licences"),
    "publications": phrase("publications"),
    "takedowns": phrase("takedowns"),
    "decisions": phrase("decisions"),
    "dismissals": phrase("dismissals"),
    "accounts": phrase("accounts"),
    "log": phrase("log"),
}
"""What the counts of a register are of, in words for people."""


def _imported(part: str, count: int, changed: int, *, dry_run: bool) -> str:
    """How many records of a part came in and were changed, or would."""
    if dry_run and changed:
        return phrase(
            "{part}: {count} could be imported, {changed} could be changed", part=part, count=count, changed=changed
        )
    if dry_run:
        return phrase("{part}: {count} could be imported", part=part, count=count)
    if changed:
        return phrase("{part}: {count} imported, {changed} changed", part=part, count=count, changed=changed)
    return phrase("{part}: {count} imported", part=part, count=count)
