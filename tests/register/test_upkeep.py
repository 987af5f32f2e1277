"""A register that is looked after for years: verified, copied, given another key."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from types import ModuleType

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
        ("UPDATE consent_scope SET value = 'everything'", "is not what was recorded"),
        ("DELETE FROM consent_scope", "is not what was recorded"),
        ("UPDATE consent SET valid_until = '2099-01-01' WHERE kind = 'biometric'", "is not what was recorded"),
        ("UPDATE consent SET state = 'given' WHERE state = 'withdrawn'", "is not what was recorded"),
        ("DELETE FROM consent WHERE state = 'withdrawn'", "is not there any more"),
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


def test_the_key_is_changed_from_the_command_line_and_the_old_one_kept(imgpolicy: Run, own_demo: Path) -> None:
    key = own_demo / "imgpolicy.key"
    old = key.read_bytes()
    assert imgpolicy("register", "rekey", folder=own_demo).code == 0
    assert key.read_bytes() != old
    assert (own_demo / "imgpolicy.key.old-1").read_bytes() == old
    assert all(path.stat().st_mode & 0o077 == 0 for path in own_demo.glob("imgpolicy.key*"))
    assert "Eileen" in imgpolicy("person", "list").out
    key.write_bytes(old)
    ran = imgpolicy("person", "list")
    assert (ran.code, "does not open this register" in ran.err) == (4, True)


def test_a_change_of_key_that_was_interrupted_is_finished_by_the_next(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imgpolicy import rekey

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(rekey, "write_whole", killed)
        assert imgpolicy("register", "rekey", folder=own_demo).code == 130
    ran = imgpolicy("person", "list")
    assert (ran.code, "`imgpolicy register rekey` finishes it" in ran.err) == (4, True)
    assert imgpolicy("register", "rekey").code == 0
    assert "Eileen" in imgpolicy("person", "list").out
    assert not (own_demo / "imgpolicy.key.new").exists()


def test_a_key_in_the_environment_is_changed_into_a_file(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = own_demo / "imgpolicy.key"
    monkeypatch.setenv("IMGPOLICY_KEY", key.read_text())
    assert imgpolicy("register", "rekey", folder=own_demo).code == 2
    assert imgpolicy("register", "rekey", "--to-file", "new.key").code == 0
    assert imgpolicy("person", "list").code == 4
    monkeypatch.setenv("IMGPOLICY_KEY", (own_demo / "new.key").read_text())
    assert imgpolicy("person", "list").code == 0


class Keyring(ModuleType):
    """A keyring in memory, in place of the system's."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.kept: dict[str, str] = {}

    def get_password(self, _: str, name: str) -> str | None:
        return self.kept.get(name)

    def set_password(self, _: str, name: str, password: str) -> None:
        self.kept[name] = password


def test_a_key_can_live_in_the_keyring(imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = ModuleType("keyring.errors")
    errors.__dict__["KeyringError"] = RuntimeError
    keyring = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    ran = imgpolicy("register", "rekey", "--to-keyring", "ours", folder=own_demo)
    assert (ran.code, 'keyring = "ours"' in ran.err) == (0, True)
    assert imgpolicy("person", "list").code == 4
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("[register]\n", '[register]\nkeyring = "ours"\n'))
    assert "Eileen" in imgpolicy("person", "list").out
    assert imgpolicy("register", "rekey").code == 0
    assert "Eileen" in imgpolicy("person", "list").out
    keyring.kept.clear()
    ran = imgpolicy("person", "list")
    assert (ran.code, "holds no key under 'ours'" in ran.err) == (4, True)


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
