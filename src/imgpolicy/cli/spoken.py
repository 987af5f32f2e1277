"""Help and usage errors in the language of whoever reads them.

The commands hold their help in English, as typer takes it from them. Where another language is asked for, each text is
looked up whole just before typer shows it: those of the commands, and those that typer has of its own.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from imgpolicy.language import DOMAIN, ENGLISH, LOCALE, Language
from imgpolicy.phrase import Phrase, phrase

if TYPE_CHECKING:
    from typer._click import Command

_USAGE = phrase("Usage: ")

TYPER_LOOKS_UP = (
    phrase("Arguments"),
    phrase("Commands"),
    phrase("Options"),
    phrase("default: {default}"),
    phrase("env var: {var}"),
    phrase("required"),
)
"""What typer asks gettext for; it is listed here so that the catalogues have it."""

_HELP_OPTION = phrase("Show this message and exit.")
_OPTIONS, _COMMAND = phrase("[OPTIONS]"), phrase("COMMAND [ARGS]...")

SENTENCES = (
    phrase("No such option: {option} (Possible options: {others})"),
    phrase("No such option: {option}"),
    phrase("No such command {command}. Did you mean {others}?"),
    phrase("No such command {command}."),
    phrase("Missing command."),
    phrase("Missing argument {argument}. {why}"),
    phrase("Missing argument {argument}."),
    phrase("Missing option {option}. {why}"),
    phrase("Missing option {option}."),
    phrase("Choose from:{choices}"),
    phrase("Option {option} requires an argument."),
    phrase("Option {option} does not take a value."),
    phrase("Got unexpected extra argument(s) ({words})"),
    phrase("Invalid value for {parameter}: {why}"),
    phrase("{value} is not a valid int."),
    phrase("{value} is not a valid int range."),
    phrase("{value} is not in the range {range}."),
    phrase("{value} is not one of {choices}."),
    phrase("{value} does not match the format {formats}."),
    phrase("{value} does not match the formats {formats}."),
)
"""What typer says of words that it does not take, as it puts it: the first that fits a message is that message."""


def helps(command: Command) -> Iterator[str]:
    """Every help text of the command, of its parameters, and of the commands in it."""
    yield command.help or ""
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption):
            yield parameter.help or ""
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            yield from helps(one)


@contextmanager
def spoken(command: Command, language: Language) -> Iterator[None]:
    """A block in which the command shows its help in the language, which is the one that the environment asks for.

    gettext, which typer asks for a few of its words, reads that itself.
    """
    if language == ENGLISH:
        yield
        return
    _translate(command, language)
    before = gettext.textdomain()
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    try:
        yield
    finally:
        gettext.textdomain(before)


def understood(message: str) -> str:
    """The message of typer as a phrase where it is one that typer is known to have, else as it is."""
    for sentence in SENTENCES:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence))
        if (found := re.fullmatch(pattern, message, re.DOTALL)) is not None:
            values: dict[str, str] = found.groupdict()
            return Phrase(sentence, values | ({"why": understood(values["why"])} if "why" in values else {}))
    return message


def _translate(command: Command, language: Language) -> None:
    """Put the texts of the command, and of those in it, in the language."""
    context = _context_of(language)

    def translate(one: Command) -> None:
        one.context_class = context
        one.help = _said(one.help, language)
        one.options_metavar = _said(one.options_metavar, language)
        for parameter in one.params:
            if isinstance(parameter, TyperArgument | TyperOption):
                parameter.help = _said(parameter.help, language)
        if isinstance(one, TyperGroup):
            one.subcommand_metavar = language.say(_COMMAND)
            for inner in one.commands.values():
                translate(inner)

    translate(command)


def _said(text: str | None, language: Language) -> str | None:
    return language.say(Phrase(text, {})) if text else text


def _context_of(language: Language) -> type[typer.Context]:
    """The context in which a command shows its help; it has the two texts that typer writes and does not look up."""
    from typer._click.formatting import HelpFormatter

    class Formatter(HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, language.say(_USAGE) if prefix is None else prefix)

        def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
            said = [(name, language.say(_HELP_OPTION) if text == _HELP_OPTION else text) for name, text in rows]
            super().write_dl(said, col_max, col_spacing)

    class Context(typer.Context):
        formatter_class = Formatter

    return Context
