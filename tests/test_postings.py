"""Tables of what each picture is posted as: what they say of a picture by its name, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import RequestError
from imgpolicy.places import ListedPicture, listed, name_of
from imgpolicy.postings import COLUMNS, Postings, read_postings
from imgpolicy.wire.sheets import write_sheet

WHOLE = Posting(
    channel="website",
    role=Role.EMPLOYEE,
    purpose="news",
    audience="public",
    setting="school",
    origin=Origin.OWN,
    caption="Summer, at last",
    people=("anna", "bo"),
    campaign="spring",
    territory="DK",
    event="fair",
    edit="cropped",
)
CELLS = {
    "file": "a.jpg",
    "channel": "website",
    "role": "employee",
    "purpose": "news",
    "audience": "public",
    "setting": "school",
    "origin": "own",
    "caption": "Summer, at last",
    "people": "bo anna",
    "campaign": "spring",
    "territory": "DK",
    "event": "fair",
    "edit": "cropped",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one stands: an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(text: str | bytes, name: str = "postings.csv") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def as_csv(*rows: dict[str, str], separator: str = ",") -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, rows[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def as_json(*rows: Mapping[str, object]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def refusal(text: str | bytes, name: str = "postings.csv") -> str:
    with pytest.raises(RequestError) as refused:
        read_postings(table(text, name))
    said = str(refused.value)
    assert said.isprintable()
    return said.removeprefix("the postings cannot be read: ")


def channel(found: Postings, name: str) -> str | None:
    stated = found.of(name)
    return None if stated is None else stated.posting.channel


def test_every_column_becomes_its_part_of_the_posting() -> None:
    rows = {**CELLS, "people": ["bo", "anna"]}
    for path in (table(as_csv(CELLS)), table(as_csv(CELLS, separator=";")), table(as_json(rows), "postings.jsonl")):
        found = read_postings(path)
        stated = found.of("a.jpg")
        assert stated is not None
        assert (stated.posting, len(found)) == (WHOLE, 1)
        assert found.of("b.jpg") is None
    assert set(CELLS) == set(COLUMNS)


def test_what_is_not_said_is_not_stated() -> None:
    for path in (
        table("file,channel,people\na.jpg,,\n"),
        table(as_json({"file": "a.jpg", "channel": None, "people": []}), "x.jsonl"),
    ):
        stated = read_postings(path).of("a.jpg")
        assert stated is not None
        assert stated.posting == Posting()


def test_columns_may_be_called_in_danish_and_files_be_saved_by_spreadsheets() -> None:
    text = "fil;kanal;formål;billedtekst\r\nå.jpg;hjemmeside;nyheder;'=2+2\r\n"
    for data in (text.encode("cp1252"), text.encode("utf-8-sig"), text.encode("utf-16")):
        stated = read_postings(table(data)).of("å.jpg")
        assert stated is not None
        assert stated.posting == Posting(channel="hjemmeside", purpose="nyheder", caption="=2+2")


def test_a_picture_is_found_by_the_name_that_its_place_lists_from_here_or_from_the_tables_folder(here: Path) -> None:
    for name in ("photos/a.jpg", "photos/sub/b.jpg", "c.jpg"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(b"x")
    rows = [("a.jpg", "one"), ("./sub//b.jpg", "two"), ("c.jpg", "three"), (f"{here}/d.jpg", "four")]
    text = "file,channel\n" + "".join(f"{name},{word}\n" for name, word in rows)
    found = read_postings(table(text, "photos/postings.csv"))
    for place in ("photos", "./photos/", str(here / "photos"), "photos//"):
        names = [one.name for one in listed(place) if isinstance(one, ListedPicture)]
        assert [channel(found, name) for name in names] == ["one", "two"]
    assert [channel(found, name) for name in ("c.jpg", "./c.jpg", "d.jpg", "a.jpg")] == ["three", "three", "four", None]


def test_a_name_that_may_be_one_of_two_pictures_is_refused(here: Path) -> None:
    for name in ("photos/a.jpg", "a.jpg"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(b"x")
    said = refusal("file,channel\na.jpg,website\n", "photos/postings.csv")
    assert said.startswith("postings.csv, row 2, column file: is a picture here, and another")


def test_a_picture_whose_name_is_not_utf8_is_found_by_the_name_that_is_shown(here: Path) -> None:
    (here / "photos").mkdir()
    for name in (b"b\xe6r.jpg", b"b\\xe6r.jpg"):
        with open(os.fsencode(here) + b"/photos/" + name, "wb"):  # noqa: PTH123  # a name of bytes
            pass
    names = [one.name for one in listed("photos")]
    text = "file,channel\n" + "".join(f"{name},channel-{number}\n" for number, name in enumerate(names))
    found = read_postings(table(text))
    assert [channel(found, name) for name in names] == ["channel-0", "channel-1"]


def test_pictures_behind_urls_and_in_buckets_are_found_by_what_is_shown_of_them() -> None:
    urls = ["https://ann:pw@example.org/a.jpg", "https://example.org/b?sig=0badc0de", "s3://bucket/c d.jpg"]
    for given_as in (urls, [name_of(url) for url in urls]):
        found = read_postings(table(as_json(*({"file": url, "channel": "web"} for url in given_as)), "p.jsonl"))
        assert [channel(found, name_of(url)) for url in urls] == ["web"] * 3
        assert channel(found, "https://example.org/b") is None


WRONG_CSV = {
    "channel\nweb\n": "row 1, column file: is missing",
    "": "row 1, column file: is missing",
    "file,colour\na.jpg,red\n": "row 1, column colour: is not known; known are audience, campaign,",
    "file,channel,channel\na.jpg,a,b\n": "row 1, column channel: stands twice",
    "file,kanal,channel\na.jpg,a,b\n": "row 1, column channel: stands twice",
    "file,channel\n,web\n": "row 2, column file: is empty",
    "file,channel\na.jpg\n": "row 2: has 1 cells, and the header names 2",
    "file,channel\na.jpg,web,more\n": "row 2: has 3 cells, and the header names 2",
    "file,role\na.jpg,own\nb.jpg,boss\n": "row 2, column role: ",
    "file,origin\na.jpg,own\nb.jpg,stolen\n": "row 3, column origin: ",
    "file,channel\na.jpg,web\n\nb.jpg,web\n./a.jpg,web\n": "row 5, column file: stands in row 2 too",
    "file,people\na.jpg,no/id\n": "row 2, column people: 'no/id' cannot be an id",
    "file,channel\na.jpg,\x1b[31m\n": "row 2, column channel: ",
    'file,caption\na.jpg,"two\nlines"\n': "row 2, column caption: has a line break",
    'file,caption\na.jpg,"open\nb.jpg,x\n': "cannot be read as CSV",
    "file,caption\na.jpg,x\u0000y\n": "row 2, column caption: ",
    "file,channel\n\u202egpj.a,web\n": "row 2, column file: ",
}


@pytest.mark.parametrize("text", WRONG_CSV)
def test_what_is_wrong_in_a_table_is_one_line_with_row_and_column(text: str) -> None:
    said = refusal(text)
    assert said.startswith("postings.csv")
    assert WRONG_CSV[text] in said


WRONG_JSON = {
    '{"file": "a.jpg", "colour": "red"}': "row 1, column colour: is not known; known are audience,",
    '{"file": "a.jpg"}\n\n{"file": "a.jpg"}': "row 3, column file: stands in row 1 too",
    '{"file": "a.jpg", "channel": 7}': "row 1, column channel: is no text",
    '{"file": "a.jpg", "channel": {"a": "b"}}': "row 1, column channel: is no text",
    '{"file": "a.jpg", "people": "anna"}': "row 1, column people: is no list of ids",
    '{"file": "a.jpg", "people": [1]}': "row 1, column people: is no list of ids",
    '{"file": "a.jpg", "people": ["a;b"]}': "row 1, column people: 'a;b' cannot be an id",
    '{"file": "a.jpg", "channel": "a", "channel": "b"}': "row 1: not JSON (a name stands twice)",
    '{"channel": "web"}': "row 1, column file: is empty",
    '["a.jpg"]': "row 1: not a JSON object",
    '{"file": "a.jpg"': "row 1: not JSON",
    "[" * 100_000: "row 1: not JSON",
    '{"file": "a.jpg", "caption": "' + "x" * 1_000_000 + '"}': "row 1: longer than 1,000,000 bytes",
    '{"file": "a.jpg", "caption": "\\ud800"}': "row 1, column caption: ",
    '{"file": "a.jpg", "role": "boss"}': "row 1, column role: ",
}


@pytest.mark.parametrize("text", WRONG_JSON, ids=lambda text: text[:40])
def test_what_is_wrong_in_an_object_is_one_line_with_row_and_column(text: str) -> None:
    said = refusal(text, "postings.jsonl")
    assert said.startswith("postings.jsonl")
    assert WRONG_JSON[text] in said


def test_a_file_that_is_no_such_table_is_refused(here: Path) -> None:
    assert "its name ends with one of .csv" in refusal("x", "postings.xlsx")
    assert "not JSON" in refusal(b'\xff\xfe{"file"}', "postings.jsonl")
    for name in ("missing.csv", "missing.jsonl"):
        with pytest.raises(RequestError, match="cannot be read"):
            read_postings(here / name)


def test_rows_that_state_the_same_share_one_posting() -> None:
    found = read_postings(table("file,channel\n" + "".join(f"{number}.jpg,web\n" for number in range(50))))
    first, last = found.of("0.jpg"), found.of("49.jpg")
    assert first is not None
    assert last is not None
    assert first.posting is last.posting


# Names as files have them; what is taken for a URL, a bucket or an escape has tests of its own.
LETTERS = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], exclude_characters="/\\")
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=12).map("p{}.jpg".format), min_size=1, max_size=6, unique=True)
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=10)


@pytest.mark.slow
@given(NAMES, WORDS, st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40))
def test_what_is_written_is_read_for_every_picture(names: list[str], word: str, caption: str) -> None:
    rows = [{"file": name, "channel": word, "caption": caption} for name in names]
    sheet = write_sheet(("file", "channel", "caption"), [list(row.values()) for row in rows])
    for path in (table(as_json(*rows), "p.jsonl"), table(b"sep=,\n" + sheet)):
        found = read_postings(path)
        assert len(found) == len(names)
        for name in names:
            stated = found.of(name)
            assert stated is not None
            assert stated.posting == Posting(channel=word, caption=caption.strip() or None)


def read_or_refused(path: Path) -> str:
    """What a table is refused by; nothing where it is read."""
    try:
        read_postings(path)
    except RequestError as error:
        return str(error)
    return ""


@pytest.mark.slow
@given(st.binary(max_size=200), st.sampled_from(["p.csv", "p.jsonl", "p.tsv"]))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes, name: str) -> None:
    assert read_or_refused(table(data, name)).isprintable()


@pytest.mark.slow
@given(st.lists(st.text(st.sampled_from("file,channel\n\"';a.jpg\r\t="), max_size=30), max_size=5))
def test_nearly_tables_are_read_or_refused_in_one_line(lines: list[str]) -> None:
    assert read_or_refused(table("\n".join(["file,channel", *lines]))).isprintable()
