"""`imgpolicy face`: the face vectors that people are recognised by."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common

app = typer.Typer(help="The face vectors that people are recognised by.")

RECOMMENDED = 3


@app.callback()
def _group() -> None:
    """The face vectors that people are recognised by."""


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
        enrolment = enrol_faces(opened, face_engine(found.engine), person, photographs, number=face)
        held = sum(count.count for count in opened.faces(person))
    common.emit(f"enrolled {enrolment.stored} face(s) of {person}\n")
    for other in enrolment.close_to:
        common.note(f"imgpolicy: this face is close to {other}'s: the two may be taken for each other")
    if held < RECOMMENDED:
        common.note(f"imgpolicy: {RECOMMENDED} photographs or more make recognition surer; there are {held}")
    return 0
