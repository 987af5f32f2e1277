"""Whatever happens behind it, one line and an exit code come out of the program's door."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.cli import main
from imgpolicy.version import __version__


def test_version(imgpolicy: Run) -> None:
    assert imgpolicy("--version").out == f"imgpolicy {__version__}\n"


@pytest.mark.parametrize("words", [(), ("nonsense",), ("check",), ("--nonsense",), ("inspect", "a", "b")])
def test_wrong_words_are_one_line_that_points_at_the_help(imgpolicy: Run, words: tuple[str, ...]) -> None:
    ran = imgpolicy(*words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "--help`" in ran.err


def test_a_mistake_of_ours_is_one_line_without_a_traceback(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imgpolicy.looking.extract_facts", lambda *_: 1 / 0)
    ran = imgpolicy("check", "pictures/meadow.jpg", folder=demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "ZeroDivisionError" in ran.err
    monkeypatch.setenv("IMGPOLICY_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main.run(["check", "pictures/meadow.jpg"])


def wait_until_read(pipe: int) -> None:
    """Return when somebody has read all that is in the pipe, however long a busy machine takes to start a program."""
    for _ in range(1200):
        if not struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]:
            return
        time.sleep(0.05)
    raise AssertionError("nobody reads")


@pytest.mark.slow
def test_stopped_by_the_user_it_says_so_and_leaves_nothing(demo: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "imgpolicy", "check", "-", "--output", str(tmp_path / "report.txt")],
        stdin=reader,
        stderr=subprocess.PIPE,
        cwd=demo,
        text=True,
        # Where the tests run in the background, the shell has them ignore the signal, and their children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no threads here
    )
    assert process.stderr is not None
    with process.stderr, os.fdopen(writer, "wb", closefd=True), os.fdopen(reader, "rb"):
        os.write(writer, b"x")
        wait_until_read(reader)
        process.send_signal(signal.SIGINT)
        process.wait(60)
        said = process.stderr.read()
    assert process.returncode == 130
    assert said == "imgpolicy: stopped\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_no_permission_is_one_line(demo: Path, tmp_path: Path) -> None:
    """Run as another user where the tests run as root, who may read everything."""
    picture = tmp_path / "secret.jpg"
    picture.write_bytes((demo / "pictures" / "meadow.jpg").read_bytes())
    picture.chmod(0o000)
    script = (
        "import os, sys\nfrom imgpolicy.sources import read\nfrom imgpolicy.errors import PictureError\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: read(sys.argv[1])\nexcept PictureError as error: print(error)"
    )
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    ran = subprocess.run([sys.executable, "-c", script, str(picture)], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{picture}: cannot be read (Permission denied)\n"
