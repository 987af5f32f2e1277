"""What the pages say of extending imgpolicy: each difference is applied to a copy of the code, and then does as said.

A block `<!-- diff: some name -->` is proved by the script `extending/some_name.py`, which runs over the changed copy
and fails over the code as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pages import PAGES, ROOT, Block, blocks

pytestmark = pytest.mark.slow  # each runs a program against a changed copy

PROOFS = Path(__file__).parent / "extending"
DIFFS = [block for page in PAGES for block in blocks(page) if block.does == "diff"]
MOST = {"new rule": 2, "channel option": 3, "file format": 2, "report format": 2, "consent field": 6}
"""How many files a difference may touch; the changelog's line comes on top."""

EVERY = pytest.mark.parametrize("block", DIFFS, ids=lambda block: block.where)


def proof(block: Block) -> Path:
    return PROOFS / f"{block.where.replace(' ', '_')}.py"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the code as it is, and what is said of it to installers, outside of any repository."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for sample in ("consent_db", "examples"):
        shutil.copytree(ROOT / sample, tmp_path / sample)
    (tmp_path / "docs").mkdir()
    for page in (ROOT / "docs").glob("*.md"):
        shutil.copyfile(page, tmp_path / "docs" / page.name)
    return tmp_path


def change(copy: Path, block: Block) -> None:
    # Inside a repository git would look for the files from its top, and pass over what it does not find.
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(copy.parent)}
    ran = subprocess.run(
        ["git", "apply", "-"], input=block.text, cwd=copy, env=alone, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def proved(copy: Path, block: Block) -> subprocess.CompletedProcess[str]:
    over = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy / "src"), str(ROOT)]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, str(proof(block))], cwd=copy, env=over, capture_output=True, text=True, check=False
    )


def test_every_difference_has_a_proof_of_its_name() -> None:
    assert sorted(map(proof, DIFFS)) == sorted(PROOFS.glob("*.py"))


@pytest.mark.slow
@EVERY
def test_a_difference_stays_as_small_as_it_is(block: Block) -> None:
    touched = [line for line in block.text.splitlines() if line.startswith("+++ ")]
    assert len(touched) <= MOST[block.where]


@EVERY
def test_the_code_with_a_difference_does_what_the_page_says(copy: Path, block: Block) -> None:
    change(copy, block)
    ran = proved(copy, block)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
@EVERY
def test_without_the_difference_it_does_not(copy: Path, block: Block) -> None:
    assert proved(copy, block).returncode != 0


@pytest.mark.slow
@EVERY
def test_a_difference_is_written_as_the_code_is(copy: Path, block: Block) -> None:
    change(copy, block)
    for check in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *check, "--no-cache", "--config", str(ROOT / "pyproject.toml"), "src"]
        ran = subprocess.run(ruff, cwd=copy, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
