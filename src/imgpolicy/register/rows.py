"""The rows of the register's tables as plain values; encrypted where they tell of people.

`sql` reads and writes them, `records` turns them into what the rest of the program knows.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from imgpolicy.register.log import Entry


class PersonRow(NamedTuple):
    """A person: `key` is wrapped by the master key, `details` is sealed with that key."""

    id: str
    key: bytes
    details: bytes
    guardian: str | None


class ConsentRow(NamedTuple):
    """A consent without its scope; `details` is sealed."""

    id: str
    person: str
    kind: str
    state: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    at: dt.datetime
    details: bytes


class ScopeRow(NamedTuple):
    """One value in one dimension of a consent's scope."""

    consent: str
    dimension: str
    value: str


class FaceRow(NamedTuple):
    """A face vector, sealed, and the biometric consent on which it was taken; `kind` is always that."""

    person: str
    engine: str
    consent: str
    kind: str
    vector: bytes


class WorkRow(NamedTuple):
    """A known work."""

    id: str
    kind: str
    title: str
    owner: str | None


class WorkPictureRow(NamedTuple):
    """What is known of a picture of a work; hashes in hex, of 64, 16 and 64 digits; features with their version."""

    work: str
    sha256: str | None
    phash: str | None
    pdq: str | None
    quality: int
    version: str | None
    width: int | None
    height: int | None
    features: bytes | None


class NoticeRow(NamedTuple):
    """A text that people were shown when they were asked; `id` is its digest."""

    id: str
    version: str
    language: str
    text: str


class EvidenceRow(NamedTuple):
    """A file that proves what was said; `details` and `content` are sealed."""

    id: str
    person: str
    consent: str | None
    at: dt.datetime
    details: bytes
    content: bytes


class PublicationRow(NamedTuple):
    """A picture that was posted: its SHA-256, where, in which use, and since when it is down."""

    id: str
    picture: str
    url: str
    published: dt.date
    channel: str
    purpose: str | None
    campaign: str | None
    audience: str | None
    territory: str | None
    setting: str | None
    event: str | None
    edit: str | None
    at: dt.datetime
    down: dt.datetime | None


class ShownRow(NamedTuple):
    """Somebody in a posted picture, and the consent that the post rests on."""

    publication: str
    person: str
    consent: str | None


class LicenceRow(NamedTuple):
    """A licence without its scope; `details` is sealed with the register's key."""

    id: str
    work: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    at: dt.datetime
    details: bytes


class LicenceScopeRow(NamedTuple):
    """One value in one dimension of a licence's scope."""

    licence: str
    dimension: str
    value: str


class LicenceEndRow(NamedTuple):
    """That a licence is over; `details` is sealed with the register's key."""

    licence: str
    at: dt.datetime
    details: bytes


class LicenceEvidenceRow(NamedTuple):
    """A file that proves a licence; `details` and `content` are sealed with the register's key."""

    id: str
    licence: str
    at: dt.datetime
    details: bytes
    content: bytes


class UsedWorkRow(NamedTuple):
    """A work in a posted picture, and the licence that the post rests on."""

    publication: str
    work: str
    licence: str | None


class TakedownRow(NamedTuple):
    """A post that must come down, why, and since when it is done.

    `consent` is the statement that asks for it, `licence` the one that was ended.
    """

    id: str
    publication: str
    cause: str
    consent: str | None
    opened: dt.datetime
    closed: dt.datetime | None
    licence: str | None = None


class DecisionRow(NamedTuple):
    """A check that was recorded; `report` and `release` are sealed with the register's key."""

    id: str
    at: dt.datetime
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: bytes | None
    release: bytes | None


class JudgedRow(NamedTuple):
    """Somebody of whom a recorded report tells."""

    decision: str
    person: str


class DismissalRow(NamedTuple):
    """What a reviewer said of a found face, or, with `ends`, that another such row holds no more; sealed."""

    id: str
    at: dt.datetime
    ends: str | None
    details: bytes


Row = (
    PersonRow
    | ConsentRow
    | ScopeRow
    | FaceRow
    | WorkRow
    | WorkPictureRow
    | NoticeRow
    | EvidenceRow
    | PublicationRow
    | ShownRow
    | LicenceRow
    | LicenceScopeRow
    | LicenceEndRow
    | LicenceEvidenceRow
    | UsedWorkRow
    | TakedownRow
    | DecisionRow
    | JudgedRow
    | DismissalRow
    | Entry
)
Cell = str | int | bytes | dt.date | dt.datetime | None
"""What a column may hold."""
