"""The program's door: words in, words and an exit code out.

Exit codes: 0 go · 1 no-go · 2 usage · 3 review · 4 no report could be made · 130 stopped by the user.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command
from typer.models import TyperPath

from imgpolicy.cli.commands import GROUPS, add_commands
from imgpolicy.cli.common import UsageProblem, remark
from imgpolicy.cli.completion import ASKED, typed
from imgpolicy.cli.ending import end
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.spoken import spoken, understood
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.language import from_environment
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.version import __version__

if TYPE_CHECKING:
    from typer._click import Command


_STOPPED = phrase("stopped")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer hands the option's value over by position
    if wanted:
        typer.echo(f"imgpolicy {__version__}")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """May we post this picture? Go, review or no-go, with reasons and a way out."""
    del version


def app_for(words: Collection[str]) -> typer.Typer:
    """The program for these words: the commands that they name are loaded, the others are only listed."""
    app = typer.Typer(
        name="imgpolicy",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    add_commands(app, words)
    return app


def main() -> None:
    """Run the command that the arguments name, and end the process with its code.

    The linear algebra of numpy starts a thread for each core, which waits by spinning, whether there is work for it or
    not: half of what a short command would cost. Here it has one; what works on pictures in parallel is not touched.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    end(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command; everything that can go wrong becomes one line on standard error."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        command = get_command(app_for(typed() or arguments))
        _let_commands_read(command)
        with spoken(command, from_environment(os.environ)):
            code: object = command(arguments, complete_var=ASKED, standalone_mode=False)
    except (typer.TyperException, ImgPolicyError, OSError, typer.Abort, KeyboardInterrupt) as error:
        return _fail(*_explained(error, arguments))
    except Exception as error:
        if os.environ.get("IMGPOLICY_TRACEBACK"):
            raise
        return _fail(_unexpected(error), Exit.FAILED)
    if code == Exit.STOPPED:  # typer turns the user's Ctrl-C into this code, without a word
        return _fail(_STOPPED, Exit.STOPPED)
    return code if isinstance(code, int) else 0


def _let_commands_read(command: Command) -> None:
    """Have no path looked at before its command reads it, and says what is wrong: a file that cannot be is no usage."""
    for parameter in command.params:
        if isinstance(parameter.type, TyperPath):
            parameter.type.readable = False
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            _let_commands_read(one)


def _unexpected(error: Exception) -> str:
    return phrase("unexpected {error}; IMGPOLICY_TRACEBACK=1 shows where", error=type(error).__name__)


def _explained(error: BaseException, arguments: list[str]) -> tuple[str, int]:
    """What to say of an error that was to be expected, and the exit code that goes with it."""
    if isinstance(error, typer.TyperException):
        ours = isinstance(error, UsageProblem)
        message = message_of(error) if ours else understood(error.format_message())
        return _see_help(message, arguments), Exit.USAGE
    if isinstance(error, RequestError):
        return _see_help(message_of(error), arguments), Exit.USAGE
    if isinstance(error, ImgPolicyError):
        return message_of(error), Exit.FAILED
    if isinstance(error, OSError):
        where = str(error.filename) if error.filename else phrase("the system")
        return phrase("{name}: {reason}", name=where, reason=reason_of(error)), Exit.FAILED
    return _STOPPED, Exit.STOPPED


def _see_help(message: str, arguments: list[str]) -> str:
    return phrase("{message} (see `imgpolicy {command}--help`)", message=message, command=_words(arguments))


def _fail(message: str, code: int) -> int:
    remark(message)
    return code


def _words(arguments: list[str]) -> str:
    """The command's own words, for the hint at its help."""
    known = {group.name for group in GROUPS}
    words = arguments[: 2 if arguments and arguments[0] in known else 1]
    return "".join(f"{word} " for word in words if word.isalpha())
