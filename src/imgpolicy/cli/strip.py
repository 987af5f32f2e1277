"""`imgpolicy strip`: metadata out, the coded picture as it is. Needs no register and no policy."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.errors import ImgPolicyError

if TYPE_CHECKING:
    from imgpolicy.remedies.strip import Stripped

FAILED = 4


class Mode(StrEnum):
    """How much goes."""

    ALL = "all"
    LOCATION = "location"


def strip(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="The clean file; a folder when there are several."),
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Replace each picture by its clean copy.")] = False,
    mode: Annotated[Mode, typer.Option(metavar="M", help="all that gives people away, or location alone.")] = Mode.ALL,
    keep_credit: Annotated[bool, typer.Option(help="Keep copyright, credit and licence fields.")] = True,
) -> int:
    """Remove what the files say of where and who. Each is proved before it is written; exit 4 when one was not."""
    if (output is None) != in_place:
        common.usage_error("say where the clean file goes: either -o OUT or --in-place")
    if output is not None and len(pictures) > 1 and not output.is_dir():
        common.usage_error(f"{output} is not a folder: several pictures need one to go to")
    failed = False
    for picture in pictures:
        target = picture if output is None else output / picture.name if output.is_dir() else output
        try:
            stripped = _strip(picture, target, mode, keep_credit=keep_credit, in_place=in_place)
        except ImgPolicyError as error:
            common.note(f"imgpolicy: {error}")
            failed = True
        else:
            common.emit(_done(target, stripped))
            for doubt in stripped.doubts:
                common.note(f"imgpolicy: {target}: {doubt}")
    return FAILED if failed else 0


def _strip(picture: Path, target: Path, mode: Mode, *, keep_credit: bool, in_place: bool) -> Stripped:
    from imgpolicy.remedies.strip import StripMode, strip_file

    return strip_file(picture, target, mode=StripMode(mode.value), keep_credit=keep_credit, in_place=in_place)


def _done(target: Path, stripped: Stripped) -> str:
    from imgpolicy.text import printable

    kinds = sorted({trace.kind.value for trace in stripped.removed})
    what = f"{len(stripped.removed)} removed ({', '.join(kinds)})" if kinds else "nothing to remove"
    return f"{printable(str(target))}: {what}\n"
