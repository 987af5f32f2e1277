"""Consent forms, the requests that are made with them, and what is answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables: nobody was asked by a link before."""
    op.create_table(
        "form",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "consent_request",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), sa.ForeignKey("person.id", name="fk_consent_request_person")),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("digest", name="uq_consent_request_digest"),
    )
    op.create_index("ix_consent_request_person", "consent_request", ["person"])
    op.create_table(
        "consent_answer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "request",
            sa.String(64),
            sa.ForeignKey("consent_request.id", name="fk_consent_answer_request"),
            nullable=False,
        ),
        sa.Column("person", sa.String(64), sa.ForeignKey("person.id", name="fk_consent_answer_person")),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("digest", name="uq_consent_answer_digest"),
    )
    op.create_index("ix_consent_answer_request", "consent_answer", ["request"])
    op.create_index("ix_consent_answer_person", "consent_answer", ["person"])
