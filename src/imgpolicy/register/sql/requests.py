"""Consent forms, the requests that were made with them, and what was answered: sealed, but for what belongs to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Row, Rows, metadata

FORM = sa.Table(
    "form",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
REQUEST = sa.Table(
    "consent_request",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_consent_request_person"), index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("digest", name="uq_consent_request_digest"),
)
ANSWER = sa.Table(
    "consent_answer",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column(
        "request", sa.ForeignKey("consent_request.id", name="fk_consent_answer_request"), nullable=False, index=True
    ),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_consent_answer_person"), index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("digest", name="uq_consent_answer_digest"),
)


class FormRow(NamedTuple):
    """One version of a form."""

    id: str
    details: bytes


class RequestRow(NamedTuple):
    """A request; `digest` is the keyed digest of the link's secret, `person` None for a link that many use."""

    id: str
    person: str | None
    digest: str
    details: bytes


class AnswerRow(NamedTuple):
    """An answer; `digest` is that of its receipt's secret, `person` None while nobody said who gave it."""

    id: str
    request: str
    person: str | None
    digest: str
    details: bytes


class RequestRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {FormRow: FORM, RequestRow: REQUEST, AnswerRow: ANSWER}

    def unconfirmed(self) -> list[AnswerRow]:
        """The answers of which nobody said who gave them, by id."""
        return self._rows(AnswerRow, ANSWER.c.person.is_(None))

    def answers_to(self, request: str) -> int:
        """How many answers there are to a request."""
        query = sa.select(sa.func.count()).where(ANSWER.c.request == request)
        return self._connection.execute(query).scalar_one()
