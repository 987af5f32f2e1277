"""Reading needs no writing: what only asks the register is answered on any medium, and on a disk that is full."""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

import pytest
from tests.register.support import KEY
from tests.register.test_upgrades import fill_first
from tests.support import Ran, Run
from tests.unwritable import give_to_nobody, given_to_nobody, may_mount, ran_after, ran_as_nobody

pytestmark = [
    pytest.mark.slow,  # each starts a program
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither these users nor these mounts"),
]

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
READING = [
    ("check", "pictures/meadow.jpg", *USUAL),
    ("check", "pictures/portrait.jpg", *USUAL, "--format", "json"),
    ("check", "pictures/two_people.jpg", *USUAL),
    ("person", "list"),
    ("person", "show", "eileen"),
    ("person", "export", "eileen"),
    ("consent", "list", "eileen"),
    ("consent", "due"),
    ("consent", "letter", "eileen", "--channel", "x"),
    ("face", "list"),
    ("work", "list"),
    ("licence", "due"),
    ("logo", "list"),
    ("publication", "list"),
    ("register", "verify"),
    ("register", "stats"),
    ("register", "export"),
]
ANSWERS = [0, 0, 1, *[0] * 14]
WRITING = [
    ("face", "who", "pictures/portrait.jpg"),  # the log says who was looked up
    ("person", "add", "--id", "ann", "--name", "Ann"),
    ("consent", "withdraw", "eileen", "--reason", "asked"),
    ("check", "pictures/meadow.jpg", *USUAL, "--record"),
]

mounts = pytest.mark.skipif(not may_mount(), reason="the tests may not mount anything here")


def answered(ran: list[Ran]) -> None:
    """Each command that only reads has given its answer."""
    assert [(one.code, one.err if one.code not in {0, 1} else "") for one in ran] == [(code, "") for code in ANSWERS]


def refused(ran: list[Ran]) -> None:
    """Each command that changes something has said in one line that nothing can be written."""
    for one in ran:
        assert (one.code, one.out, one.err.count("\n")) == (4, "", 1)
        assert "it cannot be written here" in one.err


def test_in_a_folder_that_is_only_read(demo: Path, own_demo: Path) -> None:
    with given_to_nobody(demo) as folder:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o400)
        before = sorted(folder.rglob("*"))
        done = ran_as_nobody([*READING, *WRITING], folder, own_demo)
        assert sorted(folder.rglob("*")) == before
    answered(done[: len(READING)])
    refused(done[len(READING) :])


@mounts
def test_on_a_medium_that_is_only_read(own_demo: Path) -> None:
    setup = f"mount --bind '{own_demo}' '{own_demo}'; mount -o remount,ro,bind '{own_demo}'"
    done = ran_after(setup, [*READING, *WRITING], own_demo)
    answered(done[: len(READING)])
    refused(done[len(READING) :])


@mounts
def test_on_a_disk_that_is_full(demo: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    fill = (
        f"mount -t tmpfs -o size=6m none '{full}'; cp -a '{demo}' '{full}/work'; cat /dev/zero > '{full}/rest' || true"
    )
    done = ran_after(fill, [*READING, *WRITING], full / "work")
    answered(done[: len(READING)])
    refused(done[len(READING) :])


def test_the_answers_are_those_of_a_folder_that_is_written(own_demo: Path, imgpolicy: Run) -> None:
    asked = [("person", "list"), ("register", "verify"), ("consent", "list", "eileen"), ("register", "stats")]
    expected = [imgpolicy(*words, folder=own_demo).out for words in asked]
    with given_to_nobody(own_demo) as folder:
        (folder / "consent_db").chmod(0o500)
        found = ran_as_nobody(asked, folder, own_demo)
    assert [one.out for one in found] == expected


def test_what_waits_beside_the_register_is_not_passed_over(demo: Path, own_demo: Path) -> None:
    """The last changes are in the write-ahead log of a program that died: a consent taken back may be among them."""
    with given_to_nobody(demo) as folder:
        database = folder / "consent_db"
        (database / "register.sqlite-wal").write_bytes(b"changes")
        database.chmod(0o500)
        (ran,) = ran_as_nobody([("check", "pictures/meadow.jpg", *USUAL)], folder, own_demo)
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
        assert "the last changes stand in register.sqlite-wal" in ran.err
        database.chmod(0o700)
        shutil.rmtree(database)


def test_a_register_of_an_older_version_is_refused_where_it_cannot_be_upgraded(demo: Path, own_demo: Path) -> None:
    older = own_demo / "consent_db" / "older.sqlite"
    fill_first(f"sqlite:///{older}")
    with given_to_nobody(demo) as folder:
        for place in (folder, own_demo):
            (place / "consent_db" / "register.sqlite").write_bytes(older.read_bytes())
            (place / "imgpolicy.key").write_bytes(base64.b64encode(KEY))
        (folder / "consent_db").chmod(0o500)
        (ran,) = ran_as_nobody([("person", "list")], folder, own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "an older imgpolicy made this register" in ran.err


PICTURE = "pictures/meadow.jpg"
WITHOUT_PERMISSION = [
    ("check", "hidden.jpg", *USUAL),
    ("check", "shut/in.jpg", *USUAL),
    ("check", "shut", *USUAL),
    ("check", PICTURE, *USUAL, "--format", "json", "--output", "read/r.json"),
    ("check", PICTURE, *USUAL, "--format", "json", "--output", "shut/r.json"),
    ("clean", "hidden.jpg", *USUAL, "-o", "new.jpg"),
    ("clean", PICTURE, *USUAL, "-o", "read/new.jpg"),
    ("clean", PICTURE, *USUAL, "-o", "shut/new.jpg"),
    ("strip", "hidden.jpg", "-o", "new.jpg"),
    ("strip", "shut/in.jpg", "-o", "new.jpg"),
    ("strip", PICTURE, "-o", "read/new.jpg"),
    ("strip", PICTURE, "-o", "shut/new.jpg"),
    ("strip", "read/in.jpg", "--in-place"),
    ("inspect", "hidden.jpg"),
    ("person", "export", "eileen", "-o", "shut/new.json"),
    ("person", "list", "--policy", "shut/imgpolicy.toml"),
    ("person", "list", "--policy", "hidden.jpg"),
    ("person", "list", "--register", "sqlite:///shut/register.sqlite"),
    ("person", "list", "--register", "sqlite:///hidden.jpg"),
    ("consent", "grant", "eileen", "--kind", "biometric", "--evidence", "hidden.jpg"),
    ("consent", "grant", "eileen", "--kind", "biometric", "--notice", "shut/in.jpg"),
    ("evidence", "add", "eileen", "hidden.jpg"),
    ("face", "enrol", "eileen", "hidden.jpg"),
    ("register", "backup", "read/new.sqlite"),
    ("register", "backup", "shut/new.sqlite"),
    ("register", "rekey", "--to-file", "shut/new.key"),
    ("register", "import", "hidden.jpg"),
    ("policy", "init", "shut/new.toml"),
    ("policy", "explain", "-o", "shut"),
    ("init", "shut"),
    ("init", "shut/new"),
    ("demo", "read/new"),
    ("demo", "shut"),
]


def test_without_permission_each_command_says_so_in_one_line(demo: Path, own_demo: Path) -> None:
    with given_to_nobody(demo) as folder:
        for place in (folder, own_demo):
            (place / "hidden.jpg").write_bytes((place / PICTURE).read_bytes())
            for name in ("shut", "read"):
                (place / name).mkdir()
                (place / name / "in.jpg").write_bytes((place / PICTURE).read_bytes())
        modes = {"hidden.jpg": 0, "shut": 0, "read": 0o555}
        for name, mode in modes.items():
            give_to_nobody(folder / name)
            (folder / name).chmod(mode)
        done = ran_as_nobody(WITHOUT_PERMISSION, folder, own_demo)
    for words, ran in zip(WITHOUT_PERMISSION, done, strict=True):
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1), (words, ran)
        assert "unexpected" not in ran.err
