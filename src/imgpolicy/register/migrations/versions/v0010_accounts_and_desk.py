"""Accounts with their sessions and tokens, in the log who did it, and pictures on the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables and the column: of what is in the log nobody is known to have done it."""
    _accounts()
    _desk()


def _accounts() -> None:
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
    # What was last done to somebody is asked whenever they are let in.
    op.drop_index("ix_log_subject", "log")
    op.create_index("ix_log_subject", "log", ["subject", "action", "seq"])
    op.add_column("log", sa.Column("by", sa.String(64), nullable=False, server_default=""))


def _desk() -> None:
    """Batches, the pictures in them, the answers, who is in these, and what reviewers said."""
    op.create_table(
        "desk_batch",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("touched", sa.DateTime, nullable=False),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_desk_batch_account_at", "desk_batch", ["account", "at"])
    op.create_index("ix_desk_batch_at", "desk_batch", ["at"])
    op.create_index("ix_desk_batch_gone_touched", "desk_batch", ["gone", "touched"])
    op.create_table(
        "desk_item",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("batch", sa.String(64), sa.ForeignKey("desk_batch.id", name="fk_desk_item_batch"), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("changed", sa.DateTime, nullable=False),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("head", sa.String(64)),
        sa.Column("policy", sa.String(64)),
        sa.Column("original", sa.String(64)),
        sa.Column("small", sa.String(64)),
        sa.Column("copy", sa.String(64)),
        sa.Column("copy_small", sa.String(64)),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("place", name="uq_desk_item_place"),
    )
    op.create_index("ix_desk_item_batch", "desk_item", ["batch"])
    op.create_index("ix_desk_item_state_place", "desk_item", ["state", "gone", "place"])
    op.create_table(
        "desk_answer",
        sa.Column("item", sa.String(64), sa.ForeignKey("desk_item.id", name="fk_desk_answer_item"), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "desk_person",
        sa.Column("item", sa.String(64), sa.ForeignKey("desk_item.id", name="fk_desk_person_item"), primary_key=True),
        sa.Column("person", sa.String(64), sa.ForeignKey("person.id", name="fk_desk_person_person"), primary_key=True),
    )
    op.create_index("ix_desk_person_person", "desk_person", ["person"])
    op.create_table(
        "desk_approval",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("item", sa.String(64), sa.ForeignKey("desk_item.id", name="fk_desk_approval_item"), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_desk_approval_item", "desk_approval", ["item"])
