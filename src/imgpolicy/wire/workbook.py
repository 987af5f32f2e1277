"""Tables in Excel workbooks (.xlsx): what a reader sees in each cell, or that it cannot be told.

Read with the standard library, within limits: docs/decisions/0002-dependencies.md says why.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.wire.grid import Grid, Row
from imgpolicy.wire.markup import Attributes, Markup, elements

SUFFIX = ".xlsx"
"""What the names of such files end with."""

MOST_UNPACKED = 50_000_000
"""Bytes that the parts of a workbook may unpack to, all of them together."""
_MOST_ROWS, _MOST_COLUMNS = 100_000, 256

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN_FORMATS = frozenset({0, 1, 49})
"""General, 0 and text: what is shown of a whole number is the number."""
_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""ISO/IEC 29500-1, 18.8.30, and those of East Asian languages."""
_SAID_APART = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Parts of a number's format that are shown as they are, or that colour it."""
_PLAIN, _DAY, _OTHER = "plain", "day", "other"
_FIRST_DAY, _FIRST_DAY_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_LEAST_DAY = 61
"""1 March 1900: days before it are counted as if 1900 had been a leap year."""
_LAST_DAY = 2_900_000
_EXACT = 1e15
"""Excel keeps 15 digits of a number."""

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, LookupError, OverflowError),
    *(NotImplementedError, RuntimeError, OSError),
)


@dataclass(frozen=True, slots=True)
class _Looks:
    """How numbers are shown, by the number of their style, and from which day days are counted."""

    kinds: Sequence[str]
    first_day: dt.date


def read_workbook(file: str, data: bytes) -> list[tuple[str, Grid]]:
    """The sheets of the workbook that hold anything, by name and in its order; RegisterError when it is none."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RegisterError(
            phrase("{file}: an old or a protected workbook: save it as .xlsx, without a password", file=file)
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = _sheets(_Parts(archive))
    except RegisterError as error:
        raise RegisterError(phrase("{file}{error}", file=file, error=message_of(error))) from error
    except _DAMAGE as error:
        raise RegisterError(
            phrase("{file}: not a whole Excel workbook ({error})", file=file, error=" ".join(str(error).split())[:100])
        ) from error
    return [(name, grid) for name, grid in sheets if any(not row.blank for row in grid.rows)]


class _Parts:
    """The files within a workbook, unpacked as they are asked for and within the limit."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_UNPACKED
        if len(set(archive.namelist())) < len(archive.namelist()):
            raise ValueError(phrase("two of its parts have one name"))

    def elements(self, name: str) -> list[tuple[str, Attributes]]:
        """The elements of a part."""
        return elements(self.read(name))

    def read(self, name: str) -> bytes:
        """A part; KeyError when it is not there."""
        if self._archive.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ValueError(phrase("its parts are packed in a way that workbooks do not know"))
        with self._archive.open(name) as part:
            data = part.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise RegisterError(phrase(": unpacks to more than {most} bytes", most=f"{MOST_UNPACKED:,}"))
        return data

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts that a part names: by the id of the relation, its kind and the other's name."""
        folder, own = posixpath.split(name)
        listed = self.elements(f"{folder}/_rels/{own}.rels".lstrip("/"))
        relations = [found for what, found in listed if what == "Relationship"]
        return {
            found["Id"]: (
                found["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, found["Target"])).lstrip("/"),
            )
            for found in relations
            if found.get("TargetMode") != "External"
        }


def _sheets(parts: _Parts) -> list[tuple[str, Grid]]:
    (book,) = [name for kind, name in parts.related("").values() if kind == "officeDocument"]
    named = parts.related(book)
    by_kind = dict(named.values())
    found = parts.elements(book)
    from_1904 = any(what == "workbookPr" and one.get("date1904") in {"1", "true"} for what, one in found)
    kinds = _number_kinds(parts.elements(by_kind["styles"])) if "styles" in by_kind else [_PLAIN]
    looks = _Looks(kinds, _FIRST_DAY_1904 if from_1904 else _FIRST_DAY)
    strings = _Strings().of(parts.read(by_kind["sharedStrings"])) if "sharedStrings" in by_kind else []
    sheets = [(one["name"], *named[one["id"]]) for what, one in found if what == "sheet"]
    return [
        (name, _sheet(name, parts.read(part), strings, looks)) for name, kind, part in sheets if kind == "worksheet"
    ]


def _sheet(name: str, data: bytes, strings: Sequence[str], looks: _Looks) -> Grid:
    try:
        return _Sheet(strings, looks).of(data)
    except RegisterError as error:
        raise RegisterError(phrase(", sheet {name}: {error}", name=repr(name[:40]), error=message_of(error))) from error


def _number_kinds(styles: Sequence[tuple[str, Attributes]]) -> list[str]:
    """What a number of each style is: plain, a day, or something else."""
    codes = {int(one["numFmtId"]): one["formatCode"] for what, one in styles if what == "numFmt"}
    kinds: list[str] = []
    within = False
    for what, one in styles:
        if what.startswith("cell"):
            within = what == "cellXfs"
        elif what == "xf" and within:
            kinds.append(_number_kind(int(one.get("numFmtId", "0")), codes))
    return kinds or [_PLAIN]


def _number_kind(number: int, codes: Mapping[int, str]) -> str:
    code = _SAID_APART.sub("", codes.get(number, "")).lower()
    if number in _DAY_FORMATS or (code not in {"", "general"} and set(code) & set("dyhs")):
        return _DAY
    return _PLAIN if number in _PLAIN_FORMATS or code in {"general", "0", "@"} else _OTHER


class _Strings(Markup):
    """The texts that cells share; what tells how to pronounce one is left out."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def of(self, data: bytes) -> list[str]:
        """The texts in their order."""
        self.walk(data)
        return self._found

    def begin(self, name: str, attributes: Attributes) -> None:
        """Collect the texts of an item."""
        del attributes
        if name == "si":
            self._found.append("")
        self.collecting = name == "t" and "rPh" not in self.path

    def end(self, name: str, text: str) -> None:
        """A part of an item's text has ended."""
        if name == "t" and self._found and "rPh" not in self.path:
            self._found[-1] += _unescaped(text)


class _Sheet(Markup):
    """The cells of one sheet."""

    def __init__(self, strings: Sequence[str], looks: _Looks) -> None:
        self._strings, self._looks = strings, looks
        self._rows: dict[int, dict[int, str]] = {}
        self._wrong: dict[int, dict[int, str]] = {}
        self._row, self._column = 0, -1
        self._cell: Attributes = {}
        self._value: str | None = None
        self._inline = ""
        self._formula = False

    def of(self, data: bytes) -> Grid:
        """The rows in which something stands."""
        self.walk(data)
        numbers = sorted({*self._rows, *self._wrong})
        if len(numbers) > _MOST_ROWS:
            raise RegisterError(phrase("a table has at most {most} rows", most=f"{_MOST_ROWS:,}"))
        return Grid(rows=tuple(map(self._finished, numbers)))

    def begin(self, name: str, attributes: Attributes) -> None:
        """Find the place of a row or cell."""
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), -1
            if self._row in self._rows:
                raise ValueError(phrase("it has two rows {row}", row=self._row))
            self._rows[self._row] = {}
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self._formula = True
        elif name in {"v", "t"}:
            self.collecting = "c" in self.path and "rPh" not in self.path
        elif name == "mergeCell":
            raise RegisterError(phrase("cells are merged ({where}): split them", where=attributes.get("ref", "")[:20]))

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _PLACE.fullmatch(attributes["r"]) if "r" in attributes else None
        if "r" in attributes and (place is None or int(place[2]) != self._row):
            raise ValueError(phrase("a cell stands in no place"))
        self._column = _column(place[1]) if place else self._column + 1
        if self._row not in self._rows or self._column in self._rows[self._row]:
            raise ValueError(phrase("a cell stands in no place, or two in one"))
        self._cell, self._value, self._inline, self._formula = attributes, None, "", False

    def end(self, name: str, text: str) -> None:
        """Keep what a cell shows."""
        if name == "v" and "c" in self.path:
            self._value = text
        elif name == "t" and "rPh" not in self.path:
            self._inline += _unescaped(text)
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        try:
            shown = self._shown(self._cell.get("t", "n"))
        except RegisterError as error:
            self._wrong.setdefault(self._row, {})[self._column] = str(error)
            shown = ""
        self._rows[self._row][self._column] = shown
        if shown and self._column >= _MOST_COLUMNS:
            raise RegisterError(phrase("a table has at most {most} columns", most=_MOST_COLUMNS))

    def _shown(self, kind: str) -> str:
        """What a reader sees in the cell; RegisterError when that cannot be told."""
        if kind == "inlineStr":
            return self._inline
        if self._value is None and self._formula:
            raise RegisterError(
                phrase("is a formula without a value: open the file in a spreadsheet program and save it")
            )
        return self._read(kind, self._value) if self._value else ""

    def _read(self, kind: str, value: str) -> str:
        match kind:
            case "s":
                return self._strings[_index(value)]
            case "str":
                return _unescaped(value)
            case "b":
                return {"1": "TRUE", "0": "FALSE"}[value]
            case "d":
                return value.removesuffix("T00:00:00")
            case "n":
                return self._number(float(value))
            case "e":
                raise RegisterError(phrase("is the error {value}", value=value[:20]))
            case _:
                raise ValueError(phrase("a cell is of no known kind"))

    def _number(self, number: float) -> str:
        kind = self._looks.kinds[_index(self._cell.get("s", "0"))]
        if kind == _DAY:
            return self._day(number)
        if kind != _PLAIN or not number.is_integer() or abs(number) >= _EXACT:
            raise RegisterError(
                phrase(
                    "is the number {number}, which may be shown in another way: write it as a text",
                    number=f"{number:.15g}",
                )
            )
        return str(int(number))

    def _day(self, number: float) -> str:
        if not math.isfinite(number) or not _LEAST_DAY <= number <= _LAST_DAY:
            raise RegisterError(phrase("is a time without a day, or a day before March 1900: write it as a text"))
        whole = math.floor(number)
        day = self._looks.first_day + dt.timedelta(days=whole)
        if number == whole:
            return day.isoformat()
        moment = dt.datetime.combine(day, dt.time())  # a workbook knows no time zones
        return (moment + dt.timedelta(seconds=round((number - whole) * 86_400))).isoformat()

    def _finished(self, number: int) -> Row:
        cells, wrong = self._rows.get(number, {}), self._wrong.get(number, {})
        width = max((place for place in {*cells, *wrong} if cells.get(place) or place in wrong), default=-1) + 1
        return Row(number=number, cells=tuple(cells.get(place, "") for place in range(width)), wrong=wrong)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _index(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("a number that counts from 0 is below it")
    return number


def _unescaped(text: str) -> str:
    """The text with what XML cannot hold put back (ISO/IEC 29500-1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
