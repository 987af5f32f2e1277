"""What works are recognised by, a row at a time, as the register holds it and the arrays are made of it."""

from __future__ import annotations

from typing import NamedTuple


class FingerprintRow(NamedTuple):
    """One fingerprint without its features; hashes in hex."""

    work: str
    sha256: str | None
    phash: str | None
    pdq: str | None
    quality: int


class FeaturesRow(NamedTuple):
    """The features of one fingerprint."""

    work: str
    version: str
    width: int
    height: int
    data: bytes
