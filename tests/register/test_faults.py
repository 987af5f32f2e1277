"""A disk that fills up, and a process that dies in the middle of a write: nothing is half there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.register.support import KEY, Made

from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sets a limit that POSIX has")

GOLDEN = Path(__file__).parent / "golden" / "0007.sqlite"

# Tries the same changes in a child for each limit on how large a file may grow. With "full" the write that goes
# beyond fails, as on a full disk; with "killed" the kernel kills the process in that write.
SCRIPT = """
import json, os, resource, shutil, signal, sys
from dataclasses import replace
from imgpolicy.errors import RegisterError
from imgpolicy.register.evidence import add_evidence
from imgpolicy.domain.person import Person
from imgpolicy.register.register import Register
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.people import add_person
from tests.register.support import KEY, biometric, no, post, vectors, yes
from tests.support import wrote

mode, template, folder, *limits = sys.argv[1:]

def change(register):
    number = 0
    while True:
        number += 1
        person = f"p{number}"
        yield lambda: wrote(register, add_person, Person(id=person, name="Somebody " * 200))
        consent = yes(person)
        yield lambda: wrote(register, record_consent, consent)
        yield lambda: post(register, consent, number=number)
        yield lambda: wrote(register, record_consent, biometric(person))
        yield lambda: wrote(register, add_faces, person, "engine", vectors(3, 128))
        yield lambda: wrote(register, record_consent, no(person))

def child(file, limit, out):
    with Register.open(f"sqlite:///{file}", KEY) as register:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if mode == "killed":
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        for action in change(register):
            try:
                action()
            except RegisterError as error:
                os.write(out, f"refused: {error}\\n".encode())
                return
            os.write(out, f"{register.head()}\\n".encode())

for limit in limits:
    file = f"{folder}/{mode}-{limit}.sqlite"
    shutil.copy(template, file)
    back, out = os.pipe()
    if not (pid := os.fork()):
        child(file, int(limit), out)
        os._exit(0)
    os.close(out)
    said = os.fdopen(back).read().splitlines()
    _, status = os.waitpid(pid, 0)
    print(json.dumps([file, said, os.waitstatus_to_exitcode(status)]))
"""
# From where SQLite's shared memory fits to where several changes do, at places within a page too.
LIMITS = range(33_000, 330_000, 13_331)


def tried(mode: str, template: Path, folder: Path) -> list[tuple[Path, list[str], int]]:
    """For each limit the register's file, what the child said before its end, and its exit code."""
    command = [sys.executable, "-c", SCRIPT, mode, str(template), str(folder), *map(str, LIMITS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[tuple[str, list[str], int]] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(found) == len(LIMITS)
    return [(Path(file), said, code) for file, said, code in found]


def head_of_whole(file: Path) -> str:
    """The register's head, once it has opened and everything in it verifies."""
    with Register.open(f"sqlite:///{file}", KEY) as register:
        with register.reading() as unit:
            assert verify(unit).whole
        return register.head()


@pytest.mark.slow
def test_a_full_disk_is_an_error_and_leaves_what_was_there(in_a_file: Path, tmp_path: Path) -> None:
    changed = 0
    for file, said, code in tried("full", in_a_file, tmp_path):
        *heads, refusal = said
        assert code == 0
        assert refusal.startswith(f"refused: {file}: the disk ")
        assert head_of_whole(file) == (heads[-1] if heads else head_of_whole(in_a_file))
        changed += bool(heads)
    assert changed > 5


@pytest.mark.slow
def test_a_process_killed_in_a_write_leaves_what_was_there(in_a_file: Path, tmp_path: Path) -> None:
    for file, heads, code in tried("killed", in_a_file, tmp_path):
        assert code < 0
        assert head_of_whole(file) == (heads[-1] if heads else head_of_whole(in_a_file))


# Opens a register of an earlier layout, which seals it, under each limit.
UPGRADE = """
import json, os, resource, shutil, signal, sys
from pathlib import Path
from imgpolicy.errors import RegisterError
from imgpolicy.register import migrations
from imgpolicy.register.register import Register
from imgpolicy.register.sql.backup import seal_copy
from tests.register.support import KEY
import alembic.command

mode, template, folder, *limits = sys.argv[1:]
for limit in limits:
    file = f"{folder}/{mode}-{limit}.sqlite"
    shutil.copy(template, file)
    seal_copy(Path(file))
    if not (pid := os.fork()):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        if mode == "killed":
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        try:
            Register.open(f"sqlite:///{file}", KEY).close()
        except RegisterError:
            os._exit(7)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    print(json.dumps([file, os.waitstatus_to_exitcode(status)]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["full", "killed"])
def test_an_upgrade_that_is_cut_off_seals_all_or_nothing(mode: str, tmp_path: Path) -> None:
    limits = [str(limit) for limit in range(33_000, 1_200_000, 41_331)]
    command = [sys.executable, "-c", UPGRADE, mode, str(GOLDEN), str(tmp_path), *limits]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    ends: list[tuple[str, int]] = [json.loads(line) for line in ran.stdout.splitlines()]
    for file, _ in ends:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(publication)")}
        assert ("url" in columns, "details" in columns) == ((True, False) if revision == "0007" else (False, True))
        head_of_whole(Path(file))
    assert len({code for _, code in ends}) > 1


def test_a_copy_that_does_not_fit_leaves_nothing(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    code = (
        "import resource, sys\n"
        "from imgpolicy.errors import RegisterError\n"
        "from imgpolicy.register.register import Register\n"
        "from pathlib import Path\n"
        "with Register.open(sys.argv[1], bytes(range(32))) as register:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "    try:\n"
        "        register.backup(Path(sys.argv[2]))\n"
        "    except RegisterError as error:\n"
        "        print(error)\n"
    )
    url, copy = f"sqlite:///{made.file}", folder / "copy.sqlite"
    ran = subprocess.run([sys.executable, "-c", code, url, str(copy)], capture_output=True, text=True, check=True)
    assert "cannot be written" in ran.stdout
    assert list(folder.iterdir()) == []
