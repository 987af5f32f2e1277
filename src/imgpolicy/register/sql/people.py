"""People as they are kept: encrypted where it tells who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Row, Rows, metadata, only, parts

PERSON = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)


class PersonRow(NamedTuple):
    """A person: `key` is wrapped by the master key, `details` is sealed with that key."""

    id: str
    key: bytes
    details: bytes


class PeopleRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {PersonRow: PERSON}

    def of(self, person: str | None = None) -> list[PersonRow]:
        """Everybody, or the one person, by id."""
        return self._rows(PersonRow, *only(PERSON.c.id, person))

    def known(self, names: Sequence[str]) -> set[str]:
        """Those of these names that are ids of people."""
        column = PERSON.c.id
        return {
            found
            for part in parts(names)
            for found in self._connection.scalars(sa.select(column).where(column.in_(part)))
        }

    def rewrap(self, keys: Mapping[str, bytes]) -> None:
        """Store everybody's keys, by id, anew."""
        statement = PERSON.update().where(PERSON.c.id == sa.bindparam("who")).values(key=sa.bindparam("wrapped"))
        if keys:
            self._connection.execute(statement, [{"who": person, "wrapped": key} for person, key in keys.items()])
