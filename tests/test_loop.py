"""The loop for those who change the code: a line a step, the first failure ends it, and dear tests are told."""

from __future__ import annotations

import sys
from time import process_time

import pytest
from tests.cpu import MostCpu
from tools.loop import STEPS, Step, run

GOOD = Step("good", (sys.executable, "-c", "print('nothing to say')"))
BAD = Step("bad", (sys.executable, "-c", "import sys; print('this is wrong'); sys.exit(3)"))


def test_each_step_is_a_line_and_the_first_that_fails_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([GOOD, BAD, GOOD]) == 3
    good, bad, said = capsys.readouterr().out.splitlines()
    assert good.startswith("good ")
    assert good.endswith(" ok")
    assert bad.startswith("bad ")
    assert bad.endswith(" FAILED")
    assert said == "this is wrong"


def test_it_says_what_it_took_and_when_that_is_too_much(capsys: pytest.CaptureFixture[str]) -> None:
    assert (run([GOOD]), run([GOOD], budget=0)) == (0, 0)
    first, second = capsys.readouterr().out.split("good ")[1:]
    assert "This is more than" not in first
    assert "This is more than 0 s" in second


def test_the_fast_tests_are_those_without_the_mark_and_each_is_held_to_a_limit() -> None:
    words = STEPS[-1].command
    assert "not slow" in words
    assert any(word.startswith("--most-cpu=") for word in words)


def test_a_fast_test_that_takes_too_much_is_told(request: pytest.FixtureRequest) -> None:
    counted = MostCpu(0.05)
    for burn in (0.0, 0.2):
        hook = counted.pytest_runtest_protocol(request.node)
        next(hook)
        until = process_time() + burn
        while process_time() < until:
            pass
        with pytest.raises(StopIteration):
            hook.send(None)
        assert len(counted.dear()) == (burn > 0)
