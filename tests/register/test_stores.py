"""The table of stores: nothing is kept outside of it, and whoever asks or is forgotten is looked for in all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests.register.desks import laid_down
from tests.register.support import Made, biometric, no, post, vectors, yes
from tests.support import wrote
from tools.stores import PAGE, page

from imgpolicy.domain.decision import Decision
from imgpolicy.index.file import index_path
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import record_decision
from imgpolicy.register.desk_files import desk_folder
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.evidence import add_evidence
from imgpolicy.register.faces import add_faces
from imgpolicy.register.sql.base import metadata
from imgpolicy.register.sql.database import archive_file
from imgpolicy.register.sql.transaction import Transaction
from imgpolicy.register.stores import STORES
from imgpolicy.register.subject_access import dossier

NOT_OURS = {"alembic_version"}


def tables_of(made: Made) -> set[str]:
    with closing(sqlite3.connect(made.file)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name for (name,) in found} - NOT_OURS


def test_every_table_of_the_database_belongs_to_one_store(made: Made) -> None:
    tables = [table for store in STORES for table in store.tables]
    assert sorted(tables) == sorted(tables_of(made)) == sorted(metadata.tables)
    assert Transaction.__module__.startswith("imgpolicy.register.sql")


def test_every_table_that_names_a_person_is_in_a_store_that_forgets_them(made: Made) -> None:
    forgetting = {table for store in STORES if store.forget is not None for table in store.tables}
    with closing(sqlite3.connect(made.file)) as connection:
        naming = {
            table
            for table in tables_of(made)
            for _, _, target, *_ in connection.execute(f"PRAGMA foreign_key_list({table})")
            if target == "person"
        }
    assert naming
    assert naming <= forgetting


def test_what_stands_beside_the_register_is_told() -> None:
    told = {file for store in STORES for file in store.files}
    beside = {index_path(PAGE), desk_folder(PAGE), archive_file(PAGE)}
    assert told == {f"REGISTER{one.name.removeprefix(PAGE.name)}" for one in beside}


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_every_store_says_what_it_holds_of_whom_and_for_how_long(store: object) -> None:
    for field in ("name", "holds", "who", "retention"):
        assert getattr(store, field).strip()


@pytest.mark.parametrize("store", [s for s in STORES if s.show is not None], ids=lambda store: store.name)
def test_what_a_store_shows_is_in_the_dossier(made: Made, store: object) -> None:
    fill(made)
    with made.register.reading() as unit:
        whole = dossier(unit, "eileen")
        shown = getattr(store, "show")(unit, whole)  # noqa: B009  # any store
    assert shown == whole


def test_no_table_knows_the_id_after_an_erasure(made: Made) -> None:
    fill(made)
    erase_person(made.register, "eileen")
    with closing(sqlite3.connect(made.file)) as connection:
        for table in tables_of(made):
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert not [row for row in rows if "eileen" in row], table


def test_the_page_of_stores_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def fill(made: Made) -> None:
    """Something of Eileen in every store in which a person can be."""
    register = made.register
    consent = wrote(register, record_consent, yes())
    wrote(register, record_consent, biometric())
    wrote(register, add_faces, "eileen", "engine", vectors(2))
    post(register, consent)
    wrote(register, add_evidence, "eileen", "form.pdf", b"%PDF-1.4", consent=consent.id)
    report = b'{"reports": [{"faces": [{"person": "eileen"}]}]}'
    wrote(register, record_decision, Decision(picture=None, policy="p", head="h", verdict="go", report=report))
    with register.writing() as unit:
        laid_down(unit, "eileen")
    wrote(register, record_consent, no(channel="facebook"))
