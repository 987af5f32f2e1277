"""Worker processes: a picture takes down the one that looks at it, and nobody else."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import time
from collections.abc import Iterator
from itertools import chain

import pytest

from imgpolicy.pool import TRIES, Bounds, Crew, Done, Line, Outcome, Pool
from imgpolicy.server.jobs import Job, Jobs


def small_worker(connection: Line) -> None:
    """A worker without any extractor: the item says what it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        assert isinstance(job, Job)
        if job.item.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if job.item.startswith("sleep"):
            time.sleep(60)
        if job.item.startswith("grow"):
            held = bytearray(400_000_000)
            held[::4096] = b"x" * len(held[::4096])
            time.sleep(60)
        connection.send(Done("it is refused" if job.item.startswith("refuse") else ""))


def job(item: str) -> Job:
    return Job(account="anna", batch="b", item=item)


def children() -> set[int | None]:
    """The processes that this one has hired."""
    return {process.pid for process in multiprocessing.active_children()}


@pytest.fixture
def others() -> set[int | None]:
    """The processes that were there before."""
    return children()


@pytest.fixture
def told() -> queue.Queue[Outcome[Job]]:
    return queue.Queue()


@pytest.fixture
def pool(told: queue.Queue[Outcome[Job]]) -> Iterator[Pool[Job]]:
    bounds = Bounds(workers=2, megabytes=250, seconds=3)
    with Pool(small_worker, told.put, bounds, jobs=Jobs()) as pool:
        yield pool


@pytest.mark.slow
def test_jobs_are_done_and_their_outcomes_told(pool: Pool[Job], told: queue.Queue[Outcome[Job]]) -> None:
    for item in ("one", "refuse two", "three"):
        pool.jobs.put(job(item))
    found = {(one.job.item, one.reason, one.given_up) for one in (told.get(timeout=30) for _ in range(3))}
    assert found == {("one", "", False), ("refuse two", "it is refused", False), ("three", "", False)}


@pytest.mark.slow
def test_a_picture_that_takes_its_worker_down_is_tried_again_and_given_up_and_the_others_are_done(
    pool: Pool[Job], told: queue.Queue[Outcome[Job]]
) -> None:
    items = ["die", *(f"good {number}" for number in range(10))]
    for item in items:
        pool.jobs.put(job(item))
    found = {one.job.item: one for one in (told.get(timeout=60) for _ in items)}
    assert found["die"].given_up
    assert found["die"].reason
    assert all(not found[item].given_up and not found[item].reason for item in items[1:])
    assert TRIES == 3


@pytest.mark.slow
@pytest.mark.parametrize(("item", "reason"), [("sleep", "longer"), ("grow", "MB")])
def test_a_job_past_its_bounds_is_ended_and_given_up_at_once(
    pool: Pool[Job], told: queue.Queue[Outcome[Job]], item: str, reason: str
) -> None:
    pool.jobs.put(job(item))
    outcome = told.get(timeout=30)
    assert outcome.given_up
    assert reason in outcome.reason
    pool.jobs.put(job("good"))
    assert not told.get(timeout=30).given_up


@pytest.mark.slow
def test_a_pool_that_is_closed_leaves_no_process(told: queue.Queue[Outcome[Job]], others: set[int | None]) -> None:
    with Pool(small_worker, told.put, Bounds(workers=2), jobs=Jobs()) as pool:
        pool.jobs.put(job("good"))
        told.get(timeout=30)
        pool.jobs.put(job("sleep"))
        time.sleep(0.5)
    assert children() == others


@pytest.mark.slow
def test_jobs_are_taken_as_room_comes_free_and_each_has_one_outcome() -> None:
    taken = []

    def some() -> Iterator[Job]:
        for number in range(60):
            taken.append(number)
            yield job("die" if number == 7 else f"good {number}")

    found: list[Outcome[Job]] = []
    with Crew[Job](small_worker, Bounds(workers=2, seconds=30)) as crew:
        for outcome in chain(crew.work_off(some()), crew.rest()):
            found.append(outcome)
            assert len(taken) - len(found) < 2 * 2 + 1
    assert sorted(one.job.item for one in found) == sorted(["die", *(f"good {n}" for n in range(60) if n != 7)])
    assert [one.job.item for one in found if one.given_up] == ["die"]


@pytest.mark.slow
def test_who_stops_taking_outcomes_leaves_no_process(others: set[int | None]) -> None:
    with Crew[Job](small_worker, Bounds(workers=2)) as crew:
        next(crew.work_off(job(f"good {number}") for number in range(1000)))
    assert children() == others


def test_without_a_job_nobody_is_hired(others: set[int | None]) -> None:
    with Crew[Job](small_worker, Bounds(workers=2)) as crew:
        assert not [*crew.work_off([]), *crew.rest()]
        assert children() == others
