"""Known works, and what their pictures are recognised by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.index.rows import FeaturesRow, FingerprintRow
from imgpolicy.register.sql.base import Row, Rows, metadata, only, parts

_BATCH = 5000

WORK = sa.Table(
    "work",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("words", sa.Text),
)
WORK_PICTURE = sa.Table(
    "work_picture",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_work_picture_work"), nullable=False, index=True),
    sa.Column("sha256", sa.String(64)),
    sa.Column("phash", sa.String(16), index=True),
    sa.Column("pdq", sa.String(64), index=True),
    sa.Column("quality", sa.Integer, nullable=False),
    sa.Column("version", sa.String(32)),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("features", sa.LargeBinary),
    sa.UniqueConstraint("sha256", name="uq_work_picture_sha256"),
)


class WorkRow(NamedTuple):
    """A known work; the words of a logo, a line for each."""

    id: str
    kind: str
    title: str
    owner: str | None
    words: str | None


class WorkPictureRow(NamedTuple):
    """What is known of a picture of a work; hashes in hex, of 64, 16 and 64 digits; features with their version."""

    work: str
    sha256: str | None
    phash: str | None
    pdq: str | None
    quality: int
    version: str | None
    width: int | None
    height: int | None
    features: bytes | None


class WorkRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {WorkRow: WORK, WorkPictureRow: WORK_PICTURE}

    def all(self) -> list[WorkRow]:
        """Every work, by id."""
        return self._rows(WorkRow)

    def with_words(self) -> list[WorkRow]:
        """The logos that are known by words, by id."""
        columns = (WORK.c[name] for name in WorkRow._fields)
        query = sa.select(*columns).where(WORK.c.words.is_not(None)).order_by(WORK.c.id)
        return [WorkRow._make(row) for row in self._connection.execute(query)]

    def ids(self) -> set[str]:
        """The ids in use."""
        return set(self._connection.execute(sa.select(WORK.c.id)).scalars())

    def ids_like(self, stem: str) -> set[str]:
        """The ids in use that are this one or begin with it and a hyphen."""
        column = WORK.c.id
        query = sa.select(column).where(sa.or_(column == stem, sa.and_(column > f"{stem}-", column < f"{stem}.")))
        return set(self._connection.execute(query).scalars())

    def pictures(self, work: str | None = None) -> list[WorkPictureRow]:
        """What is known of the pictures of every work or of one, in the order in which they were added."""
        table = WORK_PICTURE
        columns = (table.c[name] for name in WorkPictureRow._fields)
        query = sa.select(*columns).where(*only(table.c.work, work)).order_by(table.c.id)
        return [WorkPictureRow._make(row) for row in self._connection.execute(query)]

    def shown_by(self, sha256: str | None, pdq: str | None, phash: str | None) -> str | None:
        """The work that a picture stands for already: the file itself, or, of a bare hash, this very hash."""
        table = WORK_PICTURE
        if sha256 is not None:
            same = table.c.sha256 == sha256
        else:
            # Not `IS NULL`, which SQLite would look up in the index of files: all bare hashes stand there as one.
            bare = sa.func.coalesce(table.c.sha256, "") == ""
            same = sa.and_(_same(table.c.pdq, pdq), _same(table.c.phash, phash), bare)
        return self._connection.execute(sa.select(table.c.work).where(same).limit(1)).scalar()

    def fingerprints(self, after: int = 0) -> Iterator[FingerprintRow]:
        """The fingerprints of the pictures of works after this one, without their features; read as they are walked."""
        return map(FingerprintRow._make, self._each(FingerprintRow._fields, after))

    def features(self, after: int = 0) -> Iterator[FeaturesRow]:
        """The features of the pictures of works after this one; read as they are walked."""
        columns = ("work", "version", "width", "height", "features")
        return map(FeaturesRow._make, self._each(columns, after, WORK_PICTURE.c.features.is_not(None)))

    def _each(
        self, columns: Sequence[str], after: int, *where: sa.ColumnElement[bool]
    ) -> Iterator[sa.Row[tuple[object, ...]]]:
        table = WORK_PICTURE
        query = sa.select(*(table.c[name] for name in columns)).where(table.c.id > after, *where).order_by(table.c.id)
        return iter(self._connection.execute(query.execution_options(yield_per=_BATCH)))

    def recognised(self) -> int:
        """How many works there are by whose pictures something is recognised."""
        return self._connection.execute(sa.select(sa.func.count(WORK_PICTURE.c.work.distinct()))).scalar_one()

    def last_picture(self) -> int:
        """The number of the newest picture of a work; 0 when there is none."""
        return self._connection.execute(sa.select(sa.func.max(WORK_PICTURE.c.id))).scalar() or 0

    def of_kinds(self, kinds: Collection[str], among: Sequence[str] | None = None) -> set[str]:
        """The ids of the works of these kinds, of all works or of those with these ids."""
        query = sa.select(WORK.c.id).where(WORK.c.kind.in_(kinds))
        if among is None:
            return set(self._connection.scalars(query))
        return {found for part in parts(among) for found in self._connection.scalars(query.where(WORK.c.id.in_(part)))}


def _same(column: sa.ColumnElement[str | None], value: str | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value
