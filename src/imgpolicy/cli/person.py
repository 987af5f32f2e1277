"""`imgpolicy person`: the people in the register."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.register.people import Person

app = typer.Typer(help="The people in the register.")


@app.command()
def add(
    *,
    id: Annotated[str, typer.Option(metavar="ID", help="Id that she keeps: letters, digits, dot, dash, underscore.")],  # noqa: A002  # the option's name
    name: Annotated[str, typer.Option(metavar="NAME", help="Her name; stored encrypted.")],
    relation: Annotated[
        str | None, typer.Option(metavar="R", help="What she is to the organisation, such as employee.")
    ] = None,
    born: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day of birth.")
    ] = None,
    guardian: Annotated[str | None, typer.Option(metavar="ID", help="Register id of her guardian.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Add a person."""
    person = Person(id=id, name=name, relation=relation, born=born.date() if born else None, guardian=guardian)
    with common.policy_and_register(policy, register) as (_, opened):
        opened.add_person(person)
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
    with common.policy_and_register(policy, register) as (_, opened):
        people = opened.people()
    if format is common.Format.JSON:
        common.emit_json(people)
    else:
        common.emit(common.table(("id", "name", "relation"), [(p.id, p.name, p.relation or "") for p in people]))
    return 0


@app.command()
def show(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")],
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Show one person with her consents and how many face vectors are held."""
    with common.policy_and_register(policy, register) as (_, opened):
        found = opened.person(person)
        consents = opened.consents(person)
        faces = opened.faces(person)
    if format is common.Format.JSON:
        common.emit_json({"person": found, "consents": consents, "faces": faces})
        return 0
    lines = [
        ("id", found.id),
        ("name", found.name),
        ("relation", found.relation or ""),
        ("born", str(found.born or "")),
        ("guardian", found.guardian or ""),
        *(("faces", f"{count.count} for {count.engine}") for count in faces),
        *(("consent", common.consent_line(consent)) for consent in consents),
    ]
    common.emit(common.table(("", ""), lines))
    return 0
