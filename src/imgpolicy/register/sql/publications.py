"""Posts, who and what is in them, and the tasks to take them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata, parts

PUBLICATION = sa.Table(
    "publication",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("down", Moment),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
SHOWN = sa.Table(
    "publication_person",
    metadata,
    sa.Column(
        "publication", sa.ForeignKey("publication.id", name="fk_publication_person_publication"), primary_key=True
    ),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_publication_person_person"), primary_key=True),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_publication_person_consent")),
    sa.Index("ix_publication_person_person", "person"),
    sa.Index("ix_publication_person_consent", "consent"),
)
PUBLICATION_WORK = sa.Table(
    "publication_work",
    metadata,
    sa.Column("publication", sa.ForeignKey("publication.id", name="fk_publication_work_publication"), primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_publication_work_work"), primary_key=True, index=True),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_publication_work_licence"), index=True),
)
TAKEDOWN = sa.Table(
    "takedown",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("publication", sa.ForeignKey("publication.id", name="fk_takedown_publication"), nullable=False),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_takedown_consent"), index=True),
    sa.Column("opened", Moment, nullable=False),
    sa.Column("closed", Moment),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_takedown_licence"), index=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Index("ix_takedown_publication", "publication"),
)


class PublicationRow(NamedTuple):
    """A picture that was posted, and since when it is down; `details` is sealed with the register's key."""

    id: str
    at: dt.datetime
    down: dt.datetime | None
    details: bytes


class ShownRow(NamedTuple):
    """Somebody in a posted picture, and the consent that the post rests on."""

    publication: str
    person: str
    consent: str | None


class UsedWorkRow(NamedTuple):
    """A work in a posted picture, and the licence that the post rests on."""

    publication: str
    work: str
    licence: str | None


class TakedownRow(NamedTuple):
    """A post that must come down, and since when it is done; `details`, the cause, is sealed with the register's key.

    `consent` is the statement that asks for it, `licence` the one that was ended.
    """

    id: str
    publication: str
    consent: str | None
    opened: dt.datetime
    closed: dt.datetime | None
    licence: str | None
    details: bytes


class PublicationRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {
        PublicationRow: PUBLICATION,
        ShownRow: SHOWN,
        UsedWorkRow: PUBLICATION_WORK,
        TakedownRow: TAKEDOWN,
    }

    def uses(self, consents: Sequence[str]) -> dict[str, int]:
        """How many publications rest on each of these consents."""
        return self._count_by(SHOWN.c.consent, consents)

    def licence_uses(self, licences: Sequence[str]) -> dict[str, int]:
        """How many publications rest on each of these licences."""
        return self._count_by(PUBLICATION_WORK.c.licence, licences)

    def of(self, person: str) -> list[PublicationRow]:
        """The posts that show this person, by id."""
        shown = sa.select(SHOWN.c.publication).where(SHOWN.c.person == person)
        return self._rows(PublicationRow, PUBLICATION.c.id.in_(shown))

    def under(self, ids: Sequence[str]) -> list[PublicationRow]:
        """The posts with these ids, by id."""
        return [row for part in parts(ids) for row in self._rows(PublicationRow, PUBLICATION.c.id.in_(part))]

    def shown(self, publications: Sequence[str]) -> list[ShownRow]:
        """Who is in these posts."""
        return [r for part in parts(publications) for r in self._rows(ShownRow, SHOWN.c.publication.in_(part))]

    def used_works(self, publications: Sequence[str]) -> list[UsedWorkRow]:
        """Which works are in these posts."""
        column = PUBLICATION_WORK.c.publication
        return [row for part in parts(publications) for row in self._rows(UsedWorkRow, column.in_(part))]

    def with_open_task(self, publications: Sequence[str]) -> set[str]:
        """Those of these posts that are to come down already."""
        column = TAKEDOWN.c.publication
        query = sa.select(column).where(TAKEDOWN.c.closed.is_(None))
        return {
            found for part in parts(publications) for found in self._connection.scalars(query.where(column.in_(part)))
        }

    def posts_on(self, consent: str) -> list[PublicationRow]:
        """The posts that rest on this consent and are not down, by id."""
        shown = sa.select(SHOWN.c.publication).where(SHOWN.c.consent == consent)
        return self._rows(PublicationRow, PUBLICATION.c.id.in_(shown), PUBLICATION.c.down.is_(None))

    def posts_under(self, licence: str) -> list[PublicationRow]:
        """The posts that rest on this licence and are not down, by id."""
        used = sa.select(PUBLICATION_WORK.c.publication).where(PUBLICATION_WORK.c.licence == licence)
        return self._rows(PublicationRow, PUBLICATION.c.id.in_(used), PUBLICATION.c.down.is_(None))
