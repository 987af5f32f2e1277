"""Every command and code block of the README is run, and every command of the program is told of."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.cli.main import app
from imgpolicy.presets import sample

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(marker: str) -> list[str]:
    """The code blocks that follow a marker such as ``<!-- commands: demo -->``."""
    return re.findall(re.escape(f"<!-- {marker} -->") + r"\n```\w+\n(.*?)```", README, re.DOTALL)


def commands(marker: str) -> list[list[str]]:
    return [shlex.split(line) for block in blocks(marker) for line in block.splitlines()]


def test_every_block_of_the_readme_is_run_here_or_by_the_continuous_integration() -> None:
    run_here = len(blocks("commands: demo")) + len(blocks("commands: new")) + len(blocks("run: demo"))
    set_up = len(re.findall(r"^python3 -m venv .*$", README, re.MULTILINE))
    assert run_here + set_up == README.count("```") // 2
    assert set_up == 2


def test_the_commands_on_the_demo_do_what_they_say(imgpolicy: Run, own_demo: Path) -> None:
    for words in commands("commands: demo"):
        assert words[0] == "imgpolicy"
        ran = imgpolicy(*words[1:], folder=own_demo)
        assert (ran.code, ran.out == "" and not {"--output", "-o"} & set(words)) == (0, False), ran.err


def test_the_commands_that_keep_a_register_do_what_they_say(imgpolicy: Run, tmp_path: Path) -> None:
    for source, name in (
        ("consent_db/photographs/eileen_collins.jpg", "photo.jpg"),
        ("consent_db/artwork/harbour.png", "painting.png"),
        ("consent_db/artwork/logo.png", "logo.png"),
    ):
        shutil.copyfile(sample() / source, tmp_path / name)
    for words in commands("commands: new"):
        ran = imgpolicy(*words[1:], folder=tmp_path)
        assert (ran.code, bool(ran.out)) == (0, True), ran.err


def test_the_library_in_ten_lines_prints_what_it_promises(own_demo: Path) -> None:
    (code,) = blocks("run: demo")
    ran = subprocess.run([sys.executable, "-c", code], cwd=own_demo, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("no-go\nP101 ")
    assert len([line for line in code.splitlines() if line]) <= 10


def leaves() -> list[tuple[str, ...]]:
    """The words of every command."""
    found: list[tuple[str, ...]] = [
        (command.name or command.callback.__name__,) for command in app.registered_commands if command.callback
    ]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            found.append((group.name or "", command.name or command.callback.__name__))
    return found


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_has_help(imgpolicy: Run, words: tuple[str, ...]) -> None:
    ran = imgpolicy(*words, "--help")
    assert ran.code == 0
    assert "Usage: " in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from imgpolicy.cli.main import run; run(['--help'])\n"
        "heavy = {'numpy', 'cv2', 'sqlalchemy', 'alembic', 'PIL', 'imagehash', 'requests', 'cryptography', 'msgspec'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
