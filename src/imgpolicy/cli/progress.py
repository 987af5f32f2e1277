"""How far a command is with many pictures, on a terminal's standard error: how many, what was said, the last name."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from imgpolicy.cli import common
from imgpolicy.errors import ImgPolicyError
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from rich.progress import Progress

FEW = 5
"""Of fewer pictures nobody is shown how far it is."""


def counted(answers: Counter[str]) -> str:
    """How many there were of each answer, as far as there are any; phrases in the reader's language."""
    return ", ".join(f"{count} {common.told(word)}" for word, count in answers.items())


@contextmanager
def progress(
    total: int | None, *, quiet: bool = False, names: Iterable[str] | None = None
) -> Iterator[Callable[[str, str], None]]:
    """What shows, on a terminal, that one more picture is done: called with its name and with what was said so far.

    `total` is how many there are, None where nobody knows: then `names`, which come in the order in which pictures are
    done, are counted meanwhile, from the first that is done on. Where it is known how many there are, the time that is
    left is shown too, by the last half minute. Nothing is shown of few, and where it is to be `quiet`.
    """
    if quiet or not common.is_terminal(sys.stderr) or (total is not None and total < FEW):
        yield lambda _name, _said: None
        return
    from imgpolicy.text import printable

    begun, ended, first = Event(), Event(), list[str]()
    with _bar() as shown:
        task = shown.add_task("", total=total)

        def count() -> None:
            begun.wait()
            found = count_from(names or (), first[0], ended) if first else None
            if found is not None:
                shown.update(task, total=found)

        def show(name: str, said: str) -> None:
            if not begun.is_set():
                first.append(name)
                begun.set()
            parts = (_left(shown.tasks[0].time_remaining), said, printable(name, limit=40))
            described = "  ".join(filter(None, parts)).replace("[", "\\[")
            shown.update(task, advance=1, description=described)

        counter = Thread(target=count, name="count", daemon=True)
        if names is not None:
            counter.start()
        try:
            yield show
        finally:
            ended.set()
            begun.set()
            if names is not None:
                counter.join()


def _bar() -> Progress:
    """What a terminal shows: that something goes on, how many are done, since when, and what is said besides."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _left(seconds: float | None) -> str:
    """How long it takes yet, in words; empty where nobody knows."""
    return "" if seconds is None else common.told(phrase("{time} left", time=str(dt.timedelta(seconds=round(seconds)))))


def count_from(names: Iterable[str], first: str, ended: Event) -> int | None:
    """How many names there are from the first that was done on, all where it is not among them.

    None where it was ended before, or they cannot be listed.
    """
    found = 0
    try:
        for name in names:
            found = 1 if name == first else found + 1
            if ended.is_set():
                return None
    except ImgPolicyError:
        return None
    return found
