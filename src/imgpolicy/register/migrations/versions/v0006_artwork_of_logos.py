"""The artwork of logos, and the templates by which they are found as a part of a picture."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table. Logos added before have no artwork: they are recognised as whole pictures, as before."""
    op.create_table(
        "artwork",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("work", sa.String(64), sa.ForeignKey("work.id", name="fk_artwork_work"), nullable=False, index=True),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("template", sa.LargeBinary),
    )
