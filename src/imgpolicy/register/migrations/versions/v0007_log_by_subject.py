"""What the log says of one person or thing is found without reading all of it."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Index the log by whom or what its entries are about."""
    op.create_index("ix_log_subject", "log", ["subject"])
