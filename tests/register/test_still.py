"""A register that is read where nothing can be written is read whole, or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.register.support import EILEEN, KEY
from tests.support import asked, wrote

from imgpolicy.domain.person import Person
from imgpolicy.errors import RegisterError
from imgpolicy.register.people import add_person
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.sql import database


@pytest.fixture
def file(in_a_file: Path, tmp_path: Path) -> Path:
    """A register with two people in it, closed."""
    return Path(shutil.copy(in_a_file, tmp_path))


@pytest.fixture
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite can make no file of its own; what the tests write, they write to the same file by another way."""

    def cannot(*_: object) -> database.Database:
        raise database._NoRoomError("no room")

    monkeypatch.setattr(database, "_connect", cannot)


def write(file: Path, person: str) -> None:
    """Add somebody from another process, which SQLite's locks would hold apart."""
    code = (
        "import sys; from imgpolicy.register.register import Register; from imgpolicy.domain.person import Person;"
        "from imgpolicy.register.people import add_person\n"
        "with Register.open(sys.argv[1], bytes(range(32))) as register, register.writing() as unit:\n"
        "    add_person(unit, Person(id=sys.argv[2], name='Somebody'))\n"
    )
    subprocess.run([sys.executable, "-c", code, f"sqlite:///{file}", person], check=True)


@pytest.mark.usefixtures("_still")
def test_it_is_read_and_nothing_is_left_beside_it(file: Path) -> None:
    with Register.open(f"sqlite:///{file}", KEY) as register:
        assert asked(register, one_person, "eileen") == EILEEN
        assert list(file.parent.iterdir()) == [file]
        register.backup(file.with_name("copy.sqlite"))
        with pytest.raises(RegisterError, match="it cannot be written here"):
            wrote(register, add_person, Person(id="ann", name="Ann"))


@pytest.mark.slow
@pytest.mark.usefixtures("_still")
def test_each_reading_sees_what_others_wrote_before_it(file: Path) -> None:
    with Register.open(f"sqlite:///{file}", KEY) as register:
        assert len(asked(register, all_people)) == 2
        write(file, "ann")
        assert len(asked(register, all_people)) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("_still")
def test_what_changes_while_it_is_read_is_not_believed(file: Path) -> None:
    with Register.open(f"sqlite:///{file}", KEY) as register:
        reading = register.reading()
        unit = reading.__enter__()
        write(file, "ann")
        all_people(unit)
        with pytest.raises(RegisterError, match="somebody wrote to it while it was read"):
            reading.__exit__(None, None, None)
        assert len(asked(register, all_people)) == 3


@pytest.mark.usefixtures("_still")
@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_waits_beside_it_is_not_passed_over(file: Path, ending: str) -> None:
    beside = file.with_name(f"{file.name}{ending}")
    with Register.open(f"sqlite:///{file}", KEY) as register:
        beside.touch()
        assert len(asked(register, all_people)) == 2
        beside.write_bytes(b"changes")
        with pytest.raises(RegisterError, match=f"the last changes stand in {beside.name}"):
            asked(register, all_people)
    with pytest.raises(RegisterError, match=f"the last changes stand in {beside.name}"):
        Register.open(f"sqlite:///{file}", KEY)
