"""Licences to works with their scope, end and evidence; the works in a post and the licences that it rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables, and let a take-down task name the licence that asks for it."""
    op.create_table(
        "licence",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("work", sa.String(64), sa.ForeignKey("work.id", name="fk_licence_work"), nullable=False, index=True),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date, index=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "licence_scope",
        _licence("fk_licence_scope_licence", primary_key=True),
        sa.Column("dimension", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(100), primary_key=True),
    )
    op.create_table(
        "licence_end",
        _licence("fk_licence_end_licence", primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "licence_evidence",
        sa.Column("id", sa.String(64), primary_key=True),
        _licence("fk_licence_evidence_licence", nullable=False, index=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    publication = sa.ForeignKey("publication.id", name="fk_publication_work_publication")
    work = sa.ForeignKey("work.id", name="fk_publication_work_work")
    op.create_table(
        "publication_work",
        sa.Column("publication", sa.String(64), publication, primary_key=True),
        sa.Column("work", sa.String(64), work, primary_key=True, index=True),
        _licence("fk_publication_work_licence", index=True),
    )
    with op.batch_alter_table("takedown") as takedown:
        takedown.add_column(sa.Column("licence", sa.String(64)))
        takedown.create_foreign_key("fk_takedown_licence", "licence", ["licence"], ["id"])
    op.create_index("ix_takedown_licence", "takedown", ["licence"])


def _licence(
    constraint: str, *, primary_key: bool = False, nullable: bool = True, index: bool = False
) -> sa.Column[str]:
    """The column that names a licence."""
    return sa.Column(
        "licence",
        sa.String(64),
        sa.ForeignKey("licence.id", name=constraint),
        primary_key=primary_key,
        nullable=nullable and not primary_key,
        index=index or None,
    )
