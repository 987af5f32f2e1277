"""Found faces of which a reviewer said that they are none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "dismissal",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ends", sa.String(64), sa.ForeignKey("dismissal.id", name="fk_dismissal_ends"), unique=True),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
