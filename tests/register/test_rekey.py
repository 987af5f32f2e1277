"""Another master key: no crash loses one, and what a crash leaves behind is told and cleared up."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.support import Run

from imgpolicy.errors import RegisterError
from imgpolicy.opening import RegisterPolicy
from imgpolicy.register.vault import write_key


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

    def delete_password(self, _: str, name: str) -> None:
        del self.kept[name]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring that is the system's, as long as the test lasts."""
    errors = ModuleType("keyring.errors")
    errors.__dict__["KeyringError"] = RuntimeError
    made = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", made)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return made


def test_a_key_can_live_in_the_keyring(imgpolicy: Run, own_demo: Path, keyring: Keyring) -> None:
    ran = imgpolicy("register", "rekey", "--to-keyring", "ours", folder=own_demo)
    assert (ran.code, 'keyring = "ours"' in ran.err) == (0, True)
    assert imgpolicy("person", "list").code == 4
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("[register]\n", '[register]\nkeyring = "ours"\n'))
    assert "Eileen" in imgpolicy("person", "list").out
    first = keyring.kept["ours"]
    assert imgpolicy("register", "rekey").code == 0
    assert "Eileen" in imgpolicy("person", "list").out
    assert set(keyring.kept) == {"ours", "ours (old)"}
    assert keyring.kept["ours (old)"] == first != keyring.kept["ours"]
    keyring.kept.clear()
    ran = imgpolicy("person", "list")
    assert (ran.code, "holds no key under 'ours'" in ran.err) == (4, True)


def test_a_change_in_the_keyring_that_was_interrupted_is_finished_by_the_next(
    imgpolicy: Run, own_demo: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert imgpolicy("register", "rekey", "--to-keyring", "ours", folder=own_demo).code == 0
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("[register]\n", '[register]\nkeyring = "ours"\n'))
    takes = keyring.set_password

    def killed(service: str, name: str, password: str) -> None:
        if name == "ours":
            raise KeyboardInterrupt
        takes(service, name, password)

    with monkeypatch.context() as context:
        context.setattr(keyring, "set_password", killed)
        assert imgpolicy("register", "rekey").code == 130
    ran = imgpolicy("person", "list")
    assert (ran.code, "`imgpolicy register rekey` finishes it" in ran.err) == (4, True)
    pending = keyring.kept["ours (new)"]
    assert imgpolicy("register", "rekey").code == 0
    assert keyring.kept["ours"] == pending
    assert "Eileen" in imgpolicy("person", "list").out


def test_what_an_interrupted_change_left_behind_is_told_and_cleared_up(imgpolicy: Run, own_demo: Path) -> None:
    halves = [own_demo / f".imgpolicy.key{part}.part-0123456789abcdef" for part in ("", ".new")]
    for left in (own_demo / "imgpolicy.key.new", *halves):
        write_key(left)
    ran = imgpolicy("person", "list", folder=own_demo)
    assert (ran.code, "Eileen" in ran.out) == (0, True)
    told = ran.err.splitlines()
    assert len(told) == 3
    assert all("left behind by a change of key that was interrupted" in line for line in told)
    assert imgpolicy("register", "rekey").code == 0
    assert sorted(own_demo.glob("*key*")) == [own_demo / f"imgpolicy.key{end}" for end in ("", ".head", ".old-1")]
    assert sorted(own_demo.glob(".*")) == []
    assert imgpolicy("person", "list").err == ""


@pytest.mark.parametrize("words", [("register", "rekey"), ("register", "rekey", "--to-file", "new.key")])
def test_a_change_that_the_register_refuses_leaves_no_key(
    imgpolicy: Run, own_demo: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from imgpolicy import rekey

    def refused(*_: object) -> None:
        raise RegisterError("no")

    before = sorted(own_demo.iterdir())
    with monkeypatch.context() as context:
        context.setattr(rekey, "change_key", refused)
        assert imgpolicy(*words, folder=own_demo).code == 4
    assert sorted(own_demo.iterdir()) == before
    assert imgpolicy(*words).code == 0


@pytest.mark.parametrize("words", [("register", "rekey"), ("register", "rekey", "--to-file", "new.key")])
def test_a_new_key_that_the_register_took_is_never_thrown_away(
    imgpolicy: Run, own_demo: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost on its way, and the server cannot be asked again."""
    from imgpolicy import rekey

    change, (database, file) = rekey._change, ((own_demo / "consent_db"), own_demo / words[-1])

    def lost(policy: RegisterPolicy, url: str | None, key: bytes) -> None:
        change(policy, url, key)
        database.rename(own_demo / "away")
        raise RegisterError("the connection was lost")

    with monkeypatch.context() as context:
        context.setattr(rekey, "_change", lost)
        assert imgpolicy(*words, folder=own_demo).code == 4
    assert imgpolicy("register", "rekey").code == 4
    (own_demo / "away").rename(database)
    new = file if file.exists() else own_demo / "imgpolicy.key.new"
    monkeypatch.setenv("IMGPOLICY_KEY", new.read_text())
    assert "Eileen" in imgpolicy("person", "list").out
