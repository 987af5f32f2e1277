"""Write the manual page anew from what the commands say of themselves: `python -m tools.manpage`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from tools.stable import every_command
from typer.core import TyperArgument, TyperCommand, TyperOption

from imgpolicy.cli.commands import GROUPS, SINGLE
from imgpolicy.cli.exits import Exit
from imgpolicy.version import __version__

_WIDTH = 68
"""Of a line of the source, before hyphens are escaped."""

PAGE = Path(__file__).parent.parent / "man" / "imgpolicy.1"
WRITTEN = "2026-11-30"
"""The day that stands on the page: when its form was changed last, so that the same commands make the same page."""

_DESCRIPTION = (
    "imgpolicy checks whether a picture may be posted: faces against a register of consents, what the file says of"
    " where and who, known works, logos and text. It answers go, review or no-go, with reasons and a way out."
    " Without the network, and on files of your own."
)
_ENVIRONMENT = (
    ("IMGPOLICY_POLICY", "The policy file, where --policy does not name one."),
    ("IMGPOLICY_KEY", "The register's master key, instead of the key file."),
    ("IMGPOLICY_SMTP_PASSWORD", "The password of the mail server that the policy names."),
    ("IMGPOLICY_OIDC_SECRET", "The client's secret at the identity provider, for serve."),
    ("IMGPOLICY_TRACEBACK", "Set to 1: show where an unexpected error came from."),
    ("LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "The language of help, refusals and tables: English or Danish."),
    ("NO_COLOR", "Set: reports in no colours."),
)
_FILES = (
    ("imgpolicy.toml", "The policy, looked for in this folder and in those above."),
    ("imgpolicy.key", "The register's key; without it nothing in the register can be read."),
)
_MEANS = {
    Exit.GO: "go, or done",
    Exit.NO_GO: "no-go",
    Exit.USAGE: "the words of the command line are wrong",
    Exit.REVIEW: "review",
    Exit.FAILED: "no report could be made, or it could not be done",
    Exit.STOPPED: "stopped by the user",
}


def page() -> str:
    """The manual page in man(7), ending in a line break."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH IMGPOLICY 1 {WRITTEN} "imgpolicy {__version__}" "User Commands"'
    yield from (".SH NAME", r"imgpolicy \- may we post this picture? go, review or no\-go")
    yield from (".SH SYNOPSIS", ".B imgpolicy", r"\fICOMMAND\fR [\fIARGS\fR]...")
    yield from (".SH DESCRIPTION", _text(_DESCRIPTION))
    yield ".SH COMMANDS"
    for one in (*SINGLE, *GROUPS):
        yield from (".TP", rf"\fB{_text(one.name)}\fR", _text(one.help))
    yield from (".SH OPTIONS OF EACH COMMAND",)
    for words, command in every_command().items():
        yield from _section(words, command)
    yield from _table("EXIT STATUS", ((str(code.value), f"{_MEANS[code]}.") for code in Exit))
    yield from _table("ENVIRONMENT", _ENVIRONMENT)
    yield from _table("FILES", _FILES)


def _section(words: str, command: TyperCommand) -> Iterator[str]:
    context = typer.Context(command, info_name=words)
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f".SS imgpolicy {_text(words)}", rf"\fBimgpolicy {_text(words)}\fR", _text(usage))
    for paragraph in (command.help or "").split("\n\n"):
        yield from (".PP", _text(" ".join(paragraph.split())))
    for one in command.params:
        if isinstance(one, TyperArgument | TyperOption) and (record := one.get_help_record(context)) is not None:
            names, text = record
            yield from (".TP", rf"\fB{_text(names)}\fR", _text(" ".join(text.split())) or r"\&")


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f".SH {title}"
    for name, text in rows:
        yield from (".TP", rf"\fB{_text(name)}\fR", _text(text))


def _text(said: str) -> str:
    """The text as roff shows it: nothing in it is a request, and a hyphen can be copied as it is typed."""
    lines = textwrap.wrap(said, _WIDTH, break_long_words=False, break_on_hyphens=False)
    escaped = (line.replace("\\", r"\e").replace("-", r"\-") for line in lines)
    return "\n".join(re.sub(r"^([.'])", r"\\&\1", line) for line in escaped)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
