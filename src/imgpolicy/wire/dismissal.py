"""Dismissed faces as JSON."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.terms import DismissedAs


class PlaceWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where in which picture; the box is in shares of its size."""

    picture: str
    phash: str
    pdq: str
    quality: int
    width: int
    height: int
    box: tuple[float, float, float, float]
    look: str
    clarity: int
    frame: int = 0


class EndingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a dismissal was taken back."""

    by: str
    reason: str
    at: dt.datetime


class DismissalWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer said of one found face; `ending` is null while it holds."""

    id: str = msgspec.field(default_factory=lambda: new_id("f"))
    what: DismissedAs
    place: PlaceWire
    by: str
    reason: str
    at: dt.datetime = msgspec.field(default_factory=lambda: dt.datetime.now(dt.UTC))
    ending: EndingWire | None = None


def dismissal_wire(dismissal: Dismissal) -> DismissalWire:
    """The dismissal as it is written."""
    return msgspec.convert(dismissal, DismissalWire, from_attributes=True)


def dismissal_from(wire: DismissalWire) -> Dismissal:
    """The dismissal as it was written."""
    return msgspec.convert(wire, Dismissal, from_attributes=True)
