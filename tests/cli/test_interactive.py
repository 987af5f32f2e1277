"""`imgpolicy clean --interactive` at a real terminal: it shows each place, asks, and does what is chosen."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.test_clean import side_by_side
from tests.support import Run

from imgpolicy.cli.interactive import _answer, ended_by_signals

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")
STRANGER = "pictures/two_people.jpg"


class Terminal:
    """A command with a terminal of its own for questions and answers; its result goes elsewhere."""

    def __init__(self, folder: Path, *words: str) -> None:
        ours, theirs = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "imgpolicy", *words],
            cwd=folder,
            stdin=theirs,
            stderr=theirs,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "COLUMNS": "80"},
            start_new_session=True,
        )
        os.close(theirs)
        self._terminal = ours
        self.said = ""

    def wait_for(self, words: str) -> None:
        """Read until the terminal shows this."""
        while words not in self.said:
            try:
                read = os.read(self._terminal, 4096)
            except OSError:
                read = b""
            assert read, f"it ended without {words!r}: {self.said}"
            self.said += read.decode()

    def answer(self, text: str, question: str = "which") -> None:
        self.wait_for(question)
        self.said = self.said.replace(question, "asked")
        os.write(self._terminal, f"{text}\n".encode())

    def signal(self, number: signal.Signals) -> None:
        """What a closed terminal, or somebody who ends it, sends."""
        self._process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """The exit code and what it printed."""
        out, _ = self._process.communicate(timeout=120)
        os.close(self._terminal)
        return self._process.returncode, out


@pytest.mark.slow
def test_a_face_is_shown_and_covered_when_that_is_chosen(own_demo: Path, imgpolicy: Run) -> None:
    terminal = Terminal(own_demo, "clean", STRANGER, "-o", "out.jpg", *USUAL, "--interactive")
    terminal.wait_for("which")
    (shown,) = re.findall(r"see (\S+\.png)", terminal.said)
    assert max(Image.open(shown).size) <= 480
    assert Path(shown).parent.stat().st_mode & 0o077 == 0
    assert "P101" in terminal.said
    assert "imgpolicy face dismiss" in terminal.said
    terminal.answer("9")
    terminal.wait_for("one of")
    terminal.answer("1")
    code, out = terminal.end()
    assert (code, out.startswith("out.jpg: go: ")) == (0, True)
    assert not Path(shown).exists()
    assert imgpolicy("check", "out.jpg", *USUAL, folder=own_demo).code == 0


@pytest.mark.slow
def test_what_is_left_as_it_is_stays_a_no_go(own_demo: Path) -> None:
    terminal = Terminal(own_demo, "clean", STRANGER, "-o", "out.jpg", *USUAL, "--interactive")
    terminal.answer("0")
    code, out = terminal.end()
    assert (code, "P101" in out) == (1, True)
    assert not (own_demo / "out.jpg").exists()


@pytest.mark.slow
def test_a_cover_that_would_hide_somebody_else_says_whom_and_is_not_the_usual_answer(own_demo: Path) -> None:
    side_by_side(own_demo, "both.jpg", right=-30, down=60)
    terminal = Terminal(own_demo, "clean", "both.jpg", "-o", "out.jpg", *USUAL, "--interactive")
    terminal.wait_for("which [0]")
    assert "that hides eileen too" in " ".join(terminal.said.split())
    terminal.answer("1")
    code, out = terminal.end()
    assert (code, out) == (0, "out.jpg: go: places covered: 2\n")


@pytest.mark.slow
def test_the_end_of_input_stops_it_and_nothing_is_written(own_demo: Path) -> None:
    before = sorted(own_demo.rglob("*"))
    terminal = Terminal(own_demo, "clean", STRANGER, "-o", "out.jpg", *USUAL, "--interactive")
    terminal.answer("\x04")
    code, out = terminal.end()
    assert (code, out) == (130, "")
    assert sorted(own_demo.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_leaves_no_picture_of_anybody_behind(own_demo: Path, number: signal.Signals) -> None:
    terminal = Terminal(own_demo, "clean", STRANGER, "-o", "out.jpg", *USUAL, "--interactive")
    terminal.wait_for("which")
    (shown,) = re.findall(r"see (\S+\.png)", terminal.said)
    terminal.signal(number)
    assert terminal.end() == (130, "")
    assert (Path(shown).parent.exists(), (own_demo / "out.jpg").exists()) == (False, False)


def test_a_signal_that_came_before_the_wait_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal, ended_by_signals() as signals:
        monkeypatch.setattr(sys, "stdin", terminal)
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            _answer("which: ", signals)
    os.close(ours)


def test_without_a_terminal_it_is_refused(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("clean", STRANGER, "-o", "out.jpg", *USUAL, "--interactive", folder=own_demo)
    assert (ran.code, ran.out, "no terminal" in ran.err) == (2, "", True)
