"""Licences in a register: kept, ended, proved; and the posts that rest on them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace

import pytest
from tests.register.support import ANY, KEY, Made, post, yes
from tests.support import asked, wrote

from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.posting import today
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.evidence import add_licence_evidence, licence_evidence, read_evidence
from imgpolicy.register.licences import add_licence, end_licence, licences_due
from imgpolicy.register.licences import licences as all_licences
from imgpolicy.register.maintenance import stats, verify
from imgpolicy.register.publications import add_publication, publications, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.works import add_work

EVERYWHERE = Scope(channels=ANY, purposes=ANY)
FULL = Licence(
    id="l-full",
    work="harbour",
    licensor="The Harbour Gallery",
    terms="As agreed",
    url="https://example.org/terms",
    scope=Scope(channels=frozenset({"website", "x"}), purposes=ANY, territories=frozenset({"DK"})),
    excluded=Scope(channels=frozenset({"facebook"})),
    valid_from=dt.date(2026, 1, 1),
    valid_until=dt.date(2026, 12, 31),
    max_publications=3,
    credit="© The Harbour Gallery",
    credit_required=True,
)
FORM = b"the licence, as scanned " * 20


@pytest.fixture
def register(anywhere: Register) -> Register:
    """A register with two works in it."""
    with anywhere.writing() as unit:
        for number, title in enumerate(("Harbour", "Tower")):
            print_ = KnownFingerprint(sha256=f"{number:064x}", phash=number, pdq=number, quality=90)
            add_work(unit, title, [print_])
    return anywhere


def plain(work: str = "harbour", *, until: dt.date | None = None) -> Licence:
    return Licence(work=work, licensor="A. Painter", scope=EVERYWHERE, valid_until=until)


def add(register: Register, licence: Licence) -> Licence:
    with register.writing() as unit:
        return add_licence(unit, licence)


def end(register: Register, licence: Licence) -> tuple[Takedown, ...]:
    with register.writing() as unit:
        return end_licence(unit, licence.id, "sold")[1]


def posted(register: Register, *licences: Licence, number: int = 0) -> Publication:
    """A post that rests on these licences, each to another work."""
    publication = Publication(
        picture=f"{number:064x}",
        url=f"https://example.org/{number}",
        published=dt.date(2026, 3, 1),
        channel="website",
        purpose="pr",
        works={licence.work: licence.id for licence in licences},
    )
    with register.writing() as unit:
        add_publication(unit, publication)
    return publication


def test_a_licence_comes_out_as_it_went_in(register: Register) -> None:
    recorded = add(register, FULL)
    other = add(register, plain("tower"))
    assert recorded == FULL
    assert asked(register, all_licences) == (FULL, other)
    assert asked(register, all_licences, "harbour") == (FULL,)
    with register.reading() as unit:
        assert stats(unit).licences == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"work": "nothing"}, "there is no work 'nothing'"),
        ({"licensor": " "}, "the licensor is empty"),
        ({"valid_until": dt.date(2025, 1, 1)}, "would end on 2025-01-01, before it starts"),
        ({"max_publications": 0}, "at least one publication"),
        ({"credit": None}, "says which"),
        ({"url": "javascript:alert(1)"}, "is an http or https URL"),
        ({"scope": Scope(channels=frozenset({""}))}, "cannot be a channel"),
        ({"id": "no id"}, "cannot be an id"),
        ({"terms": "x" * 100_001}, "the terms has 100,001 characters"),
        ({"at": dt.datetime(2026, 1, 1)}, "with their time zone"),  # noqa: DTZ001  # what is refused
        ({"end": End(reason=" ")}, "the reason is empty"),
    ],
)
def test_what_says_less_than_it_seems_to_is_refused(register: Register, change: dict[str, str], reason: str) -> None:
    with pytest.raises(RegisterError, match=reason):
        add(register, replace(FULL, **change))  # type: ignore[arg-type]  # one wrong field each
    assert asked(register, all_licences) == ()


def test_the_same_id_is_refused(register: Register) -> None:
    add(register, FULL)
    with pytest.raises(RegisterError, match="there is a licence 'l-full' already"):
        add(register, FULL)


def test_a_licence_is_ended_once_and_stays_on_record(register: Register) -> None:
    add(register, FULL)
    assert end(register, FULL) == ()
    (ended,) = asked(register, all_licences)
    assert ended.end is not None
    assert (replace(ended, end=None), ended.end.reason) == (FULL, "sold")
    with pytest.raises(RegisterError, match="already"):
        end(register, FULL)
    with pytest.raises(RegisterError, match="there is no licence 'l-none'"):
        end(register, replace(FULL, id="l-none"))


def test_a_licence_that_comes_with_its_end_keeps_it(register: Register) -> None:
    over = replace(FULL, end=End(at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC), reason="sold"))
    assert add(register, over) == over
    assert asked(register, all_licences) == (over,)


def test_ending_a_licence_opens_a_task_for_each_post_that_no_other_covers(register: Register) -> None:
    one, other, tower = add(register, plain()), add(register, plain()), add(register, plain("tower"))
    bare = posted(register, one)
    posted(register, tower, number=1)
    assert end(register, other) == ()
    (task,) = end(register, one)
    assert (task.publication, task.cause, task.licence, task.consent) == (bare, "ended", one.id, None)
    with register.reading() as unit:
        assert takedowns(unit) == (task,)


def test_a_post_that_another_licence_kept_up_comes_down_with_that_one(register: Register) -> None:
    one, other = add(register, plain()), add(register, plain())
    elsewhere = add(register, replace(plain(), scope=Scope(channels=frozenset({"print"}), purposes=frozenset({"pr"}))))
    kept = posted(register, one)
    assert (end(register, one), end(register, elsewhere)) == ((), ())
    (task,) = end(register, other)
    assert (task.publication, task.licence) == (kept, other.id)


def test_a_post_comes_out_with_people_and_works(register: Register) -> None:
    consent = wrote(register, record_consent, yes())
    licence = add(register, plain())
    both = replace(posted(register, licence), id="both", people={"eileen": consent.id}, works={"tower": None})
    with register.writing() as unit:
        add_publication(unit, both)
        assert both in publications(unit)
        assert publications(unit, "eileen") == (both,)


@pytest.mark.parametrize(
    ("works", "reason"),
    [({"nothing": None}, "there is no work"), ({"harbour": "l-none"}, "has no licence"), ({"tower": "l"}, "has no")],
)
def test_a_post_that_rests_on_a_licence_that_is_not_there_is_refused(
    register: Register, works: dict[str, str | None], reason: str
) -> None:
    add(register, replace(plain(), id="l"))
    publication = Publication(picture="0" * 64, url="u", published=today(), channel="website", works=works)
    with pytest.raises(RegisterError, match=reason), register.writing() as unit:
        add_publication(unit, publication)


def test_a_licence_is_used_up_by_the_posts_that_rest_on_it(register: Register) -> None:
    licence = add(register, replace(plain(), max_publications=2))
    posted(register, licence)
    assert asked(register, all_licences)[0].used == 1


def test_what_ends_soon_is_due_with_the_posts_that_rest_on_it(register: Register) -> None:
    soon, past = today() + dt.timedelta(days=10), today() - dt.timedelta(days=1)
    ending, over = add(register, plain(until=soon)), add(register, plain("tower", until=past))
    add(register, plain(until=past))
    end(register, add(register, plain(until=soon)))
    add(register, plain(until=today() + dt.timedelta(days=31)))
    first = posted(register, over)
    with register.reading() as unit:
        found = licences_due(unit, today(), 30)
    assert [(item.ends, item.licence, item.posts) for item in found] == [(past, over, (first,)), (soon, ending, ())]


def test_what_a_licence_carries_for_one_that_is_over_is_due_with_it(register: Register) -> None:
    one, other = add(register, plain()), add(register, plain(until=today()))
    kept = posted(register, one)
    with register.reading() as unit:
        assert [item.posts for item in licences_due(unit, today(), 30)] == [()]
    end(register, one)
    with register.reading() as unit:
        (item,) = licences_due(unit, today(), 30)
    assert (item.licence, item.posts) == (other, (kept,))


def test_what_proves_a_licence_is_stored_and_comes_out_whole(register: Register) -> None:
    licence = add(register, plain())
    with register.writing() as unit:
        stored = add_licence_evidence(unit, licence.id, "licence.pdf", FORM)
        with pytest.raises(RegisterError, match="there is no licence 'l-none'"):
            add_licence_evidence(unit, "l-none", "licence.pdf", FORM)
    with register.reading() as unit:
        assert licence_evidence(unit, licence.id) == licence_evidence(unit) == (stored,)
        assert read_evidence(unit, stored.id) == (stored, FORM)
    assert (stored.person, stored.licence, stored.size) == (None, licence.id, len(FORM))


def filled(made: Made) -> Licence:
    with made.register.writing() as unit:
        add_work(unit, "Harbour", [KnownFingerprint(sha256="0" * 64, phash=0, pdq=0, quality=90)])
        licence = add_licence(unit, FULL)
        add_licence_evidence(unit, licence.id, "licence.pdf", FORM)
        end_licence(unit, licence.id, "sold to somebody")
        return licence


def test_who_gave_it_and_what_proves_it_are_unreadable_on_disk(made: Made) -> None:
    filled(made)
    raw = made.raw_bytes()
    for secret in (b"Harbour Gallery", b"As agreed", b"sold to", b"licence.pdf", FORM[:24]):
        assert secret not in raw
    with Register.open(f"sqlite:///{made.file}", KEY) as register, register.reading() as unit:
        assert verify(unit).whole


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE licence SET at = '2026-01-01 00:00:00'", "the licence 'l-full' is not what was recorded"),
        ("UPDATE licence_end SET at = '2026-01-01 00:00:00'", "the licence 'l-full' is not what was recorded"),
        ("DELETE FROM licence_end", "is not there any more"),
        ("UPDATE licence SET details = x'00'", "licence.details was altered"),
        ("UPDATE licence_end SET details = x'00'", "licence_end.details was altered"),
        ("UPDATE licence_evidence SET content = details", "licence_evidence.content was altered"),
    ],
)
def test_damage_is_found_and_named(made: Made, damage: str, said: str) -> None:
    filled(made)
    with sqlite3.connect(made.file) as connection:
        connection.execute(damage)
    connection.close()
    with made.register.reading() as unit:
        found = verify(unit)
    assert found.broken_entry is None
    assert [said in damaged for damaged in found.damaged] == [True]


def test_a_withdrawal_and_the_end_of_a_licence_make_one_task(register: Register) -> None:
    consent, licence = wrote(register, record_consent, yes()), add(register, plain())
    rests = replace(post(register, consent), id="rests", works={"harbour": licence.id})
    with register.writing() as unit:
        add_publication(unit, rests)
    (task,) = end(register, licence)
    assert task.publication == rests
    assert end(register, add(register, plain())) == ()
