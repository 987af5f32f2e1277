"""What is looked for among the archive's rows, by index, without keeping anybody from writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.archive import CHANGE, FORMS, PERSON, PICTURE, PLACE, PlaceRow
from imgpolicy.register.sql.base import Cell, Row, Rows, all_of, parts

_PART = 500
"""How many places are given at a time."""


class Sought(NamedTuple):
    """Which places are looked for, None for any; `after` are moment and id of the last one of the page before."""

    verdict: int | None = None
    codes: Sequence[int] | None = None
    root: int | None = None
    person: str | None = None
    after: tuple[dt.datetime, bytes] | None = None


class SaidRow(NamedTuple):
    """What was said of a place, and by which reasons: what two pictures have in common that are judged alike."""

    id: bytes
    judged: int
    picture: int
    posting: int
    verdict: int
    codes: int
    until: dt.date | None
    reasons: bytes | None
    works: int | None
    words: int | None


class ArchiveSearch(Rows):
    """The questions to these tables, within one transaction that changes nothing."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {PlaceRow: PLACE}

    def said(self, judged: int, after: bytes, most: int) -> list[SaidRow]:
        """What was said, and why, in so many places whose answer was made by this, from the one after `after` on."""
        query = self._said().where(PLACE.c.judged == judged, PLACE.c.id > after)
        return self._read(SaidRow, query.order_by(PLACE.c.id).limit(most))

    def said_in(self, places: Sequence[bytes]) -> list[SaidRow]:
        """What was said in these places, and why."""
        return [row for part in parts(places) for row in self._read(SaidRow, self._said().where(PLACE.c.id.in_(part)))]

    @staticmethod
    def _said() -> sa.Select[tuple[Cell]]:
        why = {"reasons", "works", "words"}
        columns = [(PICTURE if name in why else PLACE).c[name] for name in SaidRow._fields]
        return sa.select(*columns).join_from(PLACE, PICTURE, PLACE.c.picture == PICTURE.c.id)

    def forms(self) -> Iterator[tuple[int, bytes]]:
        """The blocks of hashes, sealed, by their numbers."""
        for block, forms in self._connection.execute(sa.select(FORMS).order_by(FORMS.c.block)):
            yield int(block), bytes(forms)

    def with_sha256(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        """The numbers of the pictures whose files these are the SHA-256 of, as far as there are any."""
        query = sa.select(PICTURE.c.sha256, PICTURE.c.id)
        found = (
            row for part in parts(digests) for row in self._connection.execute(query.where(PICTURE.c.sha256.in_(part)))
        )
        return {bytes(digest): int(number) for digest, number in found}

    def count_held_otherwise(self, works: int) -> int:
        """How many places have pictures that were held against other works than these."""
        joined = PLACE.join(PICTURE, PLACE.c.picture == PICTURE.c.id)
        query = sa.select(sa.func.count()).select_from(joined)
        return int(self._connection.execute(query.where(PICTURE.c.works != works)).scalar_one())

    def count_go(self, person: str) -> int:
        """How many places are a go whose pictures show this person, or may."""
        shown = sa.select(PERSON.c.picture).where(PERSON.c.person == person)
        query = sa.select(sa.func.count()).select_from(PLACE).where(PLACE.c.verdict == 0, PLACE.c.picture.in_(shown))
        return int(self._connection.execute(query).scalar_one())

    def fallen(self, since: dt.datetime, person: str | None, most: int) -> tuple[list[PlaceRow], int]:
        """At most so many of the places that were a go since and are none now, and how many there are.

        With a person those whose pictures show them, or may.
        """
        was_go = sa.select(CHANGE.c.place).where(CHANGE.c.at >= since, CHANGE.c.before == 0)
        where = [PLACE.c.verdict != 0, PLACE.c.id.in_(was_go)]
        if person is not None:
            where.append(PLACE.c.picture.in_(sa.select(PERSON.c.picture).where(PERSON.c.person == person)))
        count = self._connection.execute(sa.select(sa.func.count()).select_from(PLACE).where(*where)).scalar_one()
        query = all_of(PlaceRow, PLACE).where(*where).order_by(PLACE.c.id).limit(most)
        return self._read(PlaceRow, query), int(count)

    def places_after(self, after: bytes, roots: Sequence[int]) -> list[PlaceRow]:
        """The next places behind this id, by id, under these roots, or all; none when there are no more."""
        under = () if not roots else (PLACE.c.root.in_(roots),)
        query = all_of(PlaceRow, PLACE).where(PLACE.c.id > after, *under)
        return self._read(PlaceRow, query.order_by(PLACE.c.id).limit(_PART))

    def people_of(self, pictures: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Each person whom the matches of these pictures name, with the number of the picture."""
        query = sa.select(PERSON.c.picture, PERSON.c.person)
        for part in parts(pictures):
            found = self._connection.execute(query.where(PERSON.c.picture.in_(part)))
            yield from ((int(picture), str(person)) for picture, person in found)

    def found(self, sought: Sought, most: int) -> list[PlaceRow]:
        """At most so many of the places that are sought, those that were judged last first."""
        where: list[sa.ColumnElement[bool]] = []
        if sought.verdict is not None:
            where.append(PLACE.c.verdict == sought.verdict)
        if sought.codes is not None:
            where.append(PLACE.c.codes.in_(sought.codes))
        if sought.root is not None:
            where.append(PLACE.c.root == sought.root)
        if sought.person is not None:
            where.append(PLACE.c.picture.in_(sa.select(PERSON.c.picture).where(PERSON.c.person == sought.person)))
        if sought.after is not None:
            at, place = sought.after
            where.append(sa.or_(PLACE.c.at < at, sa.and_(PLACE.c.at == at, PLACE.c.id < place)))
        query = all_of(PlaceRow, PLACE).where(*where)
        return self._read(PlaceRow, query.order_by(PLACE.c.at.desc(), PLACE.c.id.desc()).limit(most))

    def place(self, place: bytes) -> PlaceRow | None:
        """The place of this id; None when there is none."""
        return next(iter(self._read(PlaceRow, all_of(PlaceRow, PLACE).where(PLACE.c.id == place))), None)

    def count_verdicts(self) -> dict[int, int]:
        """How many places have each verdict."""
        query = sa.select(PLACE.c.verdict, sa.func.count()).group_by(PLACE.c.verdict)
        return {int(verdict): int(count) for verdict, count in self._connection.execute(query)}

    def numbers(self) -> tuple[list[int], list[int]]:
        """The numbers of the sets of codes that places have, and of the roots under which they are."""
        codes, roots = (self._connection.scalars(sa.select(one).distinct()) for one in (PLACE.c.codes, PLACE.c.root))
        return sorted(int(one) for one in codes), sorted(int(one) for one in roots)
