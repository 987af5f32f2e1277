"""`imgpolicy completion`: the words that can stand next, for the shell that asks as somebody types."""

from __future__ import annotations

import os
import shlex
from enum import StrEnum
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit

PROGRAM = "imgpolicy"
ASKED = "_IMGPOLICY_COMPLETE"
"""The variable of the environment by which a shell asks."""

_LINES = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")
"""Those in which it hands over what was typed so far."""


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="The shell: bash, zsh or fish.")]) -> int:
    """Write what has a shell complete commands and options; its start-up file takes it in.

    bash: eval "$(imgpolicy completion bash)" in ~/.bashrc. zsh: the same with zsh, after compinit, in ~/.zshrc.
    fish: imgpolicy completion fish > ~/.config/fish/completions/imgpolicy.fish
    """
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name=PROGRAM, complete_var=ASKED, shell=shell.value)
    common.emit(f"{script}\n")
    return Exit.GO


def typed() -> list[str] | None:
    """The words that were typed so far, where a shell asks what can stand next; None where none does."""
    if ASKED not in os.environ:
        return None
    from typer._completion_classes import completion_init

    completion_init()
    line = next((os.environ[name] for name in _LINES if name in os.environ), "")
    try:
        return shlex.split(line)
    except ValueError:  # a quotation mark that is not closed yet
        return line.split()
