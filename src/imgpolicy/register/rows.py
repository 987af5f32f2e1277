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


Row = PersonRow | ConsentRow | ScopeRow | FaceRow | WorkRow | FingerprintRow | Entry
