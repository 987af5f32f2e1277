"""The words that a logo is known by, besides its artwork."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Logos that are there have none."""
    op.add_column("work", sa.Column("words", sa.Text))
