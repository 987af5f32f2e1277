"""What each picture of an archive is to be posted as, or is posted as: a table in CSV, or JSON objects a line each."""

from __future__ import annotations

import codecs
import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.validate import check_line, check_text, check_word
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.places.names import OUTSIDE, is_bucket, url_name
from imgpolicy.sources import is_url
from imgpolicy.wire.delimited import SUFFIXES
from imgpolicy.wire.grid import Problem
from imgpolicy.wire.sheets import Line, join_words, one_of, stream_sheet

JSON_SUFFIXES = (".jsonl", ".ndjson")
"""What the names of files with a JSON object a line end with."""

NEEDED = ("file",)
COLUMNS = (
    *("file", "channel", "role", "purpose", "audience", "setting", "origin", "caption", "people"),
    *("campaign", "territory", "event", "edit"),
)
"""The columns of a table, which are the keys of an object too; `people` is a list there."""

_POSTED = COLUMNS[1:]
"""Those of which a posting is made."""

COLUMN_WORDS = {
    "file": ("fil",),
    "channel": ("kanal",),
    "role": ("rolle",),
    "purpose": ("formål",),
    "audience": ("målgruppe",),
    "setting": ("omgivelse",),
    "origin": ("oprindelse",),
    "caption": ("billedtekst",),
    "people": ("personer",),
    "campaign": ("kampagne",),
    "territory": ("land",),
    "event": ("begivenhed",),
    "edit": ("redigering",),
}
"""What a column of a table may be called besides its own name."""

_LONGEST_LINE = 1_000_000
_SHOWN = re.compile(r"https?://[!-~]*\?…[0-9a-f]{16}")
"""The name of a URL whose query is not shown."""


@dataclass(frozen=True, slots=True)
class StatedPosting:
    """What one picture is posted as, and the row that says so."""

    posting: Posting
    row: int


class Postings:
    """What a table says of pictures, found by their names."""

    def __init__(self, stated: Mapping[str, StatedPosting]) -> None:
        self._stated = stated

    def __len__(self) -> int:
        return len(self._stated)

    def of(self, name: str) -> StatedPosting | None:
        """What is said of the picture that a place lists by this name; None when nothing is."""
        return self._stated.get(name if is_url(name) or is_bucket(name) else _path_key(name))


def read_postings(path: Path) -> Postings:
    """What the table says: a row a picture, `file` its name, or its path from the folder of the table on.

    Its rows are read one by one, and rows that state the same share one posting. Words are not held against a policy,
    nor people against a register. RequestError, one line for the first thing that is wrong, with row and column: a
    column that is not known, a picture that stands twice, a role or origin that there is not.
    """
    if path.suffix.lower() in JSON_SUFFIXES:
        lines = _objects(path)
    elif path.suffix.lower() in SUFFIXES:
        lines = stream_sheet(path, NEEDED, COLUMNS, COLUMN_WORDS)
    else:
        known = ", ".join((*SUFFIXES, *JSON_SUFFIXES))
        raise RequestError(
            phrase("{file}: not a table of postings: its name ends with one of {known}", file=path.name, known=known)
        )
    stated: dict[str, StatedPosting] = {}
    shared: dict[tuple[str, ...], Posting] = {}
    try:
        for line in lines:
            if isinstance(line, Problem):
                raise _refused(line)
            key = line.read_needed("file", partial(_key, path))
            if key in stated:
                line.wrong("file", phrase("stands in row {row} too", row=stated[key].row))
            cells = tuple(line.cells.get(column, "") for column in _POSTED)
            posting = shared.get(cells) or _posting(line)
            if key is None or not line.sound:
                raise _refused(line.problems[0])
            stated[key] = StatedPosting(shared.setdefault(cells, posting), line.number)
    except RegisterError as error:
        raise RequestError(message_of(error)) from error
    return Postings(stated)


def _refused(problem: Problem) -> RequestError:
    line = problem.line()
    said = line if line.isprintable() else str(problem)
    return RequestError(phrase("the postings cannot be read: {problem}", problem=said))


def _posting(line: Line) -> Posting:
    """What the row states, as far as it is sound."""
    return Posting(
        channel=line.read("channel", _word),
        role=line.read("role", one_of(Role, {})),
        purpose=line.read("purpose", _word),
        audience=line.read("audience", _word),
        setting=line.read("setting", _word),
        origin=line.read("origin", one_of(Origin, {})),
        caption=line.read("caption", _caption),
        people=line.read("people", partial(_people, line)) or (),
        campaign=line.read("campaign", _word),
        territory=line.read("territory", _word),
        event=line.read("event", _word),
        edit=line.read("edit", _word),
    )


def _word(cell: str) -> str:
    check_word(cell)
    return cell


def _caption(cell: str) -> str:
    check_text(cell, phrase("the caption"))
    return cell


def _people(line: Line, _: str) -> tuple[str, ...]:
    return tuple(sorted(map(check_id, line.words("people"))))


def _key(table: Path, cell: str) -> str:
    """By what the picture of this name is found; ValueError where it may be one of two."""
    check_line(cell, phrase("the file"))
    if is_url(cell):
        return cell if _SHOWN.fullmatch(cell) else url_name(cell)
    if is_bucket(cell):
        return cell
    if OUTSIDE in cell and "\\" in cell.rpartition(OUTSIDE)[2]:
        return _path_key(cell)
    here, there = (os.path.abspath(one) for one in (cell, table.parent / cell))  # noqa: PTH100  # no links are followed
    if here != there and os.path.lexists(there):
        if os.path.lexists(here):
            raise ValueError(phrase("is a picture here, and another in the table's folder: write the whole path"))
        return there
    return here if os.path.lexists(here) else _path_key(cell)


def _path_key(name: str) -> str:
    folder, outside, escaped = name.rpartition(OUTSIDE)
    return f"{os.path.abspath(folder)}{outside}{escaped}" if outside else os.path.abspath(name)  # noqa: PTH100


def _objects(path: Path) -> Iterator[Line | Problem]:
    """The JSON objects of a file as rows of a table; a Problem where it cannot be read further."""
    read_at = dt.datetime.now(dt.UTC)
    try:
        with path.open("rb") as file:
            for number in count(1):
                data = file.readline(_LONGEST_LINE)
                if not data:
                    return
                if len(data) == _LONGEST_LINE:
                    yield Problem(path.name, number, "", phrase("longer than {most} bytes", most=f"{_LONGEST_LINE:,}"))
                    return
                if number == 1:
                    data = data.removeprefix(codecs.BOM_UTF8)
                if data.strip():
                    yield _object(path.name, number, data, read_at)
    except OSError as error:
        raise RequestError(
            phrase("{name}: cannot be read ({reason})", name=str(path), reason=reason_of(error))
        ) from error


def _object(file: str, number: int, data: bytes, read_at: dt.datetime) -> Line | Problem:
    try:
        found: object = json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return Problem(file, number, "", phrase("not JSON ({error})", error=message_of(error)))
    if not isinstance(found, dict):
        return Problem(file, number, "", phrase("not a JSON object"))
    cells: dict[str, str] = {}
    for key, value in found.items():
        if key not in COLUMNS:
            return Problem(
                file, number, key, phrase("is not known; known are {known}", known=", ".join(sorted(COLUMNS)))
            )
        cell = _cell(key, value)
        if cell is None:
            expected = phrase("is no list of ids") if key == "people" else phrase("is no text")
            return Problem(file, number, key, expected)
        cells[key] = cell
    return Line(file, number, cells, read_at=read_at)


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(phrase("a name stands twice"))
    return found


def _cell(key: str, value: object) -> str | None:
    """The value as a cell of a table would have it; None when it is none of this column."""
    if value is None:
        return ""
    if key != "people":
        return value if isinstance(value, str) else None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return join_words(value)
    return None
