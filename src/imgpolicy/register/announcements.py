"""What was withdrawn, put into the outbox in the transaction that withdraws it."""

from __future__ import annotations

import datetime as dt

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.publication import ENDED, ERASED, EXCEPTED
from imgpolicy.domain.webhook import EventKind
from imgpolicy.register.outbox import queue
from imgpolicy.register.publications import carried_by, to_come_down, to_come_down_of
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.wire.webhook import withdrawn_body


def announce_statement(unit: UnitOfWork, said: Consent) -> None:
    """Tell of a statement that takes something back, and of all posts of the person that must come down now."""
    now = dt.datetime.now(dt.UTC)
    cause = EXCEPTED if said.gives else said.state.value
    body = withdrawn_body(now, cause, to_come_down_of(unit, said.person), consent=said.id)
    queue(unit, EventKind.WITHDRAWN, now, body, about=(said.person,))


def announce_licence(unit: UnitOfWork, ended: Licence, to_the_work: tuple[Licence, ...]) -> None:
    """Tell of a licence that was ended, and of the posts that it carried and that must come down now."""
    now = dt.datetime.now(dt.UTC)
    posts = to_come_down(unit, carried_by(unit, ended, to_the_work))
    queue(unit, EventKind.WITHDRAWN, now, withdrawn_body(now, ENDED, posts, licence=ended.id))


def announce_erasure(unit: UnitOfWork, person: str) -> None:
    """Tell that somebody is erased, by the posts of theirs that must come down; nothing says who it was."""
    now = dt.datetime.now(dt.UTC)
    queue(unit, EventKind.WITHDRAWN, now, withdrawn_body(now, ERASED, to_come_down_of(unit, person)))
