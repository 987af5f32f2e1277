"""Fingerprints with features, and those of which only a hash is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Lay the table out anew: neither database could drop the old primary key and the obligations in place alike."""
    op.create_table(
        "work_picture",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("work", sa.String(64), sa.ForeignKey("work.id", name="fk_work_picture_work"), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("phash", sa.String(16)),
        sa.Column("pdq", sa.String(64)),
        sa.Column("quality", sa.Integer, nullable=False),
        sa.Column("version", sa.String(32)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("features", sa.LargeBinary),
        sa.UniqueConstraint("sha256", name="uq_work_picture_sha256"),
    )
    columns = "work, sha256, phash, pdq, quality"
    op.execute(f"INSERT INTO work_picture ({columns}) SELECT {columns} FROM fingerprint")  # noqa: S608  # our own words
    op.drop_table("fingerprint")
    for column in ("work", "pdq", "phash"):
        op.create_index(f"ix_work_picture_{column}", "work_picture", [column])
    op.create_index("ix_log_action", "log", ["action"])
