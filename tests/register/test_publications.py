"""What was posted on whose consent, what must come down after a no, and what will end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.register.support import no, post, yes
from tests.support import asked, heard, wrote

from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import due, record_consent, renewal
from imgpolicy.register.people import add_person
from imgpolicy.register.people import person as one_person
from imgpolicy.register.publications import add_publication, close_takedown, publications, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents as all_consents


def tasks(anywhere: Register, consent: str | None = None) -> tuple[Takedown, ...]:
    with anywhere.reading() as unit:
        return takedowns(unit, consent=consent)


def test_a_post_comes_out_as_it_went_in(anywhere: Register) -> None:
    consent, other = wrote(anywhere, record_consent, yes()), wrote(anywhere, record_consent, yes("grace"))
    one = post(anywhere, consent, other)
    two = post(anywhere, other, channel="facebook", number=1)
    with anywhere.reading() as unit:
        assert publications(unit) == (one, two)
        assert publications(unit, "eileen") == (one,)
        assert publications(unit, "grace") == (one, two)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"picture": "picture.jpg"}, "SHA-256"),
        ({"url": " "}, "the address is empty"),
        ({"channel": ""}, "the channel of a posting is empty"),
        ({"people": {"nobody": None}}, "nobody 'nobody'"),
        ({"people": {"grace": "CONSENT"}}, "'grace' has no consent"),
        ({"id": "no id"}, "cannot be an id"),
    ],
)
def test_a_post_that_rests_on_nothing_that_is_there_is_refused(
    anywhere: Register, change: dict[str, str], reason: str
) -> None:
    consent = wrote(anywhere, record_consent, yes())
    publication = Publication(
        picture="0" * 64, url="https://example.org", published=today(), channel="website", people={"eileen": consent.id}
    )
    with pytest.raises(RegisterError, match=reason), anywhere.writing() as unit:
        add_publication(unit, replace(publication, **change))  # type: ignore[arg-type]  # one wrong field each
    with anywhere.reading() as unit:
        assert publications(unit) == ()


def test_a_withdrawal_opens_a_task_for_each_post_that_it_reaches(anywhere: Register) -> None:
    consent, other = wrote(anywhere, record_consent, yes()), wrote(anywhere, record_consent, yes("grace"))
    shared = post(anywhere, consent, other, channel="facebook")
    post(anywhere, consent, channel="website", number=1)
    post(anywhere, other, channel="facebook", number=2)
    withdrawn = wrote(anywhere, record_consent, no(channel="facebook"))
    (task,) = tasks(anywhere, withdrawn.id)
    assert (task.publication, task.cause, task.closed) == (shared, "withdrawn", None)
    everything = wrote(anywhere, record_consent, no())
    assert [task.publication.channel for task in tasks(anywhere, everything.id)] == ["website"]
    assert len(tasks(anywhere)) == 2


def test_a_post_that_another_consent_still_covers_stays_up(anywhere: Register) -> None:
    one, other = wrote(anywhere, record_consent, yes()), wrote(anywhere, record_consent, yes())
    post(anywhere, one)
    invalid = wrote(anywhere, record_consent, no(state=ConsentState.INVALIDATED, about=one.id))
    assert tasks(anywhere, invalid.id) == ()
    invalid = wrote(anywhere, record_consent, no(state=ConsentState.INVALIDATED, about=other.id))
    assert len(tasks(anywhere, invalid.id)) == 1


def test_a_task_is_closed_once_and_the_post_is_down(anywhere: Register) -> None:
    consent = wrote(anywhere, record_consent, yes())
    by_task, by_post = post(anywhere, consent), post(anywhere, consent, number=1)
    wrote(anywhere, record_consent, no())
    names = {task.publication.id: task.id for task in tasks(anywhere)}
    for name in (names[by_task.id], by_post.id):
        with anywhere.writing() as unit:
            (down,) = close_takedown(unit, name)
            assert down.down is not None
        with pytest.raises(RegisterError, match="is down already"), anywhere.writing() as unit:
            close_takedown(unit, name)
    assert all(task.closed for task in tasks(anywhere))
    with pytest.raises(RegisterError, match="no task or publication"), anywhere.writing() as unit:
        close_takedown(unit, "t-none")


def test_a_consent_is_used_up_by_the_posts_that_rest_on_it(anywhere: Register) -> None:
    consent = wrote(anywhere, record_consent, replace(yes(), max_publications=1))
    publication = post(anywhere, consent)
    coverage = heard(asked(anywhere, all_consents, "eileen"), publication.posting(today()))
    assert coverage.status is CoverStatus.OUT_OF_SCOPE
    assert coverage.reason == "consent is for 1 publication(s), and there are 1"
    assert asked(anywhere, all_consents)[0].used == 1


@pytest.mark.slow
def test_what_ends_soon_is_due_with_the_posts_that_rest_on_it(anywhere: Register) -> None:
    soon, later = today() + dt.timedelta(days=10), today() + dt.timedelta(days=31)
    past = today() - dt.timedelta(days=1)
    ending = wrote(anywhere, record_consent, yes(until=soon))
    wrote(anywhere, record_consent, yes(until=later))
    over = wrote(anywhere, record_consent, yes("grace", until=past))
    wrote(anywhere, record_consent, yes("grace", until=past))
    first, second = post(anywhere, ending), post(anywhere, over, number=1)
    with anywhere.reading() as unit:
        found = due(unit, today(), 30)
    assert [(item.ends, item.consent, item.posts) for item in found] == [
        (past, over, (second,)),
        (soon, ending, (first,)),
    ]


def test_what_was_renewed_or_taken_back_is_not_due(anywhere: Register) -> None:
    soon = today() + dt.timedelta(days=10)
    one, _ = wrote(anywhere, record_consent, yes(until=soon)), wrote(anywhere, record_consent, yes("grace", until=soon))
    with anywhere.writing() as unit:
        record_consent(unit, renewal(unit, one.id, dt.date(2099, 1, 1)))
    wrote(anywhere, record_consent, no("grace"))
    with anywhere.reading() as unit:
        assert due(unit, today(), 30) == ()


def test_a_childs_coming_of_age_is_due(anywhere: Register) -> None:
    day = today() + dt.timedelta(days=20)
    born = dt.date(day.year - 18, day.month, min(day.day, 28))
    wrote(anywhere, add_person, Person(id="child", name="A Child", born=born, guardians=frozenset({"grace"})))
    wrote(anywhere, record_consent, yes("child", given_by="grace"))
    with anywhere.reading() as unit:
        (item,) = due(unit, today(), 60)
        assert due(unit, today(), 0) == ()
    of_age = asked(anywhere, one_person, "child").of_age
    assert of_age is not None
    assert (item.why, item.ends) == ("comes of age", of_age - dt.timedelta(days=1))


def test_a_renewal_keeps_the_scope_and_leaves_out_what_was_taken_back(anywhere: Register) -> None:
    old = wrote(anywhere, record_consent, replace(yes(until=today()), collected="form"))
    wrote(anywhere, record_consent, no(channel="facebook"))
    with anywhere.writing() as unit:
        new = record_consent(unit, renewal(unit, old.id, dt.date(2099, 1, 1), "by mail"))
        again = record_consent(unit, renewal(unit, new.id, dt.date(2100, 1, 1)))
    assert (new.state, new.about, new.scope, new.valid_until) == (
        ConsentState.RENEWED,
        old.id,
        old.scope,
        dt.date(2099, 1, 1),
    )
    assert new.excluded == Scope(channels=frozenset({"facebook"}))
    assert (again.about, again.excluded) == (old.id, new.excluded)


def test_what_was_taken_back_cannot_be_renewed(anywhere: Register) -> None:
    old = wrote(anywhere, record_consent, yes())
    wrote(anywhere, record_consent, no())
    with pytest.raises(RegisterError, match="a new one is needed"), anywhere.reading() as unit:
        renewal(unit, old.id, None)
    with pytest.raises(RegisterError, match="there is no consent 'c-none'"), anywhere.reading() as unit:
        renewal(unit, "c-none", None)


def test_a_denial_in_two_dimensions_is_too_much_for_a_renewal(anywhere: Register) -> None:
    old = wrote(anywhere, record_consent, yes())
    both = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"news"}))
    wrote(anywhere, record_consent, replace(no(), scope=both))
    with pytest.raises(RegisterError, match="grant a new one"), anywhere.reading() as unit:
        renewal(unit, old.id, None)
