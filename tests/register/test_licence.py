"""What a licence covers: examples, and the laws that hold for all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.register.strategies import DAY, days, postings, scopes

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.licence import End, Licence, licence_cover
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import ANY, AUDIENCES, Scope

POSTING = Posting(channel="website", purpose="news", audience="public", on=DAY)
SCOPE = Scope(channels=frozenset({"website"}), purposes=frozenset({ANY}))
EARLY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def licence(
    name: str = "l", *, scope: Scope = SCOPE, until: dt.date | None = None, end: dt.datetime | None = None
) -> Licence:
    return Licence(
        id=name,
        work="harbour",
        licensor="A. Painter",
        scope=scope,
        valid_until=until,
        at=EARLY,
        end=None if end is None else End(at=end, reason="sold"),
    )


def test_a_licence_covers_the_channel_that_it_lists_until_its_last_day() -> None:
    coverage = licence_cover([licence(until=DAY)], POSTING)
    assert (coverage.status, coverage.record, coverage.until) == (CoverStatus.COVERED, "l", DAY)


def test_without_a_licence_nothing_is_covered() -> None:
    coverage = licence_cover([], POSTING)
    assert (coverage.status, coverage.reason) == (CoverStatus.NONE, "no licence is on record")


@pytest.mark.parametrize(
    ("posting", "reason"),
    [
        (replace(POSTING, channel="facebook"), "licence does not cover the channel 'facebook'"),
        (replace(POSTING, channel=None), "the channel is not stated and licence is limited to some"),
        (replace(POSTING, setting="private"), "licence does not cover private settings"),
    ],
)
def test_what_lies_outside_is_said(posting: Posting, reason: str) -> None:
    coverage = licence_cover([licence()], posting)
    assert (coverage.status, coverage.reason) == (CoverStatus.OUT_OF_SCOPE, reason)


def test_a_licence_that_has_ended_by_its_date_is_expired() -> None:
    coverage = licence_cover([licence(until=DAY - dt.timedelta(days=1))], POSTING)
    assert (coverage.status, coverage.reason) == (CoverStatus.EXPIRED, "licence ended on 2026-06-14")


def test_a_licence_that_was_ended_covers_nothing_and_leaves_the_others() -> None:
    over = licence(end=EARLY)
    coverage = licence_cover([over], POSTING)
    assert (coverage.status, coverage.reason) == (CoverStatus.WITHDRAWN, "licence was ended on 2026-01-01")
    assert licence_cover([over, licence("other")], POSTING).record == "other"


def test_a_licence_is_used_up_by_its_publications() -> None:
    twice = replace(licence(), max_publications=2)
    assert licence_cover([replace(twice, used=1)], POSTING).covered
    assert licence_cover([replace(twice, used=2)], POSTING).reason == "licence is for 2 publication(s), and there are 2"


def test_who_gave_it_and_its_terms_are_not_shown_by_accident() -> None:
    secret = replace(licence(end=EARLY), licensor="secret", terms="secret", credit="secret")
    assert "secret" not in repr(secret)
    assert "sold" not in repr(secret)


ends = st.none() | st.just(End(at=EARLY, reason="sold"))
licences = st.builds(
    Licence,
    id=st.sampled_from(("a", "b", "c", "d", "e", "f")),
    work=st.just("harbour"),
    licensor=st.just("A. Painter"),
    scope=scopes,
    excluded=st.just(Scope()) | scopes,
    valid_from=days,
    valid_until=days,
    max_publications=st.none() | st.integers(1, 3),
    used=st.integers(0, 3),
    at=st.integers(0, 5).map(lambda hour: dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC)),
    end=ends,
)
several = st.lists(licences, max_size=5, unique_by=lambda licence: licence.id)


@pytest.mark.slow
@given(several.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))), postings)
def test_the_order_of_the_rows_is_no_matter(orders: tuple[list[Licence], list[Licence]], posting: Posting) -> None:
    assert licence_cover(orders[0], posting) == licence_cover(orders[1], posting)


@pytest.mark.slow
@given(several, licences, postings)
def test_another_licence_never_loses_cover_and_an_ended_one_gains_none(
    found: list[Licence], another: Licence, posting: Posting
) -> None:
    before = licence_cover(found, posting).covered
    after = licence_cover([*found, replace(another, id="another")], posting).covered
    assert after >= before
    if another.end is not None:
        assert after == before


@pytest.mark.slow
@given(several, postings)
def test_ending_all_of_them_ends_all_cover(found: list[Licence], posting: Posting) -> None:
    over = [replace(licence, end=End(at=EARLY, reason="sold")) for licence in found]
    assert not licence_cover(over, posting).covered


@pytest.mark.slow
@given(several, postings)
def test_widening_a_posting_never_gains_cover(found: list[Licence], posting: Posting) -> None:
    covered = licence_cover(found, posting).covered
    for wider in (
        replace(posting, channel=None),
        replace(posting, purpose=None),
        replace(posting, campaign=None),
        replace(posting, audience=None),
        replace(posting, territory=None),
        replace(posting, event=None),
        replace(posting, edit=None),
    ):
        assert covered >= licence_cover(found, wider).covered


@pytest.mark.slow
@given(several, postings, st.sampled_from(AUDIENCES), st.sampled_from(AUDIENCES))
def test_a_larger_audience_never_gains_cover(found: list[Licence], posting: Posting, one: str, other: str) -> None:
    small, large = sorted((one, other), key=AUDIENCES.index)
    narrow, broad = replace(posting, audience=small), replace(posting, audience=large)
    assert licence_cover(found, narrow).covered >= licence_cover(found, broad).covered


@pytest.mark.slow
@given(several, licences, postings)
def test_what_is_excluded_never_gains_cover(found: list[Licence], another: Licence, posting: Posting) -> None:
    open_one = replace(another, id="another", excluded=Scope())
    limited = replace(open_one, excluded=another.excluded)
    assert licence_cover([*found, limited], posting).covered <= licence_cover([*found, open_one], posting).covered


@pytest.mark.slow
@given(several, postings)
def test_cover_rests_on_a_licence_that_stands_on_the_day(found: list[Licence], posting: Posting) -> None:
    coverage = licence_cover(found, posting)
    if coverage.covered:
        (relied,) = (licence for licence in found if licence.id == coverage.record)
        assert relied.end is None
        assert (relied.valid_from or DAY) <= DAY <= (relied.valid_until or DAY)
        assert relied.max_publications is None or relied.used < relied.max_publications
        assert coverage.until == relied.valid_until
