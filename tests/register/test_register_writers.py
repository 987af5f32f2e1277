"""Several writers at once, and a writer that dies: nothing is lost and nothing is half there."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import asked, wrote

from imgpolicy.domain.person import Person
from imgpolicy.register.people import add_person
from imgpolicy.register.people import people as all_people
from imgpolicy.register.register import Register

KEY = bytes(range(32))

WRITER = """
import sys
from imgpolicy.domain.person import Person
from imgpolicy.register.people import add_person
from imgpolicy.register.register import Register
url, prefix, count = sys.argv[1:]
with Register.open(url, bytes(range(32))) as register:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        with register.writing() as unit:
            add_person(unit, Person(id=f"{prefix}{number}", name="Somebody"))
        print(f"{prefix}{number}", flush=True)
"""

DIES_IN_A_WRITE = """
import os, signal, sys
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.register import Register
register = Register.open(sys.argv[1], bytes(range(32)))
with register._database.writing() as transaction:
    # More than SQLite's cache holds, so that pages of the unfinished write are on the disk.
    transaction.people.insert([PersonRow(f"p{number}", b"key", bytes(100_000)) for number in range(60)])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def make(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/register.sqlite"
    with Register.create(url, KEY) as register:
        wrote(register, add_person, Person(id="first", name="Somebody"))
    return url


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(*writers: subprocess.Popen[str]) -> None:
    """Have the writers begin, all at once."""
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()


@pytest.mark.slow
def test_eight_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    url = make(tmp_path)
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(start(WRITER, url, name, "15")) for name in "abcdefgh"]
        let_go(*writers)
        assert [writer.wait(60) for writer in writers] == [0] * 8
    with Register.open(url, KEY) as register:
        assert len(asked(register, all_people)) == 8 * 15 + 1
        assert register.first_broken_entry() is None


@pytest.mark.slow
def test_a_killed_writer_leaves_a_register_that_opens_with_all_that_was_done(tmp_path: Path) -> None:
    url = make(tmp_path)
    with start(WRITER, url, "a", "100000") as writer:
        let_go(writer)
        assert writer.stdout
        done = {writer.stdout.readline().strip() for _ in range(20)}
        writer.kill()
        done.update(writer.stdout.read().split())
    with Register.open(url, KEY) as register:
        assert done <= {person.id for person in asked(register, all_people)}
        assert register.first_broken_entry() is None
        wrote(register, add_person, Person(id="after", name="Somebody"))


def test_a_write_cut_off_in_the_middle_never_was(tmp_path: Path) -> None:
    url = make(tmp_path)
    with start(DIES_IN_A_WRITE, url) as writer:
        assert writer.wait(60) == -signal.SIGKILL
    with Register.open(url, KEY) as register:
        assert [person.id for person in asked(register, all_people)] == ["first"]
        assert register.first_broken_entry() is None
