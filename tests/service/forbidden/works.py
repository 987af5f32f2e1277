"""Works and logos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.service.doors import (
    READS,
    WORK,
    Forbidden,
    No,
    artwork,
    document,
    table,
    written,
)

from imgpolicy.domain.work import WorkKind
from imgpolicy.presets import sample
from imgpolicy.service import (
    licensing,
    works,
)
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.work import FingerprintWire, WorkWire

PORTRAIT, MEADOW, TWO = "pictures/portrait.jpg", "pictures/meadow.jpg", "pictures/two_people.jpg"
HARBOUR = sample() / "consent_db" / "artwork" / "harbour.png"
BARE = FingerprintWire(pdq="5a" * 32)
PLAIN = FingerprintWire(pdq="5a" * 32, quality=3)

Call = Callable[[Workspace, Path], object]


def work(title: str, *pictures: str, kind: WorkKind = WorkKind.WORK) -> Call:
    return lambda ws, at: works.add_work(ws, title, [str(at / one) for one in pictures], owner="O", kind=kind)


WORKS = (
    Forbidden(
        asks="licensing.read_licence",
        what="a licence from a file that names nobody",
        said="names nobody who licenses it",
        call=lambda ws, at: licensing.read_licence(ws, str(at / MEADOW)),
        typed=f"licence add --from-picture {MEADOW} --yes",
        brought=READS,
    ),
    Forbidden(
        asks="works.add_work",
        what="a logo as a work",
        said="own logo is the kind of a logo: add it with its artwork",
        call=work("Ours", MEADOW, kind=WorkKind.OWN_LOGO),
        typed=No("the option has no such word"),
        brought=No("in a register's own export a logo is known by its hashes, and by its artwork where it has some"),
    ),
    Forbidden(
        asks="works.add_each",
        what="logos as works, a file each",
        said="own logo is the kind of a logo: add it with its artwork",
        call=lambda ws, at: works.add_each(ws, [str(at / MEADOW)], owner="O", kind=WorkKind.OWN_LOGO),
        typed=No("the option has no such word"),
        brought=No("in a register's own export a logo is known by its hashes, and by its artwork where it has some"),
    ),
    Forbidden(
        asks="works.import_works",
        what="the hash of a picture without anything in it, and not its file",
        said="too plain to be recognised again (quality",
        call=lambda ws, at: works.import_works(ws, written(at, f"title,pdq,quality\nGrey,{'5a' * 32},3\n")),
        typed="work import stock.csv",
        brought=document(works=[WorkWire(kind=WorkKind.WORK, title="Grey", fingerprints=[PLAIN])]),
    ),
    Forbidden(
        asks="works.add_work",
        what="a title that says nothing",
        said="the title is empty",
        call=work(" ", MEADOW),
        typed=f"work add {MEADOW} --title ' ' --owner O",
        brought=document(works=[WorkWire(kind=WorkKind.WORK, title=" ", fingerprints=[BARE])]),
    ),
    Forbidden(
        asks="works.add_work",
        what="a picture of another work",
        said=f"this picture is in the register already, as '{WORK}'",
        call=lambda ws, _: works.add_work(ws, "Mine", [str(HARBOUR)], owner="O"),
        typed=f"work add {HARBOUR} --title Mine --owner O",
        brought=table("works.csv", "kind,title,file", f"work,Mine,{HARBOUR}"),
    ),
    Forbidden(
        asks="works.add_work",
        what="one picture twice",
        said="the same picture is given twice",
        call=work("Meadow", MEADOW, MEADOW),
        typed=f"work add {MEADOW} {MEADOW} --title Meadow --owner O",
        brought=table("works.csv", "id,kind,title,file", f"m,work,Meadow,{MEADOW}", f"m,work,Meadow,{MEADOW}"),
    ),
    Forbidden(
        asks="works.import_works",
        what="logos as works",
        said="own logo is the kind of a logo: add it with its artwork",
        call=lambda ws, at: works.import_works(ws, written(at, f"title,kind,file\nOurs,own logo,{MEADOW}\n")),
        typed="work import stock.csv",
        brought=No("it is an import itself"),
    ),
    Forbidden(
        asks="works.import_works",
        what="a folder without a picture",
        said="holds no picture",
        call=lambda ws, at: works.import_works(ws, at / "bare"),
        typed="work import bare",
        brought=No("it is an import itself"),
    ),
    Forbidden(
        asks="works.remove_work",
        what="to forget a work that is not there",
        said="there is no work 'nothing'",
        call=lambda ws, _: works.remove_work(ws, "nothing"),
        typed="work remove nothing",
        brought=No("an import takes nothing away"),
    ),
    Forbidden(
        asks="works.add_logo",
        what="a work as a logo",
        said="work is no kind of logo: name one of",
        call=lambda ws, at: works.add_logo(ws, "Mine", [str(at / MEADOW)], kind=WorkKind.WORK),
        typed=No("the option has no such word"),
        brought=document(
            works=[WorkWire(kind=WorkKind.WORK, title="Mine", fingerprints=[BARE], artworks=[artwork()])],
        ),
    ),
    Forbidden(
        asks="works.show_logo",
        what="to see a logo that is not there",
        said="there is no logo 'nothing'",
        call=lambda ws, _: works.show_logo(ws, "nothing"),
        typed="logo show nothing",
        brought=No("an import shows nothing"),
    ),
    Forbidden(
        asks="works.remove_logo",
        what="to forget a logo that is not there",
        said="there is no logo 'nothing'",
        call=lambda ws, _: works.remove_logo(ws, "nothing"),
        typed="logo remove nothing",
        brought=No("an import takes nothing away"),
    ),
)
