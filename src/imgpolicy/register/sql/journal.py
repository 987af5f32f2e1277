"""The log of changes, and the register's own key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import ClassVar

import sqlalchemy as sa

from imgpolicy.domain.log import Action, Entry
from imgpolicy.register.sql.base import Moment, Row, Rows, metadata

META = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
LOG = sa.Table(
    "log",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("action", sa.String(64), nullable=False, index=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("payload", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("by", sa.String(64), nullable=False, server_default=""),
    sa.Index("ix_log_subject", "subject", "action", "seq"),
)


@cache
def _last_payload() -> sa.Select[str]:
    """Made once: to make a statement costs several times what it costs to ask it."""
    among = LOG.c.action.in_(sa.bindparam("what", expanding=True))
    return (
        sa.select(LOG.c.payload)
        .where(LOG.c.subject == sa.bindparam("who"), among)
        .order_by(LOG.c.seq.desc())
        .limit(sa.literal_column("1"))
    )


class LogRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {Entry: LOG}

    def set_key(self, wrapped: bytes) -> None:
        """Store the register's own key, once."""
        self._connection.execute(META.insert().values(name="key", value=wrapped))

    def key(self) -> bytes:
        """The register's own key, wrapped."""
        return bytes(self._connection.execute(sa.select(META.c.value).where(META.c.name == "key")).scalar_one())

    def kept_values(self) -> dict[str, bytes]:
        """Everything that is kept of the register itself, by name."""
        return {name: bytes(value) for name, value in self._connection.execute(sa.select(META)).all()}

    def rewrap(self, own: bytes) -> None:
        """Store the register's key anew."""
        self._connection.execute(META.update().where(META.c.name == "key").values(value=own))

    def entries_on(self, subject: str) -> list[Entry]:
        """The log's entries on one pseudonym, from the first."""
        query = sa.select(LOG).where(LOG.c.subject == subject).order_by(LOG.c.seq)
        return [Entry(*row) for row in self._connection.execute(query)]

    def last_of(self, actions: Collection[Action]) -> int:
        """The number of the log's last entry on one of these actions; 0 when there is none."""
        # One question an action: the database answers each from its index, however long the log is.
        column = LOG.c.seq
        queries = (sa.select(sa.func.max(column)).where(LOG.c.action == action) for action in actions)
        return max((self._connection.execute(query).scalar() or 0 for query in queries), default=0)

    def last_hash_but(self, actions: Collection[Action]) -> str | None:
        """The hash of the log's last entry that is on none of these actions; None when there is none."""
        query = sa.select(LOG.c.hash).where(LOG.c.action.not_in(actions)).order_by(LOG.c.seq.desc()).limit(1)
        return self._connection.execute(query).scalar()

    def last_payload(self, subject: str, actions: Collection[Action]) -> str | None:
        """The payload of the last entry on one of these actions under a pseudonym; None when there is none."""
        return self._connection.execute(_last_payload(), {"who": subject, "what": list(actions)}).scalar()

    def entry_hash(self, number: int) -> str | None:
        """The hash of the log's entry of this number; None when there is none."""
        return self._connection.execute(sa.select(LOG.c.hash).where(LOG.c.seq == number)).scalar()

    def number_of(self, entry_hash: str) -> int | None:
        """The number of the log's entry with this hash; None when there is none."""
        return self._connection.execute(sa.select(LOG.c.seq).where(LOG.c.hash == entry_hash).limit(1)).scalar()

    def count_of(self, action: Action) -> int:
        """How many of the log's entries are on this action."""
        query = sa.select(sa.func.count()).select_from(LOG).where(LOG.c.action == action)
        return self._connection.execute(query).scalar_one()

    def of_actions(self, actions: Collection[Action]) -> list[Entry]:
        """The log's entries on these actions, from the first."""
        query = sa.select(LOG).where(LOG.c.action.in_(actions)).order_by(LOG.c.seq)
        return [Entry(*row) for row in self._connection.execute(query)]

    def entries_after(self, number: int, but: Collection[Action]) -> list[Entry]:
        """The log's entries after the one of this number that are on none of these actions."""
        query = sa.select(LOG).where(LOG.c.seq > number, LOG.c.action.not_in(but)).order_by(LOG.c.seq)
        return [Entry(*row) for row in self._connection.execute(query)]

    def entries(self) -> Iterator[Entry]:
        """The log from its first entry; read as it is walked."""
        for row in self._connection.execute(sa.select(LOG).order_by(LOG.c.seq).execution_options(yield_per=1000)):
            yield Entry(*row)

    def backwards(self) -> Iterator[Entry]:
        """The log from its newest entry; read as it is walked."""
        query = sa.select(LOG).order_by(LOG.c.seq.desc()).execution_options(yield_per=100)
        for row in self._connection.execute(query):
            yield Entry(*row)

    def last(self) -> Entry | None:
        """The newest entry of the log."""
        row = self._connection.execute(sa.select(LOG).order_by(LOG.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else Entry(*row)
