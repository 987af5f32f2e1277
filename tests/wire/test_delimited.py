"""A table in a text is read in its encoding and with its separator, or it is said that these are not clear."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.wire.delimited import read_delimited
from imgpolicy.wire.grid import Grid, Problem
from imgpolicy.wire.headers import COLUMN_WORDS
from imgpolicy.wire.sheets import Sheet, day, moment_or_day, read_sheet, yes_or_no

TEXT = "id;name\r\nanna;Åse Sørensen\r\n"


def grid(data: bytes) -> Grid:
    found = read_delimited("people.csv", data)
    assert isinstance(found, Grid)
    return found


def refused(data: bytes) -> str:
    found = read_delimited("people.csv", data)
    assert isinstance(found, Problem)
    return str(found)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (TEXT.encode("utf-8-sig"), "read as UTF-8, its cells separated by semicolons"),
        (TEXT.encode("utf-16"), "read as UTF-16, its cells separated by semicolons"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "read as UTF-16, its cells separated by semicolons"),
        (TEXT.encode("cp1252"), "read as Windows-1252, its cells separated by semicolons"),
        (TEXT.replace(";", "\t").encode("utf-16"), "read as UTF-16, its cells separated by tabs"),
        (TEXT.replace(";", ",").encode(), None),
        (TEXT.replace("\r\n", "\r").encode(), "read as UTF-8, its cells separated by semicolons"),
        (b"sep=;\r\n" + TEXT.encode(), "read as UTF-8, its cells separated by semicolons"),
        (b'"sep=;"\n' + TEXT.encode(), "read as UTF-8, its cells separated by semicolons"),
    ],
)
def test_what_spreadsheet_programs_save_is_read(data: bytes, note: str | None) -> None:
    found = grid(data)
    assert ([row.cells for row in found.rows], found.note) == ([("id", "name"), ("anna", "Åse Sørensen")], note)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"id,name;born\n", "more than one of"),
        (b"sep=|\nid|name\n", "sep= names"),
        ("Åse,".encode() + b"\xc5se", "row 1: neither UTF-8 nor Windows-1252"),
        (b"id,name\na,\x81", "row 2: neither UTF-8 nor Windows-1252"),
        (b"\xff\xfei\x00d\x00,", "not valid UTF-16"),
        (b'id,name\na,"open', "cannot be read as CSV"),
    ],
)
def test_what_is_not_clear_is_refused(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_rows_are_numbered_as_an_editor_numbers_lines() -> None:
    found = grid(b'sep=,\nid,reason\na,"one\ntwo"\nb,c\n')
    assert [row.number for row in found.rows] == [2, 3, 5]


@given(st.binary())
def test_no_bytes_make_a_crash(data: bytes) -> None:
    assert isinstance(read_delimited("people.csv", data), Grid | Problem)


@pytest.mark.parametrize("text", ["2027-12-31", "31-12-2027", "31/12/2027", "31.12.2027"])
def test_a_day_may_be_written_in_four_ways(text: str) -> None:
    assert day(text) == dt.date(2027, 12, 31)


def test_the_day_stands_first_whatever_else_it_could_be() -> None:
    assert day("1/2/2027") == day("01-02-2027") == dt.date(2027, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("31-12-27", "12/31/2027", "31-12/2027", "20271231", "2027-W01-1", "31. december 2027", "2027-2-1"),
        "\u0663\u0661-12-2027",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        day(text)


def test_a_moment_may_be_a_day_and_lies_in_the_past() -> None:
    first, last = moment_or_day("31-12-2020")
    assert (first.hour, last.hour, first.date(), last.date()) == (0, 23, dt.date(2020, 12, 31), dt.date(2020, 12, 31))
    assert moment_or_day("2020-12-31T10:00:00+01:00") == (dt.datetime(2020, 12, 31, 9, tzinfo=dt.UTC),) * 2
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=4)
    assert moment_or_day(soon.isoformat()) == (soon, soon)
    late = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    for text, said in (
        (late.isoformat(), "lies in the future"),
        (str(tomorrow), "lies in the future"),
        ("31-12-9999", "lies in the future"),
        ("0001-01-01", "before all"),
        ("2020-12-31T10:00", "needs its time zone"),
        ("0001-01-01T00:00:00+14:00", "before all"),
    ):
        with pytest.raises(ValueError, match=said):
            moment_or_day(text)


@pytest.mark.parametrize(
    ("words", "value"), [(("ja", "Yes", "TRUE", "sand"), True), (("nej", "NO", "false", "Falsk"), False)]
)
def test_yes_and_no_in_two_languages(words: tuple[str, ...], *, value: bool) -> None:
    assert {yes_or_no(word) for word in words} == {value}
    with pytest.raises(ValueError, match="neither yes nor no"):
        yes_or_no("1")


def sheet(folder: Path, text: str, *optional: str) -> Sheet:
    table = folder / "consents.csv"
    table.write_text(text, encoding="utf-8", newline="")
    return read_sheet(table, ("person", "kind"), ("state", "reason", "at", *optional))


def problems(folder: Path, text: str) -> list[str]:
    found = sheet(folder, text)
    return [str(problem) for problem in (*found.problems, *(one for line in found.lines for one in line.problems))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("person,kind,colour\n", "row 1, column colour: is not known"),
        ("person,state\n", "row 1, column kind: is missing"),
        ("person,kind,slags\n", "row 1, column kind: stands twice"),
        ("person,kind\nanna\n", "row 2: has 1 cells"),
        ("person,kind\nanna,biometric,more\n", "row 2: has 3 cells"),
        ('person,kind\n"an\nna",biometric\n', "row 2, column person: has a line break"),
        ('person,kind,at\nanna,biometric,"2020\u2028"\n', "row 2, column at: has a line break"),
        ('person,kind,reason\nanna,biometric,"form\nbo,biometric,asked"\n', "row 2, column reason: holds what looks"),
        ('person,kind,reason\nanna,biometric,"a\n,x,y\nbo,z,asked"\n', "row 2, column reason: holds what looks"),
    ],
)
def test_every_fault_of_a_table_is_a_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"consents.csv, {said}")


def test_a_text_may_have_lines_and_a_row_empty_cells_behind_it(tmp_path: Path) -> None:
    text = 'person;kind;reason;;\nanna;biometric;"As agreed, by mail,\nin May; or so";;\nbo;biometric;;;\n'
    found = sheet(tmp_path, text)
    assert problems(tmp_path, text) == []
    assert [line.text("reason") for line in found.lines] == ["As agreed, by mail,\nin May; or so", None]


def test_every_column_has_one_meaning() -> None:
    words = [word for column, others in COLUMN_WORDS.items() for word in (column, *others)]
    assert len(set(words)) == len(words)
