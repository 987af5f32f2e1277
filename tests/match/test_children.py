"""A likeness of a child is worth little: what it takes until a face that may be a child's is covered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.match.support import CALIBRATION, POSTING

from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.domain.terms import Doubt
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.match.children import doubt_about, vouched_by

DAY = dt.date(2026, 5, 4)
NAMED = replace(POSTING, on=DAY, people=("kid",))
UNNAMED = replace(NAMED, people=())
SURE = 0.99


def of(years: int, days: int = 0) -> Person:
    """Somebody who turned so many years old so many days ago."""
    return Person(id="kid", name="Kid", born=DAY.replace(year=DAY.year - years) - dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("years", "named", "score", "doubt"),
    [
        (18, False, 0.5, None),
        *((17, True, 0.6, None), (17, True, 0.59, Doubt.UNLIKE), (17, False, SURE, Doubt.NOT_NAMED)),
        *((4, True, 0.6, None), (4, True, 0.59, Doubt.UNLIKE), (4, False, SURE, Doubt.NOT_NAMED)),
        *((3, True, SURE, Doubt.TOO_YOUNG), (0, True, SURE, Doubt.TOO_YOUNG), (0, False, SURE, Doubt.TOO_YOUNG)),
    ],
)
def test_a_likeness_covers_by_age(years: int, *, named: bool, score: float, doubt: Doubt | None) -> None:
    posting = NAMED if named else UNNAMED
    assert doubt_about(of(years), score, posting, CALIBRATION) is doubt
    assert doubt_about(of(years + 1, -1), score, posting, CALIBRATION) is doubt


def test_of_unknown_age_nobody_is_covered_by_a_likeness_until_it_is_stated() -> None:
    somebody = Person(id="kid", name="Kid")
    assert doubt_about(somebody, SURE, NAMED, CALIBRATION) is Doubt.AGE_UNKNOWN
    stated = replace(somebody, adult=Adulthood(by="Kim", on=DAY))
    assert doubt_about(stated, 0.5, UNNAMED, CALIBRATION) is None


def test_an_engine_whose_children_were_not_measured_covers_none() -> None:
    assert doubt_about(of(10), SURE, NAMED, replace(CALIBRATION, child=None)) is Doubt.UNLIKE


def test_the_own_engine_asks_of_children_what_one_pair_in_a_thousand_reaches() -> None:
    assert YuNetSFace.calibration.child == 0.56


def test_a_word_is_of_somebody_with_a_name_who_names_the_person() -> None:
    by_kim = replace(NAMED, actor="Kim Berg")
    for doubt in (Doubt.TOO_YOUNG, Doubt.AGE_UNKNOWN):
        assert vouched_by(of(2), doubt, by_kim) == "Kim Berg"
        assert vouched_by(of(2), doubt, NAMED) is None
        assert vouched_by(of(2), doubt, replace(by_kim, people=("other",))) is None
    assert vouched_by(of(9), Doubt.UNLIKE, by_kim) is None
    assert vouched_by(of(9), Doubt.NOT_NAMED, by_kim) is None


@given(st.none() | st.dates(dt.date(2000, 1, 1), DAY), st.floats(-1, 1), st.booleans())
def test_no_likeness_alone_says_who_may_be_a_child(born: dt.date | None, score: float, named: bool) -> None:  # noqa: FBT001
    person = Person(id="kid", name="Kid", born=born)
    covered = doubt_about(person, score, NAMED if named else UNNAMED, CALIBRATION) is None
    adult = born is not None and not person.minor(DAY)
    measured = born is not None and not person.younger_than(4, DAY) and named and score >= 0.6
    assert covered == (adult or measured)
