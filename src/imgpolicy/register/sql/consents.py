"""What people said: consents with their scopes."""

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
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("id", "person", "kind", name="uq_consent_id_person_kind"),
)
SCOPE = sa.Table(
    "consent_scope",
    metadata,
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_consent_scope_consent"), primary_key=True),
    sa.Column("dimension", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(100), primary_key=True),
)


class ConsentRow(NamedTuple):
    """A consent without its scope; `details` is sealed."""

    id: str
    person: str
    kind: str
    state: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    at: dt.datetime
    details: bytes


class ScopeRow(NamedTuple):
    """One value in one dimension of a consent's scope."""

    consent: str
    dimension: str
    value: str


class ConsentRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {ConsentRow: CONSENT, ScopeRow: SCOPE}

    def of(self, person: str | None = None, kind: str | None = None) -> list[ConsentRow]:
        """The consents of everybody or of one person, of every kind or of one, by id."""
        return self._rows(ConsentRow, *only(CONSENT.c.person, person), *only(CONSENT.c.kind, kind))

    def scopes(self, person: str | None = None, kind: str | None = None) -> list[ScopeRow]:
        """The scopes of the consents that `consents` gives for the same arguments."""
        consents = sa.select(CONSENT.c.id).where(*only(CONSENT.c.person, person), *only(CONSENT.c.kind, kind))
        return self._rows(ScopeRow, SCOPE.c.consent.in_(consents))

    def last_statement(self, person: str) -> dt.datetime | None:
        """When the person's latest consent was stated."""
        return self._connection.execute(sa.select(sa.func.max(CONSENT.c.at)).where(CONSENT.c.person == person)).scalar()

    def owner(self, consent: str) -> str | None:
        """The person who stated the consent of this id, or None when there is no such consent."""
        return self._connection.execute(sa.select(CONSENT.c.person).where(CONSENT.c.id == consent)).scalar()

    def ending(self, until: dt.date) -> set[str]:
        """The people with a consent whose last day is `until` or lies before."""
        query = sa.select(CONSENT.c.person).where(CONSENT.c.valid_until <= until).distinct()
        return set(self._connection.execute(query).scalars())
