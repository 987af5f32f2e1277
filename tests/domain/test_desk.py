"""What a reviewer has seen of a picture's findings covers these alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.desk import Seen, Way, WayKind, seen_in, was_seen
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.errors import RequestError

FACE = Seen("P101", Verdict.NO_GO, Box(0, 0, 100, 100), ":::")
LOST = Seen("C104", Verdict.REVIEW, None, "it says that it is Kim's")

seens = st.builds(
    Seen,
    st.sampled_from(("P101", "P102")),
    st.sampled_from((Verdict.REVIEW, Verdict.NO_GO)),
    st.none() | st.builds(lambda left: Box(left, 0, left + 100, 100), st.integers(0, 300)),
    st.sampled_from(("", "eileen")),
)


@given(st.lists(seens, max_size=6))
def test_all_that_was_seen_was_seen_and_each_part_of_it(seen: list[Seen]) -> None:
    assert was_seen(seen, seen)
    assert was_seen(seen[1:], seen)
    assert was_seen(list(reversed(seen)), seen)


@given(st.lists(seens, max_size=6), seens)
def test_one_more_than_was_seen_was_not(seen: list[Seen], more: Seen) -> None:
    assert not was_seen([*seen, more], seen)


@pytest.mark.parametrize(
    "fresh",
    [
        replace(FACE, code="P102"),
        replace(FACE, box=Box(40, 0, 140, 100)),
        replace(FACE, box=None),
        replace(FACE, about=":eileen::"),
        replace(LOST, about="it says that it is Robin's"),
        replace(LOST, verdict=Verdict.NO_GO),
        replace(LOST, box=Box(0, 0, 100, 100)),
    ],
    ids=["rule", "place", "nowhere", "somebody", "other words", "worse", "somewhere"],
)
def test_another_rule_place_person_or_a_worse_verdict_was_not_seen(fresh: Seen) -> None:
    assert not was_seen([fresh], [FACE, LOST])


def test_the_same_place_a_little_off_and_a_milder_verdict_were_seen() -> None:
    assert was_seen([replace(FACE, box=Box(20, 0, 120, 100))], [FACE, LOST])
    assert was_seen([replace(FACE, verdict=Verdict.REVIEW)], [FACE, LOST])


def test_what_lets_a_picture_go_is_nothing_to_have_seen() -> None:
    about = {"evidence": {"person": "eileen", "frame": 2}, "title": "t", "message": "m"}
    there = Finding(code="P102", verdict=Verdict.NO_GO, box=Box(0, 0, 1, 1), **about)  # type: ignore[arg-type]  # by name
    gone = Finding(code="X002", verdict=Verdict.GO, title="t", message="m")
    nowhere = Finding(code="C104", verdict=Verdict.REVIEW, title="t", message="it says so")
    assert seen_in([there, gone, nowhere]) == (
        Seen("P102", Verdict.NO_GO, Box(0, 0, 1, 1), "2:eileen::"),
        Seen("C104", Verdict.REVIEW, None, "it says so"),
    )


@pytest.mark.parametrize("said", ["a" * 100_000, "\udcff", ""])
def test_whatever_a_file_says_can_be_kept_and_told_from_what_another_says(said: str) -> None:
    def seen(message: str) -> tuple[Seen, ...]:
        return seen_in([Finding(code="C104", verdict=Verdict.REVIEW, title="t", message=message)])

    assert len(seen(said)[0].about.encode()) <= 300
    assert was_seen(seen(said), seen(said))
    assert not was_seen(seen(said), seen(f"{said}b"))


def test_a_way_out_is_known_by_its_word() -> None:
    assert Way(kind="cover") == Way(kind=WayKind.COVER)  # type: ignore[arg-type]  # as a page sends it
    with pytest.raises(RequestError, match="no way out 'blur': name one of automatic, cover, strip, crop, credit"):
        Way(kind="blur")  # type: ignore[arg-type]  # which is none
