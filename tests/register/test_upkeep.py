"""A register that is looked after for years: verified, copied, given another key."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.register.support import EILEEN, GRACE, KEY, Made, biometric, no, post, vectors, yes
from tests.support import Run, asked, wrote

from imgpolicy.domain.decision import Decision
from imgpolicy.domain.log import Action
from imgpolicy.domain.posting import today
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import record_decision
from imgpolicy.register.evidence import add_evidence
from imgpolicy.register.faces import add_faces
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.maintenance import Health, change_key, stats, verify
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register

NEW = bytes(range(1, 33))


def fill(anywhere: Register) -> None:
    consent = wrote(anywhere, record_consent, yes())
    wrote(anywhere, record_consent, biometric())
    wrote(anywhere, add_faces, "eileen", "engine", vectors(2))
    post(anywhere, consent)
    wrote(anywhere, record_consent, no())
    with anywhere.writing() as unit:
        add_evidence(unit, "eileen", "form.pdf", b"the form")
        record_decision(unit, Decision(picture=None, policy="b", head="c", verdict="review", report=b'{"reports": []}'))


def health(register: Register) -> Health:
    with register.reading() as unit:
        return verify(unit)


def test_a_whole_register_verifies(anywhere: Register) -> None:
    fill(anywhere)
    found = health(anywhere)
    assert found.whole
    assert (found.head, found.entries) == (anywhere.head(), 12)


def test_everything_is_counted(anywhere: Register) -> None:
    fill(anywhere)
    with anywhere.reading() as unit:
        found = stats(unit)
    assert (found.people, found.consents, found.faces, found.evidence) == (2, 3, 2, 1)
    assert (found.publications, found.takedowns, found.decisions, found.log) == (1, 1, 1, 12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE consent SET details = x'00'", "consent.details"),
        ("UPDATE consent SET at = '2020-01-01 00:00:00.000000' WHERE kind = 'biometric'", "is not what was recorded"),
        ("DELETE FROM consent WHERE at = (SELECT max(at) FROM consent)", "is not there any more"),
        ("UPDATE evidence SET content = details", "evidence.content"),
        ("UPDATE face_vector SET vector = x'00'", "face_vector.vector"),
        ("UPDATE decision SET report = x'00'", "decision.report"),
        ("UPDATE person SET details = key", "person.details"),
    ],
)
def test_damage_is_found_and_named(made: Made, damage: str, said: str) -> None:
    fill(made.register)
    with sqlite3.connect(made.file) as connection:
        connection.execute(damage)
    connection.close()
    found = health(made.register)
    assert not found.whole
    assert found.broken_entry is None
    assert any(said in damaged for damaged in found.damaged)


def test_an_erasure_that_accounts_for_nothing_is_one_of_an_earlier_version_or_forged(made: Made) -> None:
    with made.register.writing() as unit:
        unit.log(Action.ERASE_PERSON, "nobody", b"")
    (damaged,) = health(made.register).damaged
    assert "erases more than was recorded, or less" in damaged


def test_the_first_broken_entry_is_named(made: Made) -> None:
    fill(made.register)
    with sqlite3.connect(made.file) as connection:
        connection.execute("UPDATE log SET payload = subject WHERE seq IN (4, 6)")
    connection.close()
    assert health(made.register).broken_entry == 4


def test_another_key_opens_everything_and_the_old_one_nothing(made: Made) -> None:
    fill(made.register)
    with made.register.writing() as unit:
        change_key(unit, NEW)
    with pytest.raises(RegisterError, match="does not open this register"):
        Register.open(f"sqlite:///{made.file}", KEY)
    with Register.open(f"sqlite:///{made.file}", NEW) as register:
        assert asked(register, all_people) == (EILEEN, GRACE)
        assert health(register).whole
        assert len(asked(register, read_gallery, "engine", today()).owners) == 2


def test_a_key_that_is_damaged_stops_the_change_before_anything_is_lost(made: Made) -> None:
    with sqlite3.connect(made.file) as connection:
        connection.execute("UPDATE person SET key = x'00' WHERE id = 'grace'")
    connection.close()
    with pytest.raises(RegisterError, match="the key of 'grace'"), made.register.writing() as unit:
        change_key(unit, NEW)
    assert asked(made.register, one_person, "eileen") == EILEEN


def test_a_copy_is_whole_and_private_and_overwrites_nothing(anywhere: Register, tmp_path: Path) -> None:
    fill(anywhere)
    copy = tmp_path / "copy.sqlite"
    anywhere.backup(copy)
    assert copy.stat().st_mode & 0o077 == 0
    with Register.open(f"sqlite:///{copy}", KEY) as register:
        assert asked(register, all_people) == asked(anywhere, all_people)
        assert register.head() == anywhere.head()
        assert health(register).whole
    before = copy.read_bytes()
    with pytest.raises(RegisterError, match="not overwritten"):
        anywhere.backup(copy)
    with pytest.raises(RegisterError, match="cannot be written"):
        anywhere.backup(tmp_path / "nowhere" / "copy.sqlite")
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob(".imgpolicy-*"))


def test_a_copy_is_of_one_moment_while_somebody_is_in_the_middle_of_a_change(made: Made, tmp_path: Path) -> None:
    copy, head = tmp_path / "during.sqlite", made.register.head()
    with made.register.writing() as unit:
        add_evidence(unit, "eileen", "form.pdf", b"the form")
        with Register.open(f"sqlite:///{made.file}", KEY) as other:
            other.backup(copy)
    with Register.open(f"sqlite:///{copy}", KEY) as register:
        assert register.head() == head != made.register.head()
        assert health(register).whole


@pytest.mark.slow
def test_verify_stats_and_backup_from_the_command_line(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("register", "verify", folder=own_demo)
    assert (ran.code, ran.out.startswith("whole: ")) == (0, True)
    assert "people" in imgpolicy("register", "stats").out
    assert imgpolicy("register", "backup", "copy.sqlite").code == 0
    assert imgpolicy("register", "backup", "copy.sqlite").code == 4
    assert "Eileen" in imgpolicy("person", "list", "--register", "sqlite:///copy.sqlite").out
    with sqlite3.connect(own_demo / "copy.sqlite") as connection:
        connection.execute("DELETE FROM log WHERE seq = 3")
    connection.close()
    ran = imgpolicy("register", "verify", "--register", "sqlite:///copy.sqlite")
    assert (ran.code, "entry 3 is missing or was altered" in ran.err) == (4, True)
