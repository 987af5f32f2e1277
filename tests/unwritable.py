"""Commands run where nothing can be written: as another user, on a medium that is only read, on a disk that is full."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from tests.support import Ran

import imgpolicy

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

# Runs the commands once in a folder where they may write, so that every module is loaded, and then, as nobody, in the
# other. It runs no program, because those of the machine may be closed to nobody.
_SCRIPT = """
import io, json, os, sys
from imgpolicy.cli.main import run

def ran(folder, words):
    os.chdir(folder)
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code = run(words)
    said = []
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())
    return [code, *said]

writable, folder, user, commands = *sys.argv[1:4], json.loads(sys.argv[4])
if user:
    for words in commands:
        ran(writable, words)
    os.chdir("/")
    os.setgroups([])
    os.setgid(int(user))
    os.setuid(int(user))
done = [ran(folder, words) for words in commands]
sys.__stdout__.write(json.dumps(done))
"""


def ran_as_nobody(commands: Sequence[Sequence[str]], folder: Path, writable: Path) -> list[Ran]:
    """What became of each command in `folder`, run by nobody where the tests run as root, else by the tests' user.

    `writable` is a folder like it in which they may leave what they make.
    """
    user = str(nobody()) if AS_ROOT else ""
    if user and not _reaches(int(user)):
        pytest.skip("another user may not read what is installed here")
    command = [sys.executable, "-c", _SCRIPT, str(writable), str(folder), user, json.dumps(commands)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=_plainly())
    return [Ran(*one) for one in json.loads(ran.stdout)]


def _reaches(user: int) -> bool:
    """Whether this user may read the packages that the tests run with, and the project's own."""
    places = [sys.prefix, str(Path(msgspec.__file__).parent), str(Path(imgpolicy.__file__).parent)]
    script = f"import os; os.setgroups([]); os.setgid({user}); os.setuid({user}); [os.listdir(p) for p in {places!r}]"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def ran_after(setup: str, commands: Sequence[Sequence[str]], folder: Path) -> list[Ran]:
    """What became of each command in `folder`, run after `setup`, whose mounts are gone with it."""
    script = f"{setup}\nexec {sys.executable} -c '{_SCRIPT}' . '{folder}' '' '{json.dumps(commands)}'"
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-ec", script], capture_output=True, text=True, check=False, env=_plainly()
    )
    assert ran.returncode == 0, ran.stderr
    return [Ran(*one) for one in json.loads(ran.stdout)]


def may_mount() -> bool:
    """Whether the tests may mount file systems that nobody else sees."""
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def nobody() -> int:
    """The user to whom nothing else belongs."""
    import pwd

    return pwd.getpwnam("nobody").pw_uid


def give_to_nobody(*files: Path) -> None:
    """Make these files, or links, nobody's where the tests run as root."""
    for file in files if AS_ROOT else ():
        os.chown(file, nobody(), -1, follow_symlinks=False)


@contextlib.contextmanager
def given_to_nobody(source: Path) -> Iterator[Path]:
    """A copy of the folder in which everything is nobody's where the tests run as root, else the tests' user's."""
    with tempfile.TemporaryDirectory(prefix="imgpolicy-") as temporary:
        place = Path(temporary)
        copy = Path(shutil.copytree(source, place / "work"))
        place.chmod(0o755)
        give_to_nobody(copy, *copy.rglob("*"))
        try:
            yield copy
        finally:
            for path in (copy, *copy.rglob("*")):
                path.chmod(0o700)


def _plainly() -> dict[str, str]:
    """The environment without what would choose another policy, key or language."""
    names = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "IMGPOLICY_POLICY", "IMGPOLICY_KEY"}
    return {name: value for name, value in os.environ.items() if name not in names} | {"COLUMNS": "80"}
