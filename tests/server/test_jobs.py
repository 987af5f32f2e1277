"""Jobs that wait: accounts take turns, and nobody's many pictures keep others waiting."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.server.jobs import Job, Jobs, Progress, Verb


def job(account: str, item: str, verb: Verb = Verb.JUDGE) -> Job:
    return Job(account=account, batch=f"batch of {account}", item=item, verb=verb)


def taken(jobs: Jobs, count: int) -> list[str]:
    found = [jobs.take() for _ in range(count)]
    return [one.item for one in found if one is not None]


def test_accounts_take_turns_however_much_one_of_them_asks_for() -> None:
    jobs = Jobs()
    for number in range(100):
        jobs.put(job("anna", f"a{number}"))
    jobs.put(job("bo", "b0"))
    jobs.put(job("bo", "b1"))
    assert taken(jobs, 5) == ["a0", "b0", "a1", "b1", "a2"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30)), max_size=200))
def test_every_job_is_done_once_and_nobody_waits_for_more_than_one_of_each_other(
    asked: list[tuple[str, int]],
) -> None:
    jobs = Jobs()
    put = [job(account, f"{account}{number}") for account, number in asked]
    new = [one for one in put if jobs.put(one)]
    order = [jobs.take() for _ in new]
    assert sorted(new, key=repr) == sorted((one for one in order if one), key=repr)
    # While somebody waits, nobody else is served twice.
    for account in {one.account for one in new}:
        places = [place for place, one in enumerate(order) if one and one.account == account]
        for before, after in zip([-1, *places], places, strict=False):
            between = [one.account for one in order[before + 1 : after] if one]
            assert len(between) == len(set(between))


def test_what_somebody_waits_for_at_the_page_goes_before_their_other_pictures() -> None:
    jobs = Jobs()
    jobs.put(job("anna", "a0"))
    jobs.put(job("anna", "a1"))
    jobs.put(job("anna", "a1", Verb.CLEAN), first=True)
    assert [one.verb for one in (jobs.take(), jobs.take()) if one] == [Verb.CLEAN, Verb.JUDGE]


def test_the_same_job_does_not_wait_twice() -> None:
    jobs = Jobs()
    assert jobs.put(job("anna", "a0"))
    assert not jobs.put(job("anna", "a0"))
    assert jobs.of("anna") == 1


def test_whoever_waits_for_a_job_is_let_go_when_no_more_are_to_be_done() -> None:
    jobs, found = Jobs(), []
    waiting = threading.Thread(target=lambda: found.append(jobs.take()))
    waiting.start()
    jobs.close()
    waiting.join(5)
    assert found == [None]


def test_a_page_sees_what_is_being_done_and_why_it_was_refused_until_it_is_asked_again() -> None:
    progress, one = Progress(), job("anna", "a0", Verb.CLEAN)
    before = progress.of(one.batch)
    progress.begin(one)
    assert progress.is_busy("a0")
    progress.end(one, "nobody is there to be covered")
    assert not progress.is_busy("a0")
    assert progress.refusal("a0") == "nobody is there to be covered"
    assert progress.of(one.batch) != before
    again = job("anna", "a0")
    progress.begin(again)
    assert progress.has_job("a0")
    assert not progress.is_busy("a0")
    progress.end(again, "")
    assert not progress.has_job("a0")
    progress.begin(one)
    assert progress.refusal("a0") == ""


def test_what_is_longest_past_is_forgotten() -> None:
    progress = Progress(most=3)
    for number in range(10):
        one = job(f"account {number}", f"i{number}")
        progress.begin(one)
        progress.end(one, "no")
    assert [progress.refusal(f"i{number}") for number in range(10)] == [""] * 7 + ["no"] * 3
    assert progress.of("batch of account 0") == 0
