"""Faces that are learnt, forgotten, looked up and dismissed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.service.doors import (
    DISMISSAL,
    MOMENT,
    NO_PICTURE,
    READS,
    Forbidden,
    No,
    dismissal,
    table,
)

from imgpolicy.domain.dismissal import Ending
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.service import (
    classes,
    faces,
)
from imgpolicy.service.workspace import Workspace

PORTRAIT, MEADOW, TWO = "pictures/portrait.jpg", "pictures/meadow.jpg", "pictures/two_people.jpg"
NOBODY = "there is nobody 'nobody' in the register"

Call = Callable[[Workspace, Path], object]


def enrolled(who: str, picture: str) -> Call:
    return lambda ws, at: faces.enrol(ws, who, [str(at / picture)])


def folders_of(workspace: Workspace, folder: Path) -> object:
    with classes.open_folders(folder) as found:
        return classes.previews(workspace, found)


def dismissed(picture: str, by: str = "Anna", reason: str = "a poster") -> Call:
    word = faces.FaceWord(what=DismissedAs.ARTWORK, by=by, reason=reason)
    return lambda ws, at: faces.dismiss(ws, str(at / picture), word)


FACES = (
    Forbidden(
        asks="faces.enrol",
        what="the face of somebody who gave no biometric consent",
        said="'guest' has no biometric consent that is valid today",
        call=enrolled("guest", PORTRAIT),
        typed=f"face enrol guest {PORTRAIT}",
        brought=table("faces.csv", "person,photograph", f"guest,{PORTRAIT}"),
    ),
    Forbidden(
        asks="faces.enrol",
        what="the face of nobody",
        said=NOBODY,
        call=enrolled("nobody", PORTRAIT),
        typed=f"face enrol nobody {PORTRAIT}",
        brought=table("faces.csv", "person,photograph", f"nobody,{PORTRAIT}"),
    ),
    Forbidden(
        asks="faces.enrol",
        what="a photograph without a face",
        said="no face was found",
        call=enrolled("eileen", MEADOW),
        typed=f"face enrol eileen {MEADOW}",
        brought=table("faces.csv", "person,photograph", f"eileen,{MEADOW}"),
    ),
    Forbidden(
        asks="faces.enrol",
        what="a photograph of two",
        said="2 faces were found: choose one",
        call=enrolled("eileen", TWO),
        typed=f"face enrol eileen {TWO}",
        brought=table("faces.csv", "person,photograph", f"eileen,{TWO}"),
    ),
    Forbidden(
        asks="faces.enrol",
        what="a face unlike the person's own",
        said="this face is unlike the others of 'eileen'",
        call=lambda ws, at: faces.enrol(ws, "eileen", [str(at / TWO)], which=2),
        typed=f"face enrol eileen {TWO} --face 2",
        brought=table("faces.csv", "person,photograph,face", f"eileen,{TWO},2"),
    ),
    Forbidden(
        asks="faces.enrol",
        what="what may be no person's face",
        said="this may be no person's face",
        call=enrolled("eileen", "half.png"),
        typed="face enrol eileen half.png",
        brought=table("faces.csv", "person,photograph", "eileen,half.png"),
    ),
    Forbidden(
        asks="classes.owners",
        what="a folder without a folder of a person",
        said="there is no folder of a person",
        call=lambda ws, at: folders_of(ws, at / "pictures"),
        typed="face enrol-folder pictures",
        brought=No("a table names photographs one by one"),
    ),
    Forbidden(
        asks="classes.learn",
        what="a folder of which something is refused",
        said="'guest': nothing of it can be learnt",
        call=lambda ws, _: classes.learn(
            ws, classes.Preview(folder="guest", person="guest", photographs=1, refusals=("no consent",))
        ),
        typed=No("the command learns nobody of whose folder something is refused"),
        brought=No("a table names photographs one by one"),
    ),
    Forbidden(
        asks="faces.enrolled",
        what="the faces of nobody",
        said=NOBODY,
        call=lambda ws, _: faces.enrolled(ws, "nobody"),
        typed="face list nobody",
        brought=READS,
    ),
    Forbidden(
        asks="faces.forget",
        what="a face that is not held",
        said="'eileen' has no face 999",
        call=lambda ws, _: faces.forget(ws, "eileen", [999]),
        typed="face remove eileen --face 999",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="faces.who",
        what="to look somebody up where the policy compares with the named alone",
        said="only where it is identify",
        call=lambda ws, at: faces.who(ws, str(at / PORTRAIT)),
        typed=f"face who {PORTRAIT}",
        brought=NO_PICTURE,
        policy=('mode = "identify"', 'mode = "verify"'),
    ),
    Forbidden(
        asks="faces.dismiss",
        what="a word that nobody answers for",
        said="the reviewer's name is empty",
        call=dismissed(PORTRAIT, by=" "),
        typed=f"face dismiss {PORTRAIT} --as artwork --by ' ' --reason poster",
        brought=dismissal(replace(DISMISSAL, by=" ")),
    ),
    Forbidden(
        asks="faces.dismiss",
        what="a word without a reason",
        said="the reason is empty",
        call=dismissed(PORTRAIT, reason=" "),
        typed=f"face dismiss {PORTRAIT} --as artwork --by Anna --reason ' '",
        brought=dismissal(replace(DISMISSAL, reason=" ")),
    ),
    Forbidden(
        asks="faces.dismiss",
        what="a word on a face that is not there",
        said="no face was found",
        call=dismissed(MEADOW),
        typed=f"face dismiss {MEADOW} --as artwork --by Anna --reason poster",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="faces.reinstate",
        what="to take back a word that nobody gave",
        said="there is no dismissal 'f-none'",
        call=lambda ws, _: faces.reinstate(ws, "f-none", by="Anna", reason="r"),
        typed="face reinstate f-none --by Anna --reason r",
        brought=No("what takes a dismissal back is brought with it"),
    ),
    Forbidden(
        asks="faces.reinstate",
        what="to take a word back twice",
        said="'f-back' was taken back already",
        call=lambda ws, _: faces.reinstate(ws, "f-back", by="Anna", reason="r"),
        typed="face reinstate f-back --by Anna --reason r",
        brought=No("a dismissal is brought with one ending at most"),
    ),
    Forbidden(
        asks="faces.reinstate",
        what="to take a word back and not answer for it",
        said="the reviewer's name is empty",
        call=lambda ws, _: faces.reinstate(ws, "f-holds", by=" ", reason="r"),
        typed="face reinstate f-holds --by ' ' --reason r",
        brought=dismissal(replace(DISMISSAL, ending=Ending(by=" ", reason="r", at=MOMENT))),
    ),
)
