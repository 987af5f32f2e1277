"""A register to write into, for the tests of everything that is done to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.register.support import EILEEN, GRACE, KEY, Made

from imgpolicy.register.store import Register


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """A register in a file, with two people in it."""
    file = tmp_path / "register.sqlite"
    with Register.create(f"sqlite:///{file}", KEY) as register:
        register.add_person(EILEEN)
        register.add_person(GRACE)
        yield Made(register, file)
