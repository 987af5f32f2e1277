"""How alike faces and people are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from imgpolicy.match.scores import _nearest, best_candidates


@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_nearest_are_those_that_sorting_everything_would_give(count: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-20, 20, count).astype(np.float32)
    found = scores[_nearest(scores)]
    np.testing.assert_array_equal(found, np.sort(scores)[::-1][:200])


def test_a_person_stands_once_with_the_best_of_her_vectors_and_equals_stand_by_id() -> None:
    scores = np.array([0.2, 0.9, 0.5, 0.5], dtype=np.float32)
    found = best_candidates(scores, ("anna", "anna", "maria", "ida"), {"anna": 2, "maria": 1, "ida": 1})
    assert [(candidate.person, round(candidate.score, 2)) for candidate in found] == [
        ("anna", 0.9),
        ("ida", 0.5),
        ("maria", 0.5),
    ]


def test_what_two_photographs_agree_on_is_the_mean_of_the_best_two_and_of_one_it_is_that() -> None:
    scores = np.array([0.9, 0.3, 0.5, 0.6], dtype=np.float32)
    found = best_candidates(scores, ("anna", "anna", "anna", "ida"), {"anna": 3, "ida": 1})
    assert [round(candidate.agreed, 3) for candidate in found] == [0.7, 0.6]


def test_a_second_photograph_that_is_not_among_the_nearest_agrees_no_more_than_the_farthest_of_these() -> None:
    scores = np.concatenate([[0.9, -0.9], np.linspace(0.2, 0.1, 600)]).astype(np.float32)
    owners = ("anna", "anna", *(f"p{n}" for n in range(600)))
    (anna, *_) = best_candidates(scores, owners, {"anna": 2, **{f"p{n}": 1 for n in range(600)}})
    assert anna.agreed <= (0.9 + 0.2) / 2
