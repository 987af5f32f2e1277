"""Licences as JSON. The standard for consents (ISO/IEC TS 27560) has no names for them; the scope's are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from imgpolicy.domain.evidence import Evidence
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.publication import LicenceDue
from imgpolicy.render.register import PublicationWire, ValidityWire, publication_wire, scope_from, scope_words


class EndWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a licence is over."""

    at: dt.datetime
    reason: str


class ProofWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stored file that proves a licence; `imgpolicy evidence show ID -o FILE` writes it out."""

    id: str
    name: str
    sha256: str
    size: int


class LicenceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A licence. Null in `validity` is open; `end` is null while it stands."""

    id: str | None = None
    work: str
    licensor: str
    terms: str | None = None
    url: str | None = None
    scope: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    validity: ValidityWire = ValidityWire()
    max_publications: int | None = None
    credit: str | None = None
    credit_required: bool = False
    at: dt.datetime
    end: EndWire | None = None
    evidence: list[ProofWire] = []


class LicenceDueWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A licence that ends, and the posts that rest on it."""

    day: dt.date
    licence: LicenceWire
    posts: list[PublicationWire]


def licence_wire(licence: Licence, evidence: Sequence[Evidence] = ()) -> LicenceWire:
    """The licence as it is written, with the files that prove it."""
    return LicenceWire(
        id=licence.id,
        work=licence.work,
        licensor=licence.licensor,
        terms=licence.terms,
        url=licence.url,
        scope=scope_words(licence.scope),
        excluded=scope_words(licence.excluded),
        validity=ValidityWire(from_=licence.valid_from, until=licence.valid_until),
        max_publications=licence.max_publications,
        credit=licence.credit,
        credit_required=licence.credit_required,
        at=licence.at,
        end=None if licence.end is None else EndWire(at=licence.end.at, reason=licence.end.reason),
        evidence=[ProofWire(id=e.id, name=e.name, sha256=e.sha256, size=e.size) for e in evidence],
    )


def licence_from(wire: LicenceWire) -> Licence:
    """The licence as it was written; ValueError when its scope has a dimension that is not known."""
    licence = Licence(
        work=wire.work,
        licensor=wire.licensor,
        terms=wire.terms,
        url=wire.url,
        scope=scope_from(wire.scope),
        excluded=scope_from(wire.excluded),
        valid_from=wire.validity.from_,
        valid_until=wire.validity.until,
        max_publications=wire.max_publications,
        credit=wire.credit,
        credit_required=wire.credit_required,
        at=wire.at,
        end=None if wire.end is None else End(at=wire.end.at, reason=wire.end.reason),
    )
    return licence if wire.id is None else replace(licence, id=wire.id)


def licence_due_wire(item: LicenceDue) -> LicenceDueWire:
    """What ends, as it is written."""
    return LicenceDueWire(
        day=item.ends,
        licence=licence_wire(item.licence),
        posts=[publication_wire(post) for post in item.posts],
    )
