"""What several tests use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, what it printed, and what it remarked."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Runs one command in this process, in `folder` when one is given."""

    def __call__(self, *words: object, folder: Path | None = None) -> Ran: ...
