"""What must not be done is refused with the same words through every door, and leaves no trace in the register."""

from __future__ import annotations

import ast
import io
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pages import ROOT
from tests.service.doors import THIS_POLICY, Brought, Forbidden, No, prepare
from tests.service.forbidden import TABLE, WITHOUT_A_ROW
from tests.support import Run

from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.portable.transfer import Outcome
from imgpolicy.portable.works import Imported
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace

STDIN = b"11 letters.\n"
"""What is typed where a command reads: a password that is too short."""

EVERY = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.asks}: {row.what}")


@pytest.fixture(scope="session")
def prepared(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared folder; not to be changed."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("doors") / "work"))
    prepare(folder)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, row: Forbidden) -> Path:
    """A copy of it with the row's policy."""
    folder = Path(shutil.copytree(prepared, tmp_path / "work"))
    policy = folder / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace(*row.policy) if row.policy[0] else policy.read_text())
    return folder


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        yield opened


def refusal(workspace: Workspace, folder: Path, row: Forbidden) -> tuple[str, bool]:
    """What the service says, as an error or an import's only problem; whether the request is wrong in itself."""
    try:
        given = row.call(workspace, folder)
    except ImgPolicyError as error:
        return str(error), isinstance(error, RequestError)
    assert isinstance(given, Outcome | Imported), "it was let through"
    (problem,) = given.problems
    return problem.message, False


@EVERY
def test_what_is_forbidden_is_refused_with_the_same_words_at_every_door(
    workspace: Workspace, folder: Path, imgpolicy: Run, row: Forbidden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STDIN)))
    head = workspace.register.head()
    words, wrong_words = refusal(workspace, folder, row)
    assert row.said in words
    assert "\n" not in words
    if not isinstance(row.typed, No):
        ran = imgpolicy(*shlex.split(row.typed), folder=folder)
        assert (ran.code, row.said in ran.err) == (2 if wrong_words else 4, True), ran.err
    if isinstance(row.brought, Brought):
        (problem,) = import_register(workspace, put(folder, row.brought, workspace.policy.ref.sha256)).problems
        assert row.said in problem.message
    assert workspace.register.head() == head


def put(folder: Path, brought: Brought, policy: str) -> Path:
    """The file to import, in the folder."""
    file = folder / brought.name
    file.write_bytes(brought.data.replace(THIS_POLICY.encode(), policy.encode()))
    return file


def functions() -> set[str]:
    """The public functions of the service, as `module.name`."""
    return {
        f"{path.stem}.{node.name}"
        for path in (ROOT / "src" / "imgpolicy" / "service").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def test_every_function_of_the_service_has_a_row_or_a_reason() -> None:
    asked = {row.asks for row in TABLE}
    assert asked | WITHOUT_A_ROW.keys() == functions()
    assert not asked & WITHOUT_A_ROW.keys()


def test_every_row_is_asked_at_the_command_line_or_says_why_not() -> None:
    assert all(row.typed and row.brought for row in TABLE)
    assert len({(row.asks, row.what) for row in TABLE}) == len(TABLE)
