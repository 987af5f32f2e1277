"""Who speaks for whom: guardians are of age, stand in no circle, and give no yes for somebody who is of age."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.validate import check_person
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.people import add_person, edit_person
from imgpolicy.register.register import Register

ROOMY = Scope(channels=frozenset({"any"}), purposes=frozenset({"any"}))


def born(years: int, days: int = 0) -> dt.date:
    """The birth date of somebody who turned so many years old so many days ago."""
    return today().replace(day=1, year=today().year - years) - dt.timedelta(days=days)


def family(register: Register, child: dt.date | None) -> None:
    wrote(register, add_person, Person(id="mor", name="Mor", born=born(40)))
    wrote(register, add_person, Person(id="barn", name="Barn", born=child, guardian="mor"))


def yes(at: dt.date, *, given_by: str | None = "mor", state: ConsentState = ConsentState.GIVEN) -> Consent:
    moment = dt.datetime.combine(at, dt.time(12), dt.UTC)
    scope, reason = (ROOMY, None) if state is ConsentState.GIVEN else (Scope(), "no")
    return Consent(
        person="barn",
        kind=ConsentKind.PUBLICATION,
        state=state,
        scope=scope,
        reason=reason,
        at=moment,
        given_by=given_by,
    )


def test_a_guardian_gives_no_yes_for_somebody_of_age(anywhere: Register) -> None:
    family(anywhere, born(30))
    with pytest.raises(RegisterError, match="is of age since"):
        wrote(anywhere, record_consent, yes(today()))
    wrote(anywhere, record_consent, yes(today(), given_by=None))


def test_what_a_guardian_said_before_the_birthday_may_be_recorded_after_it(anywhere: Register) -> None:
    family(anywhere, born(18, 10))
    wrote(anywhere, record_consent, yes(today() - dt.timedelta(days=400)))


def test_a_guardian_may_say_no_for_somebody_of_age(anywhere: Register) -> None:
    """A no more hurts nobody."""
    family(anywhere, born(30))
    wrote(anywhere, record_consent, yes(today(), state=ConsentState.WITHDRAWN))


def test_a_minor_is_nobodys_guardian(anywhere: Register) -> None:
    family(anywhere, born(5))
    with pytest.raises(RegisterError, match="is a minor, and nobody's guardian"):
        wrote(anywhere, add_person, Person(id="kat", name="Kat", guardian="barn"))


@pytest.mark.parametrize("length", [2, 3, 5])
def test_guardians_stand_in_no_circle(anywhere: Register, length: int) -> None:
    ids = [f"p{number}" for number in range(length)]
    wrote(anywhere, add_person, Person(id="p0", name="P"))
    for one, before in zip(ids[1:], ids, strict=False):
        wrote(anywhere, add_person, Person(id=one, name="P", guardian=before))
    with pytest.raises(RegisterError, match="cannot have the guardian"):
        wrote(anywhere, edit_person, Person(id="p0", name="P", guardian=ids[-1]))


@given(st.dates())
def test_a_birth_date_is_of_somebody_who_may_be_alive(day: dt.date) -> None:
    possible = today().year - 130 <= day.year and day <= today()
    try:
        check_person(Person(id="a", name="A", born=day))
    except RegisterError:
        assert not possible
    else:
        assert possible


@pytest.mark.parametrize("day", [dt.date(12, 5, 1), dt.date(2099, 1, 1)])
def test_a_slip_of_the_pen_is_no_birth_date(day: dt.date) -> None:
    with pytest.raises(RegisterError, match="no birth date"):
        check_person(Person(id="a", name="A", born=day))
