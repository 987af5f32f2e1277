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
    found = best_candidates(scores, ("anna", "anna", "maria", "ida"))
    assert [(candidate.person, round(candidate.score, 2)) for candidate in found] == [
        ("anna", 0.9),
        ("ida", 0.5),
        ("maria", 0.5),
    ]
