"""The register and its key are their owner's: whoever else may read or replace them is told of, or keeps them shut."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permission bits do not tell it on Windows")


@pytest.fixture(autouse=True)
def _among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group of the tests' files has more than one user in it."""
    import grp

    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group(("staff", "x", gid, ["ann", "bob"])))


@pytest.mark.parametrize(
    ("place", "mode", "said"),
    [
        ("consent_db", 0o707, "everybody may change this register; run: chmod o-w {place}"),
        ("consent_db/register.sqlite", 0o602, "everybody may change this register; run: chmod o-w {place}"),
        (".", 0o707, "everybody may replace this key; run: chmod o-w {place}"),
    ],
)
def test_where_everybody_may_replace_it_nothing_is_read(
    imgpolicy: Run, own_demo: Path, place: str, mode: int, said: str
) -> None:
    there = own_demo / place
    there.chmod(mode)
    # The policy would be refused for the folder that it shares with the key, before the key is.
    policy = own_demo.parent / "office" / "imgpolicy.toml"
    policy.parent.mkdir(mode=0o755)
    at = f'url = "sqlite:///{own_demo}/consent_db/register.sqlite"\nkey_file = "{own_demo}/imgpolicy.key"\n'
    text = (own_demo / "imgpolicy.toml").read_text()
    policy.write_text(f"{text}\n[register]\n{at}" if "[register]" not in text else _moved(text, at))
    for words in (("person", "list"), ("check", own_demo / "pictures" / "meadow.jpg"), ("register", "rekey")):
        ran = imgpolicy(*words, "--policy", policy)
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
        assert said.format(place=there.resolve()) in ran.err


def _moved(text: str, at: str) -> str:
    """The policy with its register at another place."""
    before, _, rest = text.partition("[register]\n")
    lines = [line for line in rest.split("\n") if not line.startswith(("url", "key_file"))]
    return f"{before}[register]\n{at}" + "\n".join(lines)


@pytest.mark.parametrize(
    ("place", "mode", "said"),
    [
        ("consent_db", 0o770, "others may write there and replace the register; run: chmod go-w {place}"),
        (
            "consent_db/register.sqlite",
            0o660,
            "others may write there and replace the register; run: chmod go-w {place}",
        ),
        ("consent_db/register.sqlite", 0o604, "others may read it; run: chmod go-rwx {place}"),
        ("consent_db/register.sqlite", 0o640, "others may read it; run: chmod go-rwx {place}"),
    ],
)
def test_what_others_may_read_or_change_is_told(
    imgpolicy: Run, own_demo: Path, place: str, mode: int, said: str
) -> None:
    (own_demo / "consent_db").chmod(0o755)
    there = own_demo / place
    there.chmod(mode)
    ran = imgpolicy("person", "list", folder=own_demo)
    assert (ran.code, "Eileen" in ran.out) == (0, True)
    assert f"imgpolicy: {there.resolve()}: {said.format(place=there.resolve())}\n" in ran.err


def test_what_sqlite_keeps_beside_it_is_told_of_too(own_demo: Path) -> None:
    (own_demo / "consent_db").chmod(0o755)
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        assert workspace.cautions() == ()
        log = own_demo / "consent_db" / "register.sqlite-wal"
        log.chmod(0o644)
        assert workspace.cautions() == (f"{log}: others may read it; run: chmod go-rwx {log}",)


def test_a_folder_that_they_cannot_enter_or_where_they_replace_nothing_is_no_trouble(
    imgpolicy: Run, own_demo: Path
) -> None:
    (own_demo / "consent_db" / "register.sqlite").chmod(0o644)
    for mode in (0o700, 0o1702):
        (own_demo / "consent_db").chmod(mode)
        assert imgpolicy("person", "list", folder=own_demo).err == ""


def test_what_is_new_is_its_owner_s_alone(imgpolicy: Run, tmp_path: Path) -> None:
    usual = os.umask(0)
    try:
        assert imgpolicy("init", "work", folder=tmp_path).code == 0
    finally:
        os.umask(usual)
    work = tmp_path / "work"
    modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in (work, *work.rglob("*"))}
    assert modes == {
        "work": 0o755,
        "work/imgpolicy.toml": 0o644,
        "work/imgpolicy.schema.json": 0o644,
        "work/imgpolicy.key": 0o600,
        "work/consent_db": 0o700,
        "work/consent_db/register.sqlite": 0o600,
    }
    assert imgpolicy("person", "list", folder=work).err == ""
