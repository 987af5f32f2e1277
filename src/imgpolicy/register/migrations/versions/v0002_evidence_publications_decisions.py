"""Notices, evidence, publications, take-down tasks and decisions; no face without a consent that is valid today."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables, and have the database itself hold the rule for face vectors."""
    op.create_index("ix_consent_valid_until", "consent", ["valid_until"])
    _evidence()
    _publications()
    _decisions()
    _guard_faces()


def _evidence() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(64), primary_key=True),
        _reference("person", "person.id", "fk_evidence_person", nullable=False, index=True),
        _reference("consent", "consent.id", "fk_evidence_consent"),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _publications() -> None:
    words = ("purpose", "campaign", "audience", "territory", "setting", "event", "edit")
    op.create_table(
        "publication",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("picture", sa.String(64), nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("published", sa.Date, nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        *(sa.Column(word, sa.String(100)) for word in words),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("down", sa.DateTime),
    )
    op.create_table(
        "publication_person",
        _reference("publication", "publication.id", "fk_publication_person_publication", primary_key=True),
        _reference("person", "person.id", "fk_publication_person_person", primary_key=True, index=True),
        _reference("consent", "consent.id", "fk_publication_person_consent", index=True),
    )
    op.create_table(
        "takedown",
        sa.Column("id", sa.String(64), primary_key=True),
        _reference("publication", "publication.id", "fk_takedown_publication", nullable=False, index=True),
        sa.Column("cause", sa.String(32), nullable=False),
        _reference("consent", "consent.id", "fk_takedown_consent", index=True),
        sa.Column("opened", sa.DateTime, nullable=False),
        sa.Column("closed", sa.DateTime),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("picture", sa.String(64)),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("report", sa.LargeBinary),
        sa.Column("release", sa.LargeBinary),
    )
    op.create_table(
        "decision_person",
        _reference("decision", "decision.id", "fk_decision_person_decision", primary_key=True),
        _reference("person", "person.id", "fk_decision_person_person", primary_key=True, index=True),
    )


def _reference(  # noqa: PLR0913  # what a column can be
    name: str, target: str, constraint: str, *, primary_key: bool = False, nullable: bool = True, index: bool = False
) -> sa.Column[str]:
    return sa.Column(
        name,
        sa.String(64),
        sa.ForeignKey(target, name=constraint),
        primary_key=primary_key,
        nullable=nullable and not primary_key,
        index=index or None,
    )


_INVALID = """NOT EXISTS (
    SELECT 1 FROM consent c
    WHERE c.id = NEW.consent AND c.state IN ('given', 'renewed')
      AND (c.valid_from IS NULL OR c.valid_from <= {tomorrow})
      AND (c.valid_until IS NULL OR c.valid_until >= {yesterday})
      AND NOT EXISTS (
        SELECT 1 FROM consent d
        WHERE d.person = c.person AND d.kind = c.kind AND d.at >= c.at
          AND d.state IN ('refused', 'withdrawn', 'revoked', 'invalidated', 'objected')))"""
_MESSAGE = "a face vector needs a biometric consent that is valid today"


def _guard_faces() -> None:
    """The server's day may differ from the program's, by one; the program holds to its own."""
    if op.get_bind().dialect.name == "sqlite":
        invalid = _INVALID.format(tomorrow="date('now', '+1 day')", yesterday="date('now', '-1 day')")
        op.execute(
            "CREATE TRIGGER face_vector_needs_consent BEFORE INSERT ON face_vector"
            f" WHEN {invalid} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )
        return
    invalid = _INVALID.format(tomorrow="current_date + 1", yesterday="current_date - 1")
    op.execute(
        "CREATE FUNCTION face_vector_needs_consent() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {invalid} THEN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER face_vector_needs_consent BEFORE INSERT ON face_vector"
        " FOR EACH ROW EXECUTE FUNCTION face_vector_needs_consent()"
    )
