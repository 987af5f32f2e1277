"""Pictures on the desk as they are kept: sealed as a whole, told by the log where people decided, found by place."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import statistics
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.postgres import Server
from tests.register.desks import MOMENT, batch, given, laid_down, waiting
from tests.register.support import KEY, Made

from imgpolicy.domain.desk import Approval, ItemState
from imgpolicy.domain.log import Action
from imgpolicy.errors import RegisterError
from imgpolicy.register.desk import (
    add_approval,
    answers_on,
    approvals_of,
    batch_row,
    empty_item,
    hand_in_picture,
    item_record,
    items_of,
    put,
    remove_approval,
    with_answers,
)
from imgpolicy.register.desk_files import DeskFiles
from imgpolicy.register.desk_rows import COPY, PICTURE, opened_batch
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import metadata
from imgpolicy.register.sql.desk import DeskPersonRow
from imgpolicy.register.subject_access import dossier
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import Vault

YES = Approval(by="berta", name="Berta", accept=True, reason="she agreed", at=MOMENT)
QUEUED = 10_000


def judged(unit: UnitOfWork, number: int = 1) -> str:
    """A picture that was judged, with Eileen in its answer."""
    record = waiting(unit, batch(unit), number)
    return put(unit, with_answers(unit, replace(record, state=ItemState.JUDGED), {PICTURE: given("eileen")})).id


def test_a_picture_is_read_as_it_was_kept(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        kept = laid_down(unit, "eileen")
    with anywhere.reading() as unit:
        assert item_record(unit, kept.id) == kept
        assert items_of(unit, kept.batch) == [kept]
        assert answers_on(unit, kept) == answers_on(unit, kept, PICTURE) == given("eileen").reports
        assert kept.answered == kept.secret.answers[COPY]
        assert opened_batch(unit, batch_row(unit, kept.batch)).posting.people == ("eileen",)
        assert [one.approval.by for one in approvals_of(unit, [kept.id])] == ["berta"]
        assert verify(unit).whole


def test_what_there_is_not_is_said_in_a_line(made: Made) -> None:
    with made.register.reading() as unit:
        with pytest.raises(RegisterError, match="no picture 'i-none' on the desk"):
            item_record(unit, "i-none")
        with pytest.raises(RegisterError, match="no batch 'b-none' on the desk"):
            batch_row(unit, "b-none")


def test_the_tables_know_who_is_in_an_answer_or_a_posting(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        record = waiting(unit, batch(unit, people=("grace",)))
        assert record.secret.people == ("grace",)
        record = put(unit, with_answers(unit, record, {PICTURE: given("eileen"), COPY: given("nobody-here")}))
        assert [row.person for row in unit.sql.desk.find(DeskPersonRow)] == ["eileen", "grace"]
        put(unit, with_answers(unit, record, {}))
        assert [row.person for row in unit.sql.desk.find(DeskPersonRow)] == ["grace"]


def test_whoever_is_erased_is_in_no_answer_any_more(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        mine, other = laid_down(unit, "eileen"), laid_down(unit, "grace")
    with anywhere.reading() as unit:
        assert [one.id for one in dossier(unit, "eileen").desk] == [mine.id]
    erase_person(anywhere, "eileen")
    with anywhere.reading() as unit:
        left = item_record(unit, mine.id)
        assert (left.gone, left.secret.name, left.secret.note, answers_on(unit, left)) == (True, "", None, {})
        assert left.original is left.small is left.copy is left.copy_small is None
        assert opened_batch(unit, batch_row(unit, mine.batch)).posting.people == ()
        assert item_record(unit, other.id) == other
        (said,) = approvals_of(unit, [mine.id])
        assert (said.said.seen, said.said.sha256, said.said.reason) == ((), None, "I know her")
        assert verify(unit).whole


def test_hand_ins_decisions_and_posts_are_in_the_log_and_nothing_else_of_the_desk(anywhere: Register) -> None:
    with anywhere.reading() as unit:
        before, head, state = len(list(unit.sql.journal.entries())), unit.head(), unit.state()
    with anywhere.writing() as unit:
        item = judged(unit)
    assert anywhere.head() == head
    with anywhere.writing() as unit:
        record = hand_in_picture(unit, item_record(unit, item), "anna", None)
        add_approval(unit, record, YES)
        remove_approval(unit, approvals_of(unit, [item])[0])
    with anywhere.reading() as unit:
        assert [entry.action for entry in list(unit.sql.journal.entries())[before:]] == [
            Action.HAND_IN,
            Action.DECIDE_PICTURE,
            Action.TAKE_BACK_DECISION,
        ]
        assert approvals_of(unit, [item]) == []
        assert (unit.head() != head, unit.state()) == (True, state)
        assert verify(unit).whole


def test_the_batch_is_kept_for_what_people_do_and_not_for_what_is_judged_meanwhile(made: Made) -> None:
    with made.register.writing() as unit:
        record = item_record(unit, judged(unit))
        before = batch_row(unit, record.batch).touched
        put(unit, record, touches=False)
        assert batch_row(unit, record.batch).touched == before
        assert (
            item_record(unit, put(unit, record, changes=False).id).changed == put(unit, record, changes=False).changed
        )
        assert batch_row(unit, record.batch).touched > before


@pytest.mark.parametrize("column", ["state", "verdict", "place", "original", "details", "account"])
def test_no_value_of_a_row_is_another_without_being_told(made: Made, column: str) -> None:
    with made.register.writing() as unit:
        mine, other = laid_down(unit, "eileen"), laid_down(unit, "grace")
        if column in {"state", "verdict"}:
            put(unit, replace(other, state=ItemState.REFUSED, verdict="go"))
    with closing(sqlite3.connect(made.file)) as database, database:
        (value,) = database.execute(f"SELECT {column} FROM desk_item WHERE id = ?", (other.id,)).fetchone()
        new = value if column in {"state", "verdict", "details"} else 77
        database.execute(f"UPDATE desk_item SET {column} = ? WHERE id = ?", (new, mine.id))
    with made.register.reading() as unit, pytest.raises(RegisterError, match=r"desk_item\.details was altered"):
        item_record(unit, mine.id)


def test_files_go_when_nothing_names_them_any_more_and_not_before(made: Made) -> None:
    files = made.register.desk
    with made.register.writing() as unit:
        record = waiting(unit, batch(unit), original=files.write("i-1", b"picture"))
    folder = made.file.with_name(f"{made.file.name}-desk")
    (file,) = folder.iterdir()
    with contextlib.suppress(ZeroDivisionError), made.register.writing() as unit:
        empty_item(unit, item_record(unit, record.id))
        raise ZeroDivisionError  # the unit ends with it
    assert file.exists()
    with made.register.writing() as unit:
        empty_item(unit, item_record(unit, record.id))
        assert file.exists()
    assert not file.exists()


def test_a_file_is_read_only_as_what_it_was_written_for(tmp_path: Path) -> None:
    vault = Vault(KEY, Vault.wrap_new(KEY))
    files = DeskFiles(tmp_path / "desk", vault)
    one, other = files.write("i-1", b"one"), files.write("i-2", b"other")
    assert files.read("i-1", one) == b"one"
    assert files.missing([one, other, "gone"]) == 1
    with pytest.raises(RegisterError, match="altered"):
        files.read("i-2", one)
    os.replace(tmp_path / "desk" / one, tmp_path / "desk" / other)  # noqa: PTH105  # as anybody could
    with pytest.raises(RegisterError, match="altered"):
        files.read("i-2", other)
    with pytest.raises(RegisterError, match="not there any more"):
        files.read("i-1", one)


def test_what_no_row_names_is_swept_once_it_is_old(tmp_path: Path) -> None:
    files = DeskFiles(tmp_path / "desk", Vault(KEY, Vault.wrap_new(KEY)))
    assert files.sweep(()) == 0
    named, left = files.write("i-1", b"1"), files.write("i-1", b"2")
    assert files.sweep([named]) == 0
    os.utime(tmp_path / "desk" / left, (0, 0))
    os.utime(tmp_path / "desk" / named, (0, 0))
    assert files.sweep([named]) == 1
    assert [file.name for file in (tmp_path / "desk").iterdir()] == [named]


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file")
    with pytest.raises(RegisterError, match="the picture cannot be kept"):
        DeskFiles(tmp_path / "desk", Vault(KEY, Vault.wrap_new(KEY))).write("i-1", b"1")


def test_the_queue_goes_by_place_and_is_asked_quickly_however_long_it_is(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        first = hand_in_picture(unit, item_record(unit, judged(unit)), "anna", None)
        item = metadata.tables["desk_item"]
        connection = unit.sql.people._connection
        row = dict(connection.execute(sa.select(item).where(item.c.id == first.id)).one()._mapping)
        others = [row | {"id": f"i-{n:05}", "number": n, "place": n} for n in range(2, QUEUED + 1)]
        connection.execute(item.insert(), others)
    spent = []
    for after in (0, QUEUED // 2, QUEUED - 50):
        with anywhere.reading() as unit:
            begun = time.perf_counter()
            rows = unit.sql.desk.queue(ItemState.HANDED.value, after, 51)
            assert unit.sql.desk.queue_length(ItemState.HANDED.value) == QUEUED
            spent.append(time.perf_counter() - begun)
            assert [one.place for one in rows] == list(range(after + 1, min(after + 51, QUEUED) + 1))
            assert unit.sql.desk.judged_otherwise([ItemState.HANDED.value], "h" * 64, "p" * 64, 50) == []
            assert len(unit.sql.desk.judged_otherwise([ItemState.HANDED.value], "other", "p" * 64, 50)) == 50
    assert statistics.median(spent) < 0.05


@pytest.mark.slow
def test_on_a_server_the_pictures_lie_in_the_folder_that_is_named(server: Server, tmp_path: Path) -> None:
    url = server.new_database()
    Register.create(url, KEY).close()
    with Register.open(url, KEY, folder=tmp_path / "desk") as register:
        file = register.desk.write("i-1", b"picture")
        assert register.desk.read("i-1", file) == b"picture"
        assert [one.name for one in (tmp_path / "desk").iterdir()] == [file]
    with Register.open(url, KEY) as register, pytest.raises(RegisterError, match="without a folder"):
        register.desk.write("i-1", b"picture")
