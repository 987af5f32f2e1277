"""`imgpolicy face`: the face vectors that people are recognised by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.domain.terms import DismissedAs

if TYPE_CHECKING:
    from imgpolicy.lookup import Lookup
    from imgpolicy.match import FaceMatch

app = typer.Typer(help="The face vectors that people are recognised by.")

RECOMMENDED = 3


@app.command()
def enrol(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")],
    photographs: Annotated[
        list[str], typer.Argument(metavar="PHOTO", help="Photographs of them; all are enrolled, or none.")
    ],
    *,
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Which face, counted from the left, when there are several.")
    ] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Learn a person's face from photographs. Needs their biometric consent; the photographs are not kept."""
    from imgpolicy.service import faces

    with common.policy_and_register(policy, register) as (found, opened):
        enrolled = faces.enrol(found, opened, person, photographs, number=face)
    common.emit(f"enrolled {enrolled.stored} face(s) of {person}\n")
    for other in enrolled.close_to:
        common.note(f"imgpolicy: this face is close to {other}'s: the two may be taken for each other")
    if enrolled.held < RECOMMENDED:
        common.note(f"imgpolicy: {RECOMMENDED} photographs or more make recognition surer; there are {enrolled.held}")
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
    from imgpolicy.register.faces import enrolled_faces

    with common.policy_and_register(policy, register) as (settings, opened):
        common.note_to_enrol_again(settings, opened)
        with opened.reading() as unit:
            found = enrolled_faces(unit, person)
    if format is common.Format.JSON:
        common.emit_json(found)
    else:
        rows = [(str(one.face), one.person, one.engine, one.consent) for one in found]
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
    from imgpolicy.service import faces

    with common.policy_and_register(policy, register) as (_, opened):
        removed = faces.forget(opened, person, face or ())
    common.emit(f"removed {removed} face(s) of {person}\n")
    return 0


WIDEST = 80

PictureArgument = Annotated[str, typer.Argument(metavar="PICTURE", help="The picture: a file or an http(s) URL.")]
ByOption = Annotated[str, typer.Option(metavar="NAME", help="Who answers for it.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]


@app.command()
def who(
    picture: PictureArgument,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Show whom each face is like, for those who keep the register. The log keeps that it was asked."""
    from imgpolicy.service import faces

    with common.policy_and_register(policy, register) as (found, opened):
        lookup = faces.who(found, opened, picture)
    if format is common.Format.JSON:
        common.emit_json(_lookup_wire(lookup))
        return 0
    common.emit(f"{lookup.engine}: named from {lookup.threshold:.2f} with a lead of {lookup.margin:.2f}\n")
    rows = [row for number, face in enumerate(lookup.faces, start=1) for row in _who(number, face)]
    common.emit(common.table(("face", "at", "height", "person", "score", "lead", "is"), rows, widest=WIDEST))
    return 0


@app.command()
def dismiss(
    picture: PictureArgument,
    *,
    what: Annotated[DismissedAs, typer.Option("--as", metavar="WHAT", help="What it is: artwork or not-a-face.")],
    by: ByOption,
    reason: ReasonOption,
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Which face of several, counted frame by frame from the left.")
    ] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Keep a reviewer's word that a face found in this picture is artwork, or no face.

    It holds for the picture and for copies of it that were resized or encoded anew. A face that may be somebody whose
    consents do not cover the posting counts all the same.
    """
    from imgpolicy.service import faces

    word = faces.FaceWord(what=what, by=by, reason=reason, number=face)
    with common.policy_and_register(policy, register) as (found, opened):
        kept = faces.dismiss(found, opened, picture, word)
    common.emit(f"dismissed as {kept.what.value}: {kept.id}\n")
    return 0


@app.command("dismissed")
def list_dismissed(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the faces that reviewers dismissed, and which of them count again."""
    from imgpolicy.register.dismissals import dismissals

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = dismissals(unit)
    if format is common.Format.JSON:
        from imgpolicy.wire.dismissal import dismissal_wire

        common.emit_json([dismissal_wire(kept) for kept in found])
        return 0
    rows = [
        (
            kept.id,
            kept.place.picture[:12],
            kept.what.value,
            f"{kept.by}: {kept.reason}",
            "holds" if kept.ending is None else f"taken back by {kept.ending.by}: {kept.ending.reason}",
        )
        for kept in found
    ]
    common.emit(common.table(("id", "picture", "as", "said by", "state"), rows))
    return 0


@app.command()
def reinstate(
    dismissal: Annotated[str, typer.Argument(metavar="ID", help="Id as `face dismissed` shows it.")],
    *,
    by: ByOption,
    reason: ReasonOption,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Take a dismissal back: the face counts again. Both records stay."""
    from imgpolicy.service import faces

    with common.policy_and_register(policy, register) as (_, opened):
        faces.reinstate(opened, dismissal, by=by, reason=reason)
    common.emit(f"{dismissal} counts again\n")
    return 0


def _who(number: int, match: FaceMatch) -> Iterator[tuple[str, ...]]:
    """The rows of one face: a candidate each, the first with what became of it."""
    box = match.face.box
    first = (str(number), f"{box.left},{box.top}", f"{match.face.height:.0f}")
    scores = [candidate.score for candidate in match.candidates]
    leads = [f"{one - other:.2f}" for one, other in pairwise(scores)]
    if not match.candidates:
        yield (*first, "", "", "", _verdict(match))
    for place, candidate in enumerate(match.candidates):
        lead = leads[place] if place < len(leads) else ""
        cells = (candidate.person, f"{candidate.score:.2f}", lead)
        yield (*first, *cells, _verdict(match)) if place == 0 else ("", "", "", *cells, "")


def _verdict(match: FaceMatch) -> str:
    if match.identified is not None:
        return match.identified.person
    if match.poor is not None:
        return f"too poor: {match.poor}"
    return "nobody known" if not match.suspects else "not sure"


def _lookup_wire(lookup: Lookup) -> dict[str, object]:
    return {
        "engine": lookup.engine,
        "threshold": round(lookup.threshold, 4),
        "margin": lookup.margin,
        "faces": [
            {
                "face": number,
                "box": match.face.box,
                "height": round(match.face.height, 1),
                "person": match.identified.person if match.identified else None,
                "may_be": [suspect.person for suspect in match.suspects],
                "margin": None if match.margin is None else round(match.margin, 4),
                "poor": match.poor,
                "candidates": [{"person": c.person, "score": round(c.score, 4)} for c in match.candidates],
            }
            for number, match in enumerate(lookup.faces, start=1)
        ],
    }
