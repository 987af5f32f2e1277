"""The register as a file: what stands in it, how it opens, and what is said when it does not."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.faces import faces as face_counts
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.people import add_person
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import REVISION, metadata
from imgpolicy.register.sql.database import create_database
from imgpolicy.register.sql.faces import FaceRow
from imgpolicy.register.sql.transaction import Transaction
from imgpolicy.register.statements import consents as all_consents

KEY = bytes(range(32))
BIOMETRIC = Consent(id="c-bio", person="eileen", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
SECRETS = ("Eileen Collins", "astronaut", "1956-11-19", "at the front desk", "changed her mind")


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def raw_bytes(file: Path) -> bytes:
    """Everything on disk that belongs to the register, the write-ahead log included."""
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with somebody in it, made once."""
    path = tmp_path_factory.mktemp("template") / "register.sqlite"
    name, relation, born, collected, reason = SECRETS
    with Register.create(url(path), KEY) as register:
        wrote(register, add_person, Person(id="eileen", name=name, relation=relation, born=dt.date.fromisoformat(born)))
        wrote(register, add_person, Person(id="grace", name="Grace Hopper"))
        wrote(register, record_consent, BIOMETRIC)
        wrote(register, add_faces, "eileen", "engine", [np.full(128, 0.123, np.float32)])
        wrote(
            register,
            record_consent,
            Consent(
                person="eileen",
                kind=ConsentKind.PUBLICATION,
                state=ConsentState.WITHDRAWN,
                collected=collected,
                reason=reason,
            ),
        )
    return path


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A copy of that register, closed."""
    return Path(shutil.copy(template, tmp_path))


@contextlib.contextmanager
def tampering(file: Path) -> Iterator[sqlite3.Connection]:
    """The database in the hands of somebody without the key."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        yield connection
        connection.commit()


def test_what_is_known_of_a_person_stands_nowhere_in_the_files(file: Path) -> None:
    with Register.open(url(file), KEY) as register:
        assert asked(register, one_person, "eileen").name == SECRETS[0]
        assert (file.parent / f"{file.name}-wal").exists()
        while_open = raw_bytes(file)
    for data in (while_open, raw_bytes(file)):
        assert b"eileen" in data
        for secret in SECRETS:
            assert secret.encode() not in data
            assert secret.encode("utf-16-le") not in data
        assert np.full(4, 0.123, np.float32).tobytes() not in data


def test_a_vector_that_was_removed_is_gone_from_the_disk(file: Path) -> None:
    with tampering(file) as connection:
        ((sealed,),) = connection.execute("SELECT vector FROM face_vector").fetchall()
    assert sealed in raw_bytes(file)
    with Register.open(url(file), KEY) as register:
        wrote(
            register, record_consent, Consent(person="eileen", kind=ConsentKind.BIOMETRIC, state=ConsentState.WITHDRAWN)
        )
    assert sealed not in raw_bytes(file)
    assert sealed[40:80] not in raw_bytes(file)


def test_a_register_that_is_there_is_not_made_again(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(RegisterError, match="not overwritten"):
        Register.create(url(file), KEY)
    assert file.read_bytes() == before


def test_a_register_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="cannot be made"):
        Register.create(url(tmp_path / "nowhere" / "register.sqlite"), KEY)
    with pytest.raises(RegisterError, match="32 bytes"):
        Register.create(url(tmp_path / "register.sqlite"), b"short")
    assert list(tmp_path.iterdir()) == []


def test_a_register_that_was_begun_and_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def fail(transaction: Transaction) -> None:
        transaction.journal.set_key(b"key")
        raise RegisterError("no further")

    with pytest.raises(RegisterError, match="no further"):
        create_database(url(tmp_path / "register.sqlite"), fail)
    assert list(tmp_path.iterdir()) == []


def test_only_its_own_key_opens_a_register(file: Path) -> None:
    with pytest.raises(RegisterError, match="the key does not open this register"):
        Register.open(url(file), bytes(32))
    with Register.open(url(file), KEY) as register:
        assert len(asked(register, all_people)) == 2


def test_a_missing_register_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="run `imgpolicy init`"):
        Register.open(url(tmp_path / "register.sqlite"), KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"just some text\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_another_file_is_no_register_and_stays_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(RegisterError, match=f"^{path}: ") as refused:
        Register.open(url(path), KEY)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


def test_another_database_is_no_register(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with tampering(path) as connection:
        connection.execute("CREATE TABLE person (id TEXT)")
    before = path.read_bytes()
    with pytest.raises(RegisterError, match="this database is not a register"):
        Register.open(url(path), KEY)
    assert path.read_bytes() == before


def test_a_folder_is_no_register(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="there is no register"):
        Register.open(url(tmp_path), KEY)


@pytest.mark.parametrize("wrong", ["", "register.sqlite", "sqlite://", "sqlite:///:memory:", "mystery://host/name"])
def test_a_url_that_names_no_register_is_refused(wrong: str) -> None:
    with pytest.raises(RegisterError) as refused:
        Register.open(wrong, KEY)
    assert "\n" not in str(refused.value)


def test_a_password_in_the_url_is_not_repeated() -> None:
    with pytest.raises(RegisterError) as refused:
        Register.open("postgresql://user:secret@localhost:1/register", KEY)
    assert "secret" not in str(refused.value)


def test_a_register_of_a_newer_version_is_left_alone(file: Path) -> None:
    with tampering(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(RegisterError, match="a newer imgpolicy made this register; update imgpolicy"):
        Register.open(url(file), KEY)
    assert file.read_bytes() == before


def test_a_register_that_somebody_holds_says_so(file: Path) -> None:
    with Register.open(f"{url(file)}?timeout=0.05", KEY) as register, tampering(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(RegisterError, match="another program is writing to it; try again"):
            wrote(register, add_person, Person(id="new", name="Somebody New"))
        assert len(asked(register, all_people)) == 2
        connection.rollback()
        wrote(register, add_person, Person(id="new", name="Somebody New"))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE person SET details = (SELECT details FROM person WHERE id = 'grace') WHERE id = 'eileen'",
        "UPDATE person SET key = (SELECT key FROM person WHERE id = 'grace') WHERE id = 'eileen'",
        "UPDATE person SET details = x'00' WHERE id = 'eileen'",
        "UPDATE person SET details = 'text' WHERE id = 'eileen'",
        "UPDATE consent SET details = (SELECT details FROM consent WHERE id <> 'c-bio')",
        "UPDATE consent SET kind = 'nonsense'",
        "UPDATE consent SET at = 'yesterday'",
        "UPDATE consent SET person = 'nobody'",
        "UPDATE face_vector SET person = 'grace'; UPDATE consent SET person = 'grace'",
        "UPDATE face_vector SET vector = x'00'",
        "UPDATE consent SET details = x'00'",
    ],
)
def test_a_damaged_register_is_one_line_and_no_answer(file: Path, damage: str) -> None:
    with tampering(file) as connection:
        connection.executescript(damage)
    with Register.open(url(file), KEY) as register, pytest.raises(RegisterError) as refused:  # noqa: PT012  # each damage shows in one of them
        asked(register, all_people)
        asked(register, all_consents)
        asked(register, read_gallery, "engine", today())
    assert "\n" not in str(refused.value)
    assert not any(secret in str(refused.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("UPDATE log SET action = 'nothing' WHERE seq = 2", 2),
        ("UPDATE log SET subject = payload WHERE seq = 3", 3),
        ("UPDATE log SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", 1),
        ("DELETE FROM log WHERE seq = 2", 2),
        ("DELETE FROM log", 1),
    ],
)
def test_an_altered_log_is_found_at_its_first_wrong_entry(file: Path, damage: str, broken: int) -> None:
    with tampering(file) as connection:
        connection.execute(damage)
    with Register.open(url(file), KEY) as register:
        assert register.first_broken_entry() == broken


def test_a_register_without_its_log_has_no_head(file: Path) -> None:
    with tampering(file) as connection:
        connection.execute("DELETE FROM log")
    with Register.open(url(file), KEY) as register, pytest.raises(RegisterError, match="its log is empty"):
        register.head()


@pytest.mark.parametrize(("person", "kind"), [("grace", "biometric"), ("eileen", "publication")])
def test_the_database_itself_refuses_a_vector_without_a_biometric_consent_of_that_person(
    file: Path, person: str, kind: str
) -> None:
    with Register.open(url(file), KEY) as register:
        with pytest.raises(RegisterError, match="the database refused"), register._database.writing() as transaction:
            transaction.faces.insert([FaceRow(person, "engine", BIOMETRIC.id, kind, b"vector")])
        assert len(asked(register, face_counts)) == 1


def test_the_migrations_make_the_tables_that_the_statements_know(file: Path) -> None:
    engine = sa.create_engine(url(file))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == REVISION
    engine.dispose()


def test_making_a_register_prints_nothing_and_leaves_logging_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers, level = list(logging.root.handlers), logging.root.level
    Register.create(url(tmp_path / "register.sqlite"), KEY).close()
    assert (logging.root.handlers, logging.root.level) == (handlers, level)
    assert capfd.readouterr() == ("", "")


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running `code`."""
    command = f"import sys\n{code}\nprint(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True).stdout.split()
    )


@pytest.mark.slow
def test_alembic_is_loaded_for_a_migration_only_and_sql_for_an_open_register_only(file: Path) -> None:
    before = loaded("import imgpolicy.register.register")
    assert before.isdisjoint({"sqlalchemy", "alembic", "cryptography"})
    opened = loaded(
        f"from imgpolicy.register.register import Register\nRegister.open({url(file)!r}, bytes(range(32))).head()"
    )
    assert "sqlalchemy" in opened
    assert "alembic" not in opened
