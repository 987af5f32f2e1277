"""Tables in text files, as spreadsheet programs save them: CSV by commas, semicolons or tabs, in three encodings."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.phrase import phrase
from imgpolicy.wire.grid import Grid, Problem, Row

SUFFIXES = (".csv", ".tsv", ".txt")
"""What the names of such files end with."""

_SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs"}
_NAMED = re.compile(r'"?sep=(.)"?(?:\r\n?|\n)', re.IGNORECASE)
"""A first line by which some spreadsheet programs name the separator."""
_LINE = re.compile(r"[^\r\n]*")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
"""A letter of two bytes in UTF-8, such as any of Europe's. In Windows-1252 it is a capital before a sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A table in a text: how it is read, as `Grid` has it, and its rows, one by one; a Problem is the last of them."""

    rows: Iterator[Row | Problem]
    separator: str
    note: str | None


def read_delimited(file: str, data: bytes) -> Grid | Problem:
    """The rows of a table in a text, or why it cannot be told what they are: see `open_delimited`."""
    opened = open_delimited(file, data)
    if isinstance(opened, Problem):
        return opened
    rows: list[Row] = []
    for row in opened.rows:
        if isinstance(row, Problem):
            return row
        rows.append(row)
    return Grid(rows=tuple(rows), separator=opened.separator, note=opened.note)


def open_delimited(file: str, data: bytes) -> Opened | Problem:
    """The table in a text, or why it cannot be told what its rows are.

    The encoding is UTF-8, UTF-16 with its byte order mark, or, when it is no valid UTF-8, Windows-1252. The separator
    is the one of three that stands in the header, or that a first line `sep=` names.
    """
    decoded = _decoded(file, data)
    if isinstance(decoded, Problem):
        return decoded
    text, encoding = decoded
    named = _NAMED.match(text)
    start = named.end() if named else 0
    if named:
        found = [named[1]]
    else:
        header = _LINE.match(text)
        found = [one for one in _SEPARATORS if header and one in header[0]]
    if len(found) > 1:
        return Problem(
            file, 1, "", phrase("its header has more than one of ; , and tabs: begin the file with a line sep=;")
        )
    separator = found[0] if found else ","
    if separator not in _SEPARATORS:
        return Problem(file, 1, "", phrase("sep= names a semicolon, a comma or a tab"))
    rows = _rows(file, text, separator, start)
    plain = encoding == "UTF-8" and separator == ","
    note = (
        None
        if plain
        else phrase(
            "read as {encoding}, its cells separated by {separators}",
            encoding=encoding,
            separators=_SEPARATORS[separator],
        )
    )
    return Opened(rows=rows, separator=separator, note=note)


def _decoded(file: str, data: bytes) -> tuple[str, str] | Problem:
    """The text and the name of its encoding."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), "UTF-16"
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        if error.encoding.startswith("utf-16"):
            return Problem(file, 0, "", phrase("not valid UTF-16: save the table as CSV in UTF-8"))
    damaged = Problem(file, row, "", phrase("neither UTF-8 nor Windows-1252: save the table as CSV in UTF-8"))
    if _UTF8_LETTER.search(data):
        return damaged  # letters in both encodings: names would be garbled
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return damaged


def _rows(file: str, text: str, separator: str, start: int) -> Iterator[Row | Problem]:
    """The rows from this place on, which is not 0 where a line stands before the header."""
    # Strict: a quote that is never closed, or closed in the middle of a cell, would swallow the rows that follow.
    lines = (found[0] for found in _LINES.finditer(text, start))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    before = 1 if start else 0
    try:
        while True:
            number = before + reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            yield Row(number=number, cells=tuple(cells))
    except csv.Error as error:
        yield Problem(file, before + reader.line_num, "", phrase("cannot be read as CSV ({error})", error=str(error)))
