"""A command starts with what it needs and nothing else, and ends at once with all that it said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.cli.commands import SINGLE
from imgpolicy.cli.reference import app

pytestmark = pytest.mark.slow  # each starts a program

DOOR = "import atexit, sys\nfrom imgpolicy.cli.main import main\n"


def by_the_door(*words: str, before: str = "", stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """How the program ended with these words, started for itself, and what it said."""
    return subprocess.run(
        [sys.executable, "-c", f"{DOOR}{before}\nmain()", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_the_help_of_the_whole_is_that_of_each_command() -> None:
    """A command that is not loaded is listed by a line of the table."""
    own = {command.name: command.callback.__doc__ or "" for command in app.registered_commands if command.callback}
    assert list(own) == [command.name for command in SINGLE]
    for command in SINGLE:
        assert own[command.name].startswith(command.help), command.name


def test_a_word_that_is_a_command_elsewhere_changes_nothing(imgpolicy: Run) -> None:
    assert imgpolicy("--help", "check", "person").out == imgpolicy("--help").out


def test_what_is_to_be_called_at_the_end_is_called_and_output_is_whole() -> None:
    ran = by_the_door("--version", before="atexit.register(print, 'at the end', file=sys.stderr)\nprint('first')")
    assert (ran.returncode, ran.stderr) == (0, "at the end\n")
    assert ran.stdout.startswith("first\nimgpolicy ")


def test_a_thread_that_still_works_is_waited_for() -> None:
    waits = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.3), print('done'))).start()"
    assert by_the_door("--version", before=waits).stdout.endswith("\ndone\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
@pytest.mark.parametrize(
    "script",
    [f"{DOOR}sys.argv[1:] = ['--help']; main()", "from imgpolicy.cli.ending import end; print('late'); end(0)"],
)
def test_what_cannot_be_written_is_a_failure(script: str) -> None:
    with Path("/dev/full").open("w") as full:
        buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
        ran = subprocess.run([sys.executable, "-c", script], stdout=full, check=False, env=buffered)
    assert ran.returncode == 4


def test_a_reader_that_has_gone_away_is_no_error(demo: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        policy = str(demo / "imgpolicy.toml")
        ran = by_the_door("person", "list", "--policy", policy, stdout=gone.fileno())
    assert (ran.returncode, ran.stderr) == (0, "")


def loaded(*words: str, folder: Path) -> set[str]:
    """The modules that are loaded once this command, started for itself, is done."""
    script = "import sys\nfrom imgpolicy.cli.main import run\nrun(sys.argv[1:])\nprint('', *sys.modules, sep='\\n')"
    command = [sys.executable, "-c", script, *words]
    return set(subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout.splitlines())


PICTURES = {
    "cv2",
    "PIL",
    "numpy",
    "scipy",
    "imgpolicy.picture",
    "imgpolicy.rules",
    "imgpolicy.match",
    "imgpolicy.checker",
}
NEVER = {"scipy", "pydantic", "pywt", "alembic", "requests"}


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (("--help",), {*PICTURES, *NEVER, "sqlalchemy", "cryptography", "msgspec", "rich"}),
        (("consent", "withdraw", "--help"), {*PICTURES, *NEVER, "sqlalchemy", "cryptography", "rich"}),
        (
            ("strip", "pictures/meadow.jpg", "-o", "clean.jpg"),
            {*(PICTURES - {"PIL", "imgpolicy.picture"}), *NEVER, "sqlalchemy"},
        ),
        (("person", "list"), {*PICTURES, *NEVER}),
        (("consent", "due"), {*PICTURES, *NEVER}),
        (("consent", "withdraw", "anna", "--reason", "none"), {*PICTURES, *NEVER}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_loads_only_what_it_needs(own_demo: Path, words: tuple[str, ...], without: set[str]) -> None:
    assert loaded(*words, folder=own_demo) & without == set()


def test_a_policy_whose_rules_are_wrong_keeps_its_register(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("[rules]", '[rules]\nP999 = "review"'))
    assert imgpolicy("person", "list", folder=own_demo).code == 0
    ran = imgpolicy("check", "pictures/meadow.jpg")
    assert (ran.code, ran.out) == (4, "")
    assert "no rule P999" in ran.err


def test_a_check_of_a_picture_without_faces_loads_no_recogniser(own_demo: Path) -> None:
    watched = (
        "import sys\nfrom imgpolicy.cli.main import run\nfrom imgpolicy.engines import arcface\n"
        "class Loaded(Exception): pass\ndef loads(*_): raise Loaded\narcface.ArcFace.__init__ = loads\n"
        "code = run(['check', 'pictures/meadow.jpg', '--channel', 'website', '--format', 'json'])\n"
        "print(code, *sys.modules, sep='\\n', file=sys.stderr)"
    )
    command = [sys.executable, "-c", watched]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=own_demo)
    code, *modules = ran.stderr.splitlines()[-2000:]
    assert '"faces": []' in ran.stdout
    assert code != "4", ran.stderr[:500]
    assert NEVER.intersection(modules) == set()


@pytest.mark.parametrize("words", [("person", "list"), ("check", "pictures/meadow.jpg")])
def test_a_standard_output_that_is_closed_is_no_error(demo: Path, words: tuple[str, ...]) -> None:
    program = f"{DOOR}sys.argv[1:] = {[*words]!r}; main()"
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-c", program],  # the system's
        cwd=demo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode in {0, 3}, ran.stderr) == (True, "")
