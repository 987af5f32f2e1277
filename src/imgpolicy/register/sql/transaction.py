"""Every statement that is sent to the database, in the words of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

import sqlalchemy as sa

from imgpolicy.register.log import Action, Entry
from imgpolicy.register.prints import FeaturesRow, PrintRow
from imgpolicy.register.rows import (
    ArtworkRow,
    Cell,
    ConsentRow,
    DecisionRow,
    DismissalRow,
    EvidenceRow,
    FaceRow,
    JudgedRow,
    LicenceEndRow,
    LicenceEvidenceRow,
    LicenceRow,
    LicenceScopeRow,
    NoticeRow,
    PersonRow,
    PublicationRow,
    Row,
    ScopeRow,
    ShownRow,
    TakedownRow,
    UsedWorkRow,
    WorkPictureRow,
    WorkRow,
)
from imgpolicy.register.sql import tables

_TABLES = {
    PersonRow: tables.person,
    ConsentRow: tables.consent,
    ScopeRow: tables.scope,
    FaceRow: tables.face,
    WorkRow: tables.work,
    WorkPictureRow: tables.work_picture,
    ArtworkRow: tables.artwork,
    NoticeRow: tables.notice,
    EvidenceRow: tables.evidence,
    PublicationRow: tables.publication,
    ShownRow: tables.shown,
    LicenceRow: tables.licence,
    LicenceScopeRow: tables.licence_scope,
    LicenceEndRow: tables.licence_end,
    LicenceEvidenceRow: tables.licence_evidence,
    UsedWorkRow: tables.publication_work,
    TakedownRow: tables.takedown,
    DecisionRow: tables.decision,
    JudgedRow: tables.judged,
    DismissalRow: tables.dismissal,
    Entry: tables.log,
}
_RowT = TypeVar(
    "_RowT",
    PersonRow,
    ConsentRow,
    ScopeRow,
    WorkRow,
    ArtworkRow,
    NoticeRow,
    EvidenceRow,
    PublicationRow,
    ShownRow,
    LicenceRow,
    LicenceScopeRow,
    LicenceEndRow,
    LicenceEvidenceRow,
    UsedWorkRow,
    TakedownRow,
    DecisionRow,
    JudgedRow,
    DismissalRow,
)
_BATCH = 5000
_PART = 1000
"""How many values one statement asks for: SQLite and PostgreSQL take up to 32,766."""


class Transaction:
    """What can be asked of the database and done to it, all in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def insert(self, rows: Sequence[Row]) -> None:
        """Add rows, all of one table."""
        if rows:
            self._connection.execute(_TABLES[type(rows[0])].insert(), [row._asdict() for row in rows])

    def find(self, kind: type[_RowT], column: str | None = None, value: str | None = None) -> list[_RowT]:
        """The rows of one table, by its primary key: all, or those whose column holds the value, None being empty."""
        return self._rows(kind, *(() if column is None else (_TABLES[kind].c[column] == value,)))

    def update(self, kind: type[Row], key: str, values: Mapping[str, Cell]) -> None:
        """Change columns of the row with this id."""
        table = _TABLES[kind]
        self._connection.execute(table.update().where(table.c.id == key).values(**values))

    def delete(self, kind: type[Row], column: str, value: str | int) -> int:
        """Remove the rows whose column holds the value; how many there were."""
        table = _TABLES[kind]
        return self._connection.execute(table.delete().where(table.c[column] == value)).rowcount

    def empty(self, kind: type[Row], column: str, value: str) -> None:
        """Let go of a value where a column holds it."""
        table = _TABLES[kind]
        self._connection.execute(table.update().where(table.c[column] == value).values({column: None}))

    def count(self, kind: type[Row]) -> int:
        """How many rows the table has."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(_TABLES[kind])).scalar_one()

    def set_key(self, wrapped: bytes) -> None:
        """Store the register's own key, once."""
        self._connection.execute(tables.meta.insert().values(name="key", value=wrapped))

    def key(self) -> bytes:
        """The register's own key, wrapped."""
        return bytes(
            self._connection.execute(sa.select(tables.meta.c.value).where(tables.meta.c.name == "key")).scalar_one()
        )

    def people(self, person: str | None = None) -> list[PersonRow]:
        """Everybody, or the one person, by id."""
        return self._rows(PersonRow, *_only(tables.person.c.id, person))

    def consents(self, person: str | None = None, kind: str | None = None) -> list[ConsentRow]:
        """The consents of everybody or of one person, of every kind or of one, by id."""
        return self._rows(ConsentRow, *_only(tables.consent.c.person, person), *_only(tables.consent.c.kind, kind))

    def scopes(self, person: str | None = None, kind: str | None = None) -> list[ScopeRow]:
        """The scopes of the consents that `consents` gives for the same arguments."""
        consents = sa.select(tables.consent.c.id).where(
            *_only(tables.consent.c.person, person), *_only(tables.consent.c.kind, kind)
        )
        return self._rows(ScopeRow, tables.scope.c.consent.in_(consents))

    def last_statement(self, person: str) -> dt.datetime | None:
        """When the person's latest consent was stated."""
        return self._connection.execute(
            sa.select(sa.func.max(tables.consent.c.at)).where(tables.consent.c.person == person)
        ).scalar()

    def consent_owner(self, consent: str) -> str | None:
        """The person who stated the consent of this id, or None when there is no such consent."""
        return self._connection.execute(
            sa.select(tables.consent.c.person).where(tables.consent.c.id == consent)
        ).scalar()

    def uses(self, consents: Sequence[str]) -> dict[str, int]:
        """How many publications rest on each of these consents."""
        return self._count_by(tables.shown.c.consent, consents)

    def licence_uses(self, licences: Sequence[str]) -> dict[str, int]:
        """How many publications rest on each of these licences."""
        return self._count_by(tables.publication_work.c.licence, licences)

    def licence_parts(self, work: str | None) -> tuple[list[LicenceRow], list[LicenceScopeRow], list[LicenceEndRow]]:
        """The licences to one work or to all, by id, with their scopes and ends."""
        licences = sa.select(tables.licence.c.id).where(*_only(tables.licence.c.work, work))
        return (
            self._rows(LicenceRow, *_only(tables.licence.c.work, work)),
            self._rows(LicenceScopeRow, tables.licence_scope.c.licence.in_(licences)),
            self._rows(LicenceEndRow, tables.licence_end.c.licence.in_(licences)),
        )

    def licence_work(self, licence: str) -> str | None:
        """The work that the licence of this id is to, or None when there is no such licence."""
        return self._connection.execute(sa.select(tables.licence.c.work).where(tables.licence.c.id == licence)).scalar()

    def licences_ending(self, until: dt.date) -> set[str]:
        """The works with a licence whose last day is `until` or lies before."""
        query = sa.select(tables.licence.c.work).where(tables.licence.c.valid_until <= until).distinct()
        return set(self._connection.execute(query).scalars())

    def ending(self, until: dt.date) -> set[str]:
        """The people with a consent whose last day is `until` or lies before."""
        query = sa.select(tables.consent.c.person).where(tables.consent.c.valid_until <= until).distinct()
        return set(self._connection.execute(query).scalars())

    def publications_of(self, person: str) -> list[PublicationRow]:
        """The posts that show this person, by id."""
        shown = sa.select(tables.shown.c.publication).where(tables.shown.c.person == person)
        return self._rows(PublicationRow, tables.publication.c.id.in_(shown))

    def publications_under(self, ids: Sequence[str]) -> list[PublicationRow]:
        """The posts with these ids, by id."""
        return [row for part in _parts(ids) for row in self._rows(PublicationRow, tables.publication.c.id.in_(part))]

    def shown(self, publications: Sequence[str]) -> list[ShownRow]:
        """Who is in these posts."""
        return [r for part in _parts(publications) for r in self._rows(ShownRow, tables.shown.c.publication.in_(part))]

    def used_works(self, publications: Sequence[str]) -> list[UsedWorkRow]:
        """Which works are in these posts."""
        column = tables.publication_work.c.publication
        return [row for part in _parts(publications) for row in self._rows(UsedWorkRow, column.in_(part))]

    def publications_with_open_task(self, publications: Sequence[str]) -> set[str]:
        """Those of these posts that are to come down already."""
        column = tables.takedown.c.publication
        query = sa.select(column).where(tables.takedown.c.closed.is_(None))
        return {
            found for part in _parts(publications) for found in self._connection.scalars(query.where(column.in_(part)))
        }

    def known_people(self, names: Sequence[str]) -> set[str]:
        """Those of these names that are ids of people."""
        column = tables.person.c.id
        parts = (self._connection.scalars(sa.select(column).where(column.in_(part))) for part in _parts(names))
        return {found for part in parts for found in part}

    def wards(self) -> list[PersonRow]:
        """Everybody who has a guardian."""
        return self._rows(PersonRow, tables.person.c.guardian.is_not(None))

    def posts_on(self, consent: str) -> list[PublicationRow]:
        """The posts that rest on this consent and are not down, by id."""
        shown = sa.select(tables.shown.c.publication).where(tables.shown.c.consent == consent)
        return self._rows(PublicationRow, tables.publication.c.id.in_(shown), tables.publication.c.down.is_(None))

    def posts_under_licence(self, licence: str) -> list[PublicationRow]:
        """The posts that rest on this licence and are not down, by id."""
        used = sa.select(tables.publication_work.c.publication).where(tables.publication_work.c.licence == licence)
        return self._rows(PublicationRow, tables.publication.c.id.in_(used), tables.publication.c.down.is_(None))

    def decisions_of(self, person: str) -> list[DecisionRow]:
        """The recorded decisions whose reports tell of this person, by id."""
        judged = sa.select(tables.judged.c.decision).where(tables.judged.c.person == person)
        return self._rows(DecisionRow, tables.decision.c.id.in_(judged))

    def consent_faces(self, person: str | None = None) -> list[tuple[int, str, str, str]]:
        """Id, person, engine and consent of each vector, of everybody or of one person, as they were enrolled."""
        columns = (tables.face.c.id, tables.face.c.person, tables.face.c.engine, tables.face.c.consent)
        query = sa.select(*columns).where(*_only(tables.face.c.person, person)).order_by(tables.face.c.id)
        return [tuple(row) for row in self._connection.execute(query)]

    def vector(self, number: int) -> bytes:
        """The sealed vector with this id."""
        query = sa.select(tables.face.c.vector).where(tables.face.c.id == number)
        return bytes(self._connection.execute(query).scalar_one())

    def entries_on(self, subject: str) -> list[Entry]:
        """The log's entries on one pseudonym, from the first."""
        query = sa.select(tables.log).where(tables.log.c.subject == subject).order_by(tables.log.c.seq)
        return [Entry(*row) for row in self._connection.execute(query)]

    def rewrap(self, own: bytes, people: Mapping[str, bytes]) -> None:
        """Store the register's key and everybody's anew."""
        self._connection.execute(tables.meta.update().where(tables.meta.c.name == "key").values(value=own))
        statement = tables.person.update().where(tables.person.c.id == sa.bindparam("who"))
        if people:
            rows = [{"who": person, "wrapped": key} for person, key in people.items()]
            self._connection.execute(statement.values(key=sa.bindparam("wrapped")), rows)

    def vectors(self, engine: str) -> list[tuple[str, bytes]]:
        """Person and sealed vector, of every vector of one engine, in the order in which they were enrolled."""
        query = (
            sa.select(tables.face.c.person, tables.face.c.vector)
            .where(tables.face.c.engine == engine)
            .order_by(tables.face.c.id)
        )
        return [(person, vector) for person, vector in self._connection.execute(query).all()]

    def sealed_length(self, engine: str) -> int | None:
        """How many bytes a sealed vector of this engine has, or None when there is no vector yet."""
        return self._connection.execute(
            sa.select(sa.func.length(tables.face.c.vector)).where(tables.face.c.engine == engine).limit(1)
        ).scalar()

    def count_faces(self, person: str | None = None) -> list[tuple[str, str, int]]:
        """Person, engine and number of vectors, of everybody or of one person."""
        columns = (tables.face.c.person, tables.face.c.engine)
        query = sa.select(*columns, sa.func.count()).where(*_only(tables.face.c.person, person))
        return [tuple(row) for row in self._connection.execute(query.group_by(*columns).order_by(*columns))]

    def works(self) -> list[WorkRow]:
        """Every work, by id."""
        return self._rows(WorkRow)

    def work_ids(self) -> set[str]:
        """The ids in use."""
        return set(self._connection.execute(sa.select(tables.work.c.id)).scalars())

    def work_ids_like(self, stem: str) -> set[str]:
        """The ids in use that are this one or begin with it and a hyphen."""
        column = tables.work.c.id
        query = sa.select(column).where(sa.or_(column == stem, sa.and_(column > f"{stem}-", column < f"{stem}.")))
        return set(self._connection.execute(query).scalars())

    def work_pictures(self, work: str | None = None) -> list[WorkPictureRow]:
        """What is known of the pictures of every work or of one, in the order in which they were added."""
        table = tables.work_picture
        columns = (table.c[name] for name in WorkPictureRow._fields)
        query = sa.select(*columns).where(*_only(table.c.work, work)).order_by(table.c.id)
        return [WorkPictureRow._make(row) for row in self._connection.execute(query)]

    def work_shown_by(self, sha256: str | None, pdq: str | None, phash: str | None) -> str | None:
        """The work that a picture stands for already: the file itself, or, of a bare hash, this very hash."""
        table = tables.work_picture
        if sha256 is not None:
            same = table.c.sha256 == sha256
        else:
            # Not `IS NULL`, which SQLite would look up in the index of files: all bare hashes stand there as one.
            bare = sa.func.coalesce(table.c.sha256, "") == ""
            same = sa.and_(_same(table.c.pdq, pdq), _same(table.c.phash, phash), bare)
        return self._connection.execute(sa.select(table.c.work).where(same).limit(1)).scalar()

    def prints(self, after: int = 0) -> Iterator[PrintRow]:
        """The fingerprints of the pictures of works after this one, without their features; read as they are walked."""
        return map(PrintRow._make, self._each(PrintRow._fields, after))

    def features(self, after: int = 0) -> Iterator[FeaturesRow]:
        """The features of the pictures of works after this one; read as they are walked."""
        columns = ("work", "version", "width", "height", "features")
        return map(FeaturesRow._make, self._each(columns, after, tables.work_picture.c.features.is_not(None)))

    def _each(
        self, columns: Sequence[str], after: int, *where: sa.ColumnElement[bool]
    ) -> Iterator[sa.Row[tuple[object, ...]]]:
        table = tables.work_picture
        query = sa.select(*(table.c[name] for name in columns)).where(table.c.id > after, *where).order_by(table.c.id)
        return iter(self._connection.execute(query.execution_options(yield_per=_BATCH)))

    def last_picture(self) -> int:
        """The number of the newest picture of a work; 0 when there is none."""
        return self._connection.execute(sa.select(sa.func.max(tables.work_picture.c.id))).scalar() or 0

    def works_of(self, kinds: Collection[str], among: Sequence[str] | None = None) -> set[str]:
        """The ids of the works of these kinds, of all works or of those with these ids."""
        query = sa.select(tables.work.c.id).where(tables.work.c.kind.in_(kinds))
        if among is None:
            return set(self._connection.scalars(query))
        return {
            found
            for part in _parts(among)
            for found in self._connection.scalars(query.where(tables.work.c.id.in_(part)))
        }

    def last_of(self, actions: Collection[Action]) -> int:
        """The number of the log's last entry on one of these actions; 0 when there is none."""
        # One question an action: the database answers each from its index, however long the log is.
        column = tables.log.c.seq
        queries = (sa.select(sa.func.max(column)).where(tables.log.c.action == action) for action in actions)
        return max((self._connection.execute(query).scalar() or 0 for query in queries), default=0)

    def entry_hash(self, number: int) -> str | None:
        """The hash of the log's entry of this number; None when there is none."""
        return self._connection.execute(sa.select(tables.log.c.hash).where(tables.log.c.seq == number)).scalar()

    def log(self) -> Iterator[Entry]:
        """The log from its first entry; read as it is walked."""
        for row in self._connection.execute(
            sa.select(tables.log).order_by(tables.log.c.seq).execution_options(yield_per=1000)
        ):
            yield Entry(*row)

    def last_entry(self) -> Entry | None:
        """The newest entry of the log."""
        row = self._connection.execute(sa.select(tables.log).order_by(tables.log.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else Entry(*row)

    def _count_by(self, column: sa.Column[str], values: Sequence[str]) -> dict[str, int]:
        """How many rows hold each of these values in the column."""
        query = sa.select(column, sa.func.count()).group_by(column)
        found = (row for part in _parts(values) for row in self._connection.execute(query.where(column.in_(part))))
        return {str(value): int(count) for value, count in found}

    def _rows(self, kind: type[_RowT], *where: sa.ColumnElement[bool]) -> list[_RowT]:
        table = _TABLES[kind]
        query = sa.select(*(table.c[name] for name in kind._fields)).where(*where)
        # Sorted here: databases differ in how they order text.
        by_key = attrgetter(*(column.name for column in table.primary_key))
        return sorted((kind._make(row) for row in self._connection.execute(query).all()), key=by_key)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in parts that fit into one statement."""
    yield from (ids[start : start + _PART] for start in range(0, len(ids), _PART))


def _same(column: sa.ColumnElement[str | None], value: str | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _only(column: sa.ColumnElement[str], value: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if value is None else (column == value,)
