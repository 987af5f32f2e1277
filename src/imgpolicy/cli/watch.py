"""`imgpolicy watch`: a folder whose pictures are judged as they come, and go where the answer says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit, exit_of
from imgpolicy.cli.options import grouped
from imgpolicy.cli.posting import PostingOptions
from imgpolicy.language import Language
from imgpolicy.phrase import phrase
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.report import Report
    from imgpolicy.service.watching import Left, Taken

_EVERY = 1.0
"""Seconds between two looks. Of what another machine lays into a share the system tells nobody: one has to look."""


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """Options: where pictures go, and how they are watched."""

    review: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for what somebody has to look at; else QUARANTINE.")
    ] = None
    clean: Annotated[
        bool, typer.Option("--clean", help="Let clean copies go on; what was dropped goes to QUARANTINE/originals.")
    ] = False
    form: Annotated[
        str, typer.Option("--format", metavar="F", help="Form of the report beside each picture, as of check.")
    ] = "html"
    still: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long nothing may change a file before it is read.")
    ] = 2.0
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left; exit code as of check.")] = False


@grouped
def watch(
    inbox: Annotated[Path, typer.Argument(metavar="IN", help="The folder that pictures are dropped into.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder for what may be posted.")],
    quarantine: Annotated[Path, typer.Argument(metavar="QUARANTINE", help="The folder for what may not.")],
    *,
    planned: PostingOptions,
    how: WatchOptions,
    place: common.Place,
    lang: common.LanguageOption = None,
) -> int:
    """Judge what is dropped into a folder, and move it where the answer says, with its report. Ctrl-C ends it."""
    from imgpolicy.service.watching import Left, WatchRequest, open_watch

    language = common.language_of(lang)
    with place.open() as workspace:
        request = WatchRequest(
            inbox=inbox,
            out=out,
            quarantine=quarantine,
            review=how.review,
            posting=planned.posting(workspace),
            cleans=how.clean,
            form=how.form,
            language=language,
            still=how.still,
        )
        reports: dict[tuple[bool, Verdict], Report] = {}  # the last of each kind: a watch goes on for long
        failed, said = False, ""
        with open_watch(workspace, request) as watched:
            while True:
                for one in watched.look():
                    if isinstance(one, Left):
                        failed, said = True, _remarked(one, said)
                    else:
                        said = ""
                        common.emit(f"{_line(one, language)}\n")
                        reports[one.report.readable, one.report.verdict] = one.report
                if how.once and not watched.waits:
                    break
                time.sleep(_EVERY)
    return Exit.FAILED if failed else exit_of(reports.values()) if reports else Exit.GO


def _line(taken: Taken, language: Language) -> str:
    codes = ", ".join(dict.fromkeys(finding.code for finding in taken.report.findings))
    verdict = taken.report.verdict.word
    said = verdict if not codes else language.word("{verdict} ({codes})", verdict=verdict, codes=codes)
    return printable(f"{taken.name}: {said}: {taken.place}", limit=2_000)


def _remarked(left: Left, said: str) -> str:
    """The reason, told where it is another than the last one: what fails again and again is told once."""
    if left.reason != said:
        name = left.name
        common.remark(left.reason if name is None else phrase("{name} stays: {reason}", name=name, reason=left.reason))
    return left.reason
