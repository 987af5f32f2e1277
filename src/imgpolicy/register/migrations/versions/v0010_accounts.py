"""Accounts with their sessions and tokens, and in the log who did it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables and the column: of what is in the log nobody is known to have done it."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    for name in ("session", "api_token"):
        op.create_table(
            name,
            sa.Column("id", sa.String(64), primary_key=True),
            sa.Column("account", sa.String(64), sa.ForeignKey("account.id", name=f"fk_{name}_account"), nullable=False),
            sa.Column("details", sa.LargeBinary, nullable=False),
        )
        op.create_index(f"ix_{name}_account", name, ["account"])
    op.add_column("log", sa.Column("by", sa.String(64), nullable=False, server_default=""))
