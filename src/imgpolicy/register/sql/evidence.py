"""Files that prove what was said, and the notices that people were shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata

NOTICE = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(100), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
EVIDENCE = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_evidence_person"), nullable=False, index=True),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_evidence_consent")),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
LICENCE_EVIDENCE = sa.Table(
    "licence_evidence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_evidence_licence"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


class NoticeRow(NamedTuple):
    """A text that people were shown when they were asked; `id` is its digest."""

    id: str
    version: str
    language: str
    text: str


class EvidenceRow(NamedTuple):
    """A file that proves what was said; `details` and `content` are sealed."""

    id: str
    person: str
    consent: str | None
    at: dt.datetime
    details: bytes
    content: bytes


class LicenceEvidenceRow(NamedTuple):
    """A file that proves a licence; `details` and `content` are sealed with the register's key."""

    id: str
    licence: str
    at: dt.datetime
    details: bytes
    content: bytes


class EvidenceRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        NoticeRow: NOTICE,
        EvidenceRow: EVIDENCE,
        LicenceEvidenceRow: LICENCE_EVIDENCE,
    }

    def proofs(self) -> list[tuple[str, str, str]]:
        """The id, the person and the record of each file that proves a record, by id; the files are not read."""
        columns = (EVIDENCE.c.id, EVIDENCE.c.person, EVIDENCE.c.consent)
        query = sa.select(*columns).where(EVIDENCE.c.consent.is_not(None)).order_by(EVIDENCE.c.id)
        return [(str(file), str(person), str(consent)) for file, person, consent in self._connection.execute(query)]
