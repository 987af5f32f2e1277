"""Who speaks for whom: guardians are of age, stand in no circle, and give no yes for somebody who is of age."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.register.strategies import days, postings, scopes
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.cover import cover
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.scope import NOTHING_LISTED, Scope
from imgpolicy.domain.speakers import USUAL, ConsentPolicy, Guardians
from imgpolicy.domain.validate import check_consent, check_person
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.people import add_person, edit_person, person
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents

ROOMY = Scope(channels=frozenset({"any"}), purposes=frozenset({"any"}))


def born(years: int, days: int = 0) -> dt.date:
    """The birth date of somebody who turned so many years old so many days ago."""
    return today().replace(day=1, year=today().year - years) - dt.timedelta(days=days)


def family(register: Register, child: dt.date | None) -> None:
    wrote(register, add_person, Person(id="mor", name="Mor", born=born(40)))
    wrote(register, add_person, Person(id="barn", name="Barn", born=child, guardians=frozenset({"mor"})))


def yes(at: dt.date, *, given_by: str | None = "mor", state: ConsentState = ConsentState.GIVEN) -> Consent:
    moment = dt.datetime.combine(at, dt.time(), dt.UTC)
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
        wrote(anywhere, add_person, Person(id="kat", name="Kat", guardians=frozenset({"barn"})))


@pytest.mark.parametrize("length", [2, 3, 5])
def test_guardians_stand_in_no_circle(anywhere: Register, length: int) -> None:
    ids = [f"p{number}" for number in range(length)]
    wrote(anywhere, add_person, Person(id="p0", name="P"))
    for one, before in zip(ids[1:], ids, strict=False):
        wrote(anywhere, add_person, Person(id=one, name="P", guardians=frozenset({before})))
    with pytest.raises(RegisterError, match="cannot have the guardian"):
        wrote(anywhere, edit_person, Person(id="p0", name="P", guardians=frozenset({ids[-1]})))


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


# Who must agree

A_DAY = dt.timedelta(days=1)
NEWS = Posting(channel="website", purpose="news")


def child_of(years: int, *guardians: str, **known: dt.date) -> Person:
    return Person(id="barn", name="Barn", born=known.get("born", born(years)), guardians=frozenset(guardians))


def said(
    state: ConsentState, by: str | None, days: int, *, scope: Scope | None = None, excluded: Scope = NOTHING_LISTED
) -> Consent:
    """What somebody said so many days ago; without a scope a yes to everything, and a no to everything."""
    return Consent(
        id=f"{state.value[:3]}-{by}-{days}",
        person="barn",
        kind=ConsentKind.PUBLICATION,
        state=state,
        scope=scope if scope is not None else ROOMY if state is GIVEN else NOTHING_LISTED,
        excluded=excluded,
        given_by=by,
        at=dt.datetime.now(dt.UTC) - days * A_DAY,
    )


GIVEN, WITHDRAWN = ConsentState.GIVEN, ConsentState.WITHDRAWN


def status(
    about: Person, *statements: Consent, policy: ConsentPolicy = USUAL, on: dt.date | None = None
) -> CoverStatus:
    return cover(about, statements, replace(NEWS, on=on), policy).status


def test_a_childs_no_ends_by_no_yes_but_their_own() -> None:
    child = child_of(10, "mor", "far")
    no = said(WITHDRAWN, None, 3)
    assert status(child, no, said(GIVEN, "mor", 1)) is CoverStatus.WITHDRAWN
    assert status(child, said(GIVEN, "mor", 4), no, said(GIVEN, None, 1)) is CoverStatus.COVERED


def test_one_guardians_no_ends_by_no_yes_but_theirs() -> None:
    child = child_of(10, "mor", "far")
    both_said = (said(GIVEN, "mor", 5), said(WITHDRAWN, "far", 3), said(GIVEN, "mor", 2))
    assert status(child, *both_said) is CoverStatus.WITHDRAWN
    assert status(child, *both_said, said(GIVEN, None, 1)) is CoverStatus.WITHDRAWN
    assert status(child, *both_said, said(GIVEN, "far", 1)) is CoverStatus.COVERED


def test_a_childs_own_yes_covers_nothing_alone() -> None:
    assert status(child_of(10, "mor"), said(GIVEN, None, 1)) is CoverStatus.NONE
    assert status(child_of(17, "mor"), said(GIVEN, None, 1)) is CoverStatus.NONE
    assert (
        status(Person(id="barn", name="Barn", guardians=frozenset({"mor"})), said(GIVEN, None, 1)) is CoverStatus.NONE
    )


@pytest.mark.parametrize(("own_from", "years"), [(15, 15), (15, 17), (13, 13), (0, 3)])
def test_from_an_age_on_the_young_persons_own_yes_is_needed_too(own_from: int, years: int) -> None:
    young, policy = child_of(years, "mor"), ConsentPolicy(own_from=own_from)
    theirs, own = said(GIVEN, "mor", 2), said(GIVEN, None, 1)
    assert status(young, theirs, policy=policy) is CoverStatus.NONE
    assert status(young, theirs, own, policy=policy) is CoverStatus.COVERED
    assert status(young, theirs, policy=replace(policy, own_from=18)) is CoverStatus.COVERED


def test_what_a_child_said_before_that_age_is_no_yes_of_the_young_person() -> None:
    young = child_of(15, "mor", born=born(15))
    before = said(GIVEN, None, 800)
    assert status(young, said(GIVEN, "mor", 2), before) is CoverStatus.NONE


def test_where_all_guardians_must_agree_each_of_them_must() -> None:
    child, every = child_of(10, "mor", "far"), ConsentPolicy(guardians=Guardians.ALL)
    mor, far = said(GIVEN, "mor", 2), said(GIVEN, "far", 1, scope=Scope(channels=frozenset({"print"})))
    assert status(child, mor) is CoverStatus.COVERED
    assert status(child, mor, policy=every) is CoverStatus.NONE
    assert status(child, mor, far, policy=every) is CoverStatus.OUT_OF_SCOPE
    assert status(child, mor, said(GIVEN, "far", 1), policy=every) is CoverStatus.COVERED


@pytest.mark.parametrize("grace", [0, 1, 30])
def test_what_a_guardian_gave_ends_on_the_eighteenth_birthday_and_the_days_of_grace(grace: int) -> None:
    young, policy = child_of(0, "mor", born=born(17)), ConsentPolicy(grace_days=grace, own_from=18)
    yes_of_mor = said(GIVEN, "mor", 2)
    birthday = young.of_age
    assert birthday is not None
    last = birthday + dt.timedelta(days=grace - 1)
    assert status(young, yes_of_mor, policy=policy, on=last) is CoverStatus.COVERED
    assert status(young, yes_of_mor, policy=policy, on=last + A_DAY) is CoverStatus.EXPIRED


def test_of_age_a_person_ends_by_their_yes_what_guardians_denied_and_nobody_ends_theirs() -> None:
    grown = child_of(19, "mor")
    no_of_mor = said(WITHDRAWN, "mor", 900)
    assert status(grown, said(GIVEN, None, 950), no_of_mor) is CoverStatus.WITHDRAWN
    assert status(grown, no_of_mor, said(GIVEN, None, 1)) is CoverStatus.COVERED
    assert status(grown, said(WITHDRAWN, None, 2), said(GIVEN, "mor", 1)) is CoverStatus.WITHDRAWN


def test_who_loses_custody_says_no_more_and_what_they_said_stays(anywhere: Register) -> None:
    family(anywhere, born(10))
    wrote(anywhere, add_person, Person(id="far", name="Far", born=born(40)))
    wrote(anywhere, record_consent, yes(today() - 9 * A_DAY))
    wrote(anywhere, record_consent, yes(today() - 5 * A_DAY, state=ConsentState.WITHDRAWN))
    barn = asked(anywhere, person, "barn")
    ended = frozenset({FormerGuardian("mor", today() - A_DAY)})
    wrote(anywhere, edit_person, replace(barn, guardians=frozenset({"far"}), former_guardians=ended))
    with pytest.raises(RegisterError, match="is not the guardian"):
        wrote(anywhere, record_consent, yes(today()))
    wrote(anywhere, record_consent, yes(today() - 2 * A_DAY, state=ConsentState.WITHDRAWN))
    wrote(anywhere, record_consent, yes(today(), given_by="far"))
    now = asked(anywhere, person, "barn")
    assert status(now, *asked(anywhere, consents, "barn")) is CoverStatus.WITHDRAWN
    assert status(now, said(GIVEN, "mor", 5)) is CoverStatus.NONE


# What nobody ever said


def test_what_was_entered_in_error_counts_as_never_said(anywhere: Register) -> None:
    family(anywhere, born(10))
    wrote(anywhere, record_consent, yes(today() - 9 * A_DAY))
    no = wrote(anywhere, record_consent, yes(today() - 5 * A_DAY, given_by=None, state=ConsentState.WITHDRAWN))
    barn = asked(anywhere, person, "barn")
    assert status(barn, *asked(anywhere, consents, "barn")) is CoverStatus.WITHDRAWN
    mark = Consent(
        person="barn", kind=no.kind, state=ConsentState.ENTERED_IN_ERROR, about=no.id, by="Kim", reason="a slip"
    )
    wrote(anywhere, record_consent, mark)
    assert status(barn, *asked(anywhere, consents, "barn")) is CoverStatus.COVERED
    with pytest.raises(RegisterError, match="already"):
        wrote(anywhere, record_consent, replace(mark, id="again"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": None},
        {"by": " "},
        {"reason": None},
        {"second": "KIM "},
        {"second": ""},
        {"about": None},
        {"scope": ROOMY},
    ],
)
def test_an_error_has_one_record_a_reason_and_whoever_answers_for_it(wrong: dict[str, str | None]) -> None:
    mark = Consent(
        person="barn",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.ENTERED_IN_ERROR,
        about="c",
        by="Kim",
        reason="a slip",
    )
    check_consent(mark)
    with pytest.raises(RegisterError):
        check_consent(replace(mark, **wrong))  # type: ignore[arg-type]  # wrong on purpose


# Exceptions and days


def test_an_exception_in_a_later_yes_is_a_no_to_older_and_wider_ones() -> None:
    somebody = Person(id="barn", name="Barn")
    but_website = said(GIVEN, None, 2, excluded=Scope(channels=frozenset({"website"})))
    assert status(somebody, said(GIVEN, None, 5), but_website) is CoverStatus.OUT_OF_SCOPE
    assert status(somebody, but_website, said(GIVEN, None, 1)) is CoverStatus.COVERED


def test_a_renewal_repeats_an_exception_and_makes_no_new_one() -> None:
    somebody = Person(id="barn", name="Barn")
    old = said(GIVEN, None, 9, excluded=Scope(channels=frozenset({"website"})))
    renewed = replace(old, id="renewed", state=ConsentState.RENEWED, about=old.id, at=old.at + 6 * A_DAY)
    assert status(somebody, old, said(GIVEN, None, 5), renewed) is CoverStatus.COVERED


def test_what_was_said_in_the_future_is_refused() -> None:
    check_consent(said(GIVEN, None, 0))
    with pytest.raises(RegisterError, match="future"):
        check_consent(said(GIVEN, None, -1))


def test_a_day_is_the_organisations_own() -> None:
    far_east = ConsentPolicy(zone=ZoneInfo("Pacific/Kiritimati"))
    moment = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    assert (far_east.day(moment), USUAL.day(moment).month) == (dt.date(2026, 3, 2), 3)
    for day in (dt.date(2026, 3, 2), dt.date(2026, 10, 25)):
        assert far_east.day(far_east.first_moment(day)) == far_east.day(far_east.last_moment(day)) == day
        assert far_east.day(far_east.first_moment(day) - dt.timedelta(microseconds=1)) == day - A_DAY


# Laws for all that a family may say

people_of_a_family = st.sampled_from([None, "mor", "far", "former"])
words = st.builds(
    Consent,
    id=st.uuids().map(str),
    person=st.just("barn"),
    kind=st.just(ConsentKind.PUBLICATION),
    state=st.sampled_from([GIVEN, GIVEN, WITHDRAWN, ConsentState.REFUSED, ConsentState.RENEWED]),
    scope=st.just(ROOMY) | scopes,
    excluded=st.just(NOTHING_LISTED) | scopes,
    given_by=people_of_a_family,
    valid_until=days,
    at=st.integers(0, 8000).map(lambda n: dt.datetime(2004, 8, 1, tzinfo=dt.UTC) + n * A_DAY),
)
histories = st.lists(words, max_size=7)
families = st.builds(
    Person,
    id=st.just("barn"),
    name=st.just("Barn"),
    born=st.none() | st.dates(dt.date(2004, 1, 1), dt.date(2022, 1, 1)),
    guardians=st.sampled_from([frozenset(), frozenset({"mor"}), frozenset({"mor", "far"})]),
    former_guardians=st.sampled_from([frozenset(), frozenset({FormerGuardian("former", dt.date(2020, 1, 1))})]),
    adult=st.none() | st.builds(Adulthood, by=st.just("Kim"), on=st.dates(dt.date(2020, 1, 1), dt.date(2026, 7, 1))),
)
policies = st.builds(
    ConsentPolicy, own_from=st.integers(0, 18), guardians=st.sampled_from(Guardians), grace_days=st.integers(0, 400)
)


@pytest.mark.slow
@given(families, histories, words, postings, policies)
def test_a_no_more_by_any_speaker_never_gains_cover(
    about: Person, history: list[Consent], another: Consent, posting: Posting, policy: ConsentPolicy
) -> None:
    no = replace(another, state=WITHDRAWN)
    assert cover(about, history, posting, policy).covered >= cover(about, [*history, no], posting, policy).covered


@pytest.mark.slow
@given(families, histories, postings, policies)
def test_a_wider_posting_and_a_stricter_policy_never_gain_cover(
    about: Person, history: list[Consent], posting: Posting, policy: ConsentPolicy
) -> None:
    covered = cover(about, history, posting, policy).covered
    wider = (replace(posting, **{part: None}) for part in ("channel", "purpose", "audience", "event", "territory"))  # type: ignore[arg-type]  # parts by name
    stricter = (replace(policy, guardians=Guardians.ALL), replace(policy, grace_days=0))
    assert not any(cover(about, history, one, policy).covered > covered for one in wider)
    if policy.guardians is Guardians.ONE:
        assert not any(cover(about, history, posting, one).covered > covered for one in stricter)


@pytest.mark.slow
@given(
    families,
    histories.flatmap(lambda said: st.tuples(st.just(said), st.permutations(said))),
    postings,
    policies,
)
def test_the_order_in_which_a_family_speaks_on_paper_is_no_matter(
    about: Person, orders: tuple[list[Consent], list[Consent]], posting: Posting, policy: ConsentPolicy
) -> None:
    assert cover(about, orders[0], posting, policy) == cover(about, orders[1], posting, policy)


@pytest.mark.slow
@given(families, histories, postings, policies)
def test_nobody_is_covered_while_a_speaker_said_no_and_nothing_since(
    about: Person, history: list[Consent], posting: Posting, policy: ConsentPolicy
) -> None:
    for no in history:
        since = any(one.gives and one.at > no.at and one.given_by in {no.given_by, None} for one in history)
        if no.denies and not no.scope and not since:
            assert not cover(about, history, posting, policy).covered
