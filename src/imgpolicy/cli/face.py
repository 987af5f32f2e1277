"""`imgpolicy face`: the face vectors that people are recognised by."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common

app = typer.Typer(help="The face vectors that people are recognised by.")

RECOMMENDED = 3


@app.command()
def enrol(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")],
    photographs: Annotated[
        list[str], typer.Argument(metavar="PHOTO", help="Photographs of her; all are enrolled, or none.")
    ],
    *,
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Which face, counted from the left, when there are several.")
    ] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Learn a person's face from photographs. Needs her biometric consent; the photographs are not kept."""
    from imgpolicy.checker import face_engine
    from imgpolicy.enrol import enrol_faces

    with common.policy_and_register(policy, register) as (found, opened):
        enrolment = enrol_faces(opened, face_engine(found.engine, found.folder), person, photographs, number=face)
        held = sum(count.count for count in opened.faces(person))
    common.emit(f"enrolled {enrolment.stored} face(s) of {person}\n")
    for other in enrolment.close_to:
        common.note(f"imgpolicy: this face is close to {other}'s: the two may be taken for each other")
    if held < RECOMMENDED:
        common.note(f"imgpolicy: {RECOMMENDED} photographs or more make recognition surer; there are {held}")
    return 0


@app.command("list")
def list_faces(
    person: Annotated[str | None, typer.Argument(help="Register id; else everybody.")] = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the face vectors that are held, each with the consent that it rests on."""
    with common.policy_and_register(policy, register) as (settings, opened):
        common.note_to_enrol_again(settings, opened)
        with opened.reading() as session:
            if person is not None:
                session.row(person)
            found = session.transaction.consent_faces(person)
    if format is common.Format.JSON:
        names = ("face", "person", "engine", "consent")
        common.emit_json([dict(zip(names, row, strict=True)) for row in found])
    else:
        rows = [(str(number), owner, engine, consent) for number, owner, engine, consent in found]
        common.emit(common.table(("face", "person", "engine", "consent"), rows))
    return 0


@app.command()
def remove(
    person: Annotated[str, typer.Argument(help="Register id.")],
    *,
    face: Annotated[list[int] | None, typer.Option(help="Number as `face list` shows it; else all.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Forget face vectors of a person."""
    from imgpolicy.register.changes import remove_faces

    with common.policy_and_register(policy, register) as (_, opened):
        with opened.writing() as session:
            removed = remove_faces(session, person, face or ())
        opened.scrub()
    common.emit(f"removed {removed} face(s) of {person}\n")
    return 0
