"""Words of a posting, a consent and a policy are one word however they are written, and none is of another kind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import heard

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.scope import SCOPE_FIELDS, Dimension, Scope
from imgpolicy.domain.words import folded
from imgpolicy.errors import PolicyError, RequestError
from imgpolicy.policy import read_policy
from imgpolicy.presets import policy_text

ROOMY = Scope(channels=frozenset({"any"}), purposes=frozenset({"any"}))
WRITTEN = st.sampled_from((str.upper, str.title, str.lower, "  {} ".format, "{}\u00a0".format, "\t{}\n".format))


def granted(scope: Scope = ROOMY, excluded: Scope = Scope()) -> Consent:  # noqa: B008  # frozen
    return Consent(
        person="anna", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=scope, excluded=excluded
    )


@given(dimension=st.sampled_from(Dimension), stated=WRITTEN, said=WRITTEN)
def test_what_is_excluded_is_excluded_however_it_is_written(dimension: Dimension, stated: str, said: str) -> None:
    excluded = Scope(**{SCOPE_FIELDS[dimension]: frozenset({said("Blå Avis")})})  # type: ignore[operator]
    posting = Posting(channel="website", purpose="news", on=dt.date(2026, 5, 4))
    of_it = {**{name.value: getattr(posting, name.value) for name in Dimension}, dimension.value: stated("blå avis")}  # type: ignore[operator]
    assert heard([granted(excluded=excluded)], Posting(**of_it, on=posting.on)).status is not CoverStatus.COVERED


@given(dimension=st.sampled_from((Dimension.CHANNEL, Dimension.PURPOSE, Dimension.TERRITORY)), said=WRITTEN)
def test_a_denial_reaches_what_it_names_however_it_is_written(dimension: Dimension, said: str) -> None:
    yes, words = granted(), {SCOPE_FIELDS[dimension]: frozenset({said("Avis")})}  # type: ignore[operator]
    no = Consent(
        person="anna", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, scope=Scope(**words), reason="no"
    )
    words_of_it = {"channel": "website", "purpose": "news", dimension.value: "avis"}
    posting = Posting(**words_of_it, on=dt.date(2026, 5, 4))  # type: ignore[arg-type]
    assert heard([yes, no], posting).status is not CoverStatus.COVERED


@pytest.mark.parametrize("role", ["private", " Private ", "PRIVATE", Role.PRIVATE])
def test_a_role_is_one_by_its_word_too(role: str) -> None:
    assert Posting(role=role).role is Role.PRIVATE  # type: ignore[arg-type]


def test_an_origin_is_one_by_its_word_too() -> None:
    assert Posting(origin="own").origin is Origin.OWN  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "given"),
    [
        *(("role", "boss"), ("role", ""), ("role", 1), ("origin", "stolen"), ("origin", True)),
        *(("channel", ""), ("channel", "  "), ("channel", b"website"), ("territory", ["dk"]), ("event", 3)),
        *(("people", "anna"), ("people", ("anna", 3)), ("people", None)),
        *(("on", "2026-05-04"), ("on", 20260504), ("on", dt.datetime(2026, 5, 4, tzinfo=dt.UTC))),
        ("caption", 3),
    ],
)
def test_a_part_of_another_kind_is_refused(part: str, given: object) -> None:
    with pytest.raises(RequestError) as refused:
        Posting(**{part: given})  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_people_come_in_any_order_of_any_container() -> None:
    assert Posting(people=["anna", "bo"]).people == ("anna", "bo")  # type: ignore[arg-type]


def test_the_policys_own_spelling_is_what_counts(tmp_path: Path) -> None:
    (tmp_path / "imgpolicy.toml").write_text(policy_text())
    policy = read_policy(tmp_path / "imgpolicy.toml")
    completed = policy.complete(Posting(channel=" WebSite", purpose="NEWS"))
    assert (completed.channel, completed.purpose, completed.audience) == ("website", "news", "public")
    with pytest.raises(PolicyError, match="does not know the channel"):
        policy.complete(Posting(channel="web site"))


def test_two_words_of_a_policy_that_are_one_are_refused(tmp_path: Path) -> None:
    text = policy_text()
    assert "[posting.channels]" in text
    (tmp_path / "imgpolicy.toml").write_text(
        text.replace("[posting.channels]", '[posting.channels]\n"Website " = "public"', 1)
    )
    with pytest.raises(PolicyError, match="two of the channels are one word"):
        read_policy(tmp_path / "imgpolicy.toml")


@given(st.text(max_size=20))
def test_a_plain_word_stays_as_it_is(word: str) -> None:
    assert folded(folded(word)) == folded(word)
