"""Pictures on the desk: batches, the pictures in them, the answers, who is in these, and what reviewers said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Cell, Moment, Row, Rows, all_of, fields_of, metadata, parts

BATCH = sa.Table(
    "desk_batch",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("touched", Moment, nullable=False),
    sa.Column("gone", sa.Integer, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_desk_batch_account_at", "account", "at"),
    sa.Index("ix_desk_batch_at", "at"),
    sa.Index("ix_desk_batch_gone_touched", "gone", "touched"),
)
ITEM = sa.Table(
    "desk_item",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("batch", sa.ForeignKey("desk_batch.id", name="fk_desk_item_batch"), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("verdict", sa.String(16)),
    sa.Column("at", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("gone", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer),
    sa.Column("head", sa.String(64)),
    sa.Column("policy", sa.String(64)),
    sa.Column("original", sa.String(64)),
    sa.Column("small", sa.String(64)),
    sa.Column("copy", sa.String(64)),
    sa.Column("copy_small", sa.String(64)),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_desk_item_batch", "batch"),
    sa.UniqueConstraint("place", name="uq_desk_item_place"),
    sa.Index("ix_desk_item_state_place", "state", "gone", "place"),
)
ANSWER = sa.Table(
    "desk_answer",
    metadata,
    sa.Column("item", sa.ForeignKey("desk_item.id", name="fk_desk_answer_item"), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
DESK_PERSON = sa.Table(
    "desk_person",
    metadata,
    sa.Column("item", sa.ForeignKey("desk_item.id", name="fk_desk_person_item"), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_desk_person_person"), primary_key=True),
    sa.Index("ix_desk_person_person", "person"),
)
APPROVAL = sa.Table(
    "desk_approval",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("item", sa.ForeignKey("desk_item.id", name="fk_desk_approval_item"), nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_desk_approval_item", "item"),
)


class BatchRow(NamedTuple):
    """A batch: when it was opened, and when somebody last did something to a picture in it; `details` is sealed."""

    id: str
    account: str
    at: dt.datetime
    touched: dt.datetime
    gone: int
    details: bytes


class ItemRow(NamedTuple):
    """A picture of a batch; `details` is sealed, together with all else in the row.

    `place` is its place in the queue, `head` and `policy` what it was judged by, and the next four name its files.
    """

    id: str
    batch: str
    account: str
    number: int
    state: str
    verdict: str | None
    at: dt.datetime
    changed: dt.datetime
    gone: int
    place: int | None
    head: str | None
    policy: str | None
    original: str | None
    small: str | None
    copy: str | None
    copy_small: str | None
    details: bytes


class AnswerRow(NamedTuple):
    """The answer on a picture or on its copy, in all languages; sealed."""

    item: str
    kind: str
    details: bytes


class DeskPersonRow(NamedTuple):
    """Somebody whom an answer or a posting names."""

    item: str
    person: str


class ApprovalRow(NamedTuple):
    """What a reviewer said; `details` is sealed. What was said in an earlier round counts no more."""

    id: str
    item: str
    account: str
    at: dt.datetime
    round: int
    details: bytes


class DeskRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        BatchRow: BATCH,
        ItemRow: ITEM,
        AnswerRow: ANSWER,
        DeskPersonRow: DESK_PERSON,
        ApprovalRow: APPROVAL,
    }

    def batches(self, account: str | None, before: BatchRow | None, limit: int) -> list[BatchRow]:
        """The batches of one account, or all, the newest first, from the one after `before` on."""
        where = [] if account is None else [BATCH.c.account == account]
        if before is not None:
            earlier = sa.and_(BATCH.c.at == before.at, BATCH.c.id < before.id)
            where.append(sa.or_(BATCH.c.at < before.at, earlier))
        query = all_of(BatchRow, BATCH).where(*where).order_by(BATCH.c.at.desc(), BATCH.c.id.desc()).limit(limit)
        return self._read(BatchRow, query)

    def untouched(self, since: dt.datetime) -> list[str]:
        """The ids of the batches that are kept, and to which nobody did anything since."""
        query = sa.select(BATCH.c.id).where(BATCH.c.gone == 0, BATCH.c.touched < since)
        return sorted(self._connection.scalars(query))

    def counts(self, batches: Sequence[str]) -> list[tuple[str, str, str | None, int, int]]:
        """How many pictures of each batch have each state and verdict, and are gone (1) or kept (0)."""
        columns = (ITEM.c.batch, ITEM.c.state, ITEM.c.verdict, ITEM.c.gone)
        query = sa.select(*columns, sa.func.count()).where(ITEM.c.batch.in_(batches)).group_by(*columns)
        return [
            (str(batch), str(state), verdict, int(gone), int(count))
            for batch, state, verdict, gone, count in self._connection.execute(query)
        ]

    def last_number(self, batch: str) -> int:
        """The highest number of a picture in the batch; 0 when it has none."""
        query = sa.select(sa.func.max(ITEM.c.number)).where(ITEM.c.batch == batch)
        return self._connection.execute(query).scalar() or 0

    def last_place(self) -> int:
        """The highest place in the queue that was ever given; 0 when none was."""
        return self._connection.execute(sa.select(sa.func.max(ITEM.c.place))).scalar() or 0

    def queue(self, state: str, after: int, limit: int) -> list[ItemRow]:
        """The pictures of this state that are kept, in the order of their places, from the one after `after` on."""
        query = all_of(ItemRow, ITEM).where(ITEM.c.state == state, ITEM.c.gone == 0, ITEM.c.place > after)
        return self._read(ItemRow, query.order_by(ITEM.c.place).limit(limit))

    def queue_length(self, state: str) -> int:
        """How many pictures of this state are kept."""
        query = sa.select(sa.func.count()).where(ITEM.c.state == state, ITEM.c.gone == 0)
        return self._connection.execute(query).scalar_one()

    def judged_otherwise(self, states: Collection[str], head: str, policy: str, limit: int) -> list[str]:
        """The ids of pictures of these states that were judged by another register or policy, those in the queue first.

        Those come in the order of their places, and then the others by age.
        """
        otherwise = sa.or_(ITEM.c.head != head, ITEM.c.policy != policy)
        query = (
            sa.select(ITEM.c.id)
            .where(ITEM.c.state.in_(states), ITEM.c.gone == 0, otherwise)
            .order_by(ITEM.c.place.is_(None), ITEM.c.place, ITEM.c.at, ITEM.c.id)
        )
        return list(self._connection.scalars(query.limit(limit)))

    def naming(self, person: str) -> list[ItemRow]:
        """The pictures whose answer or posting names this person, by id."""
        named = sa.select(DESK_PERSON.c.item).where(DESK_PERSON.c.person == person)
        return self._rows(ItemRow, ITEM.c.id.in_(named))

    def files(self) -> set[str]:
        """The names of all files that a picture has."""
        columns = (ITEM.c.original, ITEM.c.small, ITEM.c.copy, ITEM.c.copy_small)
        rows = self._connection.execute(sa.select(*columns).where(ITEM.c.gone == 0))
        return {name for row in rows for name in row if name is not None}

    def replace(self, row: BatchRow | ItemRow) -> None:
        """Put the row in the place of the one with this id."""
        values: dict[str, Cell] = dict(zip(fields_of(type(row)), row, strict=True))
        self.update(type(row), row.id, values)

    def delete_answer(self, item: str, kind: str) -> None:
        """Remove the answer of this kind, where there is one."""
        self._connection.execute(ANSWER.delete().where(ANSWER.c.item == item, ANSWER.c.kind == kind))

    def approvals(self, items: Sequence[str]) -> list[ApprovalRow]:
        """What reviewers said of these pictures, by id."""
        return [row for part in parts(items) for row in self._rows(ApprovalRow, APPROVAL.c.item.in_(part))]
