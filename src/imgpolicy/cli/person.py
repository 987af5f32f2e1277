"""`imgpolicy person`: the people in the register."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.phrase import phrase

app = typer.Typer()

AdultOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="They are of age, and this person states it; stored encrypted.")
]


@app.command()
@grouped
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
    guardian: Annotated[
        list[str] | None, typer.Option(metavar="WHO", help="Id or name of a guardian; may be repeated.")
    ] = None,
    adult_by: AdultOption = None,
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where they are asked and told; stored encrypted.")
    ] = None,
    place: common.Place,
) -> int:
    """Add a person. Of minors say the day of birth, of others that they are of age."""
    from imgpolicy.service import people

    with place.open() as workspace:
        person = Person(
            id=id,
            name=name,
            relation=relation,
            born=born.date() if born else None,
            guardians=frozenset(one if one == id else common.whom(workspace, one) for one in guardian or ()),
            email=email,
        )
        people.add(workspace, person, adult_by=adult_by)
    common.say(phrase("added {id}", id=id))
    if born is None and adult_by is None:
        common.remark(
            phrase("give a minor's birth date, or state that {id} is of age: until then a likeness is a review", id=id)
        )
    return Exit.GO


@app.command("list")
@grouped
def list_people(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the people."""
    from imgpolicy.service import people

    with place.open() as workspace:
        kept = people.everybody(workspace)
    if format is common.Format.JSON:
        from imgpolicy.wire.person import person_wire

        common.emit_json([person_wire(one) for one in kept])
    else:
        common.emit(
            common.table(("id", phrase("name"), phrase("relation")), [(p.id, p.name, p.relation or "") for p in kept])
        )
    return Exit.GO


@app.command()
@grouped
def show(
    person: common.PersonArgument,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Show one person with their consents and how many face vectors are held."""
    from imgpolicy.service import people

    with place.open() as workspace:
        known = people.show(workspace, common.whom(workspace, person))
        policy = workspace.kept.consents
    found, said, held = known.person, known.consents, known.faces
    if format is common.Format.JSON:
        from imgpolicy.wire.consent import consent_wire
        from imgpolicy.wire.person import person_wire

        wires = [consent_wire(consent) for consent in said]
        common.emit_json({"person": person_wire(found), "of_age": found.of_age, "consents": wires, "faces": held})
        return Exit.GO
    lines = [
        ("id", found.id),
        (phrase("name"), found.name),
        (phrase("relation"), found.relation or ""),
        (phrase("e-mail"), found.email or ""),
        (phrase("born"), str(found.born or "")),
        (phrase("turns 18"), str(found.of_age or "")),
        (phrase("of age"), _stated(found.adult)),
        (phrase("guardians"), ", ".join(sorted(found.guardians))),
        *(
            (phrase("former guardian"), phrase("{name} until {day}", name=former.id, day=str(former.until)))
            for former in sorted(found.former_guardians)
        ),
        *((phrase("faces"), phrase("{count} for {engine}", count=one.count, engine=one.engine)) for one in held),
        *((phrase("consent"), grants.consent_line(consent, policy)) for consent in said),
    ]
    common.emit(common.table(("", ""), lines))
    return Exit.GO


def _stated(adult: Adulthood | None) -> str:
    return "" if adult is None else phrase("as {name} stated on {day}", name=adult.by, day=str(adult.on))


@app.command()
@grouped
def edit(
    person: common.PersonArgument,
    *,
    name: Annotated[str | None, typer.Option(help="Their name; stored encrypted.")] = None,
    relation: Annotated[str | None, typer.Option(help="What they are to the organisation; '' for nothing.")] = None,
    born: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of birth.")] = None,
    guardian: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Ids or names of all their guardians; may be repeated; '' for none."),
    ] = None,
    adult_by: Annotated[
        str | None, typer.Option(metavar="NAME", help="They are of age, and this person states it; '' takes it back.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where they are asked and told; '' for nowhere.")
    ] = None,
    place: common.Place,
) -> int:
    """Change what is known of a person; what is not named stays as it is.

    Whoever is no guardian any more says nothing more for them; what they said stays.
    """
    from imgpolicy.service import people

    with place.open() as workspace:
        speakers = None if guardian is None else frozenset(common.whom(workspace, one) for one in guardian if one)
        change = people.PersonChange(
            name=name,
            relation=relation,
            born=born.date() if born else None,
            guardians=speakers,
            adult_by=adult_by,
            email=email,
        )
        person = common.whom(workspace, person)
        people.edit(workspace, person, change)
    common.say(phrase("changed {person}", person=person))
    return Exit.GO


@app.command()
@grouped
def adult(
    people_: Annotated[
        list[str] | None, typer.Argument(metavar="[PERSON]...", help="Their ids or names.", show_default=False)
    ] = None,
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="All of whose age nothing is known, and who never had a guardian.")
    ] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who states it; stored encrypted.")],
    place: common.Place,
) -> int:
    """State that people are of age, so that their birth date is not asked for."""
    from imgpolicy.service import people

    if bool(people_) == everybody:
        common.usage_error(phrase("name those who are of age, or say --all"))
    with place.open() as workspace:
        stated = people.state_adult(workspace, [common.whom(workspace, one) for one in people_ or ()], by)
    common.say(phrase("of age: {count}", count=len(stated)))
    for one in stated:
        common.say(f"  {one}")
    return Exit.GO


class ExportFormat(StrEnum):
    """How an export is written."""

    JSON = "json"
    HTML = "html"


@app.command()
@grouped
def export(
    person: common.PersonArgument,
    *,
    format: Annotated[  # noqa: A002  # the option's name
        ExportFormat, typer.Option("--format", help="For programs, or a page to read.")
    ] = ExportFormat.JSON,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; else standard output.")] = None,
    force: common.ForceOption = False,
    lang: common.LanguageOption = None,
    place: common.Place,
) -> int:
    """Write everything that is held about a person, for that person (GDPR article 15)."""
    from imgpolicy.render.person import dossier_html, dossier_json
    from imgpolicy.service import people

    with place.open() as workspace:
        dossier = people.everything_about(workspace, common.whom(workspace, person))
    text = dossier_json(dossier) if format is ExportFormat.JSON else dossier_html(dossier, common.language_of(lang))
    if output is None:
        common.emit(text)
    else:
        common.write_private({output: text.encode()}, workspace, force=force)
        common.remark(
            phrase(
                "{output} holds everything about {person}, unencrypted: hand it over and delete it",
                output=str(output),
                person=person,
            )
        )
    return Exit.GO


@app.command()
@grouped
def erase(
    person: Annotated[str | None, typer.Argument(metavar="PERSON", help=common.WHOM, show_default=False)] = None,
    *,
    nothing_rests: Annotated[
        bool, typer.Option("--nothing-rests", help="Only if nothing rests on them; without PERSON, all of those.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: there is no way back.")] = False,
    place: common.Place,
) -> int:
    """Erase a person: their key is destroyed, and everything about them is removed (GDPR article 17).

    Nothing rests on somebody without a consent in force, a no, a post that is up, or somebody for whom they speak or
    spoke, once the policy's keep_days are over: `consent due` lists them.
    """
    from imgpolicy.service import archive, people

    if person is None and not nothing_rests:
        common.usage_error(phrase("name the person, or say --nothing-rests"))
    if person is not None and not yes:
        common.usage_error(
            phrase("this removes everything about {person} for ever: say --yes to do it", person=repr(person[:80]))
        )
    with place.open() as workspace:
        named = common.anybody(workspace, person)
        asked = [item.person for item in people.unneeded(workspace)] if named is None else [named]
        if not asked:
            common.say(phrase("there is nobody on whom nothing rests"))
            return Exit.GO
        if not yes:
            common.emit(common.table((phrase("nothing rests on"),), [(one,) for one in asked]))
            common.usage_error(phrase("this removes everything about them for ever: say --yes to do it"))
        shown = archive.concerned(workspace, people=asked)
        done = people.erase_unneeded(workspace, asked) if nothing_rests else people.erase(workspace, asked[0])
        found = grants.reached_in(workspace, shown, done.takedowns)
    for one in done.people:
        common.say(phrase("erased {person}", person=one))
    grants.emit_reached(done.takedowns, found)
    if not done.bytes_gone:
        common.remark(
            phrase(
                "another program reads the register, so some encrypted bytes, whose key is gone, are still in"
                " its write-ahead log; they go when the last reader closes it"
            )
        )
    them = phrase("this person") if person is not None else phrase("these people")
    common.remark(phrase("backups made before still hold {them}: delete them, or let them run out", them=them))
    return Exit.GO
