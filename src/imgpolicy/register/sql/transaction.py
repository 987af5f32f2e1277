"""One transaction of the register's database: what can be asked of each thing in it and done to it."""

from __future__ import annotations

import sqlalchemy as sa

from imgpolicy.register.sql.consents import ConsentRows
from imgpolicy.register.sql.decisions import DecisionRows
from imgpolicy.register.sql.dismissals import DismissalRows
from imgpolicy.register.sql.evidence import EvidenceRows
from imgpolicy.register.sql.faces import FaceRows
from imgpolicy.register.sql.journal import LogRows
from imgpolicy.register.sql.licences import LicenceRows
from imgpolicy.register.sql.logos import LogoRows
from imgpolicy.register.sql.people import PeopleRows
from imgpolicy.register.sql.publications import PublicationRows
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
        self.journal = LogRows(connection)
