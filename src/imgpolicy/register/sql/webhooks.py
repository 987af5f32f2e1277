"""Webhooks, the events that they are told, whom an event is about, and what became of each delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Cell, Moment, Row, Rows, fields_of, metadata

WEBHOOK = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
EVENT = sa.Table(
    "webhook_event",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_webhook_event_kind_at", "kind", "at"),
)
ABOUT = sa.Table(
    "webhook_person",
    metadata,
    sa.Column("event", sa.ForeignKey("webhook_event.id", name="fk_webhook_person_event"), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_webhook_person_person"), primary_key=True),
    sa.Index("ix_webhook_person_person", "person"),
)
DELIVERY = sa.Table(
    "webhook_delivery",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("event", sa.ForeignKey("webhook_event.id", name="fk_webhook_delivery_event"), nullable=False),
    sa.Column("webhook", sa.ForeignKey("webhook.id", name="fk_webhook_delivery_webhook"), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_webhook_delivery_event", "event"),
    sa.Index("ix_webhook_delivery_webhook", "webhook"),
    sa.Index("ix_webhook_delivery_state_due", "state", "due"),
)


class WebhookRow(NamedTuple):
    """A webhook; where it leads, what it is told and the secret that signs it are sealed."""

    id: str
    details: bytes


class EventRow(NamedTuple):
    """Something that webhooks are told; its words are sealed, together with all else in the row."""

    id: str
    kind: str
    at: dt.datetime
    details: bytes


class AboutRow(NamedTuple):
    """Whom an event is about, although it does not name them."""

    event: str
    person: str


class DeliveryRow(NamedTuple):
    """An event on its way to one webhook: when it is sent next; `details` is sealed, together with the rest."""

    id: str
    event: str
    webhook: str
    state: str
    due: dt.datetime
    details: bytes


class WebhookRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        WebhookRow: WEBHOOK,
        EventRow: EVENT,
        AboutRow: ABOUT,
        DeliveryRow: DELIVERY,
    }

    def about(self, person: str) -> list[str]:
        """The ids of the events that are about this person."""
        return sorted(self._connection.scalars(sa.select(ABOUT.c.event).where(ABOUT.c.person == person)))

    def to_send(self, state: str, now: dt.datetime, but: Collection[str]) -> DeliveryRow | None:
        """The delivery of this state that waits longest of those whose time has come; None where none has."""
        query = (
            sa.select(*(DELIVERY.c[name] for name in fields_of(DeliveryRow)))
            .where(DELIVERY.c.state == state, DELIVERY.c.due <= now, DELIVERY.c.webhook.not_in(but))
            .order_by(DELIVERY.c.due, DELIVERY.c.id)
            .limit(1)
        )
        return next((DeliveryRow(*row) for row in self._connection.execute(query)), None)

    def count_of(self, state: str) -> int:
        """How many deliveries are in this state."""
        return self._count_by(DELIVERY.c.state, [state]).get(state, 0)

    def newest(self, kind: str) -> dt.datetime | None:
        """When the last event of this kind happened; None when there is none."""
        return self._connection.execute(sa.select(sa.func.max(EVENT.c.at)).where(EVENT.c.kind == kind)).scalar()

    def settled(self, waiting: str, before: dt.datetime) -> list[str]:
        """The ids of the events from before this moment that nobody is still to be told."""
        waits = sa.exists().where(DELIVERY.c.event == EVENT.c.id, DELIVERY.c.state == waiting)
        return sorted(self._connection.scalars(sa.select(EVENT.c.id).where(EVENT.c.at < before, ~waits)))

    def replace(self, row: DeliveryRow) -> None:
        """Put the row in the place of the one with this id."""
        values: dict[str, Cell] = dict(zip(fields_of(type(row)), row, strict=True))
        self.update(type(row), row.id, values)

    def remove_event(self, event: str) -> None:
        """Remove an event with its deliveries."""
        self.delete(DeliveryRow, "event", event)
        self.delete(AboutRow, "event", event)
        self.delete(EventRow, "id", event)
