"""Code that may be harmed by what it reads, in a process of its own with bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

_BOUNDED = """\
try:
    import resource
except ImportError:  # Windows: only the time is bounded, from outside
    resource = None
if resource is not None:
    for limit, most in ((resource.RLIMIT_AS, {memory}), (resource.RLIMIT_CPU, {seconds})):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            import sys
            if sys.platform.startswith("linux"):  # macOS takes no limit of memory below what it has mapped
                raise
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use: seconds, by the clock and on each of its cores, and bytes of memory.

    On Windows only the seconds by the clock are bounded.
    """

    seconds: int
    memory: int
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended: its exit code, what it gave and what it complained of.

    `signal` is the one that ended it, None when it ended by itself; Windows tells a crash by the exit code alone.
    """

    code: int
    out: bytes
    err: str

    @property
    def signal(self) -> int | None:
        """The number of the signal."""
        return -self.code if self.code < 0 else None


def run_apart(script: str, *words: str, bounds: Bounds, data: bytes = b"", alone: bool = False) -> Done:
    """How this script of our own ended, which finds `words` in `sys.argv` and reads `data`.

    `alone` keeps the environment and the working folder from what it imports. Raises TimeoutError when it took longer
    than it may.
    """
    bounded = _BOUNDED.format(memory=bounds.memory, seconds=bounds.seconds * bounds.cores)
    command = [sys.executable, *(["-I"] if alone else []), "-c", bounded + script, *words]
    try:
        done = subprocess.run(  # noqa: S603  # this interpreter, with a script of our own
            command, input=data, capture_output=True, timeout=bounds.seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"it took more than {bounds.seconds} seconds") from error
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
