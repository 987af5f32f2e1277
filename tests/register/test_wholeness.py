"""Whatever is edited in the database behind the register's back, `verify` names it: every cell, every row, every table.

The edits are made from the tables as they are: a table that is added and not held against the log fails here.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgres import Server
from tests.register.edits import TABLES, Case, after, cell_cases, fill, row_cases, rows_of, statement, swap
from tests.register.support import KEY, Made
from tests.register.test_logos import prints
from tests.support import wrote

from imgpolicy.domain.log import Action, Entry, Event, first_broken, next_entry, sha256
from imgpolicy.domain.work import WorkKind
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import metadata
from imgpolicy.register.sql.transaction import Transaction  # noqa: F401  # with it all tables are known
from imgpolicy.register.sql.works import WorkPictureRow, WorkRow
from imgpolicy.register.stores import STORES
from imgpolicy.register.wholeness import HELD
from imgpolicy.register.works import add_work, remove_work


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with something in every table; nobody keeps what they change in it."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("in_a_file")
        url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('full'))}"
    else:
        server: Server = request.getfixturevalue("server")
        url = server.new_database(request.getfixturevalue("on_the_server"))
    with Register.open(url, KEY) as register:
        fill(register)
        yield register


SWAPPED = (
    *("person.details", "person.key", "consent.at", "consent.details", "consent.person"),
    *("face_vector.person", "evidence.content", "evidence.details", "notice.text"),
    *("work.title", "work.kind", "work_picture.phash", "artwork.picture", "licence.details", "licence.work"),
    *("licence_end.details", "licence_evidence.content", "publication.details", "publication.down", "takedown.details"),
    *("takedown.publication", "takedown.closed", "decision.report", "decision.release", "dismissal.details"),
    *("account.details", "session.account", "session.details", "api_token.account", "api_token.details"),
    *("log.payload", "log.action", "log.subject", "log.by"),
)


PLAUSIBLE = (
    "DELETE FROM work_picture WHERE work = 'secret'",
    "UPDATE work SET kind = 'work' WHERE id = 'secret'",
    "DELETE FROM consent WHERE id NOT IN (SELECT consent FROM publication_person) AND kind = 'publication'",
    "UPDATE consent SET details = x.details FROM consent x WHERE x.id = 'c-eileen' AND consent.person = x.person",
    "DELETE FROM dismissal WHERE ends = 'f-1'",
    "UPDATE publication SET down = opened FROM takedown WHERE publication.id = takedown.publication",
    "UPDATE takedown SET closed = opened WHERE closed IS NULL",
    "UPDATE decision SET report = NULL, release = NULL",
    "INSERT INTO decision_person SELECT decision, 'child' FROM decision_person WHERE person = 'eileen'",
    "INSERT INTO publication_person SELECT id, 'child', NULL FROM publication WHERE id = 'p-work-0'",
    "DELETE FROM publication_work WHERE work = 'harbour-1'",
    "DELETE FROM licence_end",
    "UPDATE artwork SET template = NULL",
    "UPDATE artwork SET version = '0'",
    "DELETE FROM face_vector WHERE person = 'grace'",
    "UPDATE account SET details = x.details FROM account x WHERE x.id = 'ejb' AND account.id = 'mkl'",
    "UPDATE session SET account = 'mkl'",
    "DELETE FROM session WHERE account = 'mkl'",
    "DELETE FROM api_token WHERE account = 'mkl'",
    "UPDATE log SET by = ''",
    "DELETE FROM log WHERE seq = 5",
    "UPDATE log SET hash = previous WHERE seq = 7",
)


@pytest.mark.parametrize("case", tuple(row_cases()), ids=lambda case: case.name)
def test_a_row_that_is_gone_or_too_many_is_named(full: Register, case: Case) -> None:
    assert not after(full, case.edit).whole


@pytest.mark.slow
@pytest.mark.parametrize("case", tuple(cell_cases()), ids=lambda case: case.name)
def test_a_value_that_is_another_is_named(full: Register, case: Case) -> None:
    assert not after(full, case.edit).whole


@pytest.mark.slow
@pytest.mark.parametrize("column", SWAPPED)
def test_values_that_were_swapped_are_named(full: Register, column: str) -> None:
    table, _, name = column.partition(".")
    assert not after(full, swap(metadata.tables[table], metadata.tables[table].c[name])).whole


@pytest.mark.parametrize("text", PLAUSIBLE)
def test_an_edit_that_somebody_could_want_is_named(full: Register, text: str) -> None:
    assert not after(full, statement(text)).whole


def test_a_register_in_which_there_is_something_of_everything_is_whole(full: Register) -> None:
    found = after(full, lambda _: None)
    assert (found.damaged, found.broken_entry, found.remarks) == ((), None, ())


def test_every_table_has_two_rows_for_these_tests_and_every_store_is_held_against_the_log(full: Register) -> None:
    with full.reading() as unit:
        counts = {name: len(rows_of(unit.sql.people._connection, metadata.tables[name])) for name in TABLES}
    assert [name for name, count in counts.items() if count < 2] == ["meta"]
    # The archive is in no log: all of it can be found again, and what was altered does not unseal.
    assert {*HELD, "archive"} == {store.name for store in STORES}
    assert {table for store in STORES for table in store.tables} == set(TABLES)


@pytest.fixture
def emptied(anywhere: Register) -> Register:
    """A register in which faces and works were removed and somebody was erased, who was in most of it."""
    fill(anywhere)
    wrote(anywhere, remove_faces, "grace")
    wrote(anywhere, remove_work, "harbour-1")
    wrote(anywhere, remove_work, "secret")
    wrote(anywhere, remove_work, "mark")
    erase_person(anywhere, "eileen")
    return anywhere


def test_what_was_removed_erased_or_emptied_is_no_damage(emptied: Register) -> None:
    found = after(emptied, lambda _: None)
    assert (found.damaged, found.broken_entry, found.remarks) == ((), None, ())


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE publication SET details = x.details FROM publication x WHERE x.id = 'p-work-1'",
        "INSERT INTO publication_person SELECT id, 'child', NULL FROM publication WHERE id = 'p-work-0'",
        "UPDATE takedown SET consent = 'c-grace'",
        "DELETE FROM takedown WHERE closed IS NULL",
        "UPDATE takedown SET details = x.details FROM takedown x WHERE x.closed IS NOT NULL",
        "UPDATE decision SET verdict = 'go'",
        "DELETE FROM decision WHERE report IS NULL",
        "UPDATE work SET title = 'Other' WHERE id = 'harbour-1'",
        "DELETE FROM publication_person WHERE person = 'grace'",
    ],
)
def test_what_is_left_of_what_was_emptied_is_held_against_the_log(emptied: Register, text: str) -> None:
    assert not after(emptied, statement(text)).whole


def test_nobody_makes_an_entry_without_the_key(made: Made) -> None:
    with made.register.writing() as unit:
        added = add_work(unit, "Secret", prints(3), kind=WorkKind.RESTRICTED)
    with made.register.writing() as unit:
        last = unit.sql.journal.last()
        assert last is not None
        removal = Event(last.at, Action.REMOVE_WORK, last.subject, last.payload)
        unit.sql.works.delete(WorkPictureRow, "work", added.id)
        unit.sql.works.delete(WorkRow, "id", added.id)
        unit.sql.journal.insert([next_entry(last, removal)])
        assert verify(unit).broken_entry == last.seq + 1


def test_no_hash_is_without_the_key_after_one_that_is_with_it() -> None:
    def keyed(data: bytes) -> str:
        return sha256(b"key" + data)

    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    events = [Event(at, Action.ADD_WORK, "s", str(number)) for number in range(4)]
    for with_key, broken in (((0, 0, 1, 1), None), ((0, 1, 0, 1), 3), ((1, 1, 1, 0), 4), ((0, 0, 0, 0), None)):
        entries: list[Entry] = []
        for event, key in zip(events, with_key, strict=True):
            entries.append(next_entry(entries[-1] if entries else None, event, keyed if key else sha256))
        assert first_broken(entries, keyed) == broken
        assert first_broken(entries, keyed, created="0") == (broken if with_key[0] else 1)
