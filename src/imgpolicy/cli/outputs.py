"""Where the reports of `imgpolicy check` go: each form to a file of its own, or one of them to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.errors import ImgPolicyError
from imgpolicy.files import write_whole
from imgpolicy.language import ENGLISH, LanguageCode

if TYPE_CHECKING:
    from imgpolicy.picture import Picture
    from imgpolicy.render import Renderer, Shown
    from imgpolicy.report import Report

TEXT = "text"
"""The form for people at a terminal, which is meant when none is named."""

FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="F",
        help="Form of the report: text, json, html, sarif, junit, github or a plug-in's; repeatable.",
    ),
]
OutputOption = Annotated[
    list[Path] | None,
    typer.Option("--output", metavar="FILE", help="File for the report of the same place among --format."),
]
ShowFacesOption = Annotated[bool, typer.Option("--show-faces", help="Show everybody in the picture of an HTML report.")]


@dataclass(frozen=True, slots=True)
class Target:
    """A form by its name, what renders it, and the file that it goes to; None is standard output."""

    form: str
    renderer: Renderer
    file: Path | None


def targets(formats: Sequence[str], outputs: Sequence[Path]) -> list[Target]:
    """Each format with its file; standard output can hold only one of them."""
    formats = formats or [TEXT]
    if len(outputs) > len(formats):
        common.usage_error("there are more --output than --format: name one --format for each --output")
    if len(formats) - len(outputs) > 1:
        common.usage_error("only one --format can go to standard output: name an --output for each of the others")
    renderers = _renderers(formats)
    found = [Target(form, renderers[form], file) for form, file in zip(formats, [*outputs, None], strict=False)]
    places = [os.path.realpath(target.file) for target in found if target.file]
    for target in found:
        if target.file and places.count(os.path.realpath(target.file)) > 1:
            common.usage_error(f"{target.file} is named twice: name another --output")
    return found


def _renderers(formats: Iterable[str]) -> dict[str, Renderer]:
    """What renders each of these formats, loaded; a usage error when one is not installed."""
    from imgpolicy.plugins import RENDERERS, installed
    from imgpolicy.render import renderer_of

    plugins = installed(RENDERERS)
    for form in formats:
        if form not in plugins:
            common.usage_error(f"there is no report format {form[:80]!r}: installed are {', '.join(sorted(plugins))}")
    return {form: renderer_of(plugins[form]) for form in formats}


def previews(found: Sequence[Target], *, show_faces: bool) -> Callable[[Picture, Report], str | None] | None:
    """How the picture is made that a report shows; None when none of these shows one."""
    if not any(target.renderer.shows_picture for target in found):
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
        said_in = ENGLISH if wanted is None and not target.renderer.for_people else common.language_of(wanted)
        terminal = common.terminal(escapes=target.file is None and sys.stdout.isatty())
        text = target.renderer.render(shown, said_in, terminal)
        if target.file is None:
            common.emit(text)
            continue
        try:
            write_whole(target.file, text.encode())
        except OSError as error:
            raise ImgPolicyError(f"{target.file}: the report cannot be written ({error.strerror})") from error
