"""`imgpolicy strip`: metadata out, the coded picture as it is. Needs no register and no policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace
from imgpolicy.phrase import message_of, phrase

if TYPE_CHECKING:
    from imgpolicy.service.files import StrippedFile

_SHOWN = 5
"""Paths of parts of unknown meaning that are shown of one file."""


def strip(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="The clean file; a folder when there are several."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace pictures that are at OUT already.")] = False,
    in_place: Annotated[bool, typer.Option("--in-place", help="Replace each picture by its clean copy.")] = False,
    mode: Annotated[
        StripMode, typer.Option(metavar="M", help="all that gives people away, or location alone.")
    ] = StripMode.ALL,
    keep_credit: Annotated[bool, typer.Option(help="Keep copyright, credit and licence fields.")] = True,
) -> int:
    """Remove what the files say of where and who. Each is proved before it is written; exit 4 when one was not."""
    if (output is None) != in_place:
        common.usage_error(phrase("say where the clean file goes: either -o OUT or --in-place"))
    from imgpolicy.service.files import StripRequest, strip_files

    request = StripRequest(output=output, force=force, mode=mode, keep_credit=keep_credit)
    done = strip_files(pictures, request, done=_tell)
    return Exit.FAILED if any(one.error for one in done) else Exit.GO


def _tell(done: StrippedFile) -> None:
    from imgpolicy.service.names import misnamed

    if done.stripped is None:
        common.remark("" if done.error is None else message_of(done.error))
        return
    removed = _removed(done.stripped.removed, done.stripped.fewer)
    common.say(
        phrase("{file}: {what}; it still says that AI made it", file=str(done.target), what=removed)
        if done.stripped.made_by_ai
        else phrase("{file}: {what}", file=str(done.target), what=removed)
    )
    note = misnamed(str(done.source), done.stripped.format)
    if note is not None:
        common.remark(note)
    for doubt in done.stripped.doubts:
        common.remark(phrase("{file}: {what}", file=str(done.target), what=doubt))


def _removed(removed: Sequence[Trace], fewer: int | None) -> str:
    """What became of a file from which this was removed, and that is so many bytes shorter."""
    if removed:
        kinds = sorted({trace.kind.value for trace in removed} - {Kind.UNKNOWN})
        strange = sorted({trace.path for trace in removed if trace.kind is Kind.UNKNOWN})
        kinds += [f"{Kind.UNKNOWN}: {', '.join(strange[:_SHOWN])}"] if strange else []
        return phrase("{count} removed ({kinds})", count=len(removed), kinds=", ".join(kinds))
    if fewer is None:
        return phrase("nothing to remove")
    if fewer > 0:
        return phrase("rewritten: {count} bytes removed that tell nothing", count=fewer)
    return phrase("rewritten: nothing removed that tells anything")
