"""Publications and take-down tasks as JSON."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.publication import Publication, Takedown


class PublicationWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post. `people` and `works` are those in it, each with the consent or licence that it rests on."""

    id: str
    picture: str
    url: str
    published: dt.date
    channel: str
    purpose: str | None = None
    campaign: str | None = None
    audience: str | None = None
    territory: str | None = None
    setting: str | None = None
    event: str | None = None
    edit: str | None = None
    pdq: str | None = None
    people: dict[str, str | None] = {}
    works: dict[str, str | None] = {}
    at: dt.datetime
    down: dt.datetime | None = None


class TakedownWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task: this post must come down."""

    id: str
    publication: str
    channel: str
    url: str
    cause: str
    consent: str | None
    licence: str | None = None
    opened: dt.datetime
    closed: dt.datetime | None


def publication_wire(publication: Publication) -> PublicationWire:
    """The post as it is written."""
    return msgspec.convert(publication, PublicationWire, from_attributes=True)


def publication_from(wire: PublicationWire) -> Publication:
    """The post as it was written."""
    return msgspec.convert(wire, Publication, from_attributes=True)


def takedown_wire(task: Takedown) -> TakedownWire:
    """The task as it is written."""
    return TakedownWire(
        id=task.id,
        publication=task.publication.id,
        channel=task.publication.channel,
        url=task.publication.url,
        cause=task.cause,
        consent=task.consent,
        licence=task.licence,
        opened=task.opened,
        closed=task.closed,
    )
