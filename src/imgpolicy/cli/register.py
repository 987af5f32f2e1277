"""`imgpolicy register`: looking after the register as a whole."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common

app = typer.Typer(help="The register as a whole: in, out, whole, safe.")

FAILED = 4


class Portable(StrEnum):
    """What an export is written as."""

    JSON = "json"
    CSV = "csv"


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="JSON export, one CSV table, or a folder of tables.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything and keep nothing.")] = False,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Import people, consents, works, licences and photographs; all of it, or nothing. A line for each problem."""
    from imgpolicy.service.transfer import import_register

    with common.policy_and_register(policy, register) as (found, opened):
        done = import_register(found, opened, path, keep=not dry_run)
    for problem in done.problems:
        common.note(f"imgpolicy: {problem}")
    if done.problems:
        common.note(f"imgpolicy: nothing was imported: {len(done.problems)} problem(s)")
        return FAILED
    verb = "could be imported" if dry_run else "imported"
    for part, count in done.imported.items():
        common.emit(f"{part}: {count} {verb}\n")
    return 0


@app.command()
def export(
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Portable, typer.Option("--format", help="Everything as one JSON document, or four CSV tables.")
    ] = Portable.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File, or folder for the tables; else standard output.")
    ] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Write the register's contents, unencrypted."""
    if format is Portable.CSV and (output is None or not output.is_dir()):
        common.usage_error("the tables go into a folder: name one that is there with -o")
    from imgpolicy.portable.document import register_json
    from imgpolicy.portable.transfer import export_tables

    with common.policy_and_register(policy, register) as (_, opened):
        if format is Portable.CSV:
            files = export_tables(opened)
        else:
            with opened.reading() as unit:
                files = {"": register_json(unit)}
    if output is None:
        common.emit(files[""].decode())
        return 0
    for name, data in files.items():
        common.write_private(output / name if name else output, data)
    common.note(f"imgpolicy: {output} holds names and consents unencrypted: keep it safe, and delete it when done")
    return 0


@app.command()
def verify(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Walk the log and everything sealed; name what is broken. Exit 0 when all is whole, else 4."""
    from imgpolicy.register.maintenance import verify as walk

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        health = walk(unit)
    if format is common.Format.JSON:
        common.emit_json(health)
    elif health.whole:
        common.emit(f"whole: {health.entries} entries, head {health.head}\n")
    if health.broken_entry is not None:
        common.note(f"imgpolicy: the log is broken: entry {health.broken_entry} is missing or was altered")
    for damage in health.damaged:
        common.note(f"imgpolicy: {damage}")
    return 0 if health.whole else FAILED


@app.command()
def stats(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Count what the register holds."""
    from dataclasses import asdict

    from imgpolicy.register.maintenance import stats as count

    with common.policy_and_register(policy, register) as (settings, opened):
        common.note_to_enrol_again(settings, opened)
        with opened.reading() as unit:
            found = count(unit)
    if format is common.Format.JSON:
        common.emit_json(found)
    else:
        common.emit(common.table(("what", "count"), [(what, f"{n:,}") for what, n in asdict(found).items()]))
    return 0


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy; it must not be there yet.")],
    *,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Copy the register into a SQLite file, consistent while others write. It opens with the same key."""
    with common.policy_and_register(policy, register) as (_, opened):
        opened.backup(file)
    common.emit(f"{file}: a copy of the register; keep the key elsewhere\n")
    return 0


@app.command()
def rekey(
    *,
    to_keyring: Annotated[
        str | None, typer.Option(metavar="NAME", help="Put the new key into the system's keyring under this name.")
    ] = None,
    to_file: Annotated[Path | None, typer.Option(help="Write the new key to this new file.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Give the register a new master key. Backups made before open only with the old one."""
    from imgpolicy.policy import read_policy
    from imgpolicy.register.vault import KEY_VARIABLE
    from imgpolicy.rekey import rekey_file, rekey_keyring

    found = read_policy(common.find_policy(policy))
    if to_keyring is not None and to_file is not None:
        common.usage_error("the new key goes to one place: --to-keyring or --to-file")
    if to_keyring is None and to_file is None and os.environ.get(KEY_VARIABLE) is not None:
        common.usage_error(f"the key comes from {KEY_VARIABLE}: say where the new one goes with --to-file")
    if to_keyring is not None or (to_file is None and found.keyring is not None):
        name = to_keyring or found.keyring or ""
        rekey_keyring(found, register, name)
        common.emit(f"the new key is in the keyring under {name!r}\n")
        if found.keyring != name:
            common.note(f'imgpolicy: write into the policy, under [register]: keyring = "{name}"')
        return 0
    old = rekey_file(found, register, to_file or found.key_file)
    common.emit(f"{to_file or found.key_file}: the new key; keep a copy elsewhere\n")
    if old is not None:
        common.note(f"imgpolicy: {old} holds the old key: delete it when no backup needs it any more")
    return 0
