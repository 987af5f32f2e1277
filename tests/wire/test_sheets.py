"""Tables come out as they went in, and no spreadsheet finds a formula in them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.wire.sheets import join_words, read_sheet, write_sheet


@pytest.mark.parametrize(
    "words",
    [
        *({"a", "b"}, {"open day"}, {"open day", "b"}, set()),
        *({"spring; autumn"}, {"a;b"}, {";"}, {"\\"}, {"\\;", "\\\\"}, {"b c\\", "a"}, {"a\\", "b"}, {"AC\\DC"}),
    ],
)
def test_words_in_a_cell_come_out_as_they_went_in(tmp_path: Path, words: set[str]) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"words,x\n{join_words(words)},1\n")
    sheet = read_sheet(table, ("words",), ("x",))
    (line,) = sheet.lines
    assert not sheet.problems
    assert line.words("words") == words


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="=+-@'\t"), min_size=1))
def test_no_cell_is_a_formula_to_a_spreadsheet_and_each_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, cell: str
) -> None:
    table = tmp_path_factory.mktemp("sheet") / "people.csv"
    table.write_bytes(write_sheet(("name", "id"), [(cell, "x")]))
    _, (first, _) = csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline=""))
    assert first[0] not in "=+-@\t\r"
    sheet = read_sheet(table, ("name",), ("id",))
    (line,) = sheet.lines
    assert (sheet.problems, line.cells["name"]) == ((), cell)


def test_a_carriage_return_begins_no_row() -> None:
    data = write_sheet(("name", "id"), [("Anna\r=1+1", "x")])
    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == [["name", "id"], ["Anna\r=1+1", "x"]]
