"""`imgpolicy clean`: copies that may be posted, each judged again before it is written; else nothing is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, outputs
from imgpolicy.cli.check import note_misnamed, note_unreadable
from imgpolicy.cli.cleaned import done, why_not
from imgpolicy.cli.exits import exit_of
from imgpolicy.cli.options import grouped
from imgpolicy.cli.posting import PostingOptions
from imgpolicy.domain.terms import Manner
from imgpolicy.language import Language
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.domain.geometry import Box
    from imgpolicy.service.clean import Choose, CleanCopy, CleanRequest
    from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class CleanOptions:
    """Options: how the picture is cleaned."""

    redact: Annotated[
        Manner,
        typer.Option("--redact", metavar="HOW", help="How faces and logos are covered: solid or mosaic. Text: solid."),
    ] = Manner.SOLID
    crop: Annotated[
        str | None, typer.Option("--crop", metavar="L,T,R,B", help="Keep only this part, in pixels from the top left.")
    ] = None
    also_cover: Annotated[
        list[str] | None,
        typer.Option("--also-cover", metavar="WHO", help='Cover this person too, or "face 2" from the left.'),
    ] = None
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask about each finding, with a small picture of it.")
    ] = False
    add_credit: Annotated[
        bool, typer.Option("--add-credit", help="Write the credit line that a licence asks for into file and caption.")
    ] = False
    allow_review: Annotated[
        bool, typer.Option("--allow-review", help="Write it when somebody still has to look, too; exit code 3.")
    ] = False


@grouped
def clean(
    pictures: Annotated[
        list[str], typer.Argument(metavar="PICTURE", help="Pictures, folders, http(s) URLs, or - for standard input.")
    ],
    *,
    clean_copy: Annotated[
        Path, typer.Option("-o", metavar="OUT", help="The file for the clean copy; a folder for those of several.")
    ],
    planned: PostingOptions,
    how: CleanOptions,
    out: outputs.OutputOptions,
    place: common.Place,
    jobs: common.JobsOption = 1,
    allow_private_hosts: common.PrivateHostsOption = False,
) -> int:
    """Write copies that may be posted: metadata out, faces and logos covered. Exit code: that of check."""
    from imgpolicy.service.clean import CleanRequest

    keeps = None if how.crop is None else _box(how.crop)
    targets = out.targets()
    with place.open() as workspace, _choosing(out.language, place.repeated, asks=how.interactive) as choose:
        request = CleanRequest(
            posting=planned.posting(workspace),
            choose=choose,
            keeps=keeps,
            also_covers=tuple(_covered(workspace, one) for one in how.also_cover or ()),
            manner=how.redact,
            add_credit=how.add_credit,
            allow_review=how.allow_review,
            allow_private_hosts=allow_private_hosts,
            by_folder=planned.profile is None,
        )
        if len(pictures) > 1 or os.path.isdir(pictures[0]) or clean_copy.is_dir():  # noqa: PTH112  # no to odd names
            from imgpolicy.cli.clean_many import ManyCopies, clean_many

            many = ManyCopies(pictures=pictures, folder=clean_copy, place=place.elsewhere(), jobs=jobs)
            return clean_many(workspace, many, request, targets, out, repeated=place.repeated)
        return _clean_one(workspace, pictures[0], clean_copy, request, targets, out=out, repeated=place.repeated)


def _clean_one(
    workspace: Workspace,
    picture: str,
    clean_copy: Path,
    request: CleanRequest,
    targets: Sequence[outputs.Target],
    *,
    out: outputs.OutputOptions,
    repeated: str,
) -> int:
    from imgpolicy.service.clean import clean_picture, write_copy
    from imgpolicy.service.outputs import Replaces, output

    stays = [picture, *workspace.files]
    made = output(clean_copy, stays, replaces=Replaces.PICTURES if out.force else Replaces.NOTHING, mode=None)
    targets = outputs.accepted(targets, [*stays, str(clean_copy)], force=out.force)
    copy = clean_picture(workspace, picture, request, see=out.see(targets))
    note_unreadable([copy.last.report])
    note_misnamed([copy.first.report.picture], out.language)
    if copy.data is not None:
        write_copy(copy, made, picture)
    elif copy.last.report.readable:
        common.remark(why_not(copy, out.language))
    _tell(clean_copy, copy, targets, out, repeated=repeated)
    return exit_of([copy.last.report])


@contextmanager
def _choosing(language: Language, repeated: str, *, asks: bool) -> Iterator[Choose | None]:
    """What asks the user to choose among the ways out; None where nobody is asked."""
    if not asks:
        yield None
        return
    from imgpolicy.cli.interactive import Asking, accept_terminal, ended_by_signals

    accept_terminal()
    with ended_by_signals() as signals, tempfile.TemporaryDirectory(prefix="imgpolicy-") as folder:
        yield Asking(Path(folder), language, signals, repeated)


def _covered(workspace: Workspace, said: str) -> str:
    """Whom to cover, as reports call them: a face by its number, or somebody by id or by name."""
    return said if said.startswith("face ") else common.whom(workspace, said)


def _box(text: str) -> Box:
    """The part to keep; a usage error when the text is not four numbers around something."""
    from imgpolicy.domain.geometry import Box

    try:
        left, top, right, bottom = (int(side) for side in text.split(","))
    except ValueError:
        common.usage_error(phrase("--crop is LEFT,TOP,RIGHT,BOTTOM in whole pixels, such as 0,0,800,600"))
    return Box(left, top, right, bottom)


def _tell(
    clean_copy: Path,
    copy: CleanCopy,
    targets: Sequence[outputs.Target],
    out: outputs.OutputOptions,
    *,
    repeated: str,
) -> None:
    """Say what was written and changed, and report on it where that is asked, or something is left."""
    from imgpolicy.render import Shown

    on_stdout = any(target.file is None and target.form != outputs.TEXT for target in targets)
    if copy.data is not None:
        say = common.note if on_stdout else common.emit
        say(done(clean_copy, copy, out.language))
    asked = [target for target in targets if target.file or target.form != outputs.TEXT]
    left = outputs.targets([], []) if copy.last.report.findings and not on_stdout else []
    if asked or left:
        hides = not out.show_faces
        before = Shown(copy.first.report, copy.first.seen, hides=hides)
        last = Shown(copy.last.report, copy.last.seen, before=before, hides=hides)
        outputs.write([last], [*asked, *left], out, repeated=repeated)
