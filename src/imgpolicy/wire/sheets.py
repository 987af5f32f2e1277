"""CSV tables, written so that no spreadsheet takes a cell for a formula, and read with a word on all that is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from imgpolicy.domain.ids import is_id
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.domain.validate import LINE_BREAK, check_text
from imgpolicy.errors import RegisterError
from imgpolicy.files import read_at_most
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.wire.delimited import open_delimited, read_delimited
from imgpolicy.wire.grid import Grid, Problem, Row
from imgpolicy.wire.headers import COLUMN_WORDS, NO_WORDS, YES_WORDS, named, plainly

LARGEST = 200_000_000
"""Bytes of one file that is imported."""

FREE_TEXTS = frozenset({"collected", "reason", "terms", "end_reason"})
"""The columns whose cells may have several lines."""

CLOCKS = dt.timedelta(minutes=5)
"""By how much a moment may be ahead of this machine's clock."""

_FIRST_YEAR = 1900
_LONGEST_NUMBER = 10
_IDS = frozenset({"id", "person", "work"})
_DAY = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{1,2})(?P<s>[-/.])(?P<m2>\d{1,2})(?P=s)(?P<y2>\d{4})", re.ASCII
)

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection), or that was guarded against that.

Some take the wide forms of the four signs for the signs.
"""

_PART = re.compile(r"(?:\\[;\\]|[^;])+")
_ESCAPED = re.compile(r"\\([;\\])")
_TO_ESCAPE = re.compile(r"\\(?=[;\\]|$)|;")
"""Parts of a cell of words, what is escaped in one, and what has to be: a backslash only where it would escape."""

_T = TypeVar("_T")
_Word = TypeVar("_Word", bound=StrEnum)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


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
            self.wrong(column, message_of(error))
            return None

    def read_needed(self, column: str, convert: Callable[[str], _T]) -> _T | None:
        """The cell as `convert` makes it; None when it is wrong, or empty, which is wrong too."""
        return self.read(column, convert) if self.need(column) else None

    def need(self, column: str) -> str:
        """The cell, which must not be empty."""
        cell = self.text(column)
        if cell is None or not cell.strip():
            self.wrong(column, phrase("is empty"))
            return ""
        return cell

    def need_text(self, column: str) -> str:
        """The cell, which must hold a text that can be kept."""
        text = self.need(column)
        if text:
            try:
                check_text(text, phrase("the {column}", column=column))
            except RegisterError as error:
                self.wrong(column, message_of(error))
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
class Sheet:
    """The rows of a table, what is wrong with it as a whole, and what is to be said of how it was read."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A kind of table: what its file is called, its columns, and those of them that a file must have."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]

    def read(self, path: Path) -> Sheet:
        """A text file of this kind: see `read_sheet`."""
        return read_sheet(path, self.needed, self.columns)

    def of(self, grid: Grid, file: str) -> Sheet:
        """A sheet of this kind: see `sheet_of`."""
        return sheet_of(grid, file, self.needed, self.columns)

    def write(self, rows: Iterable[Sequence[str]]) -> bytes:
        """A file of this kind, a cell of each row a column: see `write_sheet`."""
        return write_sheet(self.columns, rows)


def read_bytes(path: Path) -> bytes:
    """The file's bytes; RegisterError when it cannot be read or is too large."""
    try:
        return read_at_most(path, LARGEST)
    except OSError as error:
        raise RegisterError(
            phrase("{path}: cannot be read ({reason})", path=str(path), reason=reason_of(error))
        ) from error


def read_sheet(path: Path, needed: Collection[str], optional: Collection[str]) -> Sheet:
    """The rows of a table in a text file: see `read_delimited`, and `sheet_of` for its header."""
    grid = read_delimited(path.name, read_bytes(path))
    if isinstance(grid, Problem):
        return Sheet(problems=(grid,))
    return sheet_of(grid, path.name, needed, optional)


def sheet_of(grid: Grid, file: str, needed: Collection[str], optional: Collection[str]) -> Sheet:
    """The rows of a table, and what is wrong with its header.

    That must name all columns that are needed, no others than the optional ones besides, and none twice; by their own
    names or by those of `headers`. Empty rows are left out, and so are empty cells to the right of all columns.
    """
    rows = [row for row in grid.rows if not row.blank]
    first = rows[0] if rows else Row(number=1, cells=())
    header, problems = _header(file, first, needed, optional, COLUMN_WORDS)
    notes = () if grid.note is None else (phrase("{name}: {reason}", name=file, reason=grid.note),)
    if problems or first.wrong:
        wrong = (
            Problem(file, first.number, "", phrase("a name of a column {said}", said=said))
            for said in first.wrong.values()
        )
        return Sheet(problems=(*wrong, *problems), notes=notes)
    read_at = _now()
    return Sheet(lines=tuple(_line(grid.separator, row, file, header, read_at) for row in rows[1:]), notes=notes)


def stream_sheet(
    path: Path, needed: Collection[str], optional: Collection[str], words: Mapping[str, Sequence[str]]
) -> Iterator[Line | Problem]:
    """The rows of a table in a text file, one by one; a Problem where it cannot be read further.

    What `sheet_of` says holds here too; `words` are what a column may be called besides its own name.
    """
    opened = open_delimited(path.name, read_bytes(path))
    if isinstance(opened, Problem):
        yield opened
        return
    header: list[str] | None = None
    read_at = _now()
    for row in opened.rows:
        if isinstance(row, Problem):
            yield row
        elif row.blank:
            continue
        elif header is None:
            header, problems = _header(path.name, row, needed, optional, words)
            if problems:
                yield problems[0]
                return
        else:
            yield _line(opened.separator, row, path.name, header, read_at)
    if header is None:
        yield from _header(path.name, Row(number=1, cells=()), needed, optional, words)[1]


def _header(
    file: str, first: Row, needed: Collection[str], optional: Collection[str], words: Mapping[str, Sequence[str]]
) -> tuple[list[str], tuple[Problem, ...]]:
    """The columns that the first row names, and what is wrong with them."""
    known = (*needed, *(name for name in optional if name not in needed))
    header = [named(text, known, words) or text.strip() for text in _without_blanks(first.cells)]
    return header, tuple(_header_problems(file, first.number, header, needed, known))


def _line(separator: str | None, row: Row, file: str, header: Sequence[str], read_at: dt.datetime) -> Line:
    """The row, with what can be told to be wrong whatever its cells mean."""
    cells = (
        row.cells
        if len(row.cells) <= len(header)
        else (*row.cells[: len(header)], *_without_blanks(row.cells[len(header) :]))
    )
    if separator is None:  # a workbook keeps no empty cells at a row's end
        cells = (*cells, *[""] * (len(header) - len(cells)))
    line = Line(file, row.number, dict(zip(header, map(_unguarded, cells), strict=False)), read_at=read_at)
    if len(cells) != len(header):
        line.wrong("", phrase("has {count} cells, and the header names {named}", count=len(cells), named=len(header)))
    for place, said in row.wrong.items():
        line.wrong(header[place] if place < len(header) else "", said)
    for place, (column, cell) in enumerate(zip(header, cells, strict=False)):
        if column not in FREE_TEXTS and LINE_BREAK.search(_unguarded(cell)):
            line.wrong(column, phrase("has a line break; it is one line"))
        elif column in FREE_TEXTS and separator and _swallowed(cell, separator, header[:place]):
            line.wrong(column, phrase("holds what looks like rows of their own: is a quote missing, or one too many?"))
    return line


def _swallowed(cell: str, separator: str, before: Sequence[str]) -> bool:
    """Whether a further line of the cell begins as a row does, with ids where the columns `before` it have them."""
    ids = [place for place, column in enumerate(before) if column in _IDS]
    for further in LINE_BREAK.split(cell)[1:]:
        parts = further.split(separator)
        found = [parts[place] for place in ids if parts[place]] if len(parts) > len(before) else []
        if found and all(map(is_id, found)):
            return True
    return False


def _without_blanks(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells but for the empty ones at the end."""
    width = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return tuple(cells[:width])


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file, in UTF-8; what a spreadsheet would take for a formula stands behind an apostrophe."""
    return "".join(row_text(cells) for cells in (columns, *rows)).encode()


def row_text(cells: Sequence[str]) -> str:
    """One row of a CSV file, ending in a line break."""
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


def day(text: str) -> dt.date:
    """The day that a cell names: 2027-12-31, or the day first, 31-12-2027, 31/12/2027 or 31.12.2027.

    ValueError for anything else, a year of two digits among it.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(
            phrase("{text} is no date: write 2027-12-31, or the day first as in 31-12-2027", text=repr(text[:40]))
        )
    year, month, number = (found["y"] or found["y2"], found["m"] or found["m2"], found["d"] or found["d2"])
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError as error:
        raise ValueError(
            phrase(
                "{text} is no date: day {number}, month {month} (the day stands first)",
                text=repr(text),
                number=number,
                month=month,
            )
        ) from error


def moment(text: str) -> dt.datetime:
    """The moment that a cell names; ValueError when it does not say its time zone, or is still to come."""
    moment = dt.datetime.fromisoformat(text)
    check_past(moment)
    return moment


def check_past(moment: dt.datetime) -> None:
    """Nothing for a moment that has come, clocks being what they are, with its time zone; ValueError for another."""
    if moment.tzinfo is None:
        raise ValueError(phrase("'{moment}' needs its time zone, such as {moment}+00:00", moment=moment.isoformat()))
    if moment.year < _FIRST_YEAR:
        raise ValueError(phrase("{moment} is before all that is recorded here", moment=moment.isoformat()))
    if moment > _now() + CLOCKS:
        raise ValueError(phrase("{moment} lies in the future", moment=moment.isoformat()))


def moment_or_day(text: str, policy: ConsentPolicy = USUAL) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment of what a cell names: one moment, or a whole day of the policy's time zone.

    ValueError as `moment`.
    """
    if "T" in text or ":" in text:
        return moment(text), moment(text)
    found = day(text)
    if found.year < _FIRST_YEAR or found > policy.today():
        raise ValueError(phrase("{found} lies in the future, or before all that is recorded here", found=str(found)))
    first, after = (policy.first_moment(one).astimezone(policy.zone) for one in (found, found + dt.timedelta(days=1)))
    return first, (after.astimezone(dt.UTC) - dt.timedelta(seconds=1)).astimezone(policy.zone)


def whole(text: str) -> int:
    """The whole number that a cell holds, in digits; ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER):
        raise ValueError(phrase("{text} is no whole number", text=repr(text[:40])))
    return int(text)


def yes_or_no(text: str) -> bool:
    """What a cell with one of the words for the two says; ValueError for any other."""
    said = plainly(text)
    if said not in {*YES_WORDS, *NO_WORDS}:
        raise ValueError(phrase("{text} is neither yes nor no", text=repr(text)))
    return said in YES_WORDS


def one_of(kinds: type[_Word], words: Mapping[str, Sequence[str]]) -> Callable[[str], _Word]:
    """Reads a cell as one of an enumeration's words, or of `words` that stand for them; ValueError for any other."""

    def read(text: str) -> _Word:
        return kinds(named(text, tuple(kinds), words) or text)

    return read


def _header_problems(
    file: str, row: int, header: Sequence[str], needed: Collection[str], known: Collection[str]
) -> Iterator[Problem]:
    for name in sorted(set(needed) - set(header)):
        yield Problem(file, row, name, phrase("is missing"))
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(file, row, name, phrase("stands twice"))
    for name in header:
        if name not in known:
            yield Problem(file, row, name, phrase("is not known; known are {known}", known=", ".join(sorted(known))))
