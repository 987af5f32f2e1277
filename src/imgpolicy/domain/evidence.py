"""Files that prove what was said, and the texts that people were shown when they were asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stored file: its name and the SHA-256 and size of its content.

    It proves what a `person` said, in the record `consent` where one is named, or else the `licence`.
    """

    id: str
    person: str | None = None
    consent: str | None = None
    licence: str | None = None
    name: str
    sha256: str
    size: int
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text that people were shown when they were asked, by version and language (BCP 47)."""

    id: str
    version: str
    language: str
    text: str
