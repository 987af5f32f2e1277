"""The artwork of logos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Row, Rows, metadata

ARTWORK = sa.Table(
    "artwork",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_artwork_work"), nullable=False, index=True),
    sa.Column("picture", sa.LargeBinary, nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("template", sa.LargeBinary),
)


class ArtworkRow(NamedTuple):
    """Artwork of a logo: a PNG, and the template of this version that was learnt from it, or none when it has none."""

    sha256: str
    work: str
    picture: bytes
    version: str
    template: bytes | None


class LogoRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {ArtworkRow: ARTWORK}
