"""Licences to works and their ends, sealed but for which work they are to and when they were recorded."""

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
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
LICENCE_END = sa.Table(
    "licence_end",
    metadata,
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_end_licence"), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)


class LicenceRow(NamedTuple):
    """A licence; `details` is sealed with the register's key."""

    id: str
    work: str
    at: dt.datetime
    details: bytes


class LicenceEndRow(NamedTuple):
    """That a licence is over; `details` is sealed with the register's key."""

    licence: str
    at: dt.datetime
    details: bytes


class LicenceRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        LicenceRow: LICENCE,
        LicenceEndRow: LICENCE_END,
    }

    def of(self, work: str | None) -> tuple[list[LicenceRow], list[LicenceEndRow]]:
        """The licences to one work or to all, by id, with their ends."""
        licences = sa.select(LICENCE.c.id).where(*only(LICENCE.c.work, work))
        return (
            self._rows(LicenceRow, *only(LICENCE.c.work, work)),
            self._rows(LicenceEndRow, LICENCE_END.c.licence.in_(licences)),
        )

    def work(self, licence: str) -> str | None:
        """The work that the licence of this id is to, or None when there is no such licence."""
        return self._connection.execute(sa.select(LICENCE.c.work).where(LICENCE.c.id == licence)).scalar()
