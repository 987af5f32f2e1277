"""A workbook gives what a reader sees in its cells, or says of which cell that cannot be told; nothing explodes."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workbooks import DANISH_DAY, DAY, PERCENT, ZEROS, number, rows, text, workbook, zipped

from imgpolicy.errors import RegisterError
from imgpolicy.wire.workbook import MOST_UNPACKED, read_workbook


def cells(*row: str, **parts: str) -> tuple[str, ...]:
    """What the cells of one row are read as."""
    ((_, grid),) = read_workbook("b.xlsx", workbook({"people": rows(row)}, **parts))
    (found,) = grid.rows
    assert not found.wrong
    return found.cells


def wrong(cell: str, **parts: str) -> str:
    """What is said of one cell that cannot be read."""
    ((_, grid),) = read_workbook("b.xlsx", workbook({"people": rows([cell])}, **parts))
    (found,) = grid.rows
    assert found.cells == ("",)
    return found.wrong[0]


def test_cells_are_what_a_reader_sees() -> None:
    assert cells("Søren", text(" two\nlines "), "", "x") == ("Søren", " two\nlines ", "", "x")
    assert cells(number("12"), number("12.0"), number("1.2E1"), number("-3")) == ("12", "12", "12", "-3")
    assert cells(number(46022, DAY), number(46022, DANISH_DAY)) == ("2025-12-31", "2025-12-31")
    assert cells(number("46022.375", DAY)) == ("2025-12-31T09:00:00",)
    assert cells('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>') == ("TRUE", "FALSE")
    assert cells('<c t="d"><v>2025-12-31T00:00:00</v></c>') == ("2025-12-31",)
    assert cells("<c><f>6+6</f><v>12</v></c>", '<c t="str"><f>A1</f><v>Anna</v></c>') == ("12", "Anna")
    assert cells("a", '<c t="str"><f>A1</f><v></v></c>') == ("a",)
    assert cells(text("a_x000D_b")) == ("a\rb",)


def test_days_are_counted_from_where_the_workbook_says() -> None:
    assert cells(number(44560, DAY), book='<workbookPr date1904="1"/>') == ("2025-12-31",)
    assert cells(number(61, DAY)) == ("1900-03-01",)


def test_texts_that_cells_share_are_read_without_what_tells_how_to_say_them() -> None:
    shared = "<si><t>Anna</t></si><si><r><t>An</t></r><r><t xml:space='preserve'>na </t></r><rPh><t>ahna</t></rPh></si>"
    found = cells('<c t="s"><v>1</v></c>', '<c t="s"><v>0</v></c>', strings=shared)
    assert found == ("Anna ", "Anna")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c t="e"><v>#N/A</v></c>', "is the error #N/A"),
        ("<c><f>1+1</f></c>", "is a formula without a value"),
        (number("1.5"), "is the number 1.5"),
        (number(7, ZEROS), "is the number 7"),
        (number(1, PERCENT), "is the number 1"),
        (number("12345678901234567890"), "is the number 1.23456789012346e+19"),
        (number("NaN"), "is the number nan"),
        (number("0.5", DAY), "is a time without a day"),
        (number(60, DAY), "before March 1900"),
        (number(99999999, DAY), "is a time without a day"),
    ],
)
def test_what_cannot_be_told_is_said(cell: str, said: str) -> None:
    assert said in wrong(cell)


def test_cells_that_name_their_places_stand_there() -> None:
    data = '<row r="3"><c r="B3"><v>7</v></c></row><row r="9"><c r="AA9" t="inlineStr"><is><t>x</t></is></c></row>'
    ((_, grid),) = read_workbook("b.xlsx", workbook({"people": data}))
    assert [(row.number, row.cells.index("7" if row.number == 3 else "x")) for row in grid.rows] == [(3, 1), (9, 26)]


def test_sheets_without_a_cell_are_left_out() -> None:
    found = read_workbook("b.xlsx", workbook({"Ark1": rows(["a"]), "Ark2": "", "Ark3": rows(["", " "])}))
    assert [name for name, _ in found] == ["Ark1"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a whole Excel workbook"),
        (b"PK\x03\x04", "not a whole Excel workbook"),
        (b"\xd0\xcf\x11\xe0 and more", "an old or a protected workbook"),
        (zipped({"a.txt": "a"}), "not a whole Excel workbook"),
        (workbook({"a": rows(["x"])}, head="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "it has a document type"),
        (workbook({"a": rows(["x"])}, more='<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'), "cells are merged"),
        (workbook({"a": '<row r="1"><c r="A1"/><c r="A1"/></row>'}), "two in one"),
        (workbook({"a": '<row r="1"/><row r="1"/>'}), "two rows 1"),
        (workbook({"a": '<row r="1"><c r="A2"/></row>'}), "in no place"),
        (workbook({"a": '<row r="1"><c r="XFD1"><v>1</v></c></row>'}), "at most 256 columns"),
        (workbook({"a": '<row><c t="s"><v>7</v></c></row>'}), "not a whole Excel workbook"),
        (workbook({"a": '<row><c t="s"><v>-1</v></c></row>'}, strings="<si/>"), "not a whole Excel workbook"),
        (workbook({"a": '<row><c t="q"><v>1</v></c></row>'}), "of no known kind"),
        (workbook({"a": "<row>" + "<c>" * 200}), "not a whole Excel workbook"),
        (workbook({"a": "<a>" * 200}), "too deep"),
    ],
)
def test_what_is_no_workbook_is_said_in_a_line(data: bytes, said: str) -> None:
    with pytest.raises(RegisterError, match=said) as refused:
        read_workbook("b.xlsx", data)
    assert str(refused.value).startswith("b.xlsx")


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() -> None:
    bomb = workbook({"a": " " * (MOST_UNPACKED + 1)})
    assert len(bomb) < 100_000
    began = time.process_time()
    with pytest.raises(RegisterError, match="unpacks to more than"):
        read_workbook("b.xlsx", bomb)
    assert time.process_time() - began < 2


GOOD = workbook({"people": rows(["id", "name"], ["anna", "Anna"], [number(12), number(46022, DAY)])})


@given(st.data())
def test_damage_never_makes_a_crash(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    refused_or_read(bytes(damaged[: data.draw(st.integers(len(GOOD) // 2, len(GOOD)))]))


def element(one: str, other: str) -> str:
    name = ("row", "c", "v", "is", "t", "f")[len(one + other) % 6]
    return f"<{name}>{one}{other}</{name}>"


@given(st.recursive(st.just("<v>1</v>"), lambda inner: st.builds(element, inner, inner), max_leaves=8))
def test_no_markup_makes_a_crash(markup: str) -> None:
    refused_or_read(workbook({"people": markup}))


def refused_or_read(data: bytes) -> None:
    with contextlib.suppress(RegisterError):
        read_workbook("b.xlsx", data)
