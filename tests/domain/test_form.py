"""A form says all that people must be told before it is issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.service.asked import FORM, NEWS

from imgpolicy.domain.form import Form, Wording, check_form
from imgpolicy.errors import ImgPolicyError


def test_a_form_that_says_all_is_taken() -> None:
    check_form(FORM)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ({"controller": " "}, "controller"),
        ({"contact": ""}, "contact"),
        ({"uses": ()}, "uses"),
        ({"months": None}, "for how long"),
        ({"wordings": ()}, "which pictures are meant"),
        ({"wordings": (replace(FORM.wordings[0], about=" "),)}, "which pictures are meant"),
    ],
)
def test_a_form_that_leaves_out_what_people_are_told_is_refused(left_out: dict[str, object], said: str) -> None:
    with pytest.raises(ImgPolicyError, match=said):
        check_form(replace(FORM, **left_out))  # type: ignore[arg-type]  # one field of its own type


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FORM, name="a b"),
        replace(FORM, uses=(NEWS, NEWS, NEWS)),
        replace(FORM, until=dt.date(2030, 1, 1)),
        replace(FORM, months=0),
        replace(FORM, months=121),
        replace(FORM, controller="a\nb"),
        replace(FORM, wordings=(FORM.wordings[0], FORM.wordings[0])),
        replace(FORM, wordings=(Wording(language="EN", title="a", about="b", uses=("", "", "")),)),
        replace(FORM, wordings=(Wording(language="en", title="a", about="b", uses=("",)),)),
        replace(FORM, wordings=(Wording(language="en", title="a", about="b" * 6000, uses=("", "", "")),)),
        replace(FORM, wordings=(Wording(language="en", title="a\u202eb", about="b", uses=("", "", "")),)),
    ],
)
def test_a_form_that_cannot_be_read_as_it_is_meant_is_refused(wrong: Form) -> None:
    with pytest.raises(ImgPolicyError):
        check_form(wrong)


@pytest.mark.parametrize(
    ("signed", "months", "last"),
    [
        (dt.date(2026, 12, 1), 12, dt.date(2027, 11, 30)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 27)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 27)),
        (dt.date(2026, 11, 30), 1, dt.date(2026, 12, 29)),
    ],
)
def test_months_end_before_the_same_day(signed: dt.date, months: int, last: dt.date) -> None:
    assert replace(FORM, months=months).last_day(signed) == last


def test_a_day_is_the_last_one_for_all() -> None:
    day = dt.date(2027, 6, 30)
    assert replace(FORM, months=None, until=day).last_day(dt.date(2026, 1, 1)) == day
