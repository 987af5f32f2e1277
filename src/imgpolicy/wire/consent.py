"""Consents as JSON, with the names of ISO/IEC TS 27560 wherever it has one, and as rows of a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import msgspec

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.publication import Due
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.phrase import phrase
from imgpolicy.wire.grant import (
    LIMIT_COLUMNS,
    ValidityWire,
    limit_cells,
    limits_in,
    scope_from,
    scope_words,
    validity_wire,
)
from imgpolicy.wire.headers import KIND_WORDS, STATE_WORDS
from imgpolicy.wire.publication import PublicationWire, publication_wire
from imgpolicy.wire.sheets import Line, Table, moment_or_day, one_of

CONSENTS = Table(
    name="consents.csv",
    columns=(
        *("id", "person", "kind", "state", *LIMIT_COLUMNS),
        *("basis", "given_by", "collected", "about", "reason", "by", "second", "at"),
    ),
    needed=("person", "kind", "state"),
)
"""A notice and files that prove it have no place in a table."""

_NAMED = frozenset({"purposes", "territories"})
"""The dimensions that the standard has names for; they stand beside the scope."""


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
    by: str | None = None
    second: str | None = None


class DueWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent that ends, and the posts that rest on it; none of a person on whom nothing rests."""

    day: dt.date
    why: str
    person: str
    consent: ConsentWire | None
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
        validity_duration=validity_wire(consent),
        max_publications=consent.max_publications,
        given_by=consent.given_by,
        collection_method=consent.collected,
        privacy_notice=consent.notice,
        about=consent.about,
        reason=consent.reason,
        by=consent.by,
        second=consent.second,
    )


def consent_from(wire: ConsentWire) -> Consent:
    """The record as it was written; ValueError when its scope has a dimension that is not known, or one twice."""
    twice = sorted(_NAMED & wire.scope.keys())
    if twice:
        raise ValueError(
            phrase(
                "{twice} does not stand in the scope, but beside it: purposes, geographic_restrictions",
                twice=repr(twice[0]),
            )
        )
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
        by=wire.by,
        second=wire.second,
        at=wire.event_time,
    )
    return consent if wire.record_id is None else replace(consent, id=wire.record_id)


def due_wire(item: Due) -> DueWire:
    """What ends, as it is written."""
    return DueWire(
        day=item.ends,
        why=item.why,
        person=item.person,
        consent=None if item.consent is None else consent_wire(item.consent),
        posts=[publication_wire(post) for post in item.posts],
    )


def consent_cells(consent: Consent) -> tuple[str, ...]:
    """The record as a row of `CONSENTS`."""
    return (
        *(consent.id, consent.person, consent.kind.value, consent.state.value),
        *limit_cells(consent),
        *(consent.basis.value, consent.given_by or "", consent.collected or "", consent.about or ""),
        *(consent.reason or "", consent.by or "", consent.second or "", consent.at.isoformat()),
    )


def consent_in(line: Line, policy: ConsentPolicy = USUAL) -> Consent:
    """The record in a row of `CONSENTS`, whose days are the policy's; what is wrong with it is noted."""
    person = line.read("person", check_id) or line.need("person")
    kind = line.read_needed("kind", one_of(ConsentKind, KIND_WORDS)) or ConsentKind.PUBLICATION
    state = line.read_needed("state", one_of(ConsentState, STATE_WORDS)) or ConsentState.GIVEN
    limits = limits_in(line)
    consent = Consent(
        person=person,
        kind=kind,
        state=state,
        scope=limits.scope,
        excluded=limits.excluded,
        valid_from=limits.valid_from,
        valid_until=limits.valid_until,
        max_publications=limits.max_publications,
        basis=line.read("basis", one_of(LegalBasis, {})) or LegalBasis.CONSENT,
        given_by=line.read("given_by", check_id),
        collected=line.text("collected"),
        about=line.read("about", check_id),
        reason=line.text("reason"),
        by=line.text("by"),
        second=line.text("second"),
    )
    given_id = line.read("id", check_id)
    consent = consent if given_id is None else replace(consent, id=given_id)
    stated = stated_in(line, policy) or (line.read_at, line.read_at)
    return replace(consent, at=min(stated[1], line.read_at) if consent.denies and stated[0] < stated[1] else stated[0])


def stated_in(line: Line, policy: ConsentPolicy = USUAL) -> tuple[dt.datetime, dt.datetime] | None:
    """From when to when the record in the row was stated: a moment, or a whole day; None when the row does not say.

    Of a day a yes counts from its beginning and a no from its end, so that within a day the no wins.
    """
    return line.read("at", partial(moment_or_day, policy=policy))
