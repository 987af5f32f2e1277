"""A threshold follows from measured scores: stricter with the register and the picture, never below its floor."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.lookup import PHOTOGRAPHS
from imgpolicy.engines.calibration import SAME_EVENT, Calibration, Tail
from imgpolicy.engines.yunet_sface import YuNetSFace

STRANGERS = Tail(base=0.3, share=0.01, scale=0.05, pairs=10_000, people=100, source="an example")
EVENT = Tail(base=0.4, share=0.01, scale=0.05, pairs=1_000, people=100, source="an example")
TABLE = Calibration(strangers=STRANGERS, event=EVENT, margin=0.1, smallest=32)
SFACE = YuNetSFace.calibration


def share(tail: Tail, cosine: float) -> float:
    """The share of pairs that reaches a cosine of the tail."""
    return tail.share * math.exp((tail.base - cosine) / tail.scale)


@given(st.integers(1, 10_000_000), st.integers(1, 500), st.floats(1e-6, 0.1))
def test_strangers_are_named_as_often_as_was_asked_at_most(enrolled: int, faces: int, fpir: float) -> None:
    rate = share(STRANGERS, TABLE.threshold(enrolled, faces, fpir=fpir))
    assert -math.expm1(enrolled * faces * PHOTOGRAPHS * math.log1p(-rate)) <= fpir * 1.001


@given(st.integers(0, 10_000_000), st.integers(0, 500))
def test_people_at_one_event_stay_apart_however_few_they_are(enrolled: int, faces: int) -> None:
    assert share(EVENT, TABLE.threshold(enrolled, faces)) <= SAME_EVENT * 1.001


def test_more_people_and_more_faces_ask_for_more_likeness_alike() -> None:
    assert TABLE.threshold(1_000) > TABLE.threshold(100)
    assert TABLE.threshold(100, 10) == pytest.approx(TABLE.threshold(1_000, 1))


def test_a_tail_says_nothing_below_its_base() -> None:
    assert STRANGERS.cosine(0.5) == STRANGERS.base


@pytest.mark.parametrize(("cosine", "measured"), [(0.45, 0.0035), (0.473, 0.001), (0.50, 0.0006)])
def test_sface_promises_no_more_than_was_measured_in_group_photographs(cosine: float, measured: float) -> None:
    assert share(SFACE.event, cosine) >= measured * 0.999


@pytest.mark.parametrize(("people", "measured"), [(10, 0.38), (100, 0.44), (1_000, 0.50), (10_000, 0.56)])
def test_sface_is_stricter_than_was_measured_to_be_needed(people: int, measured: float) -> None:
    assert SFACE.threshold(people, fpir=0.01) >= measured
    assert SFACE.strangers.cosine(0.01 / people) == pytest.approx(measured, abs=0.001)
