"""The manual page says what the commands say, and the programs that show one take it."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from tools.manpage import PAGE, page
from tools.stable import every_command

ROOT = Path(__file__).parent.parent


def test_it_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.manpage`"


def test_a_wheel_brings_it() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert built["shared-data"] == {"man/imgpolicy.1": "share/man/man1/imgpolicy.1"}


def test_mandoc_finds_nothing_to_say() -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not here")
    ran = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "style", str(PAGE)], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("", "")


def test_man_shows_every_command() -> None:
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man is not here")
    ran = subprocess.run(["man", "--warnings", "-l", str(PAGE)], capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    shown = " ".join(ran.stdout.split())
    assert [words for words in every_command() if f"imgpolicy {words} " not in shown] == []
