"""Who may be which face when each person has at most one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.match.assign import _largest_sum, bound

PEOPLE = ("anna", "ida", "maria", "sofie")
CLAIMS = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([0.5, 0.55, 0.6, 0.7, 0.8, 0.9]))


def assignments(faces: int) -> list[tuple[str | None, ...]]:
    """Every way to give people to so many faces, each person to at most one."""
    ways = itertools.product((None, *PEOPLE), repeat=faces)
    return [way for way in ways if len({*way} - {None}) == faces - way.count(None)]


def total(way: Sequence[str | None], claims: Sequence[Mapping[str, float]]) -> float:
    return sum(own.get(person, 0.0) for person, own in zip(way, claims, strict=True) if person)


@given(st.lists(CLAIMS, min_size=1, max_size=4))
def test_the_largest_sum_is_that_of_trying_everything(claims: list[dict[str, float]]) -> None:
    best = max(total(way, claims) for way in assignments(len(claims)))
    assert _largest_sum(claims) == pytest.approx(best) or not any(claims)


@given(st.lists(CLAIMS, min_size=1, max_size=4))
def test_a_face_has_its_person_when_every_best_assignment_says_so(claims: list[dict[str, float]]) -> None:
    ways = assignments(len(claims))
    best = max(total(way, claims) for way in ways)
    best_ways = [way for way in ways if total(way, claims) > best - 1e-9]
    for index, (own, held) in enumerate(zip(claims, bound(claims), strict=True)):
        leaders = [person for person, score in own.items() if score == max(own.values())]
        assert held == (len(leaders) == 1 and all(way[index] == leaders[0] for way in best_ways))


@pytest.mark.slow
@given(st.lists(CLAIMS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_faces_and_people_is_no_matter(claims: list[dict[str, float]], random: object) -> None:
    order = list(range(len(claims)))
    shuffle = getattr(random, "shuffle")  # noqa: B009  # hypothesis gives it no type
    shuffle(order)
    turned = [dict(reversed(claims[index].items())) for index in order]
    assert bound(turned) == tuple(bound(claims)[index] for index in order)


def test_who_is_claimed_more_strongly_elsewhere_is_not_this_face() -> None:
    # One after the other would give ida to the last face, though the second may be that person with more right.
    assert bound([{"anna": 0.8}, {"anna": 0.79, "ida": 0.75}, {"ida": 0.5}]) == (True, False, False)


@pytest.mark.slow
def test_a_crowd_of_one_and_the_same_person_is_settled_quickly() -> None:
    assert not any(bound([{"anna": 0.9, "ida": 0.6}] * 500))
