"""What is said of the pictures of an archive, a line each, for programs: JSON Lines and CSV."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.verdict import VerdictWord
from imgpolicy.wire.sheets import row_text
from imgpolicy.wire.values import as_line, safe_optional, safe_text

AUDIT_SCHEMA = "imgpolicy.audit/1"

COLUMNS = ("file", "verdict", "codes", "until", "how", "trouble")
"""The columns of the CSV form."""


class AuditLine(msgspec.Struct, frozen=True):
    """One picture: the verdict is missing for what was skipped. `until` is the first day on which it may change."""

    file: str
    how: str
    verdict: VerdictWord | None = None
    codes: list[str] = []
    until: dt.date | None = None
    trouble: str | None = None


class ChangeLine(msgspec.Struct, frozen=True):
    """A picture whose answer changed: None where there was none before, or is none any more."""

    file: str
    at: dt.datetime
    before: VerdictWord | None
    after: VerdictWord | None
    codes: list[str] = []


def json_line(line: AuditLine | ChangeLine) -> str:
    """The line as JSON, ending in a line break."""
    shown = msgspec.structs.replace(line, file=safe_text(line.file))
    if isinstance(shown, AuditLine):
        shown = msgspec.structs.replace(shown, trouble=safe_optional(shown.trouble))
    return as_line(shown).decode() + "\n"


def csv_line(line: AuditLine) -> str:
    """The line as a row of a CSV table whose columns are `COLUMNS`; no spreadsheet takes a cell for a formula."""
    until = "" if line.until is None else line.until.isoformat()
    cells = (line.file, line.verdict or "", " ".join(line.codes), until, line.how, line.trouble or "")
    return row_text([safe_text(cell) for cell in cells])
