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


class FingerprintRow(NamedTuple):
    """The fingerprint of a picture of a work; hashes in hex, 16 and 64 digits."""

    sha256: str
    work: str
    phash: str
    pdq: str
    quality: int


class ArtworkRow(NamedTuple):
    """Artwork of a logo: a PNG, and the template of this version that was learnt from it, or none when it has none."""

    sha256: str
    work: str
    picture: bytes
    version: str
    template: bytes | None


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


class TakedownRow(NamedTuple):
    """A post that must come down, why, and since when it is done; `consent` is the statement that asks for it."""

    id: str
    publication: str
    cause: str
    consent: str | None
    opened: dt.datetime
    closed: dt.datetime | None


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


Row = (
    PersonRow
    | ConsentRow
    | ScopeRow
    | FaceRow
    | WorkRow
    | FingerprintRow
    | ArtworkRow
    | NoticeRow
    | EvidenceRow
    | PublicationRow
    | ShownRow
    | TakedownRow
    | DecisionRow
    | JudgedRow
    | Entry
)
Cell = str | int | bytes | dt.date | dt.datetime | None
"""What a column may hold."""
