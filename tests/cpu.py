"""What each test costs: the option `--most-cpu=SECONDS` fails the run when a test that is not marked slow takes more.

CPU is counted, not time, with that of processes that the test started and waited for. What fixtures of a module or of
the whole run take is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator

import pytest


def used() -> float:
    """Seconds of CPU that this process and its ended children have used; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


class MostCpu:
    """A plug-in of pytest that keeps what each test has used, and holds it against a limit."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._taken: dict[str, float] = defaultdict(float)
        self._shared = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """The test with its set-up and what comes after it."""
        before, self._shared = used(), 0.0
        try:
            return (yield)
        finally:
            if item.get_closest_marker("slow") is None:
                self._taken[item.nodeid] = used() - before - self._shared

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """What others share is counted to no test."""
        before, inner = used(), self._shared
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                # Fixtures that it asked for are in it.
                self._shared = inner + used() - before

    def dear(self) -> list[tuple[str, float]]:
        """The tests that took more than the limit, the dearest first."""
        over = [(name, taken) for name, taken in self._taken.items() if taken > self._most]
        return sorted(over, key=lambda one: -one[1])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that is well is not, when a test was too dear."""
        if self.dear() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Which they are."""
        for name, taken in self.dear():
            terminalreporter.write_line(f"{taken:.1f} s of CPU, more than {self._most:g}: mark it slow: {name}")
