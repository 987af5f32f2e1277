"""Every statement that is sent to the database, in the words of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from imgpolicy.register.log import Entry
from imgpolicy.register.rows import ConsentRow, FaceRow, FingerprintRow, PersonRow, Row, ScopeRow, WorkRow
from imgpolicy.register.sql import tables

_TABLES = {
    PersonRow: tables.person,
    ConsentRow: tables.consent,
    ScopeRow: tables.scope,
    FaceRow: tables.face,
    WorkRow: tables.work,
    FingerprintRow: tables.fingerprint,
    Entry: tables.log,
}
_RowT = TypeVar("_RowT", PersonRow, ConsentRow, ScopeRow, WorkRow, FingerprintRow)


class Transaction:
    """What can be asked of the database and done to it, all in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def insert(self, rows: Sequence[Row]) -> None:
        """Add rows, all of one table."""
        if rows:
            self._connection.execute(_TABLES[type(rows[0])].insert(), [row._asdict() for row in rows])

    def set_key(self, wrapped: bytes) -> None:
        """Store the register's own key, once."""
        self._connection.execute(tables.meta.insert().values(name="key", value=wrapped))

    def key(self) -> bytes:
        """The register's own key, wrapped."""
        return bytes(
            self._connection.execute(sa.select(tables.meta.c.value).where(tables.meta.c.name == "key")).scalar_one()
        )

    def people(self, person: str | None = None) -> list[PersonRow]:
        """Everybody, or the one person, by id."""
        return self._rows(PersonRow, *_only(tables.person.c.id, person))

    def consents(self, person: str | None = None, kind: str | None = None) -> list[ConsentRow]:
        """The consents of everybody or of one person, of every kind or of one, by id."""
        return self._rows(ConsentRow, *_only(tables.consent.c.person, person), *_only(tables.consent.c.kind, kind))

    def scopes(self, person: str | None = None, kind: str | None = None) -> list[ScopeRow]:
        """The scopes of the consents that `consents` gives for the same arguments."""
        consents = sa.select(tables.consent.c.id).where(
            *_only(tables.consent.c.person, person), *_only(tables.consent.c.kind, kind)
        )
        return self._rows(ScopeRow, tables.scope.c.consent.in_(consents))

    def last_statement(self, person: str) -> dt.datetime | None:
        """When the person's latest consent was stated."""
        return self._connection.execute(
            sa.select(sa.func.max(tables.consent.c.at)).where(tables.consent.c.person == person)
        ).scalar()

    def consent_owner(self, consent: str) -> str | None:
        """The person who stated the consent of this id, or None when there is no such consent."""
        return self._connection.execute(
            sa.select(tables.consent.c.person).where(tables.consent.c.id == consent)
        ).scalar()

    def vectors(self, engine: str) -> list[tuple[str, bytes]]:
        """Person and sealed vector, of every vector of one engine, in the order in which they were enrolled."""
        query = (
            sa.select(tables.face.c.person, tables.face.c.vector)
            .where(tables.face.c.engine == engine)
            .order_by(tables.face.c.id)
        )
        return [(person, vector) for person, vector in self._connection.execute(query).all()]

    def sealed_length(self, engine: str) -> int | None:
        """How many bytes a sealed vector of this engine has, or None when there is no vector yet."""
        return self._connection.execute(
            sa.select(sa.func.length(tables.face.c.vector)).where(tables.face.c.engine == engine).limit(1)
        ).scalar()

    def count_faces(self, person: str | None = None) -> list[tuple[str, str, int]]:
        """Person, engine and number of vectors, of everybody or of one person."""
        columns = (tables.face.c.person, tables.face.c.engine)
        query = sa.select(*columns, sa.func.count()).where(*_only(tables.face.c.person, person))
        return [tuple(row) for row in self._connection.execute(query.group_by(*columns).order_by(*columns))]

    def delete_faces(self, person: str) -> int:
        """Remove a person's vectors; how many there were."""
        return self._connection.execute(tables.face.delete().where(tables.face.c.person == person)).rowcount

    def works(self) -> list[WorkRow]:
        """Every work, by id."""
        return self._rows(WorkRow)

    def work_ids(self) -> set[str]:
        """The ids in use."""
        return set(self._connection.execute(sa.select(tables.work.c.id)).scalars())

    def fingerprints(self, sha256: Sequence[str] | None = None) -> list[FingerprintRow]:
        """Every fingerprint, or those of these pictures."""
        return self._rows(FingerprintRow, *(() if sha256 is None else (tables.fingerprint.c.sha256.in_(sha256),)))

    def log(self) -> Iterator[Entry]:
        """The log from its first entry; read as it is walked."""
        for row in self._connection.execute(
            sa.select(tables.log).order_by(tables.log.c.seq).execution_options(yield_per=1000)
        ):
            yield Entry(*row)

    def last_entry(self) -> Entry | None:
        """The newest entry of the log."""
        row = self._connection.execute(sa.select(tables.log).order_by(tables.log.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else Entry(*row)

    def _rows(self, kind: type[_RowT], *where: sa.ColumnElement[bool]) -> list[_RowT]:
        table = _TABLES[kind]
        query = sa.select(*(table.c[name] for name in kind._fields)).where(*where).order_by(*table.primary_key)
        return [kind._make(row) for row in self._connection.execute(query).all()]


def _only(column: sa.ColumnElement[str], value: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if value is None else (column == value,)
