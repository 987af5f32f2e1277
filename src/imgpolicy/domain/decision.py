"""Checks that were recorded, and who released a picture against its findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from imgpolicy.domain.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A picture let go against its findings: who answers for it and why, and the second person where one is asked."""

    by: str
    reason: str
    second: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a check gave: hashes of the picture and the policy, the register's head, the verdict's word, the report.

    `report` is the report as JSON, None when somebody in it was erased; `picture` is None when it could not be read.
    """

    id: str = field(default_factory=lambda: new_id("d"))
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: bytes | None = field(repr=False)
    release: Release | None = None
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
