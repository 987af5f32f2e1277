"""Where the reports of `imgpolicy check` go: each form to a file of its own, or one of them to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.language import ENGLISH, Language
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.render import Renderer, Shown
    from imgpolicy.service.check import See
    from imgpolicy.service.outputs import Output

TEXT = "text"
"""The form for people at a terminal, which is meant when none is named."""


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """Options: in which forms the reports are written, where to, and in which language."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="F",
            help="Form of the report: text, json, jsonl, html, sarif, junit, github or a plug-in's; repeatable.",
        ),
    ] = None
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", metavar="FILE", help="File for the report of the same place among --format."),
    ] = None
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Text with every way out, everybody, and what was not looked at.")
    ] = False
    show_faces: Annotated[
        bool, typer.Option("--show-faces", help="Show everybody in the picture of an HTML report.")
    ] = False
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show what was read in the picture, whole: at a terminal alone.")
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Replace the files that are named for results.")] = False
    lang: common.LanguageOption = None

    @property
    def language(self) -> Language:
        """The language of what people read."""
        return common.language_of(self.lang)

    def targets(self) -> list[Target]:
        """Each format with its file; standard output can hold only one of them."""
        if self.show_text and not common.is_terminal(sys.stdout):
            common.usage_error(
                phrase("--show-text shows what nobody else may read, and this is no terminal: leave it out")
            )
        return targets(self.format or [], self.output or [])

    def see(self, found: Sequence[Target]) -> See | None:
        """What makes the picture that a report shows; None when none of these shows one."""
        if not any(target.renderer.shows_picture for target in found):
            return None
        from imgpolicy.render.preview import masked, unmasked

        return unmasked if self.show_faces else masked


@dataclass(frozen=True, slots=True)
class Target:
    """A form by its name, what renders it, and the file that it goes to; None is standard output.

    `output` is that file once it was accepted.
    """

    form: str
    renderer: Renderer
    file: Path | None
    output: Output | None = None

    @property
    def streams(self) -> bool:
        """Whether each report is written as it comes: to standard output, in a form for that."""
        return self.file is None and self.renderer.streams


def targets(formats: Sequence[str], outputs: Sequence[Path]) -> list[Target]:
    """Each format with its file; standard output can hold only one of them."""
    formats = formats or [TEXT]
    if len(outputs) > len(formats):
        common.usage_error(phrase("there are more --output than --format: name one --format for each --output"))
    if len(formats) - len(outputs) > 1:
        common.usage_error(
            phrase("only one --format can go to standard output: name an --output for each of the others")
        )
    from imgpolicy.render import renderers

    loaded = renderers(formats)
    targets = [Target(form, loaded[form], file) for form, file in zip(formats, [*outputs, None], strict=False)]
    places = [os.path.realpath(target.file) for target in targets if target.file]
    for target in targets:
        if target.file and places.count(os.path.realpath(target.file)) > 1:
            common.usage_error(phrase("{file} is named twice: name another --output", file=str(target.file)))
    return targets


def accepted(found: Iterable[Target], keeps: Iterable[str], *, force: bool) -> list[Target]:
    """The targets, none of which replaces a file that is to be kept; RequestError when one would."""
    from imgpolicy.service.outputs import Replaces, output

    keeps, replaces = [*keeps], Replaces.ANYTHING if force else Replaces.REPORTS
    return [
        target if target.file is None else replace(target, output=output(target.file, keeps, replaces=replaces))
        for target in found
    ]


def write(shown: Sequence[Shown], found: Iterable[Target], out: OutputOptions, *, repeated: str) -> None:
    """Write the reports in every form to its place, in the language wanted; ImgPolicyError when a file cannot be.

    When none is wanted, what people read is in the language of the environment, and what programs read in English:
    their input does not change with whoever starts them. Targets with a file were accepted; what was read in the
    picture is in none of them. Commands in the reports state the options that are `repeated`.
    """
    shown = [_repeating(one, repeated) for one in shown]
    from imgpolicy.service.outputs import write as write_output

    for target in found:
        said_in = ENGLISH if out.lang is None and not target.renderer.for_people else out.language
        at_terminal = target.file is None and common.is_terminal(sys.stdout)
        readings = out.show_text and at_terminal
        terminal = common.terminal(escapes=at_terminal, verbose=out.verbose, readings=readings)
        text = target.renderer.render(shown, said_in, terminal)
        if target.output is None:
            common.emit(text)
        else:
            write_output(target.output, text.encode())


def _repeating(shown: Shown, options: str) -> Shown:
    from imgpolicy.report import repeating

    before = None if shown.before is None else _repeating(shown.before, options)
    return replace(shown, report=repeating(shown.report, options), before=before)
