"""Several looks at a picture become one list of faces."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.engines.detections import Detections, merged, turned_back


def seen(left: float, top: float, width: float, height: float, certainty: float) -> Detections:
    return np.array([(left, top, width, height, *range(10), certainty)], dtype=np.float64)


def test_the_same_face_counts_once_as_it_was_seen_best() -> None:
    found = merged([seen(10, 10, 40, 40, 0.6), seen(14, 12, 40, 40, 0.9)])
    assert found[:, 14].tolist() == [0.9]


def test_a_box_mostly_inside_one_not_much_larger_is_the_same_face() -> None:
    assert len(merged([seen(0, 0, 100, 100, 0.9), seen(30, 30, 51, 51, 0.6)])) == 1


def test_a_small_face_before_a_large_one_is_somebody_elses() -> None:
    assert len(merged([seen(0, 0, 100, 100, 0.9), seen(30, 30, 20, 20, 0.6)])) == 2


def test_neighbours_stay_apart() -> None:
    assert len(merged([seen(0, 0, 40, 40, 0.9), seen(35, 0, 40, 40, 0.6)])) == 2


def test_no_look_with_a_face_gives_none() -> None:
    assert merged([np.empty((0, 15)), np.empty((0, 15))]).shape == (0, 15)


@given(certainties=st.lists(st.floats(0.5, 1), max_size=20))
def test_merging_again_changes_nothing(certainties: list[float]) -> None:
    looks = [seen(7 * at, 3 * at, 20, 25, certainty) for at, certainty in enumerate(certainties)]
    once = merged([np.empty((0, 15)), *looks])
    assert np.array_equal(merged([once]), once)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_places_in_a_turned_picture_are_those_in_the_upright_one(quarters: int) -> None:
    upright = np.zeros((30, 50), np.uint8)
    upright[4, 41] = 1
    (y,), (x,) = np.nonzero(np.rot90(upright, quarters))
    found = np.array([(x, y, 2, 3, *([x, y] * 5), 0.8)], dtype=np.float64)
    back = turned_back(found, quarters, 50, 30)[0]
    assert back[4:14].tolist() == [41, 4] * 5
    assert back[2:4].tolist() == ([3, 2] if quarters % 2 else [2, 3])
    assert back[14] == 0.8


def test_a_crowd_takes_little_memory_and_the_surest_come_first() -> None:
    rows = np.zeros((4000, 15))
    rows[:, 0] = np.arange(4000) * 20
    rows[:, 2:4] = 10
    rows[:, 14] = np.linspace(0.1, 0.9, 4000)
    tracemalloc.start()
    kept = merged([rows])
    assert kept[:3, 0].tolist() == [3999 * 20, 3998 * 20, 3997 * 20]
    assert tracemalloc.get_traced_memory()[1] < 20 * rows.nbytes
    tracemalloc.stop()
