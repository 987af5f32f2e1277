"""CSV tables, written so that no spreadsheet takes a cell for a formula, and read with a word on all that is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from imgpolicy.domain.validate import check_text
from imgpolicy.errors import RegisterError
from imgpolicy.files import read_at_most
from imgpolicy.text import printable

LARGEST = 200_000_000
"""Bytes of one file that is imported."""

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection), or that was guarded against that.

Some take the wide forms of the four signs for the signs.
"""

_PART = re.compile(r"(?:\\[;\\]|[^;])+")
_ESCAPED = re.compile(r"\\([;\\])")
_TO_ESCAPE = re.compile(r"\\(?=[;\\]|$)|;")
"""Parts of a cell of words, what is escaped in one, and what has to be: a backslash only where it would escape."""

_T = TypeVar("_T")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be imported, and where it stands; a row of 0 is the file itself."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = [
            self.file,
            *([f"row {self.row}"] if self.row else []),
            *([f"column {self.column}"] * bool(self.column)),
        ]
        return f"{', '.join(where)}: {printable(' '.join(self.message.split()), limit=300)}"


@dataclass(slots=True)
class Line:
    """One row of a table. Reading a cell notes what is wrong with it; `sound` says that nothing was.

    `read_at` is when the table was read: the moment of all its rows that state none, so that their order is no matter.
    """

    file: str
    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    read_at: dt.datetime = field(default_factory=_now)

    @property
    def sound(self) -> bool:
        """True while no cell was wrong."""
        return not self.problems

    def text(self, column: str) -> str | None:
        """The cell as it is; None when it is empty or not there."""
        return self.cells.get(column) or None

    def read(self, column: str, convert: Callable[[str], _T]) -> _T | None:
        """The cell as `convert` makes it; None when it is empty, or wrong, which is noted."""
        cell = self.text(column)
        if cell is None:
            return None
        try:
            return convert(cell.strip())
        except (ValueError, RegisterError) as error:
            self.wrong(column, str(error))
            return None

    def need(self, column: str) -> str:
        """The cell, which must not be empty."""
        cell = self.text(column)
        if cell is None or not cell.strip():
            self.wrong(column, "is empty")
            return ""
        return cell

    def need_text(self, column: str) -> str:
        """The cell, which must hold a text that can be kept."""
        text = self.need(column)
        if text:
            try:
                check_text(text, f"the {column}")
            except RegisterError as error:
                self.wrong(column, str(error))
        return text

    def words(self, column: str) -> frozenset[str]:
        """The words in the cell: separated by semicolons when it has one, else by blanks.

        A semicolon that is part of a word stands behind a backslash.
        """
        cell = self.cells.get(column, "")
        parts = _PART.findall(cell) if ";" in _ESCAPED.sub("", cell) else cell.split()
        return frozenset(_ESCAPED.sub(r"\1", part.strip()) for part in parts if part.strip())

    def wrong(self, column: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, self.number, column, message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A kind of table: what its file is called, its columns, and those of them that a file must have."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]

    def read(self, path: Path) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
        """The rows of a file of this kind, and what is wrong with it: see `read_sheet`."""
        return read_sheet(path, self.needed, self.columns)

    def write(self, rows: Iterable[Sequence[str]]) -> bytes:
        """A file of this kind, a cell of each row a column: see `write_sheet`."""
        return write_sheet(self.columns, rows)


def read_bytes(path: Path) -> bytes:
    """The file's bytes; RegisterError when it cannot be read or is too large."""
    try:
        return read_at_most(path, LARGEST)
    except OSError as error:
        raise RegisterError(f"{path}: cannot be read ({error.strerror})") from error


def read_sheet(
    path: Path, needed: Collection[str], optional: Collection[str]
) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The rows of a CSV file in UTF-8, with or without a byte order mark, by commas or semicolons.

    The header must name all columns that are needed, and no others than the optional ones besides.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        return (), (Problem(path.name, row, "", "not UTF-8: save the table as CSV in UTF-8"),)
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    # Strict: a quote that is never closed, or closed in the middle of a cell, would swallow the rows that follow.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines, read_at = [], _now()
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        problems = _header_problems(path.name, header, needed, optional)
        if problems:
            return (), problems
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            texts = dict(zip(header, map(_unguarded, cells), strict=False))
            line = Line(path.name, reader.line_num, texts, read_at=read_at)
            if len(cells) != len(header):
                line.wrong("", f"has {len(cells)} cells, and the header names {len(header)}")
            lines.append(line)
    except csv.Error as error:
        return (), (Problem(path.name, reader.line_num, "", f"cannot be read as CSV ({error})"),)
    return tuple(lines), ()


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file, in UTF-8; what a spreadsheet would take for a formula stands behind an apostrophe."""
    return "".join(_row(cells) for cells in (columns, *rows)).encode()


def _row(cells: Sequence[str]) -> str:
    buffer = io.StringIO(newline="")
    # The default, \r\n between rows, has cells with either of the two quoted: a bare one would end the row to a reader.
    csv.writer(buffer).writerow([guarded(cell) for cell in cells])
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def guarded(cell: str) -> str:
    """The cell, behind an apostrophe where a spreadsheet would take it for a formula.

    Whatever writes cells for a spreadsheet asks here. One that looks as if it had been guarded is guarded too, so that
    each is read back as it was.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def join_words(words: Iterable[str]) -> str:
    """A cell that `Line.words` reads as these words."""
    listed = [_TO_ESCAPE.sub(r"\\\g<0>", word) for word in sorted(words)]
    return "".join(f"{word};" for word in listed) if any(" " in word for word in listed) else " ".join(listed)


def moment(text: str) -> dt.datetime:
    """The moment that a cell names; ValueError when it does not say its time zone."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} needs its time zone, such as {text}+00:00")
    return moment


def yes_or_no(text: str) -> bool:
    """What a cell with one of the two words says; ValueError for any other."""
    if text.lower() not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text.lower() == "yes"


def _header_problems(
    file: str, header: Sequence[str], needed: Collection[str], optional: Collection[str]
) -> tuple[Problem, ...]:
    known = {*needed, *optional}
    doubled = {name for name in header if header.count(name) > 1}
    return (
        *(Problem(file, 1, name, "is missing") for name in sorted(set(needed) - set(header))),
        *(Problem(file, 1, name, "stands twice") for name in sorted(doubled)),
        *(
            Problem(file, 1, name, f"is not known; known are {', '.join(sorted(known))}")
            for name in header
            if name not in known
        ),
    )
