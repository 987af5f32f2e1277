"""Every file that somebody names for a result, through every command that takes one: what stays, stays."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.errors import RequestError
from imgpolicy.render import renderers
from imgpolicy.service.outputs import Replaces, output, write

PICTURE = "pictures/meadow.jpg"

DOORS = {
    "check": ("check", PICTURE, "--format", "json", "--output", "{out}"),
    "clean": ("clean", PICTURE, "--channel", "website", "--role", "employee", "--origin", "own", "-o", "{out}"),
    "clean's report": ("clean", PICTURE, "-o", "new.jpg", "--format", "json", "--output", "{out}"),
    "strip": ("strip", PICTURE, "-o", "{out}"),
    "person export": ("person", "export", "eileen", "-o", "{out}"),
    "register export": ("register", "export", "-o", "{out}"),
    "register backup": ("register", "backup", "{out}"),
}
FORCED = [door for door in DOORS if door != "register backup"]

STANDS_ON = {
    "the key": "imgpolicy.key",
    "the register": "consent_db/register.sqlite",
    "the register's log of writes": "consent_db/register.sqlite-wal",
    "the index beside the register": "consent_db/register.sqlite.works",
    "an older key": "imgpolicy.key.old-1",
    "the policy": "imgpolicy.toml",
}


def words(door: str, out: str | Path, *more: str) -> tuple[str, ...]:
    """The command of this door with its result going there."""
    return (*(word.replace("{out}", str(out)) for word in DOORS[door]), *more)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", STANDS_ON)
def test_nothing_that_the_register_stands_on_is_replaced(imgpolicy: Run, own_demo: Path, door: str, what: str) -> None:
    file = own_demo / STANDS_ON[what]
    if door == "strip" and "log" in what:
        pytest.skip("there is no log while nobody has the register open, and strip opens none")
    if not file.exists() and "log" not in what:  # SQLite takes away a log that is none
        file.write_bytes(b"of the register")
    before = file.read_bytes() if file.exists() else None
    for force in ((), ("--force",)) if door in FORCED else ((),):
        ran = imgpolicy(*words(door, STANDS_ON[what], *force), folder=own_demo)
        assert (ran.code in {2, 4}, ran.err.count("\n")) == (True, 1), ran.err
        assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize("door", DOORS)
def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(
    imgpolicy: Run, own_demo: Path, door: str
) -> None:
    mine = own_demo / "mine.jpg"
    mine.write_bytes((own_demo / "pictures/logo.png").read_bytes())
    before = mine.read_bytes()
    ran = imgpolicy(*words(door, "mine.jpg"), folder=own_demo)
    assert (ran.code in {2, 4}, ran.err.count("\n")) == (True, 1)
    assert mine.read_bytes() == before
    if door in FORCED:
        ran = imgpolicy(*words(door, "mine.jpg", "--force"), folder=own_demo)
        assert mine.read_bytes() != before, ran.err


@pytest.mark.parametrize("door", ["clean", "strip"])
def test_where_a_picture_goes_only_a_picture_is_replaced(imgpolicy: Run, own_demo: Path, door: str) -> None:
    (own_demo / "letter.txt").write_text("Dear all")
    ran = imgpolicy(*words(door, "letter.txt", "--force"), folder=own_demo)
    assert (ran.code, "no picture" in ran.err) == (2, True)
    assert (own_demo / "letter.txt").read_text() == "Dear all"


@pytest.mark.parametrize("door", DOORS)
def test_no_link_is_followed_out_of_the_folder(imgpolicy: Run, own_demo: Path, tmp_path: Path, door: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "there.jpg").write_bytes((own_demo / PICTURE).read_bytes())
    before = (elsewhere / "there.jpg").read_bytes()
    for name in ("there.jpg", "not-there.jpg"):
        (own_demo / "link").unlink(missing_ok=True)
        (own_demo / "link").symlink_to(elsewhere / name)
        imgpolicy(*words(door, "link", *(("--force",) if door in FORCED else ())), folder=own_demo)
        assert [path.name for path in elsewhere.iterdir()] == ["there.jpg"]
        assert (elsewhere / "there.jpg").read_bytes() == before


@pytest.mark.parametrize("door", ["check", "clean's report", "person export", "register export", "register backup"])
def test_what_names_people_is_its_owners(imgpolicy: Run, own_demo: Path, door: str) -> None:
    before = os.umask(0)
    try:
        imgpolicy(*words(door, "out"), folder=own_demo)
    finally:
        os.umask(before)
    assert stat.S_IMODE((own_demo / "out").stat().st_mode) == 0o600


def test_the_registers_folder_is_its_owners(imgpolicy: Run, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert imgpolicy("init", ".", folder=tmp_path).code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "consent_db").stat().st_mode) == 0o700


@pytest.mark.parametrize("form", ["json", "html", "sarif", "junit"])
def test_a_report_is_written_over_an_earlier_one(imgpolicy: Run, own_demo: Path, form: str) -> None:
    command = ("check", PICTURE, "--format", form, "--output", "report")
    first = imgpolicy(*command, folder=own_demo)
    again = imgpolicy(*command, "--role", "employee", folder=own_demo)
    assert (first.code, first.err, again.err) == (3, "", "")


def test_a_report_that_does_not_say_whose_it_is_stays(imgpolicy: Run, own_demo: Path) -> None:
    command = ("check", PICTURE, "--format", "text", "--output", "report")
    assert imgpolicy(*command, folder=own_demo).code == 3
    again = imgpolicy(*command, folder=own_demo)
    assert (again.code, "--force" in again.err) == (2, True)
    assert imgpolicy(*command, "--force", folder=own_demo).code == 3


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": "imgpolicy-notes"}',
        '{"other": 1, "schema": "imgpolicy.report/1"}',
        '<!DOCTYPE html>\n<html lang="en"><head><title>imgpolicy report</title>',
        '<!DOCTYPE html>\n<html lang="en"><head><meta name="generator" content="imgpolicy">',
        '{"$schema": "https://docs.oasis-open.org/sarif/x", "runs": [{"tool": {"driver": {"name": "another"}}}]}',
        "",
    ],
)
def test_what_only_looks_like_a_report_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(RequestError, match="there already"):
        output(tmp_path / "file", [], replaces=Replaces.REPORTS)


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    made = output(tmp_path / "file", [])
    (tmp_path / "file").write_text("of somebody else")
    with pytest.raises(RequestError, match="there already"):
        write(made, b"ours")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "of somebody else"


def test_a_device_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to(os.devnull)
    for path in (Path(os.devnull), tmp_path / "null"):
        write(output(path, []), b"ours")


def test_every_form_that_says_whose_it_is_is_known() -> None:
    """A form that joins the built-in ones is either recognised, or its users have to ask with --force."""
    assert set(renderers(["text", "json", "html", "sarif", "junit", "github"])) == {
        *("json", "html", "sarif", "junit"),
        *("text", "github"),
    }


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path.parent)])
def test_a_folder_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "folder")
    with pytest.raises(RequestError, match="is a folder"):
        output(tmp_path / "folder", [], replaces=Replaces.ANYTHING)
