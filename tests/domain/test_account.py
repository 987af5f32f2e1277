"""Accounts: what each role may do, when a session or token is over, and what a password may be."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.samples import ACCOUNT, API_TOKEN, MOMENT, SESSION

from imgpolicy.domain.account import (
    RIGHTS,
    Account,
    AccountRole,
    Caller,
    Right,
    check_account,
    check_token,
    checked_password,
    comparable,
    ended,
    with_role,
)
from imgpolicy.domain.speakers import CLOCKS_DIFFER
from imgpolicy.errors import DeniedError, RegisterError, RequestError

MAY = {
    AccountRole.READER: "see",
    AccountRole.POSTER: "see check",
    AccountRole.REVIEWER: "see check decide",
    AccountRole.KEEPER: "see check keep follow",
    AccountRole.ADMIN: "see check decide keep follow administer",
}
ROLES, RIGHT = st.sampled_from(AccountRole), st.sampled_from(Right)
HOURS = dt.timedelta(hours=1)


def account(role: AccountRole, login: str = "mkl") -> Account:
    return Account(id=login, name="Mette", role=role)


@pytest.mark.parametrize(("role", "rights"), MAY.items())
def test_each_role_has_these_rights_and_no_others(role: AccountRole, rights: str) -> None:
    assert RIGHTS[role] == {Right(word) for word in rights.split()}
    assert account(role).rights == RIGHTS[role]


@given(role=ROLES, given_to=st.frozensets(RIGHT), right=RIGHT)
def test_a_token_gives_no_more_than_its_account_and_no_more_than_it_says(
    role: AccountRole, given_to: frozenset[Right], right: Right
) -> None:
    caller = Caller.of(account(role), replace(API_TOKEN, rights=given_to))
    assert caller.rights == RIGHTS[role] & given_to
    assert caller.token == API_TOKEN.id
    if right in caller.rights:
        caller.need(right)
    else:
        with pytest.raises(DeniedError) as refused:
            caller.need(right)
        assert "\n" not in str(refused.value)


def test_an_account_that_ended_may_do_nothing() -> None:
    assert replace(account(AccountRole.ADMIN), ended=MOMENT).rights == frozenset()


@given(others=st.lists(st.tuples(ROLES, st.booleans()), max_size=4), role=ROLES, new=ROLES)
def test_an_admin_who_is_left_or_the_role_stays(
    others: list[tuple[AccountRole, bool]], role: AccountRole, new: AccountRole
) -> None:
    rest = tuple(
        replace(account(kind, f"other{number}"), ended=MOMENT if gone else None)
        for number, (kind, gone) in enumerate(others)
    )
    mine = account(role)
    admin_left = any(kind is AccountRole.ADMIN and not gone for kind, gone in others)
    everybody = (mine, *rest)
    if role is not AccountRole.ADMIN or admin_left:
        assert with_role(mine, new, everybody).role is new
        assert ended(mine, MOMENT, everybody).ended == MOMENT
        return
    with pytest.raises(RequestError, match="'mkl' is the last admin"):
        ended(mine, MOMENT, everybody)
    if new is AccountRole.ADMIN:
        assert with_role(mine, new, everybody) == mine
    else:
        with pytest.raises(RequestError, match="'mkl' is the last admin"):
            with_role(mine, new, everybody)


@given(lasted=st.timedeltas(-24 * HOURS, 24 * HOURS), rested=st.timedeltas(-24 * HOURS, 24 * HOURS))
def test_a_session_is_over_after_twelve_hours_and_after_two_without_use(
    lasted: dt.timedelta, rested: dt.timedelta
) -> None:
    session = replace(SESSION, began=MOMENT - lasted, seen=MOMENT - rested)
    assert session.is_over(MOMENT) == (not -CLOCKS_DIFFER <= lasted < 12 * HOURS or rested >= 2 * HOURS)


def test_a_token_is_over_when_it_was_revoked_or_its_time_is_up() -> None:
    lasting = replace(API_TOKEN, ends=None, revoked=None)
    assert not lasting.is_over(MOMENT)
    assert replace(lasting, revoked=MOMENT).is_over(MOMENT)
    assert replace(lasting, ends=MOMENT).is_over(MOMENT)
    assert not replace(lasting, ends=MOMENT + dt.timedelta(microseconds=1)).is_over(MOMENT)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=210))
def test_a_password_of_12_to_200_characters_is_one_whatever_they_are(text: str) -> None:
    if 12 <= len(unicodedata.normalize("NFKC", text)) <= 200:
        assert comparable(text) == checked_password(text)
    else:
        with pytest.raises(RequestError, match="it takes"):
            checked_password(text)


def test_a_password_is_the_same_from_every_keyboard() -> None:
    typed = "blåbærgrød æøå"
    assert checked_password(unicodedata.normalize("NFD", typed)) == checked_password(typed)


def test_what_is_no_text_is_no_password() -> None:
    assert comparable("\ud800" * 12) is None
    with pytest.raises(RequestError, match="not valid text"):
        checked_password("\ud800" * 12)


def test_what_is_much_too_long_is_not_looked_at_whole() -> None:
    cut = comparable("a" * 10_000_000)
    assert cut is not None
    assert len(cut) < 1000


@pytest.mark.parametrize(
    "wrong", [replace(ACCOUNT, id="a b"), replace(ACCOUNT, name=""), replace(ACCOUNT, name="a\nb")]
)
def test_what_cannot_be_an_account_is_refused(wrong: Account) -> None:
    with pytest.raises(RegisterError):
        check_account(wrong)


def test_a_token_ends_at_a_moment_that_is_the_same_everywhere() -> None:
    with pytest.raises(RequestError, match="time zone"):
        check_token(account(AccountRole.READER), "a", frozenset({Right.SEE}), dt.datetime(2099, 1, 1))  # noqa: DTZ001  # that is it
