"""What runs apart is bounded, and how it ended is told."""

from __future__ import annotations

import signal

import pytest

from imgpolicy.apart import Bounds, run_apart

BOUNDS = Bounds(seconds=60, memory=1 << 30)


def test_it_reads_its_words_and_its_data_and_gives_what_it_writes() -> None:
    done = run_apart("import sys; print(sys.argv[1], sys.stdin.read())", "said", bounds=BOUNDS, data=b"given")
    assert (done.code, done.out.split(), done.err, done.signal) == (0, [b"said", b"given"], "", None)


def test_more_memory_than_it_may_use_is_refused() -> None:
    done = run_apart("bytes(1 << 31)", bounds=BOUNDS, alone=True)
    assert done.code
    assert "MemoryError" in done.err


def test_a_crash_is_told_by_its_signal() -> None:
    done = run_apart("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", bounds=BOUNDS)
    assert done.signal == signal.SIGKILL


def test_it_ends_when_its_time_is_over() -> None:
    with pytest.raises(TimeoutError, match="more than 1 seconds"):
        run_apart("import time; time.sleep(60)", bounds=Bounds(seconds=1, memory=1 << 30))


@pytest.mark.parametrize("cores", [1, 4])
def test_its_time_on_the_cores_that_it_may_use_is_bounded(cores: int) -> None:
    script = "import resource; print(*resource.getrlimit(resource.RLIMIT_CPU))"
    done = run_apart(script, bounds=Bounds(seconds=7, memory=1 << 30, cores=cores))
    assert done.out.split() == [str(7 * cores).encode()] * 2
