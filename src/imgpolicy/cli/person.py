"""`imgpolicy person`: the people in the register."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.domain.person import Person

app = typer.Typer(help="The people in the register.")


@app.command()
def add(
    *,
    id: Annotated[str, typer.Option(metavar="ID", help="Id that they keep: letters, digits, dot, dash, underscore.")],  # noqa: A002  # the option's name
    name: Annotated[str, typer.Option(metavar="NAME", help="Their name; stored encrypted.")],
    relation: Annotated[
        str | None, typer.Option(metavar="R", help="What they are to the organisation, such as employee.")
    ] = None,
    born: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day of birth.")
    ] = None,
    guardian: Annotated[str | None, typer.Option(metavar="ID", help="Register id of their guardian.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a person."""
    person = Person(id=id, name=name, relation=relation, born=born.date() if born else None, guardian=guardian)
    from imgpolicy.register.people import add_person

    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        add_person(unit, person)
    common.emit(f"added {id}\n")
    return 0


@app.command("list")
def list_people(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the people."""
    from imgpolicy.register.people import people

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = people(unit)
    if format is common.Format.JSON:
        from imgpolicy.wire.person import person_wire

        common.emit_json([person_wire(one) for one in found])
    else:
        common.emit(common.table(("id", "name", "relation"), [(p.id, p.name, p.relation or "") for p in found]))
    return 0


@app.command()
def show(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")],
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Show one person with their consents and how many face vectors are held."""
    from imgpolicy.register.consents import consents
    from imgpolicy.register.faces import faces
    from imgpolicy.register.people import person as find_person

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found, said, held = find_person(unit, person), consents(unit, person), faces(unit, person)
    if format is common.Format.JSON:
        from imgpolicy.wire.consent import consent_wire
        from imgpolicy.wire.person import person_wire

        wires = [consent_wire(consent) for consent in said]
        common.emit_json({"person": person_wire(found), "of_age": found.of_age, "consents": wires, "faces": held})
        return 0
    lines = [
        ("id", found.id),
        ("name", found.name),
        ("relation", found.relation or ""),
        ("born", str(found.born or "")),
        ("turns 18", str(found.of_age or "")),
        ("guardian", found.guardian or ""),
        *(("faces", f"{count.count} for {count.engine}") for count in held),
        *(("consent", grants.consent_line(consent)) for consent in said),
    ]
    common.emit(common.table(("", ""), lines))
    return 0


@app.command()
def edit(
    person: Annotated[str, typer.Argument(help="Register id.")],
    *,
    name: Annotated[str | None, typer.Option(help="Their name; stored encrypted.")] = None,
    relation: Annotated[str | None, typer.Option(help="What they are to the organisation; '' for nothing.")] = None,
    born: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of birth.")] = None,
    guardian: Annotated[str | None, typer.Option(help="Register id of their guardian; '' for none.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Change what is known of a person; what is not named stays as it is."""
    from dataclasses import replace

    from imgpolicy.register.people import edit_person
    from imgpolicy.register.people import person as find_person

    if name is None and relation is None and born is None and guardian is None:
        common.usage_error("nothing to change: name --name, --relation, --born or --guardian")
    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        old = find_person(unit, person)
        new = replace(
            old,
            name=old.name if name is None else name,
            relation=old.relation if relation is None else relation or None,
            born=old.born if born is None else born.date(),
            guardian=old.guardian if guardian is None else guardian or None,
        )
        edit_person(unit, new)
    common.emit(f"changed {person}\n")
    return 0


class ExportFormat(StrEnum):
    """How an export is written."""

    JSON = "json"
    HTML = "html"


@app.command()
def export(
    person: Annotated[str, typer.Argument(help="Register id.")],
    *,
    format: Annotated[  # noqa: A002  # the option's name
        ExportFormat, typer.Option("--format", help="For programs, or a page to read.")
    ] = ExportFormat.JSON,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; else standard output.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Write everything that is held about a person, for that person (GDPR article 15)."""
    from imgpolicy.register.subject_access import dossier
    from imgpolicy.render.person import dossier_html, dossier_json

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = dossier(unit, person)
    text = dossier_json(found) if format is ExportFormat.JSON else dossier_html(found)
    if output is None:
        common.emit(text)
    else:
        common.write_private(output, text.encode())
        common.note(f"imgpolicy: {output} holds everything about {person}, unencrypted: hand it over and delete it")
    return 0


@app.command()
def erase(
    person: Annotated[str, typer.Argument(help="Register id.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: there is no way back.")] = False,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Erase a person: their key is destroyed, and everything about them is removed (GDPR article 17)."""
    from imgpolicy.register.erasure import erase_person

    if not yes:
        common.usage_error(f"this removes everything about {person[:80]!r} for ever: say --yes to do it")
    with common.policy_and_register(policy, register) as (_, opened):
        done = erase_person(opened, person)
    common.emit(f"erased {person}\n")
    if done.takedowns:
        rows = [(task.id, task.publication.channel, task.publication.url) for task in done.takedowns]
        common.emit("these posts must come down:\n" + common.table(("task", "channel", "post"), rows))
    if not done.bytes_gone:
        common.note(
            "imgpolicy: another program reads the register, so some encrypted bytes, whose key is gone, are still in"
            " its write-ahead log; they go when the last reader closes it"
        )
    common.note("imgpolicy: backups made before still hold this person: delete them, or let them run out")
    return 0
