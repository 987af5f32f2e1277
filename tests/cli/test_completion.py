"""Shells complete commands, options and their values: each real shell that is here is asked."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support import Run

ENV = {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "dumb"}
ASKED = [
    ("imgpolicy con", "consent"),
    ("imgpolicy consent gr", "grant"),
    ("imgpolicy consent grant --given", "--given-by"),
    ("imgpolicy clean --redact mos", "mosaic"),
]


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here")
    return found


def script(tmp_path: Path, name: str) -> Path:
    file = tmp_path / "completion"
    program = Path(sys.executable).parent / "imgpolicy"
    file.write_bytes(subprocess.run([program, "completion", name], check=True, capture_output=True, env=ENV).stdout)
    return file


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "word"), ASKED)
def test_bash(tmp_path: Path, typed: str, word: str) -> None:
    words = f"COMP_WORDS=({typed}); COMP_CWORD={len(typed.split()) - 1}"
    ask = f'source {script(tmp_path, "bash")}; {words}; _imgpolicy_completion imgpolicy; echo "${{COMPREPLY[*]}}"'
    ran = subprocess.run([shell("bash"), "--norc", "-c", ask], check=True, capture_output=True, text=True, env=ENV)
    assert (ran.stdout.split(), ran.stderr) == ([word], "")


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "word"), ASKED)
def test_fish(tmp_path: Path, typed: str, word: str) -> None:
    ask = f"source {script(tmp_path, 'fish')}; complete -C '{typed}'"
    env = {**ENV, "HOME": str(tmp_path)}
    ran = subprocess.run([shell("fish"), "-c", ask], check=True, capture_output=True, text=True, env=env)
    assert [line.split("\t")[0] for line in ran.stdout.splitlines()] == [word]


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "word"), ASKED)
def test_zsh(tmp_path: Path, typed: str, word: str) -> None:
    program, made = shell("zsh"), script(tmp_path, "zsh")
    process, terminal = pty.fork()
    if process == 0:
        os.execve(program, [program, "-f", "-i"], {**ENV, "HOME": str(tmp_path), "PS1": "ready> "})
    try:
        os.write(terminal, f"autoload -Uz compinit; compinit -u -D; source {made}; echo loa''ded\n".encode())
        assert "loaded" in _read_until(terminal, "loaded")
        os.write(terminal, f"echo {typed}".encode()[5:] + b"\t")
        assert word in _read_until(terminal, f"{typed.rpartition(' ')[0]} {word}")
    finally:
        os.close(terminal)
        os.waitpid(process, 0)


def _read_until(terminal: int, expected: str) -> str:
    """What the shell wrote until this stands in it, or twenty seconds were over."""
    read, until = "", time.monotonic() + 20
    while expected not in read and time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            read += os.read(terminal, 4096).decode(errors="replace")
    return read


def test_another_shell_is_refused_in_one_line(imgpolicy: Run) -> None:
    ran = imgpolicy("completion", "csh")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_a_quotation_mark_that_is_open_is_no_reason_to_fail(imgpolicy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_IMGPOLICY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", 'imgpolicy consent list "Eil')
    monkeypatch.setenv("COMP_CWORD", "3")
    with pytest.raises(SystemExit) as ended:
        imgpolicy()
    assert ended.value.code == 0
