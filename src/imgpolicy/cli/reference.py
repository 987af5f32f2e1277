"""The whole command line with every command loaded, for what describes it, as typer's `utils docs` does."""

from __future__ import annotations

from imgpolicy.cli.commands import GROUPS, SINGLE
from imgpolicy.cli.main import app_for

app = app_for({command.name for command in (*SINGLE, *GROUPS)})
