"""The rest of what the log keeps digests of: enrolled faces, tasks, and what is done to a register as a whole.

For these forms holds what `canonical` says of those of records.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Protocol

import msgspec

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.desk import Approval
from imgpolicy.domain.dossier import FaceVector
from imgpolicy.domain.scope import words_of
from imgpolicy.domain.webhook import Told, Webhook


class Task(Protocol):
    """A task to take a post down, with the ids of what it names."""

    @property
    def id(self) -> str:
        """The id of the task."""
        ...

    @property
    def publication(self) -> str:
        """The id of the post."""
        ...

    @property
    def cause(self) -> str:
        """Why it must come down, in a word."""
        ...

    @property
    def consent(self) -> str | None:
        """The id of the statement that asks for it; None where none does."""
        ...

    @property
    def licence(self) -> str | None:
        """The id of the licence that ended; None where it is no licence."""
        ...

    @property
    def opened(self) -> dt.datetime:
        """When the task was opened, with its time zone."""
        ...


class _FaceForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="face/2"):
    """`vector` is the SHA-256 of its numbers."""

    engine: str
    consent: str
    vector: str


class _TakedownForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="take-down/2"):
    """`closed` is that of a task that came from another register; else it is closed when its post comes down."""

    id: str
    publication: str
    cause: str
    opened: dt.datetime
    consent: str | None = None
    licence: str | None = None
    closed: dt.datetime | None = None


class _ErasureForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="erasure/2"):
    """`removed` are the digests of all entries on the person that the log holds before this one, in their order."""

    removed: list[str] = []


class _RestorationForm(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="restoration/1"
):
    """`replaced` is the head of the register that was there; none when its log could not be read."""

    replaced: str | None = None


class _DebtForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="debt/1"):
    """What takes something back, a denial, an exception or an error, by what it reaches and whose word it is."""

    kind: str
    about: str | None = None
    scope: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    given_by: str | None = None


class _WebhookForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="webhook/1"):
    """`secret` is the SHA-256 of what signs what is sent there."""

    id: str
    url: str
    events: list[str]
    secret: str
    added: dt.datetime | None = None
    removed: dt.datetime | None = None


class _EventForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="event/1"):
    """`body` is the SHA-256 of what is sent, `people` the ids of those whom it is about, `deliveries` pairs of the ids
    of each and of its webhook."""

    id: str
    kind: str
    at: dt.datetime
    body: str
    people: list[str] = []
    deliveries: list[tuple[str, str]] = []


class _HandInForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="hand-in/1"):
    """`place` is that in the queue."""

    item: str
    by: str
    at: dt.datetime
    place: int


class _ApprovalForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="approval/1"):
    """`round` is raised when what was said before counts no more."""

    id: str
    item: str
    by: str
    name: str
    accept: bool
    reason: str
    at: dt.datetime
    round: int


class _PostedForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="posted/1"):
    item: str
    publication: str
    at: dt.datetime


ANY_DENIAL = b'{"form":"debt/1"}'
"""What stands for a statement of which nobody can tell any more what it was."""


def face_form(face: FaceVector) -> bytes:
    """The bytes that stand for an enrolled face; its number is no part of it."""
    return msgspec.json.encode(
        _FaceForm(engine=face.engine, consent=face.consent, vector=hashlib.sha256(face.vector).hexdigest())
    )


def takedown_form(task: Task, closed: dt.datetime | None = None) -> bytes:
    """The bytes that stand for a task that was closed then when it was recorded, or open."""
    return msgspec.json.encode(
        _TakedownForm(
            id=task.id,
            publication=task.publication,
            cause=task.cause,
            opened=task.opened.astimezone(dt.UTC),
            consent=task.consent,
            licence=task.licence,
            closed=None if closed is None else closed.astimezone(dt.UTC),
        )
    )


def down_form(down: dt.datetime) -> bytes:
    """The bytes that stand for a post that came down then."""
    return down.astimezone(dt.UTC).isoformat().encode()


def erasure_form(removed: Sequence[str]) -> bytes:
    """The bytes that stand for the erasure of a person on whom the log held entries with these digests."""
    return msgspec.json.encode(_ErasureForm(removed=list(removed)))


def restoration_form(replaced: str | None) -> bytes:
    """The bytes that stand for a restoration in place of a register with this head, or of one that nobody can read."""
    return msgspec.json.encode(_RestorationForm(replaced=replaced))


def debt_form(taking: Consent) -> bytes:
    """The bytes that stand for what must be repeated: a denial, an exception in a yes, or an error in a record."""
    scope = {} if taking.gives else words_of(taking.scope)
    return msgspec.json.encode(
        _DebtForm(
            kind=taking.kind.value,
            about=None if taking.gives else taking.about,
            scope=scope,
            excluded=words_of(taking.excluded),
            given_by=taking.given_by,
        )
    )


def webhook_form(webhook: Webhook, secret: bytes) -> bytes:
    """The bytes that stand for a webhook, with what signs what is sent there."""
    form = _WebhookForm(
        id=webhook.id,
        url=webhook.url,
        events=sorted(webhook.events),
        secret=hashlib.sha256(secret).hexdigest(),
        added=None if webhook.added is None else webhook.added.astimezone(dt.UTC),
        removed=None if webhook.removed is None else webhook.removed.astimezone(dt.UTC),
    )
    return msgspec.json.encode(form)


def event_form(told: Told) -> bytes:
    """The bytes that stand for an event that webhooks are told, whatever became of it on its way."""
    form = _EventForm(
        id=told.id,
        kind=told.kind,
        at=told.at.astimezone(dt.UTC),
        body=hashlib.sha256(told.body).hexdigest(),
        people=sorted(told.people),
        deliveries=sorted(told.deliveries),
    )
    return msgspec.json.encode(form)


def hand_in_form(item: str, by: str, at: dt.datetime, place: int) -> bytes:
    """The bytes that stand for a picture's place in the reviewers' queue, and who handed it in when."""
    return msgspec.json.encode(_HandInForm(item=item, by=by, at=at.astimezone(dt.UTC), place=place))


def approval_form(approval_id: str, item: str, round_number: int, said: Approval) -> bytes:
    """The bytes that stand for what a reviewer said of a picture."""
    form = _ApprovalForm(
        id=approval_id,
        item=item,
        by=said.by,
        name=said.name,
        accept=said.accept,
        reason=said.reason,
        at=said.at.astimezone(dt.UTC),
        round=round_number,
    )
    return msgspec.json.encode(form)


def posted_form(item: str, publication: str, at: dt.datetime) -> bytes:
    """The bytes that stand for a picture of the desk that was posted, by the post on record."""
    return msgspec.json.encode(_PostedForm(item=item, publication=publication, at=at.astimezone(dt.UTC)))
