"""What a Danish office has comes in, whichever program saved it, and rubbish never does, not even in part."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pages import ROOT
from tests.support import Run
from tests.workbooks import DANISH_DAY, DAY, number, rows, workbook

from imgpolicy.domain.cover import cover
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.speakers import USUAL
from imgpolicy.errors import RegisterError
from imgpolicy.register.faces import faces
from imgpolicy.service.grants import consents_of
from imgpolicy.service.people import everybody
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.headers import COLUMN_WORDS, KIND_WORDS, STATE_WORDS, TABLE_WORDS

OFFICE = ROOT / "examples" / "kontor"
PEOPLE, CONSENTS = ((OFFICE / name).read_text(encoding="utf-8") for name in ("personer.csv", "samtykker.csv"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with nobody in its register, to be copied."""
    from imgpolicy.service.scaffold import make_folder

    folder = tmp_path_factory.mktemp("empty") / "work"
    make_folder(folder)
    return folder


@contextmanager
def working(empty: Path, place: Path) -> Iterator[Workspace]:
    """A new working folder, open."""
    shutil.rmtree(place, ignore_errors=True)
    with Workspace.open(Path(shutil.copytree(empty, place)) / "imgpolicy.toml") as workspace:
        yield workspace


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def saved(suffix: str, encoding: str, separator: str = ";", before: str = "") -> dict[str, bytes]:
    """Both tables as a spreadsheet program saves them: rows end otherwise than lines in a cell."""

    def table(text: str) -> bytes:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=separator).writerows(cells(text))
        return (before + buffer.getvalue()).encode(encoding)

    return {f"personer{suffix}": table(PEOPLE), f"samtykker{suffix}": table(CONSENTS)}


def one_workbook() -> dict[str, bytes]:
    """Both tables as Excel keeps them, days as numbers."""
    days = {"31-12-1980": number(29586, DAY), "01.05.2016": number(42491, DANISH_DAY), "05-01-2026": number(46027, DAY)}
    people, consents = (
        rows(*([days.get(cell, cell) for cell in row] for row in cells(text))) for text in (PEOPLE, CONSENTS)
    )
    return {"kontor.xlsx": workbook({"Personer": people, "Samtykker": consents, "Ark3": ""})}


SAVED = {
    "CSV by Excel": saved(".csv", "cp1252"),
    "CSV UTF-8 by Excel": saved(".csv", "utf-8-sig"),
    "Unicode text by Excel": saved(".txt", "utf-16", "\t"),
    "CSV by LibreOffice": saved(".csv", "utf-8", ","),
    "with the separator named": saved(".csv", "cp1252", before="sep=;\r\n"),
    "workbook": one_workbook(),
}


@pytest.mark.slow
@pytest.mark.parametrize("program", SAVED)
def test_tables_say_the_same_whatever_saved_them(empty: Path, tmp_path: Path, program: str) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, data in SAVED[program].items():
        (folder / name).write_bytes(data)
    with working(empty, tmp_path / "work") as workspace:
        path = folder / "kontor.xlsx" if program == "workbook" else folder
        assert import_register(workspace, path).problems == ()
        found = [
            (one.id, one.name, one.relation, str(one.born), min(one.guardians, default=None))
            for one in everybody(workspace)
        ]
        assert found == [
            ("anna", "Anna Sørensen", "medarbejder", "1980-12-31", None),
            ("bo", "Bo Åkjær", "far", "None", None),
            ("ida", "Ida Åkjær", "elev", "2016-05-01", "bo"),
        ]
        said = consents_of(workspace)
        assert [consent.reason for consent in said if consent.reason] == ["ringede,\nbad om det med det samme"]
        known = {one.id: one for one in everybody(workspace)}
        statuses = {
            (person, channel): cover(
                known[person],
                [consent for consent in said if consent.person == person],
                Posting(channel=channel, purpose="internal" if channel == "intranet" else "news"),
                USUAL,
            ).status.value
            for person, channel in (("anna", "website"), ("anna", "facebook"), ("ida", "intranet"))
        }
        assert list(statuses.values()) == ["covered", "withdrawn", "covered"]
        head = workspace.register.head()
        assert import_register(workspace, path, update=True).problems == ()
        assert workspace.register.head() == head


def test_how_a_file_was_read_is_said(imgpolicy: Run, empty: Path, tmp_path: Path) -> None:
    work = Path(shutil.copytree(empty, tmp_path / "work"))
    (work / "personer.csv").write_bytes(PEOPLE.encode("cp1252"))
    ran = imgpolicy("register", "import", "personer.csv", folder=work)
    said = "imgpolicy: personer.csv: read as Windows-1252, its cells separated by semicolons\n"
    assert (ran.code, ran.out, ran.err) == (0, "personer.csv: 3 imported\n", said)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"b.xlsx": workbook({"people": rows(["id", "name"]), "Noter": rows(["x"])})}, "'Noter' is no table"),
        (
            {"b.xlsx": workbook({"people": rows(["id"]), "Personer": rows(["id"])})},
            "'Personer' is no table or one twice",
        ),
        ({"people.csv": b"id,name\n", "personer.xlsx": b""}, "are the same table"),
        ({"people.ods": b""}, "holds none of"),
    ],
)
def test_what_is_not_one_table_of_each_kind_is_refused(
    empty: Path, tmp_path: Path, files: dict[str, bytes], said: str
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    path = folder / "b.xlsx" if "b.xlsx" in files else folder
    with working(empty, tmp_path / "work") as workspace, pytest.raises(RegisterError, match=said):
        import_register(workspace, path)


def test_a_workbook_of_one_sheet_goes_by_the_files_name_and_faults_have_their_places(
    empty: Path, tmp_path: Path
) -> None:
    file = tmp_path / "people.xlsx"
    error = '<c t="e"><v>#REF!</v></c>'
    file.write_bytes(workbook({"Ark1": rows(["id", "navn"], [number("12.0"), "Anna"], ["bo", error], ["", "x", "y"])}))
    with working(empty, tmp_path / "work") as workspace:
        problems = [str(one) for one in import_register(workspace, file).problems]
        assert problems == [
            "people.xlsx, sheet Ark1, row 3, column name: is the error #REF!",
            "people.xlsx, sheet Ark1, row 3, column name: is empty",
            "people.xlsx, sheet Ark1, row 4: has 3 cells, and the header names 2",
            "people.xlsx, sheet Ark1, row 4, column id: is empty",
        ]
        file.write_bytes(workbook({"Ark1": rows(["id", "navn"], [number("12.0"), "Anna"])}))
        assert import_register(workspace, file).problems == ()
        assert [one.id for one in everybody(workspace)] == ["12"]


def test_the_page_names_every_word_that_is_known() -> None:
    page = (ROOT / "docs" / "howto" / "import.md").read_text(encoding="utf-8")
    for words in (COLUMN_WORDS, KIND_WORDS, STATE_WORDS, TABLE_WORDS):
        for name, others in words.items():
            assert f"| `{name}` | " in page
            assert all(f"`{other}`" in page for other in others if other != "licenses"), name


@pytest.mark.slow
def test_one_of_several_faces_is_learnt_by_its_number(own_demo: Path) -> None:
    table = own_demo / "ansigter.csv"
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        for row, said in (
            ("eileen;pictures/two_people.jpg;", "2 faces were found"),
            ("eileen;pictures/two_people.jpg;3", "there is no face 3"),
            ("eileen;pictures/two_people.jpg;0", "there is no face 0"),
            ("eileen;pictures/two_people.jpg;left", "column face: 'left' is no whole number"),
        ):
            table.write_text(f"person;foto;nummer\n{row}\n", encoding="utf-8")
            (problem,) = import_register(workspace, table).problems
            assert said in str(problem)
        table.write_text("person;foto;nummer\neileen;pictures/two_people.jpg;1\n", encoding="utf-8")
        assert import_register(workspace, table).problems == ()
        assert sum(import_register(workspace, table, update=True).imported.values()) == 0
        with workspace.register.reading() as unit:
            assert [found.count for found in faces(unit, "eileen")] == [2]


DOCUMENT = json.dumps({"schema": "imgpolicy.register/1", "people": [{"id": "a", "name": "A"}]}).encode()
GOOD = {
    "people.csv": PEOPLE.encode(),
    "consents.csv": CONSENTS.encode(),
    "works.csv": b"kind,title,sha256\nwork,T," + b"ab" * 32 + b"\n",
    "licences.csv": b"work,licensor,ended,end_reason\nt,L,2026-01-01,x\n",
    "people.xlsx": one_workbook()["kontor.xlsx"],
    "all.json": DOCUMENT,
}


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_rubbish_makes_no_crash_and_comes_in_whole_or_not_at_all(
    empty: Path, tmp_path: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD)))
    content = bytearray(data.draw(st.just(GOOD[name]) | st.binary(max_size=200)))
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.just(b'\r\n";,'))
    file = tmp_path / name
    file.write_bytes(content)
    with working(empty, tmp_path / "work") as workspace:
        head = workspace.register.head()
        try:
            problems = import_register(workspace, file, update=data.draw(st.booleans())).problems
        except RegisterError:
            problems = ()
            assert workspace.register.head() == head
        if problems:
            assert workspace.register.head() == head
            assert not any(re.search(r"[\x00-\x1f]", str(problem)) for problem in problems)
