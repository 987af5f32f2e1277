"""Licences to works, with their scopes and their ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata, only

LICENCE = sa.Table(
    "licence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_licence_work"), nullable=False, index=True),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
LICENCE_SCOPE = sa.Table(
    "licence_scope",
    metadata,
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_scope_licence"), primary_key=True),
    sa.Column("dimension", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(100), primary_key=True),
)
LICENCE_END = sa.Table(
    "licence_end",
    metadata,
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_end_licence"), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)


class LicenceRow(NamedTuple):
    """A licence without its scope; `details` is sealed with the register's key."""

    id: str
    work: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    at: dt.datetime
    details: bytes


class LicenceScopeRow(NamedTuple):
    """One value in one dimension of a licence's scope."""

    licence: str
    dimension: str
    value: str


class LicenceEndRow(NamedTuple):
    """That a licence is over; `details` is sealed with the register's key."""

    licence: str
    at: dt.datetime
    details: bytes


class LicenceRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        LicenceRow: LICENCE,
        LicenceScopeRow: LICENCE_SCOPE,
        LicenceEndRow: LICENCE_END,
    }

    def of(self, work: str | None) -> tuple[list[LicenceRow], list[LicenceScopeRow], list[LicenceEndRow]]:
        """The licences to one work or to all, by id, with their scopes and ends."""
        licences = sa.select(LICENCE.c.id).where(*only(LICENCE.c.work, work))
        return (
            self._rows(LicenceRow, *only(LICENCE.c.work, work)),
            self._rows(LicenceScopeRow, LICENCE_SCOPE.c.licence.in_(licences)),
            self._rows(LicenceEndRow, LICENCE_END.c.licence.in_(licences)),
        )

    def work(self, licence: str) -> str | None:
        """The work that the licence of this id is to, or None when there is no such licence."""
        return self._connection.execute(sa.select(LICENCE.c.work).where(LICENCE.c.id == licence)).scalar()

    def ending(self, until: dt.date) -> set[str]:
        """The works with a licence whose last day is `until` or lies before."""
        query = sa.select(LICENCE.c.work).where(LICENCE.c.valid_until <= until).distinct()
        return set(self._connection.execute(query).scalars())
