"""Checks that were recorded, and whom they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata

DECISION = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("picture", sa.String(64)),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("report", sa.LargeBinary),
    sa.Column("release", sa.LargeBinary),
)
JUDGED = sa.Table(
    "decision_person",
    metadata,
    sa.Column("decision", sa.ForeignKey("decision.id", name="fk_decision_person_decision"), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_decision_person_person"), primary_key=True),
    sa.Index("ix_decision_person_person", "person"),
)


class DecisionRow(NamedTuple):
    """A check that was recorded; `report` and `release` are sealed with the register's key."""

    id: str
    at: dt.datetime
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: bytes | None
    release: bytes | None


class JudgedRow(NamedTuple):
    """Somebody of whom a recorded report speaks."""

    decision: str
    person: str


class DecisionRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {DecisionRow: DECISION, JudgedRow: JUDGED}

    def of(self, person: str) -> list[DecisionRow]:
        """The recorded decisions whose reports name this person, by id."""
        judged = sa.select(JUDGED.c.decision).where(JUDGED.c.person == person)
        return self._rows(DecisionRow, DECISION.c.id.in_(judged))
