"""What posts, tasks, consents and licences say is sealed, and who is whose guardian: a stolen register shows less.

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

Details = dict[str, object]
"""A sealed document; what is not of concern here stays in it as it is."""


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
    _people()
    _consents()
    _licences()


def _people() -> None:
    """Every guardian stands with the others in the details, which the person's own key seals."""
    table = _table("person", sa.Column("key", sa.LargeBinary), sa.Column("guardian", sa.String(64)))
    for row in _rows(table):
        key = _vault().open_person(row["id"], row["key"])
        details = msgspec.json.decode(key.unseal("person.details", row["details"]), type=Details)
        others = cast("list[str]", details.pop("others", []))
        details["guardians"] = sorted({*others, row["guardian"]} - {None})
        _update(table, row["id"], details=key.seal("person.details", _encoded(details)), guardian=None)
    with op.batch_alter_table("person") as batch:
        batch.drop_index("ix_person_guardian")
        batch.drop_constraint("fk_person_guardian", type_="foreignkey")
        batch.drop_column("guardian")


def _consents() -> None:
    """The trigger asked for states and days, which the database does not know any more; the program asks for them."""
    op.execute("DROP TRIGGER face_vector_needs_consent" + ("" if _is_sqlite() else " ON face_vector"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION face_vector_needs_consent()")
    state = sa.Column("state", sa.String(32), nullable=False)
    table = _table("consent", sa.Column("person", sa.String(64)), state, *_days())
    wrapped = op.get_bind().execute(sa.text("SELECT id, key FROM person"))
    keys = {who: _vault().open_person(who, key) for who, key in wrapped}
    words = _words("consent")
    for row in _rows(table):
        key, place = keys[row["person"]], f"consent.details:{row['id']}"
        details = msgspec.json.decode(key.unseal(place, row["details"]), type=Details)
        details |= {name: row[name] for name in ("state", "valid_from", "valid_until")}
        details["scope"] = words.get(row["id"], [])
        _update(table, row["id"], details=key.seal(place, _encoded(details)), **_blank((state, *_days())))
    op.drop_table("consent_scope")
    with op.batch_alter_table("consent") as batch:
        batch.drop_index("ix_consent_valid_until")
        for name in ("state", "valid_from", "valid_until"):
            batch.drop_column(name)


def _licences() -> None:
    table, words = _table("licence", *_days()), _words("licence")
    for row in _rows(table):
        place = f"licence.details:{row['id']}"
        details = msgspec.json.decode(_vault().unseal(place, row["details"]), type=Details)
        details |= {name: row[name] for name in ("valid_from", "valid_until")}
        details["scope"] = words.get(row["id"], [])
        _update(table, row["id"], details=_vault().seal(place, _encoded(details)), **_blank(_days()))
    op.drop_table("licence_scope")
    with op.batch_alter_table("licence") as batch:
        batch.drop_index("ix_licence_valid_until")
        for name in ("valid_from", "valid_until"):
            batch.drop_column(name)


def _days() -> tuple[sa.Column[dt.date], ...]:
    """The columns of the days on which something begins and ends."""
    return sa.Column("valid_from", sa.Date), sa.Column("valid_until", sa.Date)


def _words(of: str) -> dict[str, list[tuple[str, str]]]:
    """The words of each consent's or licence's scope."""
    rows = op.get_bind().execute(sa.text(f"SELECT {of}, dimension, value FROM {of}_scope"))  # noqa: S608  # our own words
    found: dict[str, list[tuple[str, str]]] = {}
    for record, dimension, value in rows:
        found.setdefault(record, []).append((dimension, value))
    return found


def _encoded(details: Details) -> bytes:
    return padded(msgspec.json.encode(details))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


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


def _table(name: str, *plain: sa.Column[str] | sa.Column[dt.date] | sa.Column[bytes]) -> sa.Table:
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
