"""The exit codes of every command."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.report import Report


class Exit(IntEnum):
    """What a command ends with; other programs go by these numbers."""

    GO = 0
    """The answer is go, or the command did what it was asked."""
    NO_GO = 1
    USAGE = 2
    """The words of the command line are wrong; nothing was done."""
    REVIEW = 3
    FAILED = 4
    """No report could be made, or the command could not do what it was asked."""
    STOPPED = 130
    """Stopped by the user, as a shell says it."""


def exit_of(reports: Iterable[Report]) -> Exit:
    """The worst of the reports: a picture that could not be read over no-go over review over go."""
    every = [*reports]
    if not all(report.readable for report in every):
        return Exit.FAILED
    return exit_for(max(report.verdict for report in every))


def exit_for(verdict: Verdict) -> Exit:
    """What a verdict ends a command with."""
    return {"go": Exit.GO, "review": Exit.REVIEW, "no-go": Exit.NO_GO}[verdict.word]
