"""What the statements on all tables have in common: the schema they join, and the rows that go in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from inspect import get_annotations
from operator import attrgetter
from typing import ClassVar, TypeVar

import sqlalchemy as sa

Cell = str | int | bytes | dt.date | dt.datetime | None
"""What a column may hold."""

metadata = sa.MetaData()
"""All tables, as the newest migration leaves them."""

REVISION = "0012"
"""The migration that the tables agree with."""

_PART = 1000
"""How many values one statement asks for: SQLite and PostgreSQL take up to 32,766."""


class Moment(sa.TypeDecorator[dt.datetime]):
    """An aware datetime, kept as UTC without its zone, which every database can."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        return value and value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        return value and value.replace(tzinfo=dt.UTC)


Row = tuple[Cell, ...]
"""A named tuple whose fields are columns."""

RowT = TypeVar("RowT", bound=Row)

KeyT = TypeVar("KeyT", str, int, bytes)


class Rows:
    """What is asked of the tables of one thing and done to them, within the transaction of the connection."""

    tables: ClassVar[Mapping[type[Row], sa.Table]]

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def insert(self, rows: Sequence[Row]) -> None:
        """Add rows, all of one table."""
        if rows:
            self._connection.execute(
                self.tables[type(rows[0])].insert(), [dict(zip(fields_of(type(row)), row, strict=True)) for row in rows]
            )

    def find(self, kind: type[RowT], column: str | None = None, value: str | None = None) -> list[RowT]:
        """The rows of one table, by its primary key: all, or those whose column holds the value, None being empty."""
        return self._rows(kind, *(() if column is None else (self.tables[kind].c[column] == value,)))

    def update(self, kind: type[Row], key: str, values: Mapping[str, Cell]) -> None:
        """Change columns of the row with this id."""
        table = self.tables[kind]
        self._connection.execute(table.update().where(table.c.id == key).values(**values))

    def delete(self, kind: type[Row], column: str, value: str | int) -> int:
        """Remove the rows whose column holds the value; how many there were."""
        table = self.tables[kind]
        return self._connection.execute(table.delete().where(table.c[column] == value)).rowcount

    def empty(self, kind: type[Row], column: str, value: str) -> None:
        """Let go of a value where a column holds it."""
        table = self.tables[kind]
        self._connection.execute(table.update().where(table.c[column] == value).values({column: None}))

    def count(self, kind: type[Row]) -> int:
        """How many rows the table has."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(self.tables[kind])).scalar_one()

    def _read(self, kind: type[RowT], query: sa.Select[tuple[Cell]]) -> list[RowT]:
        """The rows that the query finds, in its order."""
        return [tuple.__new__(kind, row) for row in self._connection.execute(query).all()]

    def _rows(self, kind: type[RowT], *where: sa.ColumnElement[bool]) -> list[RowT]:
        table = self.tables[kind]
        # Sorted here: databases differ in how they order text.
        by_key = attrgetter(*(column.name for column in table.primary_key))
        return sorted(self._read(kind, all_of(kind, table).where(*where)), key=by_key)

    def _count_by(self, column: sa.Column[str], values: Sequence[str]) -> dict[str, int]:
        """How many rows hold each of these values in the column."""
        query = sa.select(column, sa.func.count()).group_by(column)
        counts = (row for part in parts(values) for row in self._connection.execute(query.where(column.in_(part))))
        return {str(value): int(count) for value, count in counts}


def fields_of(kind: type[Row]) -> tuple[str, ...]:
    """The columns of a kind of row, in its order."""
    return tuple(get_annotations(kind))


def all_of(kind: type[Row], table: sa.Table) -> sa.Select[tuple[Cell]]:
    """What asks for all rows of this kind."""
    return sa.select(*(table.c[name] for name in fields_of(kind)))


def parts(ids: Sequence[KeyT]) -> Iterator[Sequence[KeyT]]:
    """The ids in parts that fit into one statement."""
    yield from (ids[start : start + _PART] for start in range(0, len(ids), _PART))


def only(column: sa.ColumnElement[str], value: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that the column holds the value; none for None."""
    return () if value is None else (column == value,)
