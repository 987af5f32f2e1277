"""A working folder with the sample in it, laid out once a test process and copied for each test that changes it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.cpu import MostCpu
from tests.support import PROFILE, THOROUGH, Ran, Run

# A slow machine is no failure: nothing here is timed.
settings.register_profile("imgpolicy", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile(PROFILE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--most-cpu`."""
    parser.addoption("--most-cpu", type=float, help="seconds of CPU that a test without the mark slow may take")


def pytest_configure(config: pytest.Config) -> None:
    """Counts CPU where that was asked for."""
    most: float | None = config.getoption("--most-cpu")
    if most is not None:
        config.pluginmanager.register(MostCpu(most))


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    """What is dear to make is made once, unless the tests are to be thorough."""
    # Here and below imported where it is needed: the process that hands out the tests needs none of it.
    from tests.sharing import shared

    with contextlib.nullcontext() if THOROUGH else shared():
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder; not to be changed."""
    from imgpolicy.service.scaffold import lay_out_demo

    folder = tmp_path_factory.mktemp("demo") / "work"
    lay_out_demo(folder)
    return folder


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration's folder, to be changed at will."""
    return Path(shutil.copytree(demo, tmp_path / "work"))


@pytest.fixture
def imgpolicy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process: `imgpolicy("check", path, folder=demo)`."""
    from imgpolicy.cli.main import run

    monkeypatch.delenv("IMGPOLICY_POLICY", raising=False)
    monkeypatch.delenv("IMGPOLICY_KEY", raising=False)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def command(*words: object, folder: Path | None = None) -> Ran:
        if folder is not None:
            monkeypatch.chdir(folder)
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command
