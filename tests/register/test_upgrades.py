"""A register of an older version is brought up to date when it is opened, with everything in it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.postgres import Server, engine_of
from tests.register.support import KEY, biometric, no, post, vectors, yes
from tests.support import asked, fingerprints_of, heard, wrote

from imgpolicy.domain.consent import LegalBasis
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.log import Event, next_entry
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.work import Features, KnownFingerprint
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.licences import add_licence, end_licence
from imgpolicy.register.licences import licences as all_licences
from imgpolicy.register.migrations import knows, upgrade
from imgpolicy.register.people import person as one_person
from imgpolicy.register.publications import takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import REVISION
from imgpolicy.register.statements import consents as all_consents
from imgpolicy.register.vault import Vault
from imgpolicy.register.works import add_work, remove_work
from imgpolicy.register.works import works as all_works

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
PLAIN = NOW.replace(tzinfo=None)
Value = str | int | bytes | dt.date | dt.datetime


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.sqlite'}"
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@contextlib.contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def put(connection: sa.Connection, table: str, **values: Value) -> None:
    """A row, as text: the tables of this program are those of its own layout."""
    columns = [
        sa.column(name, sa.DateTime if isinstance(value, dt.datetime) else None) for name, value in values.items()
    ]
    connection.execute(sa.table(table, *columns).insert().values(**values))


def fill_first(url: str) -> None:
    """What version 0001 held of a person with a consent, sealed as it sealed them."""
    wrapped = Vault.wrap_new(KEY)
    vault = Vault(KEY, wrapped)
    own = vault.new_person_key("eileen")
    key = vault.open_person("eileen", own)
    with writing(url) as connection:
        upgrade(connection, "0001")
        put(connection, "meta", name="key", value=wrapped)
        details = key.seal("person.details", b'{"name":"Eileen Collins","relation":null,"born":null}')
        put(connection, "person", id="eileen", key=own, details=details)
        details = key.seal("consent.details:c-1", b'{"collected":"form","reason":null}')
        consent = {"id": "c-1", "person": "eileen", "kind": "publication", "state": "given"}
        put(connection, "consent", **consent, at=PLAIN, details=details)
        for dimension, value in (("channel", "website"), ("purpose", "news"), ("setting", "private")):
            put(connection, "consent_scope", consent="c-1", dimension=dimension, value=value)
        entry = next_entry(None, Event(NOW, "create register", "0" * 64, "0" * 64))
        put(
            connection,
            "log",
            **{name: value for name, value in entry._asdict().items() if name != "by"} | {"at": PLAIN},
        )


@pytest.mark.slow
def test_what_the_first_version_held_is_there_and_the_rest_works(url: str) -> None:
    fill_first(url)
    with Register.open(url, KEY) as register:
        assert asked(register, one_person, "eileen").name == "Eileen Collins"
        (consent,) = asked(register, all_consents, "eileen")
        assert (consent.collected, consent.basis, consent.max_publications) == ("form", LegalBasis.CONSENT, None)
        private = Posting(channel="website", purpose="news", setting="private", on=today())
        assert heard([consent], private).status is CoverStatus.COVERED
        wrote(register, record_consent, biometric())
        wrote(register, add_faces, "eileen", "engine", vectors(1))
        post(register, wrote(register, record_consent, yes()))
        denial = wrote(register, record_consent, no())
        with register.reading() as unit:
            assert len(takedowns(unit, consent=denial.id)) == 1
        assert register.first_broken_entry() is None


def fill_second(url: str) -> None:
    """A work, and a post of version 0002 with an open task."""
    fill_first(url)
    with writing(url) as connection:
        upgrade(connection, "0002")
        put(connection, "work", id="harbour", kind="work", title="Harbour")
        hashes = f"'{1:064x}', 'harbour', '{2:016x}', '{3:064x}', 90"
        connection.exec_driver_sql(f"INSERT INTO fingerprint (sha256, work, phash, pdq, quality) VALUES ({hashes})")
        post = {"id": "p-1", "picture": "0" * 64, "url": "u", "channel": "website"}
        put(connection, "publication", **post, published=NOW.date(), at=PLAIN)
        put(connection, "publication_person", publication="p-1", person="eileen", consent="c-1")
        task = {"id": "t-1", "publication": "p-1", "cause": "withdrawn", "consent": "c-1"}
        put(connection, "takedown", **task, opened=PLAIN)


def test_what_the_second_version_held_is_there_and_licences_work(url: str) -> None:
    fill_second(url)
    with Register.open(url, KEY) as register:
        with register.writing() as unit:
            (task,) = takedowns(unit)
            assert (task.id, task.consent, task.licence) == ("t-1", "c-1", None)
            assert (task.publication.people, task.publication.works) == ({"eileen": "c-1"}, {})
            licence = add_licence(unit, Licence(work="harbour", licensor="A. Painter"))
            end_licence(unit, licence.id, "sold")
        assert [found.end is None for found in asked(register, all_licences)] == [False]


@pytest.mark.slow
def test_fingerprints_stay_and_those_with_features_come_beside_them(url: str) -> None:
    fill_second(url)
    old = KnownFingerprint(sha256=f"{1:064x}", phash=2, pdq=3, quality=90)
    new = KnownFingerprint(pdq=4, features=Features(version="1", width=30, height=20, data=bytes(24 * 30)))
    with Register.open(url, KEY) as register:
        wrote(register, add_work, "Sea", [new])
        harbour, sea = asked(register, all_works)
        assert (harbour.fingerprints, sea.fingerprints) == ((old,), (new,))
        wrote(register, remove_work, "sea")
        assert [work.id for work in asked(register, all_works)] == ["harbour"]
        assert fingerprints_of(register).base.pictured.tolist() == []


def test_every_revision_is_known(url: str) -> None:
    for revision in ("0001", "0002", REVISION):
        assert knows(revision)
        with writing(url) as connection:
            upgrade(connection, revision)
            assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == revision
    assert not knows("9999")
