"""Where the reports of `imgpolicy check` go: each form to a file of its own, or one of them to standard output."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.errors import ImgPolicyError
from imgpolicy.files import write_whole
from imgpolicy.language import ENGLISH, Language, LanguageCode

if TYPE_CHECKING:
    from imgpolicy.picture import Picture
    from imgpolicy.render.html import Shown
    from imgpolicy.report import Report


class ReportFormat(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


FormatOption = Annotated[
    list[ReportFormat] | None,
    typer.Option(
        "--format", metavar="F", help="Form of the report: text, json, html, sarif, junit or github; repeatable."
    ),
]
OutputOption = Annotated[
    list[Path] | None,
    typer.Option("--output", metavar="FILE", help="File for the report of the same place among --format."),
]
ShowFacesOption = Annotated[bool, typer.Option("--show-faces", help="Show everybody in the picture of an HTML report.")]


@dataclass(frozen=True, slots=True)
class Target:
    """A form and the file that it goes to; None is standard output."""

    form: ReportFormat
    file: Path | None


def targets(formats: Sequence[ReportFormat], outputs: Sequence[Path]) -> list[Target]:
    """Each format with its file; standard output can hold only one of them."""
    formats = formats or [ReportFormat.TEXT]
    if len(outputs) > len(formats):
        common.usage_error("there are more --output than --format: name one --format for each --output")
    if len(formats) - len(outputs) > 1:
        common.usage_error("only one --format can go to standard output: name an --output for each of the others")
    found = [Target(form, file) for form, file in zip(formats, [*outputs, None], strict=False)]
    places = [os.path.realpath(target.file) for target in found if target.file]
    for target in found:
        if target.file and places.count(os.path.realpath(target.file)) > 1:
            common.usage_error(f"{target.file} is named twice: name another --output")
    return found


def previews(found: Sequence[Target], *, show_faces: bool) -> Callable[[Picture, Report], str | None] | None:
    """How the picture is made that a report shows; None when none of these shows one."""
    if not any(target.form is ReportFormat.HTML for target in found):
        return None
    from imgpolicy.render.preview import preview, unidentified

    def masked(picture: Picture, report: Report) -> str | None:
        hidden = [] if show_faces else unidentified(report)
        return None if hidden is None else preview(picture, hidden)

    return masked


def spare(found: Iterable[Target], files: Iterable[str]) -> None:
    """Refuse a report over a file that is read: a picture, the policy, the key."""
    read = [*files]
    for target in found:
        if target.file and is_one_of(target.file, read):
            common.usage_error(f"{target.file} is read or written by this command: name another --output")


def is_one_of(file: Path, files: Iterable[str]) -> bool:
    """True when the file is one of these, also by another name: a link of either kind."""
    return any(
        os.path.realpath(file) == os.path.realpath(other)
        or (os.path.exists(file) and os.path.exists(other) and os.path.samefile(file, other))  # noqa: PTH110, PTH121  # says no to odd names
        for other in files
    )


def write(shown: Sequence[Shown], found: Iterable[Target], wanted: LanguageCode | None = None) -> None:
    """Write the reports in every form to its place, in the language wanted; ImgPolicyError when a file cannot be.

    When none is wanted, what people read is in the language of the environment, and what programs read in English:
    their input does not change with whoever starts them.
    """
    for target in found:
        for_people = target.form in {ReportFormat.TEXT, ReportFormat.HTML}
        said_in = ENGLISH if wanted is None and not for_people else common.language_of(wanted)
        text = _text(shown, target, said_in)
        if target.file is None:
            common.emit(text)
            continue
        try:
            write_whole(target.file, text.encode())
        except OSError as error:
            raise ImgPolicyError(f"{target.file}: the report cannot be written ({error.strerror})") from error


def _text(shown: Sequence[Shown], target: Target, language: Language) -> str:
    reports = [one.report for one in shown]
    match target.form:
        case ReportFormat.JSON:
            from imgpolicy.wire.report import reports_json

            return reports_json(reports, language)
        case ReportFormat.HTML:
            from imgpolicy.render.html import reports_html

            return reports_html(shown, language)
        case ReportFormat.SARIF:
            from imgpolicy.render.sarif import reports_sarif

            return reports_sarif(reports, language)
        case ReportFormat.JUNIT:
            from imgpolicy.render.junit import reports_junit

            return reports_junit(reports, language)
        case ReportFormat.GITHUB:
            from imgpolicy.render.github import reports_github

            return reports_github(reports, language)
        case ReportFormat.TEXT:
            from imgpolicy.render.text import print_reports

            buffer = io.StringIO()
            terminal = target.file is None and sys.stdout.isatty()
            print_reports(reports, common.console_for(buffer, terminal=terminal), language)
            return buffer.getvalue()
