"""Licences as JSON and as rows of a table.

The standard for consents (ISO/IEC TS 27560) has no names for them; those of the scope are the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from imgpolicy.domain.evidence import Evidence
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.publication import LicenceDue
from imgpolicy.wire.evidence import ProofWire, proof_wire
from imgpolicy.wire.grant import (
    LIMIT_COLUMNS,
    ValidityWire,
    limit_cells,
    limits_in,
    scope_from,
    scope_words,
    validity_wire,
)
from imgpolicy.wire.publication import PublicationWire, publication_wire
from imgpolicy.wire.sheets import Line, Table, moment_or_day, yes_or_no

LICENCES = Table(
    name="licences.csv",
    columns=(
        *("id", "work", "licensor", "terms", "url", *LIMIT_COLUMNS),
        *("credit", "credit_required", "at", "ended", "end_reason"),
    ),
    needed=("work", "licensor"),
)
"""Files that prove it have no place in a table."""


class EndWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a licence is over."""

    at: dt.datetime
    reason: str


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
        validity=validity_wire(licence),
        max_publications=licence.max_publications,
        credit=licence.credit,
        credit_required=licence.credit_required,
        at=licence.at,
        end=None if licence.end is None else EndWire(at=licence.end.at, reason=licence.end.reason),
        evidence=[proof_wire(file) for file in evidence],
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


def licence_cells(licence: Licence) -> tuple[str, ...]:
    """The licence as a row of `LICENCES`."""
    return (
        *(licence.id, licence.work, licence.licensor, licence.terms or "", licence.url or ""),
        *limit_cells(licence),
        *(licence.credit or "", "yes" if licence.credit_required else "no", licence.at.isoformat()),
        *(("", "") if licence.end is None else (licence.end.at.isoformat(), licence.end.reason)),
    )


def licence_in(line: Line) -> Licence:
    """The licence in a row of `LICENCES`; what is wrong with it is noted."""
    ended = line.read("ended", moment_or_day)
    work = line.read("work", check_id) or line.need("work")
    licensor = line.need_text("licensor")
    limits = limits_in(line)
    licence = Licence(
        work=work,
        licensor=licensor,
        terms=line.text("terms"),
        url=line.text("url"),
        scope=limits.scope,
        excluded=limits.excluded,
        valid_from=limits.valid_from,
        valid_until=limits.valid_until,
        max_publications=limits.max_publications,
        credit=line.text("credit"),
        credit_required=line.read("credit_required", yes_or_no) or False,
        end=None if ended is None else End(at=ended[0], reason=line.need("end_reason")),
    )
    given_id, at = line.read("id", check_id), line.read("at", moment_or_day)
    licence = licence if given_id is None else replace(licence, id=given_id)
    return replace(licence, at=line.read_at if at is None else at[0])
