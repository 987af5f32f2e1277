"""Face vectors, sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Row, Rows, metadata, only

FACE = sa.Table(
    "face_vector",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(64), nullable=False, index=True),
    sa.Column("engine", sa.String(200), nullable=False, index=True),
    sa.Column("consent", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    # The database itself refuses a vector that rests on no biometric consent of the same person.
    sa.ForeignKeyConstraint(
        ["consent", "person", "kind"], ["consent.id", "consent.person", "consent.kind"], name="fk_face_vector_consent"
    ),
    sa.CheckConstraint("kind = 'biometric'", name="ck_face_vector_kind"),
)


class FaceRow(NamedTuple):
    """A face vector, sealed, and the biometric consent on which it was taken; `kind` is always that."""

    person: str
    engine: str
    consent: str
    kind: str
    vector: bytes


class FaceRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {FaceRow: FACE}

    def listed(self, person: str | None = None) -> list[tuple[int, str, str, str]]:
        """Id, person, engine and consent of each vector, of everybody or of one person, as they were enrolled."""
        columns = (FACE.c.id, FACE.c.person, FACE.c.engine, FACE.c.consent)
        query = sa.select(*columns).where(*only(FACE.c.person, person)).order_by(FACE.c.id)
        return [tuple(row) for row in self._connection.execute(query)]

    def vector(self, number: int) -> bytes:
        """The sealed vector with this id."""
        query = sa.select(FACE.c.vector).where(FACE.c.id == number)
        return bytes(self._connection.execute(query).scalar_one())

    def vectors(self, engine: str) -> list[tuple[str, bytes]]:
        """Person and sealed vector, of every vector of one engine, in the order in which they were enrolled."""
        query = sa.select(FACE.c.person, FACE.c.vector).where(FACE.c.engine == engine).order_by(FACE.c.id)
        return [(person, vector) for person, vector in self._connection.execute(query).all()]

    def sealed_length(self, engine: str) -> int | None:
        """How many bytes a sealed vector of this engine has, or None when there is no vector yet."""
        return self._connection.execute(
            sa.select(sa.func.length(FACE.c.vector)).where(FACE.c.engine == engine).limit(1)
        ).scalar()

    def counts(self, person: str | None = None) -> list[tuple[str, str, int]]:
        """Person, engine and number of vectors, of everybody or of one person."""
        columns = (FACE.c.person, FACE.c.engine)
        query = sa.select(*columns, sa.func.count()).where(*only(FACE.c.person, person))
        return [tuple(row) for row in self._connection.execute(query.group_by(*columns).order_by(*columns))]
