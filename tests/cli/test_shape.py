"""The functions behind commands stay small enough to be read: their parameters fit on a screen."""

from __future__ import annotations

import inspect

import pytest
from tools.stable import every_command

MOST = 12
"""Parameters of a command's function; a dataclass of options counts as one."""

COMMANDS = every_command()


def test_the_commands_are_found() -> None:
    assert {"check", "consent grant", "publication add"} <= COMMANDS.keys()


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_has_few_parameters(words: str) -> None:
    command = COMMANDS[words].callback
    assert command is not None
    assert len(inspect.signature(inspect.unwrap(command)).parameters) <= MOST
