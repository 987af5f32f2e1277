"""People, consents, face vectors, works and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables; none of them is there yet."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    _people_and_consents()
    _works()
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _people_and_consents() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.Column("guardian", sa.String(64), sa.ForeignKey("person.id", name="fk_person_guardian"), index=True),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "person", sa.String(64), sa.ForeignKey("person.id", name="fk_consent_person"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("id", "person", "kind", name="uq_consent_id_person_kind"),
    )
    op.create_table(
        "consent_scope",
        sa.Column(
            "consent", sa.String(64), sa.ForeignKey("consent.id", name="fk_consent_scope_consent"), primary_key=True
        ),
        sa.Column("dimension", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(100), primary_key=True),
    )
    op.create_table(
        "face_vector",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(64), nullable=False, index=True),
        sa.Column("engine", sa.String(200), nullable=False, index=True),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["consent", "person", "kind"],
            ["consent.id", "consent.person", "consent.kind"],
            name="fk_face_vector_consent",
        ),
        sa.CheckConstraint("kind = 'biometric'", name="ck_face_vector_kind"),
    )


def _works() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
    )
    op.create_table(
        "fingerprint",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column(
            "work", sa.String(64), sa.ForeignKey("work.id", name="fk_fingerprint_work"), nullable=False, index=True
        ),
        sa.Column("phash", sa.String(16), nullable=False),
        sa.Column("pdq", sa.String(64), nullable=False),
        sa.Column("quality", sa.Integer, nullable=False),
    )
