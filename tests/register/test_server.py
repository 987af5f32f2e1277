"""What is a server's own: opening, refusing, writers in turns, and a copy in a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.postgres import PASSWORD, Server, engine_of, execute
from tests.register.support import EILEEN, KEY, biometric, post, vectors, yes
from tests.support import Run, asked, wrote

from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.errors import RegisterError
from imgpolicy.presets import sample
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import add_person
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import metadata

pytestmark = pytest.mark.slow  # starting a server, and a database a test

WRITER = """
import sys
from imgpolicy.domain.person import Person
from imgpolicy.register.people import add_person
from imgpolicy.register.register import Register
with Register.open(sys.argv[1], bytes(range(32))) as register:
    for number in range(10):
        with register.writing() as unit:
            add_person(unit, Person(id=f"{sys.argv[2]}{number}", name="Somebody"))
"""


@pytest.fixture
def url(server: Server, on_the_server: str) -> str:
    """The URL of a register with two people in it."""
    return server.new_database(on_the_server)


def test_the_migrations_make_the_tables_that_the_statements_know(url: str) -> None:
    engine = engine_of(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_register_is_made_once_in_a_database(url: str) -> None:
    with pytest.raises(RegisterError, match="there is a register already"):
        Register.create(url, KEY)


def test_an_empty_database_is_no_register(server: Server) -> None:
    with pytest.raises(RegisterError, match="this database is not a register"):
        Register.open(server.new_database(), KEY)


def test_only_its_own_key_opens_it(url: str) -> None:
    with pytest.raises(RegisterError, match="the key does not open this register"):
        Register.open(url, bytes(32))


def test_a_register_of_a_newer_version_is_left_alone(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegisterError, match="a newer imgpolicy made this register"):
        Register.open(url, KEY)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("/register", "/nothing"), "the server has no database of this name"),
        (("for-the-tests-alone", "wrong"), "does not let this user in"),
        ((f":{PASSWORD}", ""), "does not let this user in"),
        (("host=/", "host=/nowhere/"), "the server cannot be reached"),
        (("port=", "port=1"), "the server cannot be reached"),
        (("port=", "application_name="), "'application_name' in a way that is not known"),
        (("host=/", "host=/nowhere&host=/"), "'host' in a way that is not known"),
        (("port=", "port=five"), "is no number"),
        (("postgres:", ":"), "names no user"),
        (("postgresql:", "mysql:"), "no register is kept in mysql"),
    ],
)
def test_what_keeps_it_from_opening_is_said_without_the_password(url: str, change: tuple[str, str], said: str) -> None:
    with pytest.raises(RegisterError, match=said) as refused:
        Register.open(url.replace(*change), KEY)
    assert "for-the-tests" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_can_come_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with Register.open(url.replace(f":{PASSWORD}", ""), KEY) as register:
        assert asked(register, one_person, "eileen") == EILEEN


@pytest.fixture
def by_network(server: Server, on_the_server: str) -> str:
    """The URL of a register by the server's port, which speaks no TLS."""
    name = server.name_of(server.new_database(on_the_server))
    return f"postgresql://postgres:{PASSWORD}@localhost:{server.port}/{name}"


@pytest.mark.parametrize("mode", ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer"])
def test_a_server_without_tls_is_used_where_the_url_does_not_ask_for_it(by_network: str, mode: str) -> None:
    with Register.open(by_network + mode, KEY) as register:
        assert asked(register, one_person, "eileen") == EILEEN


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sslmode=require", "the server offers no TLS"),
        ("sslmode=verify-ca", "the server offers no TLS"),
        ("sslmode=verify-full", "the server offers no TLS"),
        ("sslmode=often", "sslmode in the register's URL is one of disable, allow, prefer"),
        ("sslrootcert=/nowhere/ca.pem", "sslrootcert in the register's URL cannot be read"),
    ],
)
def test_tls_that_the_url_asks_for_is_had_or_refused(by_network: str, query: str, said: str) -> None:
    with pytest.raises(RegisterError, match=said):
        Register.open(f"{by_network}?{query}", KEY)


def test_writers_at_once_lose_nothing(url: str) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, name]) for name in "abcdefgh"]
    assert [writer.wait(60) for writer in writers] == [0] * 8
    with Register.open(url, KEY) as register:
        assert len(asked(register, all_people)) == 82
        assert register.first_broken_entry() is None


def test_a_reader_sees_one_state_while_others_write(url: str) -> None:
    with Register.open(url, KEY) as register, Register.open(url, KEY) as other, register.reading() as unit:
        before = unit.sql.journal.last()
        wrote(other, add_person, Person(id="new", name="Somebody New"))
        assert unit.sql.journal.last() == before


def test_a_copy_in_a_file_holds_everything(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with Register.open(url, KEY) as register:
        wrote(register, add_person, Person(id="child", name="A Child", guardians=frozenset({"eileen"})))
        consent = wrote(register, record_consent, yes())
        wrote(register, record_consent, biometric())
        wrote(register, add_faces, "eileen", "engine", vectors(2))
        post(register, consent)
        register.backup(copy)
        head = register.head()
    with Register.open(f"sqlite:///{copy}", KEY) as register:
        assert register.head() == head
        assert asked(register, one_person, "eileen") == EILEEN
        assert len(asked(register, read_gallery, "engine", today()).owners) == 2
        with register.reading() as unit:
            assert verify(unit).whole


def test_a_working_folder_can_have_its_register_on_a_server(imgpolicy: Run, server: Server, tmp_path: Path) -> None:
    assert imgpolicy("init", tmp_path, "--register", server.new_database()).code == 0
    assert not (tmp_path / "consent_db" / "register.sqlite").exists()
    assert imgpolicy("register", "import", sample() / "consent_db", folder=tmp_path).code == 0
    assert "Eileen" in imgpolicy("person", "list").out
    assert imgpolicy("person", "erase", "eileen", "--yes").code == 0
    assert imgpolicy("register", "verify").code == 0
    (tmp_path / "other").mkdir()
    ran = imgpolicy("init", tmp_path / "other", "--register", "postgresql://nobody@/none?host=/nowhere")
    assert (ran.code, ran.err.count("\n")) == (4, 1)
