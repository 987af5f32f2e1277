"""What the log calls a person goes with them: nobody who comes after is called the same, whatever their id."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.support import EILEEN, GRACE, KEY, Made, biometric, no, post, vectors, yes
from tests.register.test_restoring import folder, judge, opened, owed, restore
from tests.support import asked, wrote

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.log import ABOUT_PEOPLE, Action, Alias, Entry
from imgpolicy.domain.person import Person
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.debts import record_restoration
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.evidence import add_evidence
from imgpolicy.register.faces import add_faces
from imgpolicy.register.maintenance import change_key, verify
from imgpolicy.register.people import add_person, alias, aliases, edit_person
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import relied_person
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.subject_access import dossier

GOLDEN = Path(__file__).parent / "golden"
__all__ = ["folder"]


def live(register: Register, name: str) -> None:
    """Everything that can be recorded of Eileen, who must be there, is."""
    wrote(register, edit_person, replace(EILEEN, name=name))
    given = wrote(register, record_consent, yes())
    wrote(register, record_consent, biometric())
    wrote(register, add_faces, "eileen", "engine", vectors(1))
    wrote(register, add_evidence, "eileen", "form.pdf", b"the form")
    post(register, given, number=len(entries(register)))
    wrote(register, record_consent, no(kind=ConsentKind.BIOMETRIC))


def entries(register: Register) -> list[Entry]:
    """The log."""
    with register.reading() as unit:
        return list(unit.sql.journal.entries())


def test_two_lives_of_one_id_share_nothing_in_the_log(anywhere: Register) -> None:
    live(anywhere, "One Eileen")
    erase_person(anywhere, "eileen")
    first = entries(anywhere)
    wrote(anywhere, add_person, EILEEN)
    live(anywhere, "Another Eileen")
    second = entries(anywhere)[len(first) :]
    about = {entry.subject for entry in first if entry.action in ABOUT_PEOPLE}
    assert len(about) == 2
    assert {entry.subject for entry in first}.isdisjoint({entry.subject for entry in second})
    assert len({entry.subject for entry in second if entry.action in ABOUT_PEOPLE}) == 1
    with anywhere.reading() as unit:
        assert verify(unit).whole
        assert [entry for entry in dossier(unit, "eileen").log if entry in first] == []
    assert relied_person_name(anywhere) == "Another Eileen"


def relied_person_name(register: Register) -> str:
    """The name by which somebody is judged."""
    return asked(register, relied_person, "eileen")[0].name


def test_who_has_the_key_and_the_id_finds_no_erased_person_in_the_log(anywhere: Register) -> None:
    live(anywhere, "Eileen")
    with anywhere.reading() as unit:
        called, plain = alias(unit, "eileen").name, unit.vault.pseudonym("eileen")
    erase_person(anywhere, "eileen")
    subjects = {entry.subject for entry in entries(anywhere)}
    assert called in subjects
    assert plain not in subjects


def test_the_same_words_said_again_are_others_in_the_log(anywhere: Register) -> None:
    said = replace(yes(), id="c-form-17")
    for _ in range(2):
        wrote(anywhere, record_consent, said)
        erase_person(anywhere, "eileen")
        wrote(anywhere, add_person, EILEEN)
    log = entries(anywhere)
    for action in (Action.ADD_PERSON, Action.RECORD_CONSENT, Action.ERASE_PERSON):
        payloads = [entry.payload for entry in log if entry.action == action]
        assert len(payloads) == len(set(payloads)) > 1
    with anywhere.reading() as unit:
        assert verify(unit).whole


def test_a_person_is_called_the_same_through_changes_and_another_key(made: Made) -> None:
    before = asked(made.register, aliases)
    wrote(made.register, edit_person, replace(EILEEN, name="Eileen Marie Collins"))
    with made.register.writing() as unit:
        change_key(unit, KEY[::-1])
    with Register.open(f"sqlite:///{made.file}", KEY[::-1]) as moved:
        assert asked(moved, aliases) == before
        assert len(set(before.values())) == len(before)
        with moved.reading() as unit:
            assert verify(unit).whole


def test_a_backup_of_the_first_life_still_owes_the_erasure(folder: Path) -> None:
    with opened(folder) as register:
        erase_person(register, "ada")
        wrote(register, add_person, Person(id="ada", name="Another Ada"))
        wrote(register, record_consent, no("ada"))
    done = restore(folder)
    assert (done.since.erased, done.since.denials, done.since.untold) == (("ada",), (), ())
    with opened(folder) as register:
        assert (asked(register, one_person, "ada").name, owed(register)) == ("Ada", ("erase 'ada'",))
        with pytest.raises(RegisterError, match="erase 'ada'"):
            judge(register)
        erase_person(register, "ada")
        wrote(register, add_person, Person(id="ada", name="Another Ada"))
        judge(register)
        with register.reading() as unit:
            assert verify(unit).whole


def test_a_backup_of_the_second_life_owes_nothing_of_the_first(folder: Path) -> None:
    with opened(folder) as register:
        erase_person(register, "ada")
        wrote(register, add_person, Person(id="ada", name="Another Ada"))
        (folder / "backup.sqlite").unlink()
        register.backup(folder / "backup.sqlite")
        wrote(register, record_consent, no("bea"))
    assert restore(folder).since.erased == ()
    with opened(folder) as register:
        assert owed(register) == ("record the denial of publication of 'bea'",)


def test_what_the_first_life_owed_is_not_the_seconds(anywhere: Register) -> None:
    wrote(anywhere, record_restoration, "0" * 64, untold=["eileen"])
    erase_person(anywhere, "eileen")
    wrote(anywhere, add_person, EILEEN)
    judge(anywhere)


def test_the_row_of_the_first_life_in_place_of_the_seconds_is_found_out(made: Made) -> None:
    def row() -> PersonRow:
        with made.register.reading() as unit:
            (found,) = unit.sql.people.of("eileen")
        return found

    first = row()
    erase_person(made.register, "eileen")
    wrote(made.register, add_person, replace(EILEEN, name="Another Eileen"))
    with made.register.writing() as unit:
        unit.sql.people.update(PersonRow, "eileen", {"key": first.key, "details": first.details})
    with pytest.raises(RegisterError, match="'eileen' is not what was recorded"):
        asked(made.register, relied_person, "eileen")
    with made.register.reading() as unit:
        damaged = verify(unit).damaged
    assert [line for line in damaged if "the person 'eileen' is not what was recorded" in line]
    assert [line for line in damaged if "is not there any more" in line]


def test_of_somebody_who_cannot_be_read_that_is_said_and_no_more(made: Made) -> None:
    live(made.register, "Eileen")
    edit(made, "UPDATE person SET details = zeroblob(60) WHERE id = 'eileen'")
    with made.register.reading() as unit:
        assert verify(unit).damaged == ("the register is damaged: person.details of 'eileen' was altered",)


def test_who_is_gone_is_missed_though_somebody_else_cannot_be_read(made: Made) -> None:
    edit(made, "UPDATE person SET details = zeroblob(60) WHERE id = 'eileen'", "DELETE FROM person WHERE id = 'grace'")
    with made.register.reading() as unit:
        damaged = verify(unit).damaged
    assert [line for line in damaged if "is not there any more" in line]


def edit(made: Made, *statements: str) -> None:
    """Change the database behind the register's back."""
    with sqlite3.connect(made.file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("revision", ["0001", "0006"])
def test_whom_an_earlier_version_added_is_called_as_then_and_whoever_follows_otherwise(
    tmp_path: Path, revision: str
) -> None:
    file = shutil.copy(GOLDEN / f"{revision}.sqlite", tmp_path / "register.sqlite")
    with Register.open(f"sqlite:///{file}", KEY) as register:
        with register.reading() as unit:
            assert aliases(unit) == {row.id: Alias(unit.vault.pseudonym(row.id)) for row in unit.sql.people.of()}
            one = min(aliases(unit), key=lambda name: len(unit.sql.journal.entries_on(unit.vault.pseudonym(name))))
            free = one_person(unit, one)
        wrote(register, edit_person, replace(free, name="Of another name"))
        wrote(register, record_consent, replace(no(one), id="c-of-today"))
        former = asked(register, alias, one).name
        assert [entry.action for entry in entries(register) if entry.subject == former][-2:] == [
            Action.EDIT_PERSON,
            Action.RECORD_CONSENT,
        ]
        erase_person(register, one)
        wrote(register, add_person, replace(GRACE, id=one))
        wrote(register, record_consent, yes(one))
        assert asked(register, alias, one).name != former
        assert entries(register)[-1].subject != former
        with register.reading() as unit:
            assert verify(unit).whole
