"""The map that most pairs agree on is found among many that do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgpolicy.match.affine import Affine, Pairs, fit, keeps_shape


def pairs(*, turn: float, scale: float, mirrored: bool, right: int, wrong: int) -> tuple[Pairs, Affine]:
    """So many pairs under one map, and others at random."""
    random = np.random.default_rng(1)
    theirs = random.random((right + wrong, 2)).astype(np.float32)
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    handed = -1 if mirrored else 1
    matrix = np.array([[handed * cosine, handed * sine], [-sine, cosine]], np.float32)
    affine = Affine(matrix, np.array([0.2, 0.1], np.float32))
    mine = np.concatenate([affine.of(theirs[:right]), random.random((wrong, 2)).astype(np.float32)])
    turns = np.concatenate([np.full(right, turn), random.uniform(0, 2 * np.pi, wrong)]).astype(np.float32)
    return Pairs(mine, theirs, turns, np.full(right + wrong, scale, np.float32), mirrored), affine


@settings(max_examples=20)
@given(st.floats(0, 6.2), st.floats(0.3, 2.5), st.booleans())
def test_the_map_is_found_among_wrong_pairs(turn: float, scale: float, mirrored: bool) -> None:  # noqa: FBT001  # drawn
    given_pairs, affine = pairs(turn=turn, scale=scale, mirrored=mirrored, right=20, wrong=40)
    found = fit(given_pairs, 0.01)
    assert found is not None
    assert found.inliers[:20].all()
    assert found.count >= 18
    assert np.allclose(found.affine.matrix, affine.matrix, atol=0.02)


@settings(max_examples=20)
@given(st.floats(0, 6.2), st.floats(0.3, 2.5), st.booleans())
def test_a_map_tells_how_it_turns_and_is_undone(turn: float, scale: float, mirrored: bool) -> None:  # noqa: FBT001
    _, affine = pairs(turn=turn, scale=scale, mirrored=mirrored, right=3, wrong=0)
    places = np.array([(0.1, 0.2), (0.7, 0.4), (0.3, 0.9)], np.float32)
    assert np.allclose(affine.then(affine.undone()).of(places), places, atol=1e-4)
    assert affine.scale == pytest.approx(scale, rel=1e-3)
    assert affine.mirrored is mirrored
    assert np.cos(np.deg2rad(affine.turn) - turn) == pytest.approx(1, abs=1e-4)


def test_pairs_that_agree_in_nothing_fit_no_map_that_counts() -> None:
    nothing, _ = pairs(turn=0, scale=1, mirrored=False, right=0, wrong=30)
    found = fit(nothing, 0.005)
    assert found is None or found.count < 6


def test_one_place_counts_once() -> None:
    twice, _ = pairs(turn=0.3, scale=1, mirrored=False, right=10, wrong=0)
    doubled = Pairs(
        np.tile(twice.mine, (5, 1)),
        np.tile(twice.theirs, (5, 1)),
        np.tile(twice.turns, 5),
        np.tile(twice.scales, 5),
        mirrored=False,
    )
    found = fit(doubled, 0.01)
    assert found is not None
    assert found.count <= 10


def test_places_on_a_line_say_no_map() -> None:
    along = np.linspace(0, 1, 12, dtype=np.float32)[:, np.newaxis] * np.array([[1, 2]], np.float32)
    line = Pairs(along, along, np.zeros(12, np.float32), np.ones(12, np.float32), mirrored=False)
    assert fit(line, 0.01) is None


@pytest.mark.parametrize(
    ("matrix", "kept"),
    [([[1, 0], [0, 1]], True), ([[1, 0], [0, 0.2]], False), ([[0.01, 0], [0, 0.01]], False), ([[9, 0], [0, 9]], False)],
)
def test_a_map_that_nobody_would_make_is_none(matrix: list[list[float]], kept: bool) -> None:  # noqa: FBT001  # a case
    assert keeps_shape(Affine(np.array(matrix, np.float32), np.zeros(2, np.float32))) is kept
