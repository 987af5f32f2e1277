"""What a consent covers: examples that read as the policy does, and the laws that hold for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.register.strategies import DAY, days, postings, scopes
from tests.support import SOMEBODY
from tests.support import heard as cover

from imgpolicy.domain.consent import (
    Consent,
    ConsentKind,
    ConsentState,
    LegalBasis,
)
from imgpolicy.domain.cover import biometric_consent as basis_of
from imgpolicy.domain.cover import standing
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import ANY, AUDIENCES, PRIVATE, Dimension, Scope, reaches, use_of
from imgpolicy.domain.speakers import USUAL

FACEBOOK = frozenset({"facebook"})
PR = frozenset({"pr"})
ALL = frozenset({ANY})
NOTHING = Scope()
POSTING = Posting(channel="facebook", purpose="pr", on=DAY)


def biometric_consent(consents: Iterable[Consent], on: dt.date) -> Consent | None:
    return basis_of(SOMEBODY, consents, on, USUAL)


def has_biometric(consents: Iterable[Consent], on: dt.date) -> bool:
    return biometric_consent(consents, on) is not None


def said(
    state: ConsentState,
    hour: int = 0,
    *,
    kind: ConsentKind = ConsentKind.PUBLICATION,
    channels: frozenset[str] = frozenset(),
    purposes: frozenset[str] = frozenset(),
    settings: frozenset[str] = frozenset(),
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Consent:
    return Consent(
        id=f"{state}-{hour}-{end}",
        person="eileen",
        kind=kind,
        state=state,
        scope=Scope(channels=channels, purposes=purposes, settings=settings),
        valid_from=start,
        valid_until=end,
        at=dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC),
    )


def yes(
    hour: int = 0,
    *,
    channels: frozenset[str] = FACEBOOK,
    purposes: frozenset[str] = PR,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Consent:
    return said(ConsentState.GIVEN, hour, channels=channels, purposes=purposes, start=start, end=end)


def wide(
    *,
    excluded: Scope = NOTHING,
    settings: frozenset[str] = frozenset(),
    audiences: frozenset[str] = frozenset(),
    campaigns: frozenset[str] = frozenset(),
) -> Consent:
    """A yes to everything but what is excluded, and to no more than what is named."""
    scope = Scope(channels=ALL, purposes=ALL, settings=settings, audiences=audiences, campaigns=campaigns)
    return replace(yes(), scope=scope, excluded=excluded)


def withdrawal(hour: int, *, channels: frozenset[str] = frozenset()) -> Consent:
    return said(ConsentState.WITHDRAWN, hour, channels=channels)


def test_a_consent_covers_the_channel_and_purpose_that_it_lists() -> None:
    given_consent = yes(end=DAY)
    coverage = cover([given_consent], POSTING)
    assert coverage.status is CoverStatus.COVERED
    assert (coverage.record, coverage.until) == (given_consent.id, DAY)


def test_without_a_consent_nothing_is_covered() -> None:
    assert cover([], POSTING).status is CoverStatus.NONE


@pytest.mark.parametrize(
    ("posting", "reason"),
    [
        (replace(POSTING, channel="website"), "consent does not cover the channel 'website'"),
        (replace(POSTING, purpose="news"), "consent does not cover the purpose 'news'"),
        (replace(POSTING, channel=None), "the channel is not stated and consent is limited to some"),
        (replace(POSTING, purpose=None), "the purpose is not stated and consent is limited to some"),
        (replace(POSTING, setting="private"), "consent does not cover private settings"),
        (
            replace(POSTING, channel="website", purpose="news"),
            "consent does not cover the channel 'website' and consent does not cover the purpose 'news'",
        ),
    ],
)
def test_what_is_not_listed_is_out_of_scope_and_the_reason_says_so(posting: Posting, reason: str) -> None:
    coverage = cover([yes()], posting)
    assert (coverage.status, coverage.reason) == (CoverStatus.OUT_OF_SCOPE, reason)
    assert coverage.until is None


def test_the_word_any_covers_every_channel_even_one_not_stated() -> None:
    everywhere = yes(channels=ALL)
    assert cover([everywhere], replace(POSTING, channel="website")).status is CoverStatus.COVERED
    assert cover([everywhere], replace(POSTING, channel=None)).status is CoverStatus.COVERED


def test_a_consent_that_lists_no_channel_covers_none() -> None:
    assert cover([yes(channels=frozenset())], POSTING).status is CoverStatus.OUT_OF_SCOPE


def test_settings_are_open_but_a_private_one_must_be_listed() -> None:
    private = wide(settings=frozenset({PRIVATE}))
    assert cover([yes()], replace(POSTING, setting="office")).status is CoverStatus.COVERED
    assert cover([private], replace(POSTING, setting=PRIVATE)).status is CoverStatus.COVERED


def test_the_last_day_is_included_and_the_day_after_is_expired() -> None:
    limited = yes(start=DAY, end=DAY)
    assert cover([limited], POSTING).status is CoverStatus.COVERED
    after = cover([limited], replace(POSTING, on=DAY + dt.timedelta(days=1)))
    assert (after.status, after.reason) == (CoverStatus.EXPIRED, "consent ended on 2026-06-15")
    before = cover([limited], replace(POSTING, on=DAY - dt.timedelta(days=1)))
    assert (before.status, before.reason) == (CoverStatus.OUT_OF_SCOPE, "consent does not start before 2026-06-15")


def test_the_consent_valid_longest_is_relied_on() -> None:
    short, long, endless = yes(end=DAY), yes(end=dt.date(2030, 1, 1)), yes()
    assert cover([short, long], POSTING).until == long.valid_until
    assert cover([short, endless, long], POSTING).record == endless.id


def test_of_several_that_have_not_started_the_first_to_start_is_named() -> None:
    late, early = yes(1, start=dt.date(2027, 1, 1)), yes(2, start=dt.date(2026, 9, 1))
    assert cover([late, early], POSTING).reason == "consent does not start before 2026-09-01"


def test_of_several_that_do_not_fit_the_nearest_gives_the_reason() -> None:
    far = yes(channels=frozenset({"print"}), purposes=frozenset({"news"}))
    assert cover([far, yes(channels=frozenset({"print"}))], POSTING).reason.count("does not cover") == 1
    assert cover([far, yes(end=dt.date(2020, 1, 1))], POSTING).status is CoverStatus.EXPIRED


def test_a_withdrawal_beats_what_was_given_before_and_not_what_is_given_after() -> None:
    coverage = cover([yes(1), withdrawal(2)], POSTING)
    assert (coverage.status, coverage.reason) == (CoverStatus.WITHDRAWN, "consent was withdrawn on 2026-01-01")
    assert cover([yes(1), withdrawal(2), yes(3)], POSTING).status is CoverStatus.COVERED


def test_at_the_same_moment_the_denial_wins() -> None:
    refused = said(ConsentState.REFUSED, 1)
    assert cover([yes(1), withdrawal(1)], POSTING).status is CoverStatus.WITHDRAWN
    assert cover([yes(1), refused], POSTING).status is CoverStatus.REFUSED
    assert cover([withdrawal(1), refused], POSTING).status is CoverStatus.WITHDRAWN
    assert cover([refused, withdrawal(1)], POSTING).status is CoverStatus.WITHDRAWN


def test_a_withdrawal_for_any_channel_reaches_every_channel() -> None:
    assert cover([yes(1), withdrawal(2, channels=ALL)], POSTING).status is CoverStatus.WITHDRAWN


def test_a_denial_without_any_consent_is_still_a_denial() -> None:
    assert cover([said(ConsentState.REFUSED)], POSTING).status is CoverStatus.REFUSED


def test_a_withdrawal_for_one_channel_leaves_the_others() -> None:
    consents = [yes(1, channels=ALL), withdrawal(2, channels=FACEBOOK)]
    assert cover(consents, POSTING).status is CoverStatus.WITHDRAWN
    assert cover(consents, replace(POSTING, channel="website")).status is CoverStatus.COVERED


def test_a_channel_that_is_not_stated_might_be_the_one_withdrawn() -> None:
    consents = [yes(1, channels=ALL), withdrawal(2, channels=FACEBOOK)]
    assert cover(consents, replace(POSTING, channel=None)).status is CoverStatus.WITHDRAWN


def test_a_later_consent_for_another_use_does_not_heal_a_withdrawal() -> None:
    consents = [yes(1), withdrawal(2), yes(3, channels=frozenset({"website"}))]
    assert cover(consents, POSTING).status is CoverStatus.WITHDRAWN


def test_biometric_consents_say_nothing_about_publication_nor_the_other_way_round() -> None:
    biometric = said(ConsentState.GIVEN, kind=ConsentKind.BIOMETRIC, channels=ALL, purposes=ALL)
    assert cover([biometric], POSTING).status is CoverStatus.NONE
    assert not has_biometric([yes(channels=ALL, purposes=ALL)], DAY)


def test_a_biometric_consent_holds_within_its_dates_until_it_is_withdrawn() -> None:
    biometric = said(ConsentState.GIVEN, 1, kind=ConsentKind.BIOMETRIC, start=DAY, end=DAY)
    denied = said(ConsentState.WITHDRAWN, 2, kind=ConsentKind.BIOMETRIC)
    again = said(ConsentState.GIVEN, 3, kind=ConsentKind.BIOMETRIC)
    assert has_biometric([biometric], DAY)
    assert not has_biometric([biometric], DAY + dt.timedelta(days=1))
    assert not has_biometric([biometric], DAY - dt.timedelta(days=1))
    assert not has_biometric([denied, biometric], DAY)
    assert biometric_consent([denied, biometric, again], DAY) == again


def test_what_is_excluded_is_not_covered_even_when_everything_is_listed() -> None:
    but_facebook = wide(excluded=Scope(channels=FACEBOOK))
    coverage = cover([but_facebook], POSTING)
    assert (coverage.status, coverage.reason) == (CoverStatus.OUT_OF_SCOPE, "consent excludes the channel 'facebook'")
    assert cover([but_facebook], replace(POSTING, channel="website")).status is CoverStatus.COVERED
    assert cover([but_facebook], replace(POSTING, channel=None)).status is CoverStatus.OUT_OF_SCOPE


def test_an_audience_covers_the_narrower_ones_and_itself() -> None:
    members = wide(audiences=frozenset({"members"}))
    covered = {word: is_covered([members], replace(POSTING, audience=word)) for word in (*AUDIENCES, "club")}
    assert covered == {"team": True, "internal": True, "members": True, "public": False, "club": False}
    assert not is_covered([members], replace(POSTING, audience=None))
    assert is_covered([wide(audiences=frozenset({"club"}))], replace(POSTING, audience="club"))


def test_whoever_excludes_an_audience_excludes_the_wider_ones() -> None:
    inside = wide(excluded=Scope(audiences=frozenset({"members"})))
    covered = {word: is_covered([inside], replace(POSTING, audience=word)) for word in AUDIENCES}
    assert covered == {"team": True, "internal": True, "members": False, "public": False}


def test_naming_an_open_setting_limits_to_those_named() -> None:
    work = wide(settings=frozenset({"work"}))
    assert is_covered([work], replace(POSTING, setting="work"))
    assert not is_covered([work], replace(POSTING, setting="public"))


def test_a_consent_for_one_campaign_needs_it_stated() -> None:
    spring = wide(campaigns=frozenset({"spring"}))
    assert is_covered([spring], replace(POSTING, campaign="spring"))
    assert not is_covered([spring], replace(POSTING, campaign="autumn"))
    assert not is_covered([spring], POSTING)


def test_a_consent_is_used_up_by_its_publications() -> None:
    twice = replace(yes(), max_publications=2)
    assert is_covered([replace(twice, used=1)], POSTING)
    assert cover([replace(twice, used=2)], POSTING).reason == "consent is for 2 publication(s), and there are 2"


def test_a_renewal_carries_a_consent_beyond_its_end_and_ends_with_it() -> None:
    first = yes(1, end=DAY - dt.timedelta(days=1))
    renewed = replace(yes(2), id="renewed", state=ConsentState.RENEWED, about=first.id)
    assert cover([first, renewed], POSTING).record == "renewed"
    invalid = replace(withdrawal(3), state=ConsentState.INVALIDATED, about=first.id)
    assert cover([first, renewed, invalid], POSTING).reason == "consent was invalidated on 2026-01-01"
    assert is_covered([first, renewed, invalid, yes(0, channels=ALL)], POSTING)


def test_a_consent_that_was_only_asked_for_covers_nothing() -> None:
    asked = said(ConsentState.REQUESTED, channels=ALL, purposes=ALL)
    coverage = cover([asked], POSTING)
    assert (coverage.status, coverage.reason) == (
        CoverStatus.NONE,
        "consent was requested on 2026-01-01 and not given",
    )


@pytest.mark.parametrize("state", [ConsentState.REVOKED, ConsentState.INVALIDATED, ConsentState.OBJECTED])
def test_revoked_invalidated_and_objected_to_count_as_withdrawn(state: ConsentState) -> None:
    coverage = cover([replace(yes(1), basis=LegalBasis.PUBLIC_TASK), said(state, 2)], POSTING)
    assert coverage.status is CoverStatus.WITHDRAWN


def test_what_stands_leaves_out_what_was_renewed_or_taken_back() -> None:
    first, other = yes(1), yes(1, end=DAY)
    renewed = replace(yes(2), id="renewed", state=ConsentState.RENEWED, about=first.id)
    assert standing([first, renewed]) == [renewed]
    assert standing([first, other, replace(withdrawal(3), about=first.id)]) == [other]
    assert standing([first, withdrawal(2)]) == []


def test_what_a_person_said_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(replace(yes(), reason="secret", collected="secret"))


IDS = ("a", "b", "c", "d", "e", "f", "g", "h")
consents = st.builds(
    Consent,
    id=st.sampled_from(IDS),
    person=st.just("eileen"),
    kind=st.sampled_from(ConsentKind),
    state=st.sampled_from(ConsentState),
    scope=scopes,
    excluded=st.just(NOTHING) | scopes,
    max_publications=st.none() | st.integers(1, 3),
    used=st.integers(0, 3),
    about=st.none() | st.sampled_from(IDS),
    valid_from=days,
    valid_until=days,
    at=st.integers(0, 5).map(lambda hour: dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC)),
)
histories = st.lists(consents, max_size=6, unique_by=lambda consent: consent.id)


def is_covered(history: list[Consent], posting: Posting) -> bool:
    return cover(history, posting).status is CoverStatus.COVERED


@pytest.mark.slow
@given(histories.flatmap(lambda history: st.tuples(st.just(history), st.permutations(history))), postings)
def test_the_order_of_the_rows_is_no_matter(orders: tuple[list[Consent], list[Consent]], posting: Posting) -> None:
    assert cover(orders[0], posting) == cover(orders[1], posting)


@pytest.mark.slow
@given(histories, postings)
def test_cover_always_rests_on_a_yes_that_reaches_the_use_and_that_no_denial_reaches(
    history: list[Consent], posting: Posting
) -> None:
    coverage = cover(history, posting)
    if coverage.status is not CoverStatus.COVERED:
        return
    (relied,) = (consent for consent in history if consent.id == coverage.record)
    assert relied.kind is ConsentKind.PUBLICATION
    assert relied.state in {ConsentState.GIVEN, ConsentState.RENEWED}
    assert (relied.valid_from or DAY) <= DAY <= (relied.valid_until or DAY)
    assert relied.max_publications is None or relied.used < relied.max_publications
    for dimension, listed in relied.scope.items():
        use = use_of(posting, dimension)
        if dimension is Dimension.SETTING:
            assert use != PRIVATE or PRIVATE in listed
        elif listed or dimension in {Dimension.CHANNEL, Dimension.PURPOSE}:
            assert ANY in listed or any(use == word or narrower(dimension, use, word) for word in listed)
    for dimension, barred in relied.excluded.items():
        use = use_of(posting, dimension)
        assert not barred or (use is not None and use not in barred and ANY not in barred)
    in_error = {one.about for one in history if one.state is ConsentState.ENTERED_IN_ERROR}
    for other in history:
        if (
            other.id not in in_error
            and other.kind is ConsentKind.PUBLICATION
            and other.denies
            and other.at >= relied.at
        ):
            assert other.about not in {None, relied.id, relied.about} or (
                other.about is None and not reaches(other.scope, posting)
            )


def narrower(dimension: Dimension, use: str | None, word: str) -> bool:
    if dimension is not Dimension.AUDIENCE or use not in AUDIENCES or word not in AUDIENCES:
        return False
    return AUDIENCES.index(use) < AUDIENCES.index(word)


@pytest.mark.slow
@given(histories, consents, postings)
def test_a_denial_never_gains_cover_and_a_yes_never_loses_it(
    history: list[Consent], another: Consent, posting: Posting
) -> None:
    another = replace(another, id="another")
    before, after = is_covered(history, posting), is_covered([*history, another], posting)
    if another.denies:
        assert after <= before
    elif another.gives and not another.excluded:
        assert after >= before
    elif another.state is ConsentState.REQUESTED:
        assert after == before


@pytest.mark.slow
@given(histories, postings, st.sampled_from((ConsentState.REFUSED, ConsentState.WITHDRAWN)))
def test_a_last_denial_of_everything_ends_all_cover(
    history: list[Consent], posting: Posting, state: ConsentState
) -> None:
    assert cover([*history, said(state, 6)], posting).status == state.value


@pytest.mark.slow
@given(histories, postings, st.sampled_from((ConsentState.REFUSED, ConsentState.WITHDRAWN)))
def test_a_first_denial_takes_no_cover_from_what_is_given_later(
    history: list[Consent], posting: Posting, state: ConsentState
) -> None:
    later = [replace(consent, at=consent.at + dt.timedelta(hours=1)) for consent in history]
    assert is_covered([*later, said(state, 0)], posting) == is_covered(later, posting)


@pytest.mark.slow
@given(histories, postings)
def test_widening_a_posting_never_gains_cover(history: list[Consent], posting: Posting) -> None:
    covered = is_covered(history, posting)
    for wider in (
        replace(posting, channel=None),
        replace(posting, purpose=None),
        replace(posting, campaign=None),
        replace(posting, audience=None),
        replace(posting, territory=None),
        replace(posting, event=None),
        replace(posting, edit=None),
    ):
        assert covered >= is_covered(history, wider)


@pytest.mark.slow
@given(histories, postings, st.sampled_from(AUDIENCES), st.sampled_from(AUDIENCES))
def test_a_larger_audience_never_gains_cover(history: list[Consent], posting: Posting, one: str, other: str) -> None:
    small, large = sorted((one, other), key=AUDIENCES.index)
    narrow, broad = replace(posting, audience=small), replace(posting, audience=large)
    assert is_covered(history, narrow) >= is_covered(history, broad)


@pytest.mark.slow
@given(histories, consents, postings)
def test_what_is_excluded_never_gains_cover(history: list[Consent], another: Consent, posting: Posting) -> None:
    open_one = replace(another, id="another", excluded=NOTHING)
    limited = replace(open_one, excluded=another.excluded)
    assert is_covered([*history, limited], posting) <= is_covered([*history, open_one], posting)


@pytest.mark.slow
@given(histories, st.dates(dt.date(2026, 6, 12), dt.date(2026, 6, 18)))
def test_no_biometric_consent_outlives_a_denial_or_its_dates(history: list[Consent], on: dt.date) -> None:
    basis = biometric_consent(history, on)
    in_error = {one.about for one in history if one.state is ConsentState.ENTERED_IN_ERROR}
    history = [one for one in history if one.id not in in_error]
    if basis:
        assert basis.kind is ConsentKind.BIOMETRIC
        assert (basis.valid_from or on) <= on <= (basis.valid_until or on)
        assert not any(
            c.kind is ConsentKind.BIOMETRIC and c.denies and c.about is None and c.at >= basis.at for c in history
        )
