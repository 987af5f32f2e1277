"""What a check relies on is what was recorded, or nothing is judged by it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.register.edits import fill
from tests.register.support import Made
from tests.register.test_dismissals import POSTER
from tests.support import Run, asked, wrote

from imgpolicy.errors import RegisterError
from imgpolicy.register.dismissals import dismiss, reinstate
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.people import add_person, edit_person
from imgpolicy.register.people import person as one_person
from imgpolicy.register.reliance import check_all_there, relied_dismissals, relied_person, relied_work
from imgpolicy.register.works import remove_work


@pytest.fixture
def filled(made: Made) -> Made:
    fill(made.register)
    return made


def edit(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


def test_what_was_recorded_is_relied_on(filled: Made) -> None:
    with filled.register.reading() as unit:
        for one in ("eileen", "grace", "child", "pupil"):
            assert relied_person(unit, one)[0].id == one
        for one in ("harbour-1", "secret", "mark"):
            assert relied_work(unit, one)[0].id == one
        assert [said.id for said in relied_dismissals(unit)] == ["f-3"]


def test_somebody_who_was_changed_or_came_back_after_an_erasure_is_relied_on(filled: Made) -> None:
    eileen = asked(filled.register, one_person, "eileen")
    wrote(filled.register, edit_person, eileen)
    assert asked(filled.register, relied_person, "eileen")[0] == eileen
    erase_person(filled.register, "eileen")
    wrote(filled.register, add_person, eileen)
    assert asked(filled.register, relied_person, "eileen") == (eileen, ())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM consent WHERE at = (SELECT max(at) FROM consent WHERE person = 'eileen')",
        "UPDATE consent SET details = (SELECT details FROM consent WHERE id = 'c-eileen')",
        "UPDATE consent SET person = 'grace' WHERE at = (SELECT max(at) FROM consent WHERE person = 'eileen')",
        "UPDATE consent SET at = '2026-01-01 00:00:00.000000' WHERE person = 'eileen'",
        "UPDATE consent SET kind = 'publication'",
        "UPDATE person SET details = (SELECT details FROM person WHERE id = 'grace')",
    ],
)
def test_nobody_is_judged_by_what_was_altered_behind_the_log(filled: Made, statement: str) -> None:
    edit(filled.file, statement)
    with pytest.raises(RegisterError, match=r"not what was recorded|damaged"):
        asked(filled.register, relied_person, "eileen")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licence SET at = '2026-01-01 00:00:00.000000'",
        "DELETE FROM licence_end",
        "UPDATE work SET kind = 'own logo'",
        "UPDATE work_picture SET phash = NULL",
    ],
)
def test_no_work_is_judged_by_what_was_altered_behind_the_log(filled: Made, statement: str) -> None:
    edit(filled.file, statement)
    with pytest.raises(RegisterError, match=r"'harbour-1' is not what was recorded, and nothing is judged by it"):
        asked(filled.register, relied_work, "harbour-1")


def test_a_face_counts_again_whatever_is_done_to_the_word_that_says_so(made: Made) -> None:
    wrote(made.register, dismiss, POSTER)
    wrote(made.register, reinstate, "f-1", "Anna", "it is a face")
    assert asked(made.register, relied_dismissals) == ()
    edit(made.file, "DELETE FROM dismissal WHERE ends IS NOT NULL")
    with pytest.raises(RegisterError, match="dismissed faces is not what was recorded"):
        asked(made.register, relied_dismissals)


@pytest.mark.slow
def test_a_check_refuses_to_judge_in_one_line(imgpolicy: Run, own_demo: Path) -> None:
    words = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
    assert imgpolicy("check", "pictures/portrait.jpg", *words, folder=own_demo).code == 0
    edit(own_demo / "consent_db" / "register.sqlite", "DELETE FROM consent WHERE kind = 'publication'")
    ran = imgpolicy("check", "pictures/portrait.jpg", *words)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert "'eileen' is not what was recorded, and nothing is judged by it" in ran.err


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM work_picture WHERE work = 'secret'",
        "DELETE FROM person WHERE id = 'pupil'",
        "INSERT INTO person SELECT 'another', key, details FROM person WHERE id = 'eileen'",
    ],
)
def test_nobody_is_judged_where_a_person_or_a_work_is_gone_behind_the_log(filled: Made, statement: str) -> None:
    asked(filled.register, check_all_there)
    edit(filled.file, statement)
    with pytest.raises(RegisterError, match=r"how many (people|works) the register holds"):
        asked(filled.register, check_all_there)


@pytest.mark.parametrize("number", [3, 11])
def test_nobody_is_judged_where_a_record_is_gone_with_its_entry_in_the_log(filled: Made, number: int) -> None:
    edit(filled.file, f"DELETE FROM log WHERE seq = {number}")
    with pytest.raises(RegisterError, match="the log of the register is not what was recorded"):
        asked(filled.register, check_all_there)
    edit(filled.file, f"UPDATE log SET seq = seq - 1 WHERE seq > {number}")
    with pytest.raises(RegisterError, match="the log of the register is not what was recorded"):
        asked(filled.register, check_all_there)


def test_nobody_is_judged_where_an_entry_was_rewritten_in_the_midst_of_the_log(filled: Made) -> None:
    edit(filled.file, "UPDATE log SET subject = (SELECT subject FROM log WHERE seq = 2) WHERE seq = 9")
    with pytest.raises(RegisterError, match="the log of the register is not what was recorded"):
        asked(filled.register, check_all_there)


def test_as_many_are_there_after_removals_and_erasures(filled: Made) -> None:
    erase_person(filled.register, "eileen")
    wrote(filled.register, remove_work, "secret")
    asked(filled.register, check_all_there)
