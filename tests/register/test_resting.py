"""On whom nothing rests any more: they are named, and erased together when somebody says so."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.support import EILEEN, Made, biometric, no, post, vectors, yes
from tests.register.test_restoring import file, folder, opened
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.speakers import KEEP_DAYS, ConsentPolicy
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.debts import record_restoration
from imgpolicy.register.erasure import erase_person, erase_unneeded
from imgpolicy.register.faces import add_faces
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import add_person, edit_person, people
from imgpolicy.register.publications import close_takedown
from imgpolicy.register.register import Register
from imgpolicy.register.resting import nothing_rests, what_rests
from imgpolicy.register.sql.consents import ConsentRow
from imgpolicy.register.unit import UnitOfWork

__all__ = ["folder"]
LATER = dt.timedelta(days=KEEP_DAYS + 1)
TOMORROW = dt.timedelta(days=1)


def left(register: Register, on: dt.date) -> set[str]:
    """Those on whom nothing rests that day; everybody else is named with what does."""
    with register.reading() as unit:
        idle = {item.person for item in nothing_rests(unit, on)}
        assert idle.isdisjoint(what_rests(unit, on))
        assert idle | what_rests(unit, on).keys() == {person.id for person in people(unit)}
    return idle


def why(register: Register, person: str = "eileen") -> str:
    """What rests on somebody long after everything that was recorded today."""
    with register.reading() as unit:
        return what_rests(unit, today() + 10 * LATER)[person]


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is the first day on which whoever was added today need not be kept."""
    day = today() + LATER
    monkeypatch.setattr(UnitOfWork, "today", lambda _: day)


def test_whoever_was_just_added_or_asked_is_kept_for_a_while(anywhere: Register) -> None:
    wrote(anywhere, record_consent, replace(yes(), state=ConsentState.REQUESTED))
    assert left(anywhere, today()) == set()
    assert left(anywhere, today() + LATER - TOMORROW) == set()
    assert left(anywhere, today() + LATER) == {"eileen", "grace"}


def test_how_long_is_the_organisations_to_say(made: Made) -> None:
    made.register.policy = ConsentPolicy(keep_days=10)
    assert left(made.register, today() + dt.timedelta(days=10)) == set()
    assert left(made.register, today() + dt.timedelta(days=11)) == {"eileen", "grace"}


def test_the_last_day_on_which_they_are_kept_is_named(anywhere: Register) -> None:
    with anywhere.reading() as unit:
        (one, _) = nothing_rests(unit, today() + LATER)
    assert (one.person, one.ends, one.why) == ("eileen", today() + LATER - TOMORROW, "nothing rests on them")
    assert (one.consent, one.posts) == (None, ())


@pytest.mark.parametrize("consent", [yes(), biometric(), yes(until=dt.date.max)], ids=["yes", "face", "far"])
def test_a_consent_in_force_rests_on_its_person(made: Made, consent: Consent) -> None:
    wrote(made.register, record_consent, consent)
    assert why(made.register) == "a consent in force"


def test_a_consent_that_ended_rests_on_nobody_so_many_days_later(made: Made) -> None:
    end = today() + dt.timedelta(days=100)
    wrote(made.register, record_consent, yes(until=end))
    assert left(made.register, today() + LATER) == {"grace"}
    assert left(made.register, end + LATER - TOMORROW) == {"grace"}
    assert left(made.register, end + LATER) == {"eileen", "grace"}


@pytest.mark.parametrize("kind", ConsentKind)
@pytest.mark.parametrize("channel", [None, "facebook"])
def test_a_no_is_not_forgotten(made: Made, kind: ConsentKind, channel: str | None) -> None:
    wrote(made.register, record_consent, no(kind=kind, channel=channel if kind is ConsentKind.PUBLICATION else None))
    assert why(made.register) == "a no"


def test_a_no_is_the_last_word_again_when_the_yes_that_followed_it_has_ended(made: Made) -> None:
    wrote(made.register, record_consent, no())
    wrote(made.register, record_consent, yes(until=today()))
    assert why(made.register) == "a no"


def test_a_no_to_one_record_or_one_that_nobody_said_rests_on_nobody(made: Made) -> None:
    given = wrote(made.register, record_consent, yes())
    wrote(made.register, record_consent, no(about=given.id))
    error = wrote(made.register, record_consent, no("grace"))
    mark = replace(error, id="c-mark", state=ConsentState.ENTERED_IN_ERROR, about=error.id, scope=Scope(), by="Anna")
    wrote(made.register, record_consent, mark)
    assert left(made.register, today() + LATER) == {"eileen", "grace"}


def test_a_post_rests_on_those_in_it_until_it_is_down(made: Made) -> None:
    given = wrote(made.register, record_consent, yes(until=today()))
    shown = post(made.register, given)
    assert why(made.register) == "a post is up, or must come down"
    wrote(made.register, close_takedown, shown.id)
    assert left(made.register, today() + LATER) == {"eileen", "grace"}


def test_whoever_speaks_or_spoke_for_somebody_is_needed_as_long_as_that_one(made: Made) -> None:
    child = Person(id="child", name="A Child", born=dt.date(2020, 1, 1), guardians=frozenset({"grace"}))
    wrote(made.register, add_person, child)
    wrote(made.register, record_consent, yes("child", given_by="grace"))
    wrote(made.register, edit_person, replace(child.guarded_by(frozenset({"eileen"}), today())))
    assert left(made.register, today() + LATER) == {"eileen", "grace", "child"}  # no guardian of today says yes
    wrote(made.register, record_consent, no("child", channel="facebook"))
    assert why(made.register, "child") == "a no"
    assert why(made.register, "grace") == why(made.register, "eileen") == "they speak or spoke for 'child'"


def test_what_guardians_gave_ends_with_childhood(made: Made) -> None:
    born = today() - dt.timedelta(days=17 * 365)
    wrote(made.register, add_person, Person(id="child", name="A Child", born=born, guardians=frozenset({"grace"})))
    wrote(made.register, record_consent, yes("child", given_by="grace"))
    assert left(made.register, today() + LATER) == {"eileen"}
    assert left(made.register, today() + 4 * LATER) == {"child", "eileen", "grace"}


def test_what_a_restoration_left_to_do_rests_on_them(made: Made) -> None:
    wrote(made.register, record_restoration, "0" * 64, erased=["eileen"])
    assert why(made.register) == "a restoration left something to be done again"


def test_they_are_erased_together_wards_before_their_guardians(
    anywhere: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = Person(id="a-child", name="A Child", born=dt.date(2010, 1, 1), guardians=frozenset({"eileen"}))
    wrote(anywhere, add_person, child)
    wrote(anywhere, record_consent, biometric("eileen"))
    wrote(anywhere, record_consent, no("eileen", kind=ConsentKind.BIOMETRIC, about=None))
    wrote(anywhere, add_person, Person(id="ada", name="Ada", guardians=frozenset({"grace"})))
    later(monkeypatch)
    assert left(anywhere, today() + LATER) == {"ada", "grace", "a-child"}
    done = erase_unneeded(anywhere, ["grace", "ada", "a-child"])
    assert (done.people, done.takedowns, done.bytes_gone) == (("a-child", "ada", "grace"), (), True)
    with anywhere.reading() as unit:
        assert [person.id for person in people(unit)] == ["eileen"]
        assert verify(unit).whole


@pytest.mark.parametrize("among", [["eileen"], ["grace", "eileen"], ["nobody"]])
def test_nobody_is_erased_when_something_rests_on_one_of_them(
    made: Made, monkeypatch: pytest.MonkeyPatch, among: Collection[str]
) -> None:
    wrote(made.register, record_consent, no())
    later(monkeypatch)
    head = made.register.head()
    with pytest.raises(RegisterError, match=r"something rests on 'eileen': a no|there is nobody 'nobody'"):
        erase_unneeded(made.register, among)
    assert made.register.head() == head


def test_nobody_is_erased_of_whom_something_was_altered(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    said = wrote(made.register, record_consent, no())
    with made.register.writing() as unit:
        unit.sql.consents.delete(ConsentRow, "id", said.id)
    later(monkeypatch)
    with pytest.raises(RegisterError, match="what the register holds of 'eileen' is not what was recorded"):
        erase_unneeded(made.register, ["eileen"])


def test_nobody_is_erased_by_an_older_copy_that_knows_of_no_no(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, no("ada"))
    shutil.copy(folder / "backup.sqlite", file(folder))
    later(monkeypatch)
    with opened(folder) as register, pytest.raises(RegisterError, match="an older copy"):
        erase_unneeded(register, ["ada"])


def test_faces_whose_consent_ran_out_go_with_them(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    wrote(made.register, record_consent, replace(biometric(), valid_until=today()))
    wrote(made.register, add_faces, "eileen", "engine", vectors(1))
    later(monkeypatch)
    assert left(made.register, today() + LATER) == {"eileen", "grace"}
    erase_unneeded(made.register, ["eileen"])
    assert left(made.register, today() + LATER) == {"grace"}


def test_somebody_else_of_the_same_id_starts_anew(made: Made) -> None:
    erase_person(made.register, "eileen")
    wrote(made.register, add_person, replace(EILEEN, name="Another"))
    assert left(made.register, today() + LATER - TOMORROW) == set()
    assert asked(made.register, what_rests, today()).keys() == {"eileen", "grace"}
