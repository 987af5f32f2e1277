"""What becomes of posts that show nobody but people who were erased, as the policy says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.support import KEY, Made, no, post, yes
from tests.support import asked, wrote

from imgpolicy.domain.licence import Licence
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.speakers import AfterErasure, ConsentPolicy
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.errors import PolicyError
from imgpolicy.opening import register_policy
from imgpolicy.policy_file import read_text
from imgpolicy.register.consents import record_consent
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.licences import add_licence
from imgpolicy.register.licences import licences as all_licences
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import people, wards
from imgpolicy.register.publications import add_publication, close_takedown, publications, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.sql.publications import PublicationRow
from imgpolicy.register.works import add_work

REMOVE = ConsentPolicy(after_erasure=AfterErasure.REMOVE)
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def removing(anywhere: Register) -> Iterator[Register]:
    """A register whose policy has such posts removed; whatever is done to it, `verify` finds nothing wrong after."""
    anywhere.policy = REMOVE
    yield anywhere
    with anywhere.reading() as unit:
        found = verify(unit)
    assert (found.damaged, found.broken_entry, found.remarks) == ((), None, ())


def kept(register: Register) -> list[str]:
    """The posts that there are."""
    return [publication.id for publication in asked(register, publications)]


def shown(register: Register, *names: str, number: int = 0) -> Publication:
    """A post that shows these people."""
    return post(register, *(wrote(register, record_consent, yes(name)) for name in names), number=number)


def test_a_post_stays_where_nothing_else_is_said(anywhere: Register) -> None:
    one = shown(anywhere, "eileen")
    wrote(anywhere, close_takedown, one.id)
    erase_person(anywhere, "eileen")
    assert kept(anywhere) == [one.id]


def test_a_post_that_is_down_goes_with_the_last_who_was_in_it(removing: Register) -> None:
    alone, both = shown(removing, "eileen"), shown(removing, "eileen", "grace", number=1)
    for one in (alone, both):
        wrote(removing, close_takedown, one.id)
    erase_person(removing, "eileen")
    assert kept(removing) == [both.id]
    erase_person(removing, "grace")
    assert kept(removing) == []


def test_a_post_that_is_up_stays_until_somebody_took_it_down(removing: Register) -> None:
    one = shown(removing, "eileen")
    (task,) = erase_person(removing, "eileen").takedowns
    assert kept(removing) == [one.id]
    (down,) = wrote(removing, close_takedown, task.id)
    assert (down.url, down.down is None) == (one.url, False)
    assert (kept(removing), asked(removing, takedowns)) == ([], ())


def test_a_task_that_somebody_else_asked_for_goes_with_its_post(removing: Register) -> None:
    one = shown(removing, "eileen")
    wrote(removing, record_consent, no())
    wrote(removing, close_takedown, one.id)
    assert len(asked(removing, takedowns)) == 1
    erase_person(removing, "eileen")
    assert (kept(removing), asked(removing, takedowns)) == ([], ())


def test_a_post_that_never_showed_anybody_stays(removing: Register) -> None:
    one = post(removing)
    wrote(removing, close_takedown, one.id)
    erase_person(removing, "eileen")
    assert kept(removing) == [one.id]


def test_a_post_with_a_work_in_it_stays_and_counts_for_its_licence(removing: Register) -> None:
    work = wrote(removing, add_work, "Harbour", [KnownFingerprint(pdq=4)])
    licence = wrote(removing, add_licence, Licence(work=work.id, licensor="A Gallery", max_publications=1))
    given = wrote(removing, record_consent, yes())
    alone = shown(removing, "grace")
    one = replace(alone, id="p-work", people={"eileen": given.id}, works={work.id: licence.id})
    wrote(removing, add_publication, one)
    wrote(removing, close_takedown, one.id)
    erase_person(removing, "eileen")
    assert "p-work" in kept(removing)
    assert [held.used for held in asked(removing, all_licences)] == [1]


def test_its_bytes_leave_the_files_when_the_post_comes_down(made: Made) -> None:
    made.register.policy = REMOVE
    one = shown(made.register, "eileen")
    erase_person(made.register, "eileen")
    assert one.id.encode() in made.raw_bytes()
    wrote(made.register, close_takedown, one.id)
    assert one.id.encode() not in made.raw_bytes()


def test_a_post_that_was_removed_and_is_put_back_is_named(made: Made) -> None:
    made.register.policy = REMOVE
    one = shown(made.register, "eileen")
    wrote(made.register, close_takedown, one.id)
    with made.register.reading() as unit:
        (row,) = unit.sql.publications.find(PublicationRow)
    erase_person(made.register, "eileen")
    with made.register.writing() as unit:
        unit.sql.publications.insert([row])
        damaged = verify(unit).damaged
    assert f"the register is damaged: the publication {one.id!r} is not what was recorded" in damaged


@pytest.mark.parametrize("revision", ["0003", "0006"])
def test_posts_that_an_earlier_version_recorded_go_too(tmp_path: Path, revision: str) -> None:
    file = shutil.copy(GOLDEN / f"{revision}.sqlite", tmp_path / "register.sqlite")
    with Register.open(f"sqlite:///{file}", KEY, REMOVE) as register:
        before = asked(register, verify)
        for task in asked(register, takedowns):
            if task.closed is None:
                wrote(register, close_takedown, task.id)
        held = asked(register, publications)
        for one in sorted(asked(register, people), key=lambda person: not person.guardians):
            if not asked(register, wards, one.id):
                erase_person(register, one.id)
        left = {publication.id for publication in asked(register, publications)}
        gone = {one.id for one in held if one.people and one.down and not one.works}
        assert gone
        assert left.isdisjoint(gone)
        assert (before.whole, asked(register, verify).whole) == (True, True)


@pytest.mark.parametrize(("said", "read"), [("keep", AfterErasure.KEEP), ("remove", AfterErasure.REMOVE)])
def test_the_policy_says_it(own_demo: Path, said: str, read: AfterErasure) -> None:
    file = own_demo / "imgpolicy.toml"
    file.write_text(file.read_text().replace('after_erasure = "keep"', f'after_erasure = "{said}"'))
    assert register_policy(read_text(file)).consents.after_erasure is read


def test_another_word_is_refused(own_demo: Path) -> None:
    file = own_demo / "imgpolicy.toml"
    file.write_text(file.read_text().replace('after_erasure = "keep"', 'after_erasure = "forget"'))
    with pytest.raises(PolicyError, match="after_erasure"):
        read_text(file)
