"""Make the golden registers anew: `python tests/register/golden/make.py [REVISION ...]`, all without a revision.

Each is filled by `fill.py` with the code of the commit that stands here, which is installed into a temporary folder
from the history of this checkout. The packages that it needs are those of this environment.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
COMMITS = {
    "0001": "90395c03e499197c2be1df974673b8c834d1a540",
    "0002": "3870aaf7153007d67ef6bed3319b60765942ebb7",
    "0003": "faa6053c10a7c251b0a440829b99d206f28d3fce",
    "0004": "8ca69c815d5b888c29c1c009e19e465c545355be",
    "0005": "e803628155e9956c4fde339e724065966851ea16",
    "0006": "c1d3248d180215a04eefb7a031b2a02d7e4d5d31",
    "0007": "08c3574b671076ca94b47ee089200b4ce34c78f0",
    "0008": "d35173f8f5e6a030910046b93528809714667600",
    "0009": "276eeb9c602343f7017d54e35e0a8672d13b72d6",
    "0010": "0158bac05eb25565d4d4bd82fd63e51c7fd4c35c",
    "0011": "bf13f5fa6ae277ef2173d09920ebc8eb49f88943",
}
"""The last commit at which each revision of the tables was the newest; of the newest one, that of the day."""

PAGE = 512
"""Bytes of a page: most tables have a few rows, and each table and index takes a page at least."""


def make(revision: str, folder: Path) -> None:
    """Make one register in `folder`, which is empty, and put it with what it holds beside this script."""
    install(COMMITS[revision], folder)
    environment = os.environ | {"PYTHONPATH": str(folder / "installed")}
    _run(sys.executable, str(HERE / "fill.py"), revision, str(folder / "work"), environment=environment)
    register = folder / "work" / "consent_db" / "register.sqlite"
    squeeze(register)
    (HERE / f"{revision}.sqlite").write_bytes(register.read_bytes())
    note(revision, (folder / "work" / "contents.json").read_text(encoding="utf-8"))


def install(commit: str, folder: Path) -> None:
    """Install the code of a commit with its plug-ins, and nothing that it needs, into a folder of its own."""
    tree = _run("git", "-C", str(ROOT), "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        archive.extractall(folder / "source", filter="data")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder / "installed")]
    _run(sys.executable, "-m", "pip", "install", *options, str(folder / "source"))


def squeeze(register: Path) -> None:
    """Bring a register into one small file, without a log beside it."""
    connection = sqlite3.connect(register, isolation_level=None)
    try:
        for statement in ("journal_mode = DELETE", f"page_size = {PAGE}"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
    finally:
        connection.close()


def note(revision: str, contents: str) -> None:
    """Put what the register holds into contents.json, in place of what it held before."""
    file = HERE / "contents.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known[revision] = {"commit": COMMITS[revision], **json.loads(contents)}
    text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def _run(*words: str, environment: dict[str, str] | None = None) -> bytes:
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, env=environment).stdout


if __name__ == "__main__":
    for name in sys.argv[1:] or COMMITS:
        with tempfile.TemporaryDirectory() as temporary:
            make(name, Path(temporary))
