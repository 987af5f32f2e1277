"""A backup in the register's place, whole or not at all; what it took back is done again before anybody is judged."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.support import biometric, no, yes
from tests.support import Run, asked, wrote

from imgpolicy.domain.consent import ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.opening import RegisterPolicy, open_register, register_policy
from imgpolicy.policy_file import read_text
from imgpolicy.register.consents import record_consent
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import add_person, edit_person, people
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents
from imgpolicy.restoring import Restoration, accept_register, restore_register
from imgpolicy.service.scaffold import make_folder

EVERYBODY = ("ada", "bea", "cid", "dan")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a register that four people are in, and a backup of it."""
    make_folder(tmp_path)
    with opened(tmp_path) as register:
        for one in EVERYBODY:
            wrote(register, add_person, Person(id=one, name=one.title()))
            wrote(register, record_consent, yes(one))
            wrote(register, record_consent, biometric(one))
        register.backup(tmp_path / "backup.sqlite")
    return tmp_path


def policy(folder: Path) -> RegisterPolicy:
    return register_policy(read_text(folder / "imgpolicy.toml"))


def opened(folder: Path) -> Register:
    return open_register(policy(folder))


def file(folder: Path) -> Path:
    return folder / "consent_db" / "register.sqlite"


def restore(folder: Path) -> Restoration:
    return restore_register(policy(folder), None, folder / "backup.sqlite")


def owed(register: Register) -> tuple[str, ...]:
    with register.reading() as unit:
        return verify(unit).owed


def judge(register: Register) -> None:
    with register.judging():
        pass


def test_what_was_erased_and_denied_since_is_named_and_done_again_before_anybody_is_judged(folder: Path) -> None:
    narrow = replace(no("bea", channel="facebook"), id="c-narrow")
    with opened(folder) as register:
        erase_person(register, "ada")
        wrote(register, record_consent, narrow)
        wrote(register, record_consent, no("cid", kind=ConsentKind.BIOMETRIC))
        wrote(register, record_consent, yes("dan"))
        wrote(register, add_person, Person(id="new", name="New"))
    done = restore(folder)
    assert done.since.erased == ("ada",)
    assert [(one.person, one.kind) for one in done.since.denials] == [("bea", "publication"), ("cid", "biometric")]
    assert (done.since.untold, done.since.lost["add person"], done.since.lost["record consent"]) == ((), 1, 3)
    with opened(folder) as register:
        with register.reading() as unit:
            assert [one.id for one in people(unit)] == list(EVERYBODY)
        assert len(owed(register)) == 3
        with pytest.raises(RegisterError, match=r"erase 'ada'; record the denial of publication of 'bea'; record the"):
            judge(register)
        erase_person(register, "ada")
        wrote(register, record_consent, no("bea", channel="website"))  # another one than they said
        wrote(register, record_consent, no("cid"))  # of another kind
        assert len(owed(register)) == 2
        wrote(register, record_consent, replace(narrow, id="c-again"))
        wrote(register, record_consent, no("cid", kind=ConsentKind.BIOMETRIC))
        assert owed(register) == ()
        judge(register)
        with register.reading() as unit:
            assert verify(unit).whole


def test_a_denial_of_everything_does_for_a_narrow_one_and_an_erasure_for_any(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, no("bea", channel="facebook"))
        wrote(register, record_consent, no("cid", channel="facebook"))
    restore(folder)
    with opened(folder) as register:
        wrote(register, record_consent, no("bea", state=ConsentState.REFUSED))
        erase_person(register, "cid")
        judge(register)


def test_what_leaves_less_allowed_without_being_a_denial_is_done_again_too(folder: Path) -> None:
    """An error in a yes, an exception in a later one, and who is how old or speaks for whom."""
    with opened(folder) as register:
        (given,) = [one for one in asked(register, consents, "ada") if one.kind is ConsentKind.PUBLICATION]
        error = replace(given, id="c-e", state=ConsentState.ENTERED_IN_ERROR, scope=Scope(), about=given.id)
        error = replace(error, by="Kim", reason="another Ada", at=dt.datetime.now(dt.UTC))
        but = replace(yes("bea"), excluded=Scope(channels=frozenset({"website"})))
        for one in (error, but):
            wrote(register, record_consent, one)
        wrote(register, edit_person, Person(id="cid", name="Cid", born=dt.date(today().year - 9, 1, 1)))
        wrote(register, edit_person, Person(id="dan", name="Daniel"))
    done = restore(folder)
    assert ([one.person for one in done.since.denials], done.since.changed) == (["ada", "bea"], ("cid",))
    with opened(folder) as register:
        assert owed(register) == (
            "record the denial of publication of 'ada'",
            "record the denial of publication of 'bea'",
            "edit 'cid'",
        )
        wrote(register, record_consent, replace(error, id="c-again", at=dt.datetime.now(dt.UTC)))
        wrote(register, record_consent, replace(but, id="c-but", at=dt.datetime.now(dt.UTC)))
        wrote(register, edit_person, Person(id="cid", name="Cid", born=dt.date(today().year - 9, 1, 1)))
        judge(register)


def test_the_error_in_a_no_is_nothing_that_a_restoration_takes_back(folder: Path) -> None:
    with opened(folder) as register:
        denial = wrote(register, record_consent, no("ada"))
        (folder / "backup.sqlite").unlink()
        register.backup(folder / "backup.sqlite")
        error = replace(denial, id="c-e", state=ConsentState.ENTERED_IN_ERROR, about=denial.id, by="Kim")
        wrote(register, record_consent, replace(error, at=dt.datetime.now(dt.UTC)))
    assert restore(folder).since.denials == ()


def test_a_guardians_no_is_not_done_again_by_anothers_of_the_same_channel(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, edit_person, Person(id="ada", name="Ada", guardians=frozenset({"bea"})))
        (folder / "backup.sqlite").unlink()
        register.backup(folder / "backup.sqlite")
        denial = replace(no("ada", channel="facebook"), given_by="bea")
        wrote(register, record_consent, denial)
    restore(folder)
    with opened(folder) as register:
        wrote(register, record_consent, no("ada", channel="facebook"))
        assert owed(register) == ("record the denial of publication of 'ada'",)
        wrote(register, record_consent, replace(denial, id="c-again"))
        judge(register)


def test_nothing_is_owed_when_nothing_was_taken_back(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, yes("bea"))
        wrote(register, add_person, Person(id="new", name="New"))
        erase_person(register, "new")
    done = restore(folder)
    assert (done.since.erased, done.since.denials, done.since.head is None) == ((), (), False)
    with opened(folder) as register:
        judge(register)
        with register.reading() as unit:
            found = verify(unit)
    assert (found.whole, found.remarks) == (True, ())


def test_what_a_restoration_left_to_do_is_not_lost_by_another(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, no("bea"))
        erase_person(register, "ada")
    restore(folder)
    restore(folder)
    with opened(folder) as register:
        assert owed(register) == ("erase 'ada'", "record the denial of publication of 'bea'")


def test_the_register_that_was_there_is_kept_beside_and_opens(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, add_person, Person(id="new", name="New"))
        head = register.head()
    done = restore(folder)
    assert done.aside is not None
    assert done.aside.stat().st_mode & 0o077 == file(folder).stat().st_mode & 0o077 == 0
    with open_register(policy(folder), f"sqlite:///{done.aside}") as register:
        assert register.head() == head
    assert restore(folder).aside != done.aside
    assert not [path for path in file(folder).parent.iterdir() if path.name.startswith(".imgpolicy-")]
    with sqlite3.connect(file(folder)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_backup_that_is_damaged_or_of_another_register_is_refused_and_all_is_as_it_was(folder: Path) -> None:
    with opened(folder) as register:
        head = register.head()
    for statement, said in (
        ("UPDATE consent SET at = '2020-01-01 00:00:00.000000'", "is not what was recorded"),
        ("DELETE FROM log WHERE seq = 3", "broken at entry 3"),
        ("DROP TABLE log", "damaged"),
    ):
        backup = folder / "backup.sqlite"
        whole = backup.read_bytes()
        with sqlite3.connect(backup) as connection:
            connection.execute(statement)
        connection.close()
        with pytest.raises(RegisterError, match=said):
            restore(folder)
        backup.write_bytes(whole)
    (folder / "backup.sqlite").unlink()
    key = (folder / "imgpolicy.key").read_bytes()
    other = folder / "other"
    make_folder(other)
    with opened(other) as register:
        register.backup(folder / "backup.sqlite")
    with pytest.raises(RegisterError, match="does not open this register"):
        restore(folder)
    (folder / "backup.sqlite").unlink()
    import base64

    url = f"sqlite:///{folder / 'backup.sqlite'}"
    Register.create(url, base64.b64decode(key)).close()
    with pytest.raises(RegisterError, match="a copy of another register"):
        restore(folder)
    with opened(folder) as register:
        assert register.head() == head
        judge(register)
    assert not list(file(folder).parent.glob("*before-restore*"))


def test_while_another_program_has_the_register_open_it_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imgpolicy.register.sql.backup._ALONE_SECONDS", 0.1)
    with opened(folder) as register, register.writing() as unit:
        add_person(unit, Person(id="new", name="New"))
        with pytest.raises(RegisterError, match="another program has the register open"):
            restore(folder)
    with opened(folder) as register, register.reading() as unit:
        assert "new" in {one.id for one in people(unit)}


@pytest.mark.parametrize("how", ["rubbish", "gone", "key"])
def test_in_place_of_what_cannot_be_read_it_is_restored_and_that_is_remarked(folder: Path, how: str) -> None:
    present = file(folder)
    if how == "gone":
        present.unlink()
    elif how == "rubbish":
        present.write_bytes(b"rubbish" * 1000)
    else:
        with sqlite3.connect(present) as connection:
            connection.execute("UPDATE meta SET value = x'00'")
        connection.close()
    done = restore(folder)
    assert (done.aside is None, done.since.head) == (how == "gone", None)
    with opened(folder) as register:
        judge(register)
        with register.reading() as unit:
            found = verify(unit)
            assert len(consents(unit)) == 8
    assert (found.whole, "could not be read" in found.remarks[0]) == (True, True)


def test_of_records_that_cannot_be_read_any_more_both_kinds_are_owed(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, yes("bea"))
    with sqlite3.connect(file(folder)) as connection:
        connection.execute("DELETE FROM consent WHERE person = 'bea'")
    connection.close()
    assert restore(folder).since.untold == ("bea",)
    with opened(folder) as register:
        assert len(owed(register)) == 2
        for kind in ConsentKind:
            wrote(register, record_consent, no("bea", kind=kind))
        judge(register)


def test_an_older_copy_that_was_put_there_by_hand_is_taken_as_it_is_when_that_is_said(folder: Path) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, no("bea"))
    file(folder).write_bytes((folder / "backup.sqlite").read_bytes())
    with opened(folder) as register, pytest.raises(RegisterError, match="an older copy"):
        judge(register)
    accept_register(policy(folder), None)
    with opened(folder) as register:
        judge(register)
        with register.reading() as unit:
            assert "could not be read" in verify(unit).remarks[0]


def test_a_register_on_a_server_is_restored_with_its_own_tools(folder: Path) -> None:
    with pytest.raises(RequestError, match="the server's own tools"):
        restore_register(policy(folder), "postgresql://a@localhost/b", folder / "backup.sqlite")


def test_a_statement_about_a_record_that_is_gone_is_not_owed(folder: Path) -> None:
    with opened(folder) as register:
        later = wrote(register, record_consent, replace(yes("bea"), scope=Scope(channels=frozenset({"x"}))))
        wrote(register, record_consent, no("bea", about=later.id))
    assert restore(folder).since.denials == ()


def test_when_the_last_step_fails_the_register_is_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as register:
        wrote(register, record_consent, no("bea"))
        head = register.head()

    def full(source: Path, target: Path) -> None:
        if target == file(folder):
            raise OSError(28, "No space left on device")
        source.replace(target)

    with monkeypatch.context() as context:
        context.setattr("imgpolicy.restoring.move_over", full)
        with pytest.raises(RegisterError, match="cannot be restored"):
            restore(folder)
    with opened(folder) as register:
        assert register.head() == head
        judge(register)
    with sqlite3.connect(file(folder)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert restore(folder).since.denials != ()


def test_a_copy_that_an_interrupted_restoration_left_behind_is_told(imgpolicy: Run, own_demo: Path) -> None:
    fresh, old = (own_demo / "consent_db" / f".imgpolicy-{digit * 16}" for digit in "ab")
    for left in (fresh, old):
        left.write_bytes(b"")
    os.utime(old, (0, 0))
    told = imgpolicy("person", "list", folder=own_demo).err
    assert (old.name in told, fresh.name in told) == (True, False)
