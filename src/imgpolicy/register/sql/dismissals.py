"""What reviewers said of found faces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import sqlalchemy as sa

from imgpolicy.register.sql.base import Moment, Row, Rows, metadata

DISMISSAL = sa.Table(
    "dismissal",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("ends", sa.ForeignKey("dismissal.id", name="fk_dismissal_ends"), unique=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)


class DismissalRow(NamedTuple):
    """What a reviewer said of a found face, or, with `ends`, that another such row holds no more; sealed."""

    id: str
    at: dt.datetime
    ends: str | None
    details: bytes


class DismissalRows(Rows):
    """The statements on these tables."""

    tables: ClassVar[Mapping[type[Row], sa.Table]] = {DismissalRow: DISMISSAL}
