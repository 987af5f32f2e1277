"""How far a command is with many pictures, on a terminal's standard error: how many, what was said, the last name."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imgpolicy.cli import common

FEW = 5
"""Of fewer pictures nobody is shown how far it is."""


def counted(answers: Counter[str]) -> str:
    """How many there were of each answer, as far as there are any; phrases in the reader's language."""
    return ", ".join(f"{count} {common.told(word)}" for word, count in answers.items())


@contextmanager
def progress(total: int | None, *, quiet: bool = False) -> Iterator[Callable[[str, str], None]]:
    """What shows, on a terminal, that one more picture is done: called with its name and with what was said so far.

    `total` is how many there are, None where nobody knows. Nothing is shown of few, and where it is to be `quiet`.
    """
    if quiet or not common.is_terminal(sys.stderr) or (total is not None and total < FEW):
        yield lambda _name, _said: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from imgpolicy.text import printable

    of_all = "" if total is None else f"/{total}"
    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:.0f}" + of_all),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=total)

        def show(name: str, said: str) -> None:
            described = f"{said}  {printable(name, limit=40)}".replace("[", "\\[")
            shown.update(task, advance=1, description=described)

        yield show
