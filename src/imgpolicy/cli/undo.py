"""`imgpolicy undo`: the last thing that was recorded, taken back as the desk does it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.phrase import Phrase, phrase

if TYPE_CHECKING:
    from imgpolicy.service.latest import Latest


@grouped
def undo(
    *,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who takes it back, for a yes or a dismissal; stored encrypted.")
    ] = None,
    second: Annotated[
        str | None, typer.Option(metavar="NAME", help="The second person, where the policy asks for two.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    place: common.Place,
) -> int:
    """Take back the last thing that was recorded here, within ten minutes.

    A yes, a face that was learnt, a dismissal or a post, if it is the last thing that was done at the command line, and
    nothing was done to it since. What the desk records is taken back there.
    """
    from imgpolicy.service.latest import latest, take_back

    with place.open() as workspace:
        done = latest(workspace)
        if not yes and common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr):
            typer.confirm(common.told(phrase("take back: {what}?", what=_said(done))), abort=True, err=True)
        take_back(workspace, done, by=by, second=second)
    common.say(phrase("took back: {what}", what=_said(done)))
    return Exit.GO


def _said(done: Latest) -> Phrase:
    """What was done, in words for people."""
    from imgpolicy.service.latest import Kind

    match done.kind:
        case Kind.LEARNT:
            return phrase("a face of {person} was learnt", person=done.what)
        case Kind.DISMISSED:
            return phrase("a face was dismissed, {id}", id=done.what)
        case Kind.GRANTED:
            return phrase("a yes of {person} was recorded, {id}", person=done.of, id=done.what)
        case Kind.POSTED:
            return phrase("a picture was recorded as posted at {url}", url=done.of)
