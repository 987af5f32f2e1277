"""The cells of a table as its file holds them, whatever kind of file that is, and what is wrong in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imgpolicy.phrase import Phrase, phrase
from imgpolicy.text import printable

_LONGEST = 300
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be imported, and where it stands; a row of 0 is the file itself."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return printable(" ".join(self.line().split()), limit=_WHOLE)

    def line(self) -> str:
        """Where it stands, and what it is, as a phrase; what its message was made of is not made safe to show."""
        file, column = printable(self.file), printable(self.column)
        short = isinstance(self.message, Phrase) and len(self.message) <= _LONGEST
        message = self.message if short else printable(" ".join(self.message.split()), limit=_LONGEST)
        if self.row and self.column:
            return phrase(
                "{file}, row {row}, column {column}: {message}",
                file=file,
                row=self.row,
                column=column,
                message=message,
            )
        if self.row:
            return phrase("{file}, row {row}: {message}", file=file, row=self.row, message=message)
        if self.column:
            return phrase("{file}, column {column}: {message}", file=file, column=column, message=message)
        return phrase("{file}: {message}", file=file, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: the number of its first line, its cells, and what is `wrong` with some of them, by their places."""

    number: int
    cells: tuple[str, ...]
    wrong: Mapping[int, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """True when nothing stands in it."""
        return not self.wrong and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The rows of one table, the header among them.

    `separator` stands between the cells of a text, None in a workbook. `note` says as what the file was read, where
    that is no plain CSV in UTF-8.
    """

    rows: tuple[Row, ...]
    separator: str | None = None
    note: str | None = None
