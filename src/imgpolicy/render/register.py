"""The register's records as JSON: the names are those of ISO/IEC TS 27560 wherever it has one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.publication import Due, Publication, Takedown
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope


class ValidityWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The days on which a consent holds, both included; null is open."""

    from_: dt.date | None = None
    until: dt.date | None = None


class ConsentWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent record. `scope` and `excluded` hold the dimensions that the standard has no name for."""

    record_id: str | None = None
    pii_principal_id: str
    kind: ConsentKind
    event_state: ConsentState
    event_time: dt.datetime
    lawful_basis: LegalBasis = LegalBasis.CONSENT
    purposes: list[str] = []
    geographic_restrictions: list[str] = []
    scope: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    validity_duration: ValidityWire = ValidityWire()
    max_publications: int | None = None
    given_by: str | None = None
    collection_method: str | None = None
    privacy_notice: str | None = None
    about: str | None = None
    reason: str | None = None


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


class DueWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent that ends, and the posts that rest on it."""

    day: dt.date
    why: str
    consent: ConsentWire
    posts: list[PublicationWire]


def consent_wire(consent: Consent) -> ConsentWire:
    """The record as it is written."""
    return ConsentWire(
        record_id=consent.id,
        pii_principal_id=consent.person,
        kind=consent.kind,
        event_state=consent.state,
        event_time=consent.at,
        lawful_basis=consent.basis,
        purposes=sorted(consent.scope.purposes),
        geographic_restrictions=sorted(consent.scope.territories),
        scope={name: words for name, words in scope_words(consent.scope).items() if name not in _NAMED},
        excluded=scope_words(consent.excluded),
        validity_duration=ValidityWire(from_=consent.valid_from, until=consent.valid_until),
        max_publications=consent.max_publications,
        given_by=consent.given_by,
        collection_method=consent.collected,
        privacy_notice=consent.notice,
        about=consent.about,
        reason=consent.reason,
    )


def consent_from(wire: ConsentWire) -> Consent:
    """The record as it was written; ValueError when its scope has a dimension that is not known."""
    scope = scope_from(wire.scope | {"purposes": wire.purposes, "territories": wire.geographic_restrictions})
    consent = Consent(
        person=wire.pii_principal_id,
        kind=wire.kind,
        state=wire.event_state,
        scope=scope,
        excluded=scope_from(wire.excluded),
        valid_from=wire.validity_duration.from_,
        valid_until=wire.validity_duration.until,
        max_publications=wire.max_publications,
        basis=wire.lawful_basis,
        given_by=wire.given_by,
        collected=wire.collection_method,
        notice=wire.privacy_notice,
        about=wire.about,
        reason=wire.reason,
        at=wire.event_time,
    )
    return consent if wire.record_id is None else replace(consent, id=wire.record_id)


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


def due_wire(item: Due) -> DueWire:
    """What ends, as it is written."""
    return DueWire(
        day=item.ends,
        why=item.why,
        consent=consent_wire(item.consent),
        posts=[publication_wire(post) for post in item.posts],
    )


_NAMED = frozenset({"purposes", "territories"})
"""The dimensions that the standard has names for; they stand beside the scope."""


def scope_words(scope: Scope) -> dict[str, list[str]]:
    """The words of each dimension in which some are listed."""
    return {SCOPE_FIELDS[dimension]: sorted(words) for dimension, words in scope.items() if words}


def scope_from(words: dict[str, list[str]]) -> Scope:
    """The scope that was written so; ValueError when it has a dimension that is not known."""
    for name in words:
        if name not in SCOPE_FIELDS.values():
            raise ValueError(f"{name!r} is no part of a scope; it has {', '.join(SCOPE_FIELDS.values())}")
    return Scope(**{name: frozenset(listed) for name, listed in words.items()})
