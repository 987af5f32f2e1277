"""Nobody is covered by growing up, by losing a guardian, or by what becomes known of them and their guardians."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.register.support import biometric, post, vectors
from tests.register.test_speakers import A_DAY, GIVEN, NEWS, WITHDRAWN, born, child_of, family, said, status, yes
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.cover import biometric_consent, cover, standing
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.speakers import USUAL, ConsentPolicy, Guardians
from imgpolicy.domain.validate import check_person
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.faces import add_faces, faces
from imgpolicy.register.people import add_person, edit_person, person
from imgpolicy.register.publications import takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents

IN_GRACE = ConsentPolicy(grace_days=30)


def error_in(record: Consent) -> Consent:
    return Consent(
        person=record.person, kind=record.kind, state=ConsentState.ENTERED_IN_ERROR, about=record.id, by="K", reason="r"
    )


def renewal_of(record: Consent, days: int) -> Consent:
    return replace(said(GIVEN, record.given_by, days), id="renewal", state=ConsentState.RENEWED, about=record.id)


def turning(years: int) -> tuple[Person, dt.date]:
    """Somebody with two guardians who turns so old soon, and that day."""
    young = child_of(0, "mor", "far", born=born(years - 1))
    birthday = young.turns(years)
    assert birthday is not None
    return young, birthday


# The days of grace


def test_the_days_of_grace_cover_nothing_that_the_last_day_before_them_did_not() -> None:
    young, birthday = turning(18)
    mor, far, own = said(GIVEN, "mor", 2), said(GIVEN, "far", 2), said(GIVEN, None, 1)
    every = replace(IN_GRACE, guardians=Guardians.ALL)
    for day in (birthday - A_DAY, birthday, birthday + 29 * A_DAY):
        assert status(young, mor, policy=IN_GRACE, on=day) is CoverStatus.NONE
        assert status(young, mor, policy=replace(every, own_from=18), on=day) is CoverStatus.NONE
        assert status(young, mor, far, policy=every, on=day) is CoverStatus.NONE
        assert status(young, mor, far, policy=replace(every, own_from=18), on=day) is CoverStatus.COVERED
        assert status(young, mor, own, policy=IN_GRACE, on=day) is CoverStatus.COVERED
    assert status(young, own, policy=every, on=birthday) is CoverStatus.COVERED


# Of unknown age


def test_who_lost_their_guardians_is_no_adult_by_that() -> None:
    """Nobody knows how old they are: to remove a guardian is no way to make a child's yes count, or end a no."""
    alone = Person(id="barn", name="Barn", former_guardians=frozenset({FormerGuardian("mor", today())}))
    assert status(alone, said(GIVEN, None, 1)) is CoverStatus.NONE
    assert status(alone, said(WITHDRAWN, "mor", 3), said(GIVEN, None, 1)) is CoverStatus.WITHDRAWN
    of_age = replace(alone, adult=Adulthood(by="Kim Berg", on=today()))
    assert status(of_age, said(WITHDRAWN, "mor", 3), said(GIVEN, None, 0)) is CoverStatus.COVERED


def test_what_a_ward_said_before_it_was_stated_that_they_are_of_age_is_no_adults_yes() -> None:
    grown = Person(
        id="barn", name="Barn", guardians=frozenset({"mor"}), adult=Adulthood(by="Kim Berg", on=today() - 5 * A_DAY)
    )
    assert status(grown, said(GIVEN, None, 900)) is CoverStatus.NONE
    assert status(grown, said(GIVEN, None, 1)) is CoverStatus.COVERED
    assert status(replace(grown, guardians=frozenset()), said(GIVEN, None, 900)) is CoverStatus.COVERED


@pytest.mark.parametrize("on", [today() + 2 * A_DAY, dt.date(2099, 1, 1), dt.date(1800, 1, 1)])
def test_that_somebody_is_of_age_was_stated_on_a_day_that_has_come(on: dt.date) -> None:
    with pytest.raises(RegisterError, match="is no day on which anybody stated"):
        check_person(Person(id="barn", name="Barn", adult=Adulthood(by="Kim Berg", on=on)))
    check_person(Person(id="barn", name="Barn", adult=Adulthood(by="Kim Berg", on=today())))


# Guardians who turn out to be minors


def test_nobody_becomes_a_minor_while_they_speak_for_a_child(anywhere: Register) -> None:
    family(anywhere, born(5))
    mor = asked(anywhere, person, "mor")
    with pytest.raises(RegisterError, match="'mor' is the guardian of barn, and would be a minor"):
        wrote(anywhere, edit_person, replace(mor, born=born(12)))
    wrote(anywhere, edit_person, replace(mor, born=born(30)))


def test_a_guardian_said_no_yes_while_they_were_a_minor(anywhere: Register) -> None:
    family(anywhere, born(5))
    wrote(anywhere, edit_person, replace(asked(anywhere, person, "mor"), born=born(19)))
    with pytest.raises(RegisterError, match="was a minor on"):
        wrote(anywhere, record_consent, yes(today() - 800 * A_DAY))
    wrote(anywhere, record_consent, yes(today() - 800 * A_DAY, state=ConsentState.WITHDRAWN))
    wrote(anywhere, record_consent, yes(today()))


def test_a_child_whose_former_guardian_was_erased_may_be_changed_and_brought_elsewhere(anywhere: Register) -> None:
    family(anywhere, born(5))
    wrote(anywhere, edit_person, asked(anywhere, person, "barn").guarded_by(frozenset(), today()))
    erase_person(anywhere, "mor")
    barn = asked(anywhere, person, "barn")
    wrote(anywhere, edit_person, replace(barn, born=born(6)))
    # As an import does: their statements come with the child, and they do not.
    other = replace(barn, id="barn-2")
    wrote(anywhere, add_person, other)
    no = Consent(person="barn-2", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, given_by="mor")
    wrote(anywhere, record_consent, no)
    assert [one.given_by for one in asked(anywhere, consents, "barn-2")] == ["mor"]
    with pytest.raises(RegisterError, match="there is nobody 'nobody'"):
        wrote(anywhere, record_consent, replace(no, id="another", given_by="nobody"))


# A yes and its renewals are one


def test_who_takes_back_a_renewal_takes_back_what_it_renewed() -> None:
    somebody, given = Person(id="barn", name="Barn"), said(GIVEN, None, 9)
    renewed = renewal_of(given, 5)
    for record in (given, renewed):
        taken = replace(said(WITHDRAWN, None, 1), about=record.id)
        assert status(somebody, given, renewed, taken) is CoverStatus.WITHDRAWN
        assert not standing([given, renewed, taken])
    again = replace(renewal_of(renewed, 3), id="again")
    taken = replace(said(WITHDRAWN, None, 1), about=given.id)
    assert status(somebody, given, renewed, again, taken) is CoverStatus.WITHDRAWN


def test_a_yes_that_nobody_ever_said_goes_on_in_no_renewal() -> None:
    somebody, given = Person(id="barn", name="Barn"), said(GIVEN, None, 9)
    renewed = renewal_of(given, 5)
    assert status(somebody, given, renewed, error_in(given)) is CoverStatus.NONE
    assert not standing([given, renewed, error_in(given)])
    assert status(somebody, given, renewed, error_in(renewed)) is CoverStatus.COVERED
    assert [one.id for one in standing([given, renewed, error_in(renewed)])] == [given.id]


def test_posts_that_rest_on_a_yes_that_nobody_said_come_down(anywhere: Register) -> None:
    wrote(anywhere, add_person, Person(id="barn", name="Barn"))
    given = wrote(anywhere, record_consent, yes(today() - 9 * A_DAY, given_by=None))
    post(anywhere, given)
    mark = wrote(anywhere, record_consent, error_in(given))
    (task,) = asked(anywhere, takedowns)
    assert (task.cause, task.consent) == ("entered in error", mark.id)


def test_posts_that_another_yes_covers_stay_when_one_was_a_slip(anywhere: Register) -> None:
    wrote(anywhere, add_person, Person(id="barn", name="Barn"))
    given = wrote(anywhere, record_consent, yes(today() - 9 * A_DAY, given_by=None))
    wrote(anywhere, record_consent, yes(today() - 5 * A_DAY, given_by=None))
    post(anywhere, given)
    wrote(anywhere, record_consent, error_in(given))
    assert not asked(anywhere, takedowns)


def test_faces_that_were_learnt_on_a_yes_that_nobody_said_are_removed(anywhere: Register) -> None:
    wrote(anywhere, add_person, Person(id="barn", name="Barn"))
    first = wrote(anywhere, record_consent, biometric("barn"))
    second = wrote(anywhere, record_consent, biometric("barn"))
    wrote(anywhere, add_faces, "barn", "engine", vectors(1))
    wrote(anywhere, record_consent, error_in(first))
    assert sum(held.count for held in asked(anywhere, faces, "barn")) == 1
    wrote(anywhere, record_consent, error_in(second))
    assert not asked(anywhere, faces, "barn")


# Limits on the number of publications


@pytest.mark.parametrize(("of_mor", "of_barn"), [(1, None), (None, 1), (1, 1), (3, 1), (2, 2), (2, 3)])
def test_of_several_limits_none_is_passed(of_mor: int | None, of_barn: int | None) -> None:
    """Each post rests on one record; as many go as the lowest limit lets go, whichever yes ends first."""
    young = child_of(16, "mor")
    for ends in (None, today() + A_DAY):
        records = {
            one.id: replace(one, max_publications=most, valid_until=until)
            for one, most, until in ((said(GIVEN, "mor", 2), of_mor, ends), (said(GIVEN, None, 1), of_barn, None))
        }
        posts = 0
        while (found := cover(young, records.values(), NEWS, USUAL)).covered:
            posts += 1
            assert ends in {None, found.until}
            relied = records[found.record or ""]
            records[relied.id] = replace(relied, used=relied.used + 1)
            assert posts < 5
        assert posts == min(most for most in (of_mor, of_barn) if most is not None)


# Biometrics


def test_a_face_is_recognised_by_nobodys_yes_alone_where_others_must_agree() -> None:
    young, birthday = turning(18)
    mor = replace(said(GIVEN, "mor", 2), kind=ConsentKind.BIOMETRIC)
    own = replace(said(GIVEN, None, 1), kind=ConsentKind.BIOMETRIC)
    for day in (birthday - A_DAY, birthday + 5 * A_DAY):
        assert biometric_consent(young, [mor], day, IN_GRACE) is None
        assert biometric_consent(young, [mor, own], day, IN_GRACE) is not None
    assert biometric_consent(young, [mor], birthday + 30 * A_DAY, replace(IN_GRACE, own_from=18)) is None
