"""Webhooks, the events that they are told, whom an event is about, and what became of each delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables: nobody was told of anything before."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_webhook_event_kind_at", "webhook_event", ["kind", "at"])
    op.create_table(
        "webhook_person",
        sa.Column(
            "event", sa.String(64), sa.ForeignKey("webhook_event.id", name="fk_webhook_person_event"), primary_key=True
        ),
        sa.Column(
            "person", sa.String(64), sa.ForeignKey("person.id", name="fk_webhook_person_person"), primary_key=True
        ),
    )
    op.create_index("ix_webhook_person_person", "webhook_person", ["person"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "event", sa.String(64), sa.ForeignKey("webhook_event.id", name="fk_webhook_delivery_event"), nullable=False
        ),
        sa.Column(
            "webhook", sa.String(64), sa.ForeignKey("webhook.id", name="fk_webhook_delivery_webhook"), nullable=False
        ),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_webhook_delivery_event", "webhook_delivery", ["event"])
    op.create_index("ix_webhook_delivery_webhook", "webhook_delivery", ["webhook"])
    op.create_index("ix_webhook_delivery_state_due", "webhook_delivery", ["state", "due"])
