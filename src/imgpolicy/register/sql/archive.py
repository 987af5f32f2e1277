"""The archive's tables: pictures that were judged once, what is kept of them, and where their files are.

They stand apart from the register's: in a file of their own beside it, or under names of their own on its server. All
that is in them can be found again from the pictures, and nothing of it is in the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from imgpolicy.register.sql.base import KeyT, Moment, Row, Rows, RowT, all_of, fields_of, parts

LAYOUT = 3
"""Another one whenever the tables change: those of another layout are made anew, and pictures opened again."""

archive_metadata = sa.MetaData()

_PART = 500
"""How many places are given at a time."""

_KEEPERS = 0x61726368  # "arch": the number of the lock that those who keep something on a server take in turns

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

LAYOUTS = sa.Table("archive_layout", archive_metadata, sa.Column("layout", sa.Integer, primary_key=True))
WORD = sa.Table(
    "archive_word",
    archive_metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("word", sa.LargeBinary, nullable=False),
)
PICTURE = sa.Table(
    "archive_picture",
    archive_metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("facts", sa.LargeBinary, nullable=False),
    sa.Column("matches", sa.LargeBinary),
    sa.Column("faces", sa.Integer),
    sa.Column("works", sa.Integer),
    sa.Column("words", sa.Integer),
    sa.Column("reasons", sa.LargeBinary),
    sa.Index("ix_archive_picture_against", "faces", "works", "words"),
)
PERSON = sa.Table(
    "archive_person",
    archive_metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("picture", _Number, primary_key=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_archive_person_picture", "picture"),
)
WORK = sa.Table(
    "archive_work",
    archive_metadata,
    sa.Column("work", sa.String(64), primary_key=True),
    sa.Column("picture", _Number, primary_key=True),
    sa.Index("ix_archive_work_picture", "picture"),
)
PLACE = sa.Table(
    "archive_place",
    archive_metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("root", sa.Integer, nullable=False),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("stamp", sa.String(200)),
    sa.Column("picture", _Number),
    sa.Column("posting", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Integer, nullable=False),
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("until", sa.Date),
    sa.Column("at", Moment, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Index("ix_archive_place_picture", "picture"),
    sa.Index("ix_archive_place_at", "at", "id"),
    sa.Index("ix_archive_place_verdict_at", "verdict", "at", "id"),
    sa.Index("ix_archive_place_codes_at", "codes", "at", "id"),
    sa.Index("ix_archive_place_verdict", "verdict", "judged"),
    sa.Index("ix_archive_place_root_run", "root", "run"),
)
FORMS = sa.Table(
    "archive_forms",
    archive_metadata,
    sa.Column("block", _Number, primary_key=True, autoincrement=False),
    sa.Column("forms", sa.LargeBinary, nullable=False),
)
CHANGE = sa.Table(
    "archive_change",
    archive_metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("place", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("before", sa.Integer),
    sa.Column("after", sa.Integer),
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Index("ix_archive_change_at", "at"),
)
RUN = sa.Table(
    "archive_run",
    archive_metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("root", sa.Integer, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("began", Moment, nullable=False),
    sa.Column("ended", Moment),
    sa.Column("after", sa.LargeBinary),
    sa.Index("ix_archive_run_root", "root"),
)


class PictureRow(NamedTuple):
    """What is kept of one picture: facts and matches, sealed, and the numbers of what it was held against.

    A number is None where there is nothing in the picture to be held against it. `reasons` is the same for another
    picture in which the same was found, and None for one that shows somebody (`imgpolicy.keeping.reasons_of`).
    """

    id: int
    sha256: bytes
    facts: bytes
    matches: bytes | None
    faces: int | None
    works: int | None
    words: int | None
    reasons: bytes | None


class PlaceRow(NamedTuple):
    """Where a picture is, and what was said of it there; `name` is sealed, and `id` a keyed digest of it.

    `picture` is None where it could not be read. `root`, `posting`, `codes` and `judged` are numbers of words: the
    place that was asked for, the posting, the codes of the rules that it breaks, and what it was judged by. `until` is
    the first day on which that may change by itself, and `run` the last run that saw it there.
    """

    id: bytes
    root: int
    name: bytes
    stamp: str | None
    picture: int | None
    posting: int
    verdict: int
    codes: int
    judged: int
    until: dt.date | None
    at: dt.datetime
    run: int


class RunRow(NamedTuple):
    """A walk through one root: what was asked, and `after` which name it goes on, sealed, while it is not `ended`."""

    id: int
    root: int
    asked: int
    began: dt.datetime
    ended: dt.datetime | None
    after: bytes | None


class ChangeRow(NamedTuple):
    """That a place got another verdict; None where it was new, or is gone."""

    place: bytes
    at: dt.datetime
    before: int | None
    after: int | None
    codes: int


class ArchiveRows(Rows):
    """The statements on these tables, within one transaction."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        PictureRow: PICTURE,
        PlaceRow: PLACE,
        RunRow: RUN,
        ChangeRow: CHANGE,
    }

    def in_turn(self) -> None:
        """Wait until nobody else keeps anything, so that a place that two open at once is new once."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_KEEPERS})")

    def number(self, digest: str, sealed: bytes) -> int:
        """The number of the word with this digest, which is kept from now on."""
        self._connection.execute(
            self._insert(WORD).values(digest=digest, word=sealed).on_conflict_do_nothing(index_elements=["digest"])
        )
        query = sa.select(WORD.c.id).where(WORD.c.digest == digest)
        return int(self._connection.execute(query).scalar_one())

    def known_number(self, digest: str) -> int | None:
        """The number of the word with this digest; None when it is not kept."""
        return self._connection.execute(sa.select(WORD.c.id).where(WORD.c.digest == digest)).scalar()

    def spelled(self, number: int) -> bytes | None:
        """The word of this number, sealed; None when there is none."""
        return self._connection.execute(sa.select(WORD.c.word).where(WORD.c.id == number)).scalar()

    def put_picture(self, sha256: bytes, values: Mapping[str, bytes | int | None]) -> int:
        """The number of the picture with this SHA-256, of which this is kept from now on."""
        added = self._insert(PICTURE).values(sha256=sha256, **values)
        kept = added.on_conflict_do_update(index_elements=["sha256"], set_=dict(values))
        self._connection.execute(kept)
        query = sa.select(PICTURE.c.id).where(PICTURE.c.sha256 == sha256)
        return int(self._connection.execute(query).scalar_one())

    def put_people(self, picture: int, people: Mapping[str, bytes], works: Sequence[str]) -> None:
        """Whom and which works the matches of this picture name, and nobody else any more."""
        for table in (PERSON, WORK):
            self._connection.execute(table.delete().where(table.c.picture == picture))
        if people:
            rows = [{"person": one, "picture": picture, "details": said} for one, said in people.items()]
            self._connection.execute(PERSON.insert(), rows)
        if works:
            self._connection.execute(WORK.insert(), [{"work": one, "picture": picture} for one in works])

    def put_places(self, rows: Sequence[PlaceRow]) -> None:
        """Keep where these pictures are, in place of what was kept of these places."""
        if rows:
            added = self._insert(PLACE)
            named = {name: added.excluded[name] for name in fields_of(PlaceRow) if name != "id"}
            self._connection.execute(
                added.on_conflict_do_update(index_elements=["id"], set_=named), [row._asdict() for row in rows]
            )

    def judge_again(self, ids: Sequence[bytes], judged: int, at: dt.datetime) -> None:
        """Keep when and by what these places were judged, of which all else is kept already."""
        for part in parts(ids):
            self._connection.execute(PLACE.update().where(PLACE.c.id.in_(part)).values(judged=judged, at=at))

    def places(self, ids: Sequence[bytes]) -> dict[bytes, PlaceRow]:
        """What is kept of these places, by their ids."""
        return {row.id: row for row in self._among(PlaceRow, PLACE.c.id, ids)}

    def pictures(self, ids: Sequence[int]) -> dict[int, PictureRow]:
        """What is kept of these pictures, by their numbers."""
        return {row.id: row for row in self._among(PictureRow, PICTURE.c.id, ids)}

    def with_sha256(self, sha256: Sequence[bytes]) -> dict[bytes, PictureRow]:
        """What is kept of the pictures with one of these, by it."""
        return {row.sha256: row for row in self._among(PictureRow, PICTURE.c.sha256, sha256)}

    def people_in(self, pictures: Sequence[int]) -> Iterator[tuple[int, str, bytes]]:
        """Of these pictures each person whom the matches name, and what they say of them, sealed."""
        query = sa.select(PERSON.c.picture, PERSON.c.person, PERSON.c.details)
        for part in parts(pictures):
            found = self._connection.execute(query.where(PERSON.c.picture.in_(part)))
            yield from ((int(picture), str(person), bytes(details)) for picture, person, details in found)

    def with_people(self, people: Sequence[str]) -> set[int]:
        """The pictures whose matches name one of these people."""
        return self._pictures_of(PERSON.c.person, people)

    def with_works(self, works: Sequence[str]) -> set[int]:
        """The pictures whose matches name one of these works."""
        return self._pictures_of(WORK.c.work, works)

    def _pictures_of(self, column: sa.Column[str], values: Sequence[str]) -> set[int]:
        query = sa.select(column.table.c.picture).distinct()
        found = (one for part in parts(values) for one in self._connection.scalars(query.where(column.in_(part))))
        return {int(one) for one in found}

    def bases(self) -> list[int]:
        """The numbers of what answers were made by."""
        return sorted(int(one) for one in self._connection.scalars(sa.select(PLACE.c.judged).distinct()))

    def to_open(self, faces: int, works: int, words: int, after: bytes) -> list[PlaceRow]:
        """Places whose pictures were held against something else than this, from the one after `after` on."""
        other = sa.or_(
            PICTURE.c.matches.is_(None),
            *(
                sa.and_(column.is_not(None), column != now)
                for column, now in ((PICTURE.c.faces, faces), (PICTURE.c.works, works), (PICTURE.c.words, words))
            ),
        )
        return self._places(after, PLACE.c.picture.is_not(None), other)

    def made_by(self, judged: int, after: bytes, until: dt.date | None = None) -> list[PlaceRow]:
        """Places whose answer was made by this, all or those that may have another from this day on."""
        due = () if until is None else (PLACE.c.until <= until,)
        return self._places(after, PLACE.c.judged == judged, PLACE.c.picture.is_not(None), *due)

    def with_faces(self, judged: int, after: bytes) -> list[PlaceRow]:
        """Places of which the same is true, and whose pictures have faces that were compared."""
        return self._places(after, PLACE.c.judged == judged, PICTURE.c.faces.is_not(None))

    def settle(self, judged: int, now: int, before: dt.datetime) -> None:
        """Say of the answers made by something, before a moment, that they would be the same by what holds now."""
        old = (PLACE.c.judged == judged, PLACE.c.at < before)
        self._connection.execute(PLACE.update().where(*old).values(judged=now))

    def _places(self, after: bytes, *where: sa.ColumnElement[bool]) -> list[PlaceRow]:
        joined = PLACE.outerjoin(PICTURE, PLACE.c.picture == PICTURE.c.id)
        query = all_of(PlaceRow, PLACE).select_from(joined).where(PLACE.c.id > after, *where)
        return self._read(PlaceRow, query.order_by(PLACE.c.id).limit(_PART))

    def see(self, ids: Sequence[bytes], root: int, run: int) -> None:
        """Say that this walk saw these places under the root."""
        for part in parts(ids):
            self._connection.execute(PLACE.update().where(PLACE.c.id.in_(part)).values(root=root, run=run))

    def held_forms(self, block: int) -> bytes:
        """This block, sealed, which nobody else changes until this transaction ends; empty when it is a new one."""
        self._connection.execute(self._insert(FORMS).values(block=block, forms=b"").on_conflict_do_nothing())
        query = sa.select(FORMS.c.forms).where(FORMS.c.block == block).with_for_update()
        return bytes(self._connection.execute(query).scalar_one())

    def put_forms(self, block: int, forms: bytes) -> None:
        """Keep this block from now on, which is held."""
        self._connection.execute(FORMS.update().where(FORMS.c.block == block).values(forms=forms))

    def places_of(self, pictures: Sequence[int]) -> list[PlaceRow]:
        """Where these pictures are, by the places' ids."""
        return sorted(self._among(PlaceRow, PLACE.c.picture, pictures), key=lambda row: row.id)

    def counts(self, root: int) -> dict[tuple[int, bool], int]:
        """How many places under this root have each verdict, those whose pictures were read (True) and the others."""
        read = PLACE.c.picture.is_not(None)
        query = (
            sa.select(PLACE.c.verdict, read, sa.func.count())
            .where(PLACE.c.root == root)
            .group_by(PLACE.c.verdict, read)
        )
        return {(int(verdict), bool(seen)): int(count) for verdict, seen, count in self._connection.execute(query)}

    def forget(self, person: str) -> None:
        """Remove what is kept of whom a picture shows where it is this person: such a picture is opened again."""
        shown = sa.select(PERSON.c.picture).where(PERSON.c.person == person)
        nothing = dict.fromkeys(("matches", "faces", "works", "words", "reasons"))
        self._connection.execute(PICTURE.update().where(PICTURE.c.id.in_(shown)).values(**nothing))
        self._connection.execute(PERSON.delete().where(PERSON.c.person == person))

    def unfinished(self, root: int, asked: int) -> RunRow | None:
        """The last walk through this root that was asked so, when it has not ended."""
        query = all_of(RunRow, RUN).where(RUN.c.root == root).order_by(RUN.c.id.desc()).limit(1)
        last = next(iter(self._read(RunRow, query)), None)
        return last if last is not None and last.ended is None and last.asked == asked else None

    def begin_run(self, root: int, asked: int, now: dt.datetime) -> RunRow:
        """A new walk through this root."""
        done = self._connection.execute(RUN.insert().values(root=root, asked=asked, began=now))
        (number,) = done.inserted_primary_key or (0,)
        return RunRow(int(number), root, asked, now, None, None)

    def last_run(self, root: int) -> int:
        """The number of the last walk through this root; 0 where there was none."""
        return self._connection.scalar(sa.select(sa.func.max(RUN.c.id)).where(RUN.c.root == root)) or 0

    def move_run(self, run: int, after: bytes | None, ended: dt.datetime | None = None) -> None:
        """Say after which name the walk goes on, or that it has ended."""
        self._connection.execute(RUN.update().where(RUN.c.id == run).values(after=after, ended=ended))

    def gone(self, root: int, run: int) -> list[PlaceRow]:
        """The places under this root that this walk did not see."""
        return self._read(PlaceRow, all_of(PlaceRow, PLACE).where(PLACE.c.root == root, PLACE.c.run != run))

    def remove_places(self, rows: Sequence[PlaceRow]) -> list[int]:
        """Forget these places, and of their pictures those that are nowhere any more: the numbers of these."""
        pictures = sorted({row.picture for row in rows if row.picture is not None})
        for start in range(0, len(rows), _PART):
            ids = [row.id for row in rows[start : start + _PART]]
            self._connection.execute(PLACE.delete().where(PLACE.c.id.in_(ids)))
        return [one for part in parts(pictures) for one in self._remove_pictures(part)]

    def _remove_pictures(self, pictures: Sequence[int]) -> list[int]:
        here = sa.exists().where(PLACE.c.picture == PICTURE.c.id)
        query = sa.select(PICTURE.c.id).where(PICTURE.c.id.in_(pictures), ~here)
        lost = list(self._connection.scalars(query))
        for column in (PERSON.c.picture, WORK.c.picture, PICTURE.c.id):
            self._connection.execute(column.table.delete().where(column.in_(lost)))
        return lost

    def changes(self, since: dt.datetime) -> list[ChangeRow]:
        """Which places got another verdict since, in the order in which they did."""
        query = all_of(ChangeRow, CHANGE).where(CHANGE.c.at >= since).order_by(CHANGE.c.id)
        return self._read(ChangeRow, query)

    def _insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An insertion that may say what is done where the row is there already, as both databases write it."""
        on_server = self._connection.dialect.name == "postgresql"
        return postgresql.insert(table) if on_server else sqlite.insert(table)

    def _among(self, kind: type[RowT], column: sa.Column[KeyT], values: Sequence[KeyT]) -> Iterator[RowT]:
        """The rows whose column holds one of these values."""
        for part in parts(values):
            yield from self._read(kind, all_of(kind, self.tables[kind]).where(column.in_(part)))


def has_layout(connection: sa.Connection) -> bool:
    """Whether there are tables of an archive."""
    return sa.inspect(connection).has_table(LAYOUTS.name)


def lay_out(connection: sa.Connection) -> None:
    """Make the tables where there are none, or those of another layout."""
    inspector = sa.inspect(connection)
    if inspector.has_table(LAYOUTS.name) and connection.scalar(sa.select(LAYOUTS.c.layout)) == LAYOUT:
        return
    archive_metadata.drop_all(connection)
    archive_metadata.create_all(connection)
    connection.execute(LAYOUTS.insert().values(layout=LAYOUT))
