"""The program's door: words in, words and an exit code out.

Exit codes: 0 go · 1 no-go · 2 usage · 3 review · 4 no report could be made · 130 stopped by the user.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer

from imgpolicy.cli import (
    check,
    clean,
    consent,
    evidence,
    face,
    inspect,
    licence,
    logo,
    models,
    person,
    policy,
    publication,
    register,
    setup,
    strip,
    works,
)
from imgpolicy.cli.common import remark
from imgpolicy.cli.exits import Exit
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.version import __version__

app = typer.Typer(
    name="imgpolicy",
    help="May we post this picture? Go, review or no-go, with reasons and a way out.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(setup.init)
app.command()(setup.demo)
app.command()(check.check)
app.command()(clean.clean)
app.command()(strip.strip)
app.command()(inspect.inspect)
app.add_typer(person.app, name="person")
app.add_typer(face.app, name="face")
app.add_typer(consent.app, name="consent")
app.add_typer(evidence.app, name="evidence")
app.add_typer(publication.app, name="publication")
app.add_typer(register.app, name="register")
app.add_typer(works.work_app, name="work")
app.add_typer(logo.logo_app, name="logo")
app.add_typer(licence.app, name="licence")
app.add_typer(policy.app, name="policy")
app.add_typer(models.app, name="models")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer hands the option's value over by position
    if wanted:
        typer.echo(f"imgpolicy {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """May we post this picture? Go, review or no-go, with reasons and a way out."""
    del version


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command; everything that can go wrong becomes one line on standard error."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        code: object = app(arguments, standalone_mode=False)
    except (typer.TyperException, ImgPolicyError, OSError, typer.Abort, KeyboardInterrupt) as error:
        return _fail(*_explained(error, arguments))
    except Exception as error:
        if os.environ.get("IMGPOLICY_TRACEBACK"):
            raise
        return _fail(f"unexpected {type(error).__name__}; IMGPOLICY_TRACEBACK=1 shows where", Exit.FAILED)
    if code == Exit.STOPPED:  # typer turns the user's Ctrl-C into this code, without a word
        return _fail("stopped", Exit.STOPPED)
    return code if isinstance(code, int) else 0


def _explained(error: BaseException, arguments: list[str]) -> tuple[str, int]:
    """What to say of an error that was to be expected, and the exit code that goes with it."""
    if isinstance(error, typer.TyperException):
        return f"{error.format_message()} (see `imgpolicy {_words(arguments)}--help`)", Exit.USAGE
    if isinstance(error, RequestError):
        return f"{error} (see `imgpolicy {_words(arguments)}--help`)", Exit.USAGE
    if isinstance(error, ImgPolicyError):
        return str(error), Exit.FAILED
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or type(error).__name__}", Exit.FAILED
    return "stopped", Exit.STOPPED


def _fail(message: str, code: int) -> int:
    remark(message)
    return code


def _words(arguments: list[str]) -> str:
    """The command's own words, for the hint at its help."""
    known = {command.name or "" for command in app.registered_groups}
    words = arguments[: 2 if arguments and arguments[0] in known else 1]
    return "".join(f"{word} " for word in words if word.isalpha())
