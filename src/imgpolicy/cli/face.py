"""`imgpolicy face`: the face vectors that people are recognised by."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.lookup import PHOTOGRAPHS, FaceAdvice
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import ImgPolicyError
from imgpolicy.phrase import message_of, phrase

if TYPE_CHECKING:
    from imgpolicy.domain.lookup import FaceLookup
    from imgpolicy.service.classes import Folders, Preview
    from imgpolicy.service.workspace import Workspace

app = typer.Typer()


@app.command()
@grouped
def enrol(
    person: common.PersonArgument,
    photographs: Annotated[
        list[str], typer.Argument(metavar="PHOTO", help="Photographs of them; all are enrolled, or none.")
    ],
    *,
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Which face, counted from the left, when there are several.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="A face that is masked, or unlike their others, is theirs all the same.")
    ] = False,
    place: common.Place,
) -> int:
    """Learn a person's face from photographs. Needs their biometric consent; the photographs are not kept."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        person = common.whom(workspace, person)
        enrolled = faces.enrol(workspace, person, photographs, which=face, confirmed=confirm)
    common.say(phrase("enrolled {stored} face(s) of {person}", stored=enrolled.stored, person=person))
    for other in enrolled.close_to:
        common.remark(phrase("this face is close to {other}'s: the two may be taken for each other", other=other))
    if enrolled.held < PHOTOGRAPHS:
        common.remark(
            phrase(
                "{count} photographs or more make recognition surer; there are {held}",
                count=PHOTOGRAPHS,
                held=enrolled.held,
            )
        )
    return Exit.GO


@app.command("enrol-folder")
@grouped
def enrol_folder(
    folder: Annotated[
        Path, typer.Argument(help="Folder or ZIP archive with a sub-folder for each person, called by id or full name.")
    ],
    *,
    yes: grants.YesOption = False,
    place: common.Place,
) -> int:
    """Learn the faces of many people; shows first what would be learnt. Of each person all photographs are, or none.

    A folder of somebody who is not in the register is refused, and so is a person's whose photographs show nobody, more
    than one person, or somebody else. Nobody is looked at without biometric consent. The photographs are not kept.
    """
    from imgpolicy.service import classes

    with place.open() as workspace:
        with classes.open_folders(folder) as found:
            previews = classes.previews(workspace, found)
        _show(found, previews)
        learnable = [one for one in previews if one.faces]
        if learnable:
            _accept(len(learnable), yes=yes)
        failed = sum(bool(one.refusals) for one in previews)
        for one in learnable:
            failed += not _learnt(workspace, one)
    return Exit.FAILED if failed else Exit.GO


def _show(found: Folders, previews: Sequence[Preview]) -> None:
    """Write what would come of each sub-folder, and what is passed over."""
    rows = [(one.folder, one.person or "", str(one.new), *_said(one)) for one in previews]
    lines = [line for row in rows for line in (row[:4], *(("", "", "", further) for further in row[4:]))]
    columns = (phrase("folder"), phrase("person"), phrase("would be learnt"), phrase("what is to be said"))
    common.emit(common.table(columns, lines))
    for line in found.passed_over:
        common.remark(phrase("passed over: {what}", what=line))


def _said(one: Preview) -> tuple[str, ...]:
    close = (
        phrase("this face is close to {other}'s: the two may be taken for each other", other=o) for o in one.close_to
    )
    known = (phrase("{count} photograph(s) are learnt already", count=one.known),) if one.known else ()
    return (*one.refusals, *close, *known) or ("",)


def _accept(people: int, *, yes: bool) -> None:
    """Ask at a terminal whether they are to be learnt; elsewhere that must be said."""
    if yes:
        return
    if not (common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr)):
        common.usage_error(phrase("this learns the faces of {count} people: say --yes to do it", count=people))
    typer.confirm(common.told(phrase("learn the faces of {count} people?", count=people)), abort=True, err=True)


def _learnt(workspace: Workspace, one: Preview) -> bool:
    """Whether somebody was learnt; why not is written."""
    from imgpolicy.service import classes

    try:
        done = classes.learn(workspace, one)
    except ImgPolicyError as error:
        common.remark(phrase("{folder}: {message}", folder=one.folder, message=message_of(error)))
        return False
    common.say(phrase("enrolled {stored} face(s) of {person}", stored=done.stored, person=one.person or ""))
    return True


@app.command("list")
@grouped
def list_faces(
    person: common.AnybodyArgument = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the face vectors that are held, each with the consent that it rests on."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        common.note_to_enrol_again(workspace)
        enrolled = faces.enrolled(workspace, common.anybody(workspace, person))
    if format is common.Format.JSON:
        common.emit_json(enrolled)
    else:
        rows = [(str(one.face), one.person, one.engine, one.consent) for one in enrolled]
        common.emit(common.table((phrase("face"), phrase("person"), phrase("engine"), phrase("consent")), rows))
    return Exit.GO


@app.command()
@grouped
def remove(
    person: common.PersonArgument,
    *,
    face: Annotated[list[int] | None, typer.Option(help="Number as `face list` shows it; else all.")] = None,
    place: common.Place,
) -> int:
    """Forget face vectors of a person."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        person = common.whom(workspace, person)
        removed = faces.forget(workspace, person, face or ())
    common.say(phrase("removed {removed} face(s) of {person}", removed=removed, person=person))
    return Exit.GO


@app.command()
@grouped
def check(
    person: common.PersonArgument,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Show how surely a person is told from everybody else who is enrolled, and which photographs are missing.

    Which way a photograph looks, and in which light, is not kept: what two photographs have in common says it.
    """
    from imgpolicy.service import faces

    with place.open() as workspace:
        common.note_to_enrol_again(workspace)
        told = faces.told_apart(workspace, common.whom(workspace, person))
    if format is common.Format.JSON:
        common.emit_json(told)
        return Exit.GO
    rows = [
        (phrase("photographs"), str(told.photographs)),
        (phrase("named from"), f"{told.threshold:.2f}"),
        (phrase("least alike two of them"), _cosine(told.unlike)),
        (phrase("most alike two of them"), _cosine(told.alike)),
        (
            phrase("nearest other person"),
            phrase("nobody") if told.nearest is None else f"{told.nearest} {_cosine(told.likeness)}".strip(),
        ),
    ]
    common.emit(common.table((told.person, ""), rows))
    for advice in told.advice:
        common.remark(_advice(advice, told.nearest or ""))
    return Exit.GO


ADVICE = {
    FaceAdvice.MORE: phrase("{count} photographs or more make recognition surer", count=PHOTOGRAPHS),
    FaceAdvice.OTHER: phrase(
        "the photographs are nearly the same: add one from the side, in another light, or with their glasses"
    ),
    FaceAdvice.LOOK: phrase(
        "two photographs are hardly alike: make sure that both show them, with nothing before the face"
    ),
}


def _advice(advice: FaceAdvice, nearest: str) -> str:
    if advice is FaceAdvice.NAME:
        return phrase(
            "{other} is so like them that pictures of either may ask for a look: --person says who is there",
            other=nearest,
        )
    return ADVICE[advice]


def _cosine(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


WIDEST = 80

PictureArgument = Annotated[str, typer.Argument(metavar="PICTURE", help="The picture: a file or an http(s) URL.")]
ByOption = Annotated[str, typer.Option(metavar="NAME", help="Who answers for it.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]


@app.command()
@grouped
def who(
    picture: PictureArgument,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Show whom each face is like, for those who keep the register. The log keeps that it was asked."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        lookup = faces.who(workspace, picture)
    if format is common.Format.JSON:
        from imgpolicy.wire.lookup import lookup_wire

        common.emit_json(lookup_wire(lookup))
        return Exit.GO
    common.say(
        phrase(
            "{engine}: named from {threshold} with a lead of {margin}",
            engine=lookup.engine,
            threshold=f"{lookup.threshold:.2f}",
            margin=f"{lookup.margin:.2f}",
        )
    )
    rows = [row for number, face in enumerate(lookup.faces, start=1) for row in _who(number, face)]
    common.emit(
        common.table(
            (
                phrase("face"),
                phrase("at"),
                phrase("height"),
                phrase("person"),
                phrase("score"),
                phrase("lead"),
                phrase("is"),
            ),
            rows,
            widest=WIDEST,
        )
    )
    return Exit.GO


@app.command()
@grouped
def dismiss(
    picture: PictureArgument,
    *,
    what: Annotated[DismissedAs, typer.Option("--as", metavar="WHAT", help="What it is: artwork or not-a-face.")],
    by: ByOption,
    reason: ReasonOption,
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Which face of several, counted frame by frame from the left.")
    ] = None,
    place: common.Place,
) -> int:
    """Keep a reviewer's word that a face found in this picture is artwork, or no face.

    It holds for the picture and for copies of it that were resized or encoded anew. A face that may be somebody whose
    consents do not cover the posting counts all the same.
    """
    from imgpolicy.service import faces

    word = faces.FaceWord(what=what, by=by, reason=reason, number=face)
    with place.open() as workspace:
        kept = faces.dismiss(workspace, picture, word)
    common.say(phrase("dismissed as {what}: {id}", what=kept.what.value, id=kept.id))
    return Exit.GO


@app.command("dismissed")
@grouped
def list_dismissed(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the faces that reviewers dismissed, and which of them count again."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        dismissals = faces.dismissed(workspace)
    if format is common.Format.JSON:
        from imgpolicy.wire.dismissal import dismissal_wire

        common.emit_json([dismissal_wire(kept) for kept in dismissals])
        return Exit.GO
    rows = [
        (
            kept.id,
            kept.place.picture[:12],
            kept.what.value,
            f"{kept.by}: {kept.reason}",
            phrase("holds")
            if kept.ending is None
            else phrase("taken back by {name}: {reason}", name=kept.ending.by, reason=kept.ending.reason),
        )
        for kept in dismissals
    ]
    common.emit(common.table(("id", phrase("picture"), phrase("as"), phrase("said by"), phrase("state")), rows))
    return Exit.GO


@app.command()
@grouped
def reinstate(
    dismissal: Annotated[str, typer.Argument(metavar="ID", help="Id as `face dismissed` shows it.")],
    *,
    by: ByOption,
    reason: ReasonOption,
    place: common.Place,
) -> int:
    """Take a dismissal back: the face counts again. Both records stay."""
    from imgpolicy.service import faces

    with place.open() as workspace:
        faces.reinstate(workspace, dismissal, by=by, reason=reason)
    common.say(phrase("{dismissal} counts again", dismissal=dismissal))
    return Exit.GO


def _who(number: int, face: FaceLookup) -> Iterator[tuple[str, ...]]:
    """The rows of one face: one for each whom it is like, the first with what became of it."""
    first = (str(number), f"{face.box.left},{face.box.top}", f"{face.height:.0f}")
    scores = [one.score for one in face.candidates]
    leads = [f"{one - other:.2f}" for one, other in pairwise(scores)]
    if not face.candidates:
        yield (*first, "", "", "", _outcome(face))
    for place, one in enumerate(face.candidates):
        lead = leads[place] if place < len(leads) else ""
        cells = (one.person, f"{one.score:.2f}", lead)
        yield (*first, *cells, _outcome(face)) if place == 0 else ("", "", "", *cells, "")


def _outcome(face: FaceLookup) -> str:
    if face.person is not None:
        return face.person
    if face.doubtful:
        return phrase("may be no person's face")
    if face.poor is not None:
        return phrase("too poor: {why}", why=face.poor)
    return phrase("not sure") if face.may_be else phrase("nobody known")
