"""What is looked for among the archive's rows, by index, without keeping anybody from writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import sqlalchemy as sa

from imgpolicy.register.sql.archive import CHANGE, FORMS, PERSON, PICTURE, PLACE, PlaceRow
from imgpolicy.register.sql.base import Row, Rows, all_of, parts

_PART = 500
"""How many places are given at a time."""


class ArchiveSearch(Rows):
    """The questions to these tables, within one transaction that changes nothing."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {PlaceRow: PLACE}

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
