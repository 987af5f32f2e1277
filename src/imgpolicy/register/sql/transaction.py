"""One transaction of the register's database: what can be asked of each thing in it and done to it."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from imgpolicy.register.sql.accounts import AccountRows
from imgpolicy.register.sql.base import metadata
from imgpolicy.register.sql.consents import ConsentRows
from imgpolicy.register.sql.decisions import DecisionRows
from imgpolicy.register.sql.desk import DeskRows
from imgpolicy.register.sql.dismissals import DismissalRows
from imgpolicy.register.sql.evidence import EvidenceRows
from imgpolicy.register.sql.faces import FaceRows
from imgpolicy.register.sql.journal import LogRows
from imgpolicy.register.sql.licences import LicenceRows
from imgpolicy.register.sql.logos import LogoRows
from imgpolicy.register.sql.people import PeopleRows
from imgpolicy.register.sql.publications import PublicationRows
from imgpolicy.register.sql.requests import RequestRows
from imgpolicy.register.sql.webhooks import WebhookRows
from imgpolicy.register.sql.works import WorkRows


class Transaction:
    """The statements on each thing, all within one transaction of this connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.people = PeopleRows(connection)
        self.consents = ConsentRows(connection)
        self.faces = FaceRows(connection)
        self.works = WorkRows(connection)
        self.logos = LogoRows(connection)
        self.licences = LicenceRows(connection)
        self.publications = PublicationRows(connection)
        self.evidence = EvidenceRows(connection)
        self.decisions = DecisionRows(connection)
        self.dismissals = DismissalRows(connection)
        self.accounts = AccountRows(connection)
        self.desk = DeskRows(connection)
        self.requests = RequestRows(connection)
        self.webhooks = WebhookRows(connection)
        self.journal = LogRows(connection)
        self._connection = connection

    def orphans(self) -> list[str]:
        """The tables with rows that name a row of another table which is not there."""
        return sorted({table for table, query in _orphans() if self._connection.scalar(query) is not None})


@cache
def _orphans() -> tuple[tuple[str, sa.Select[int]], ...]:
    """For each foreign key its table, and what asks whether a row of it names nothing."""
    keys = (key for table in metadata.sorted_tables for key in table.foreign_key_constraints)
    return tuple((key.table.name, _orphan(key)) for key in keys)


def _orphan(key: sa.ForeignKeyConstraint) -> sa.Select[int]:
    """Something, when there is a row that names by this key what is not there."""
    child, named = key.table, key.referred_table.alias("named")
    pairs = [(child.c[one.parent.name], named.c[one.column.name]) for one in key.elements]
    there = sa.exists().where(*(mine == theirs for mine, theirs in pairs))
    return sa.select(sa.literal(1)).select_from(child).where(*(mine.is_not(None) for mine, _ in pairs), ~there).limit(1)
