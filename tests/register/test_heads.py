"""The last head of a register is kept beside its key, and an older copy in the register's place is noticed."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.register.support import KEY, Made, yes
from tests.support import Run, wrote

from imgpolicy.domain.person import Person
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.heads import HeadFile, head_path
from imgpolicy.register.people import add_person
from imgpolicy.register.register import Register

POSTED = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")


@pytest.fixture
def heads(tmp_path: Path) -> HeadFile:
    return HeadFile(tmp_path / "k.head")


@pytest.fixture
def register(made: Made, heads: HeadFile) -> Iterator[Register]:
    with Register.open(f"sqlite:///{made.file}", KEY, heads=heads) as opened:
        yield opened


def add(register: Register, name: str) -> None:
    wrote(register, add_person, Person(id=name, name=name))


def judge(register: Register) -> None:
    with register.judging():
        pass


def test_the_head_is_kept_after_each_change_and_none_after_reading(
    register: Register, heads: HeadFile, tmp_path: Path
) -> None:
    judge(register)
    assert heads.read(register.name) is None
    add(register, "ada")
    kept = heads.read(register.name)
    assert kept is not None
    assert kept.hash == register.head()
    assert (tmp_path / "k.head").stat().st_mode & 0o077 == 0
    with register.writing():
        pass
    assert heads.read(register.name) == kept
    judge(register)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_in_the_heads_place_is_not_waited_for(register: Register, heads: HeadFile, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "k.head")
    judge(register)
    assert heads.read(register.name) is None


def test_a_head_that_lags_behind_the_log_is_fine(register: Register, made: Made) -> None:
    add(register, "ada")
    add(made.register, "bea")  # by somebody who keeps no head
    judge(register)


def test_nobody_is_judged_by_an_older_copy_and_what_is_written_into_it_makes_it_no_newer(
    register: Register, heads: HeadFile, tmp_path: Path
) -> None:
    register.backup(tmp_path / "older.sqlite")
    add(register, "ada")
    with Register.open(f"sqlite:///{tmp_path / 'older.sqlite'}", KEY, heads=heads) as older:
        with pytest.raises(RegisterError, match="an older copy, or went another way"):
            judge(older)
        wrote(older, record_consent, yes())
        wrote(older, record_consent, yes())
        with pytest.raises(RegisterError, match="an older copy, or went another way"):
            judge(older)
    judge(register)


def test_another_register_under_the_same_key_has_a_head_of_its_own(
    register: Register, heads: HeadFile, tmp_path: Path
) -> None:
    add(register, "ada")
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    Register.create(url, KEY).close()
    with Register.open(url, KEY, heads=heads) as other:
        judge(other)
        add(other, "ada")
        judge(other)
    judge(register)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_file_that_says_nothing_is_as_good_as_none(register: Register, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k.head").write_bytes(content)
    judge(register)
    add(register, "ada")
    judge(register)


def test_where_it_cannot_be_kept_the_register_is_read_and_written_as_before(made: Made, tmp_path: Path) -> None:
    nowhere = HeadFile(tmp_path / "nowhere" / "k.head")
    with Register.open(f"sqlite:///{made.file}", KEY, heads=nowhere) as register:
        add(register, "ada")
        judge(register)


def test_several_who_write_at_once_leave_a_head_that_the_log_holds(made: Made, heads: HeadFile) -> None:
    def write(number: int) -> None:
        with Register.open(f"sqlite:///{made.file}", KEY, heads=heads) as register:
            for count in range(5):
                add(register, f"p-{number}-{count}")
                judge(register)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Register.open(f"sqlite:///{made.file}", KEY, heads=heads) as register:
        assert register.kept_head() is not None
        judge(register)


@pytest.mark.slow
def test_an_older_copy_in_place_is_named_and_refused_at_the_doors(imgpolicy: Run, own_demo: Path) -> None:
    file = own_demo / "consent_db" / "register.sqlite"
    assert imgpolicy("register", "backup", "copy.sqlite", folder=own_demo).code == 0
    assert imgpolicy("consent", "withdraw", "eileen", "--reason", "asked").code == 0
    assert imgpolicy("check", "pictures/portrait.jpg", *POSTED).code == 1
    head = imgpolicy("register", "verify").out.split()[-1]
    shutil.copy(own_demo / "copy.sqlite", file)
    for words in (("check",), ("clean", "-o", "out.jpg")):
        ran = imgpolicy(words[0], "pictures/portrait.jpg", *words[1:], *POSTED)
        assert (ran.code, ran.err.count("\n"), "imgpolicy register restore" in ran.err) == (4, 1, True)
    ran = imgpolicy("register", "verify")
    assert (ran.code, f"does not hold the head {head}" in ran.err) == (4, True)
    head_path(own_demo / "imgpolicy.key").unlink()
    assert imgpolicy("register", "verify").code == 0
    ran = imgpolicy("register", "verify", "--head", head)
    assert (ran.code, f"does not hold the head {head}" in ran.err) == (4, True)
    assert imgpolicy("register", "verify", "--head", "abc").code == 2


@pytest.mark.slow
def test_no_head_is_kept_for_a_key_from_elsewhere_or_a_register_named_by_hand(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = head_path(own_demo / "imgpolicy.key")
    kept.unlink(missing_ok=True)
    url = f"sqlite:///{own_demo / 'consent_db' / 'register.sqlite'}"
    assert imgpolicy("person", "add", "--id", "a", "--name", "A", "--register", url, folder=own_demo).code == 0
    monkeypatch.setenv("IMGPOLICY_KEY", (own_demo / "imgpolicy.key").read_text())
    assert imgpolicy("person", "add", "--id", "b", "--name", "B").code == 0
    assert not kept.exists()
    monkeypatch.delenv("IMGPOLICY_KEY")
    assert imgpolicy("person", "add", "--id", "c", "--name", "C").code == 0
    assert kept.exists()


@pytest.mark.slow
def test_words_that_the_policy_does_not_know_are_a_remark_and_no_damage(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("facebook", "fedibook"))
    ran = imgpolicy("register", "verify", folder=own_demo)
    assert (ran.code, ran.out.startswith("whole: ")) == (0, True)
    assert "names the channel 'facebook', which the policy does not know" in ran.err
    assert "which the policy does not know" in imgpolicy("register", "verify", "--format", "json").out


@pytest.mark.slow
def test_a_new_key_in_another_file_takes_the_head_along(imgpolicy: Run, own_demo: Path) -> None:
    assert imgpolicy("register", "rekey", "--to-file", "new.key", folder=own_demo).code == 0
    old, new = (head_path(own_demo / name).read_bytes() for name in ("imgpolicy.key", "new.key"))
    assert old == new
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('"imgpolicy.key"', '"new.key"'))
    assert imgpolicy("register", "verify").code == 0
