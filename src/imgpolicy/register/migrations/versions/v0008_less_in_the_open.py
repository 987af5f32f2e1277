"""What posts and tasks say is sealed, as it was of people already: a stolen register shows less.

The documents are those that the code of this layout reads, in words of their own: that code goes on changing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import msgspec
import sqlalchemy as sa
from alembic import op

from imgpolicy.register.vault import Vault, padded

revision = "0008"
down_revision = "0007"

_BATCH = 1000
_WORDS = ("purpose", "campaign", "audience", "territory", "setting", "event", "edit")

Plain = dict[str, str | dt.date | None]
"""What one row held in the open."""


def upgrade() -> None:
    """Seal row by row, and drop the columns, which hold nothing any more then."""
    _seal_column(
        "publication",
        sa.Column("picture", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("published", sa.Date, nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        *(sa.Column(word, sa.String(100)) for word in _WORDS),
        document=msgspec.json.encode,
        indexes=("ix_publication_picture",),
    )
    _seal_column(
        "takedown",
        sa.Column("cause", sa.String(32), nullable=False),
        document=lambda plain: msgspec.json.encode(plain["cause"]),
    )


def _seal_column(
    name: str,
    *plain: sa.Column[str] | sa.Column[dt.date],
    document: Callable[[Plain], bytes],
    indexes: Sequence[str] = (),
) -> None:
    """Put a document, sealed with the register's key, into a new column in place of these."""
    op.add_column(name, sa.Column("details", sa.LargeBinary))
    table = _table(name, *plain)
    for row in _rows(table):
        words = {column.name: row[column.name] for column in plain}
        sealed = _vault().seal(f"{name}.details:{row['id']}", padded(document(words)))
        _update(table, row["id"], details=sealed, **_blank(plain))
    with op.batch_alter_table(name) as batch:
        for index in indexes:
            batch.drop_index(index)
        for column in plain:
            batch.drop_column(column.name)
        batch.alter_column("details", existing_type=sa.LargeBinary, nullable=False)


def _table(name: str, *plain: sa.Column[str] | sa.Column[dt.date]) -> sa.Table:
    """The table as far as it matters here."""
    own = (sa.Column("id", sa.String(64), primary_key=True), sa.Column("details", sa.LargeBinary))
    return sa.Table(name, sa.MetaData(), *own, *plain)


def _rows(table: sa.Table) -> Iterator[sa.RowMapping]:
    """Every row, read in parts, so that they can be changed meanwhile."""
    ids = op.get_bind().scalars(sa.select(table.c.id)).all()
    for start in range(0, len(ids), _BATCH):
        part = sa.select(table).where(table.c.id.in_(ids[start : start + _BATCH]))
        yield from op.get_bind().execute(part).mappings().all()


def _update(table: sa.Table, row: str, **values: bytes | str | dt.date | None) -> None:
    op.get_bind().execute(table.update().where(table.c.id == row).values(**values))


def _blank(plain: Sequence[sa.Column[str] | sa.Column[dt.date]]) -> Plain:
    """What is put over them: PostgreSQL leaves the bytes of a column that is dropped where they are."""
    return {column.name: None if column.nullable else _nothing(column) for column in plain}


def _nothing(column: sa.Column[str] | sa.Column[dt.date]) -> str | dt.date:
    return "" if column.type.python_type is str else dt.date(1970, 1, 1)


def _vault() -> Vault:
    """What seals; asked for only where there is a row."""
    config = op.get_context().config
    assert config is not None
    return cast("Vault", config.attributes["vault"])
