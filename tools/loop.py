"""What to run after each change: `python -m tools.loop`, from the folder of the checkout.

Style, format, types, imports, translations and the fast tests, a line a step with the CPU that it took. It ends at the
first step that fails, with what that step said and its exit code.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BUDGET = 60.0
"""Seconds of CPU that the loop may take, the caches of ruff and mypy being warm: more, and nobody runs it."""

MOST_CPU = 3.0
"""Seconds of CPU from which a test without the mark `slow` fails the loop: three times what `CONTRIBUTING.md` asks for,
since a busy machine counts more for the same work."""

_PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """One thing to run: its name, and the words of its command."""

    name: str
    command: tuple[str, ...]


STEPS = (
    Step("style", (f"{_PROGRAMS / 'ruff'}", "check", "--quiet", ".")),
    Step("format", (f"{_PROGRAMS / 'ruff'}", "format", "--check", "--quiet", ".")),
    Step("types", (f"{_PROGRAMS / 'mypy'}",)),
    Step("imports", (f"{_PROGRAMS / 'lint-imports'}",)),
    Step("translations", (sys.executable, "-m", "tools.translations", "--check")),
    # In one process: each more would load everything again.
    Step("fast tests", (sys.executable, "-m", "pytest", "-m", "not slow", "-n", "0", f"--most-cpu={MOST_CPU}")),
)


def run(steps: Iterable[Step], budget: float = BUDGET) -> int:
    """The exit code of the first step that fails, or 0; a line a step is printed, and what the failing one said."""
    before = _cpu()
    for step in steps:
        at, started = _cpu(), time.monotonic()
        ran = subprocess.run(  # noqa: S603  # the commands above
            step.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        word = "FAILED" if ran.returncode else "ok"
        print(
            f"{step.name:<14}{_cpu() - at:6.1f} s of CPU {time.monotonic() - started:6.1f} s in all  {word}", flush=True
        )
        if ran.returncode:
            print(ran.stdout, end="")
            return ran.returncode
    taken = _cpu() - before
    print(f"{'all':<14}{taken:6.1f} s of CPU")
    if taken > budget:
        print(
            f"This is more than {budget:g} s. Where caches are warm and nothing else runs, mark the dearest tests slow:"
        )
        print('pytest -m "not slow" -n 0 --most-cpu=1')
    return 0


def _cpu() -> float:
    """Seconds of CPU of all processes that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(run(STEPS))
