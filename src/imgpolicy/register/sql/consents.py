"""What people said, sealed but for whose it is, of which kind, and when it was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata, only

CONSENT = sa.Table(
    "consent",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_consent_person"), nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("id", "person", "kind", name="uq_consent_id_person_kind"),
)


class ConsentRow(NamedTuple):
    """A consent; `details` is sealed with the person's key."""

    id: str
    person: str
    kind: str
    at: dt.datetime
    details: bytes


class ConsentRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {ConsentRow: CONSENT}

    def of(self, person: str | None = None, kind: str | None = None) -> list[ConsentRow]:
        """The consents of everybody or of one person, of every kind or of one, by id."""
        return self._rows(ConsentRow, *only(CONSENT.c.person, person), *only(CONSENT.c.kind, kind))

    def owner(self, consent: str) -> str | None:
        """The person who stated the consent of this id, or None when there is no such consent."""
        return self._connection.execute(sa.select(CONSENT.c.person).where(CONSENT.c.id == consent)).scalar()
