"""A console to write text with, as a terminal takes it."""

from __future__ import annotations

import io

from rich.console import Console

from imgpolicy.render import Terminal


def console_for(buffer: io.StringIO, terminal: Terminal) -> Console:
    """A console that writes into the buffer what this terminal is to be sent."""
    return Console(
        file=buffer,
        width=terminal.columns,
        force_terminal=terminal.escapes,
        no_color=not terminal.colours,
        highlight=False,
    )
