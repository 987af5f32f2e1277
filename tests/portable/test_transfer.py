"""A register goes into files and comes out of them; what is wrong in a file is named by row and column."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.support import Ran, Run, heard

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.presets import sample
from imgpolicy.service.grants import consents_of
from imgpolicy.service.workspace import Workspace

PEOPLE = "id,name,relation,born,guardian\n"


@pytest.fixture
def folder(imgpolicy: Run, tmp_path: Path) -> Path:
    """A new working folder."""
    assert imgpolicy("init", tmp_path).code == 0
    return tmp_path


def load(imgpolicy: Run, folder: Path, name: str, data: str | bytes, *words: str) -> Ran:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return imgpolicy("register", "import", name, *words, folder=folder)


def people(imgpolicy: Run) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = json.loads(imgpolicy("person", "list", "--format", "json").out)
    return found


def whole(imgpolicy: Run) -> dict[str, object]:
    found: dict[str, object] = json.loads(imgpolicy("register", "export").out)
    del found["made_at"]
    return found


def without_features(found: object) -> object:
    """The same JSON without what a table has no column for."""
    plain: object = json.loads(
        json.dumps(found),
        object_hook=lambda pairs: {key: pairs[key] for key in pairs if key not in {"features", "artworks"}},
    )
    return plain


def listed(imgpolicy: Run, what: str) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = json.loads(imgpolicy(what, "list", "--format", "json").out)
    return found


def licensed(imgpolicy: Run) -> None:
    """Record a licence that says everything that one can say."""
    Path("licence.pdf").write_bytes(b"the licence")
    scope = (
        "--channel",
        "website",
        "--purpose",
        "any",
        "--territory",
        "DK",
        "--territory",
        "any",
        "--audience",
        "public",
    )
    days = ("--from", "2020-01-01", "--until", "2099-12-31", "--except", "channel=x", "--max-publications", 9)
    words = ("--terms", "As agreed,\nby mail", "--url", "https://example.org/terms", "--evidence", "licence.pdf")
    credit = ("--credit", "© The Harbour Gallery; 1901", "--credit-required")
    add = ("licence", "add", "harbour-at-dusk", "--licensor", "The Harbour Gallery")
    assert imgpolicy(*add, *scope, *days, *words, *credit).code == 0


@pytest.mark.slow
def test_what_was_exported_is_imported_as_it_was(imgpolicy: Run, own_demo: Path, tmp_path: Path) -> None:
    good = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
    (own_demo / "form.pdf").write_bytes(b"the form")
    (own_demo / "notice.txt").write_text("We ask")
    grant = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "x", "--purpose", "pr")
    imgpolicy(*grant, "--evidence", "form.pdf", "--notice", "notice.txt", "--campaign", "open day", folder=own_demo)
    imgpolicy("check", "pictures/portrait.jpg", *good, "--record", "--publish", "https://example.org/1")
    imgpolicy("consent", "withdraw", "eileen", "--channel", "website", "--reason", "asked")
    by = ("--by", "Anna Editor", "--reason", "a poster")
    said = imgpolicy("face", "dismiss", "pictures/portrait.jpg", "--as", "artwork", *by)
    imgpolicy("face", "reinstate", said.out.split()[-1], *by)
    licensed(imgpolicy)
    imgpolicy("publication", "add", "pictures/poster.jpg", "--channel", "website", "--purpose", "news", "--url", "u")
    (licence,) = (post["works"]["harbour-at-dusk"] for post in listed(imgpolicy, "publication") if post["works"])
    imgpolicy("licence", "end", licence, "--reason", "sold")
    assert imgpolicy("register", "export", "-o", "all.json").code == 0
    exported = own_demo / "all.json"
    assert exported.stat().st_mode & 0o077 == 0
    before = whole(imgpolicy)
    assert all(before[part] for part in before)
    other = tmp_path / "other"
    imgpolicy("init", other)
    assert imgpolicy("register", "import", exported, folder=other).code == 0
    after = whole(imgpolicy)
    for part in before.keys() - {"evidence"}:
        assert after[part] == before[part], part
    assert imgpolicy("register", "verify").code == 0
    check = imgpolicy("check", own_demo / "pictures/portrait.jpg", *good, "--format", "json")
    assert json.loads(check.out)["reports"][0]["faces"][0]["person"] == "eileen"


@pytest.mark.slow
def test_tables_that_were_exported_are_imported_as_they_were(imgpolicy: Run, own_demo: Path, tmp_path: Path) -> None:
    grant = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "any", "--purpose", "pr")
    limits = ("--except", "channel=x", "--campaign", "open day", "--event", "fair", "--max-publications", 2)
    imgpolicy(*grant, *limits, folder=own_demo)
    imgpolicy("person", "add", "--id", "kid", "--name", 'A "Child"; of, hers', "--guardian", "eileen")
    tables, other = tmp_path / "tables", tmp_path / "other"
    tables.mkdir()
    licensed(imgpolicy)
    (licence,) = listed(imgpolicy, "licence")
    imgpolicy("licence", "end", licence["id"], "--reason", "sold; twice")
    assert imgpolicy("register", "export", "--format", "csv", "-o", tables).code == 0
    before = whole(imgpolicy)
    imgpolicy("init", other)
    assert imgpolicy("register", "import", tables, folder=other).code == 0
    after = whole(imgpolicy)
    for part in ("people", "consents", "licences"):
        assert after[part] == before[part], part
    # A table holds the hashes of a work; keypoints and artwork, which are bytes, travel in JSON.
    assert without_features(after["works"]) == without_features(before["works"])


def test_consents_carry_the_names_of_the_standard(imgpolicy: Run, own_demo: Path) -> None:
    document = json.loads(imgpolicy("register", "export", folder=own_demo).out)
    names = {"record_id", "pii_principal_id", "event_state", "event_time", "lawful_basis", "purposes"}
    names |= {"collection_method", "privacy_notice", "geographic_restrictions", "validity_duration"}
    assert all(names <= consent.keys() for consent in document["consents"])


@pytest.mark.slow
def test_the_sample_is_imported_as_the_demo_does(imgpolicy: Run, folder: Path) -> None:
    ran = imgpolicy("register", "import", sample() / "consent_db", folder=folder)
    assert (ran.code, ran.err) == (0, "")
    assert [person["id"] for person in people(imgpolicy)] == ["eileen"]
    assert "work" in imgpolicy("work", "list").out


def test_a_dry_run_keeps_nothing(imgpolicy: Run, folder: Path) -> None:
    ran = load(imgpolicy, folder, "people.csv", f"{PEOPLE}anna,Anna,,,\n", "--dry-run")
    assert (ran.code, "people.csv: 1 could be imported" in ran.out) == (0, True)
    assert people(imgpolicy) == []
    assert imgpolicy("register", "import", "people.csv").code == 0
    assert len(people(imgpolicy)) == 1


def test_every_problem_is_a_line_with_row_and_column_and_nothing_is_imported(imgpolicy: Run, folder: Path) -> None:
    rows = "good,Good,,,\nno id,Name,,,\nb,,,,\nc,Carla,,31-12-00,\nd,Dora,,,nobody\ngood,Twice,,,\ne,Eve,,\n"
    ran = load(imgpolicy, folder, "people.csv", PEOPLE + rows)
    assert ran.code == 4
    for said in (
        "people.csv, row 3, column id:",
        "people.csv, row 4, column name: is empty",
        "people.csv, row 5, column born:",
        "people.csv, row 6, column guardian: there is nobody 'nobody'",
        "people.csv, row 7, column id: there is a person 'good' already",
        "people.csv, row 8: has 4 cells",
        "nothing was imported: 6 problem(s)",
    ):
        assert said in ran.err
    assert people(imgpolicy) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        (
            "person,kind,state,from,until",
            "anna,publication,given,2027-01-01,2026-01-01",
            "column person: the consent would",
        ),
        ("person,kind,state", "anna,publication,perhaps", "column state: 'perhaps' is not a valid"),
        ("person,kind,state", "anna,,given", "column kind: is empty"),
        ("person,kind,state", "nobody,publication,given", "column person: there is nobody"),
        ("person,kind,state,at", "anna,publication,given,2026-01-01T10:00", "column at: '2026-01-01T10:00:00' needs"),
        ("person,kind,state,colour", "anna,publication,given,red", "column colour: is not known"),
        ("person,kind", "anna,publication", "column state: is missing"),
        ("person,kind,kind,state", "anna,publication,publication,given", "column kind: stands twice"),
        ("person,kind,state,max_publications", "anna,publication,given,many", "max_publications: 'many' is no"),
    ],
)
def test_what_is_wrong_with_a_consent_is_said(imgpolicy: Run, folder: Path, table: str, row: str, said: str) -> None:
    imgpolicy("person", "add", "--id", "anna", "--name", "Anna", folder=folder)
    ran = load(imgpolicy, folder, "consents.csv", f"{table}\n{row}\n")
    assert (ran.code, said in ran.err) == (4, True), ran.err
    assert json.loads(imgpolicy("consent", "list", "--format", "json").out) == []


@pytest.mark.slow
def test_a_table_with_a_byte_order_mark_or_semicolons_is_read(imgpolicy: Run, folder: Path) -> None:
    table = "\ufeffid;name\r\nsøren-not;x\r\n".replace("søren-not", "soren").replace(";x", ";Søren, jr.")
    assert load(imgpolicy, folder, "people.csv", table).code == 0
    assert people(imgpolicy)[0]["name"] == "Søren, jr."


def test_a_table_in_windows_1252_is_read_and_said(imgpolicy: Run, folder: Path) -> None:
    ran = load(imgpolicy, folder, "people.csv", f"{PEOPLE}anna,Anna,,,\nsoren,Søren,,,\n".encode("cp1252"))
    assert (ran.code, "people.csv: read as Windows-1252, its cells separated by commas" in ran.err) == (0, True)
    assert [person["name"] for person in people(imgpolicy)] == ["Anna", "Søren"]


def test_a_table_in_no_encoding_is_refused_at_its_row(imgpolicy: Run, folder: Path) -> None:
    table = f"{PEOPLE}anna,Åse,,,\nsoren,S".encode() + b"\xf8ren,,,\n"
    ran = load(imgpolicy, folder, "people.csv", table)
    assert (ran.code, "people.csv, row 3: neither UTF-8 nor Windows-1252" in ran.err) == (4, True)
    assert people(imgpolicy) == []


def test_names_that_are_long_or_look_like_code_are_kept(imgpolicy: Run, folder: Path) -> None:
    names = ["x" * 100_000, "Robert'); DROP TABLE person;--", "$(rm -rf /)", "=HYPERLINK(1)"]
    rows = "".join(f"p{number},{name},,,\n" for number, name in enumerate(names))
    assert load(imgpolicy, folder, "people.csv", PEOPLE + rows).code == 0
    assert [person["name"] for person in people(imgpolicy)] == names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("people.csv", "", "column id: is missing"),
        ("people.csv", 'id,name\na,"open', "cannot be read as CSV"),
        ("people.csv", "id,name\na,b\0c\n", "row 2"),
        ("friends.csv", "id,name\n", "is called people.csv"),
        ("all.json", "{", "not an export"),
        ("all.json", "[]", "not an export"),
        ("all.json", '{"schema": "imgpolicy.register/2"}', "not an export"),
        ("all.json", '{"schema": "imgpolicy.register/1", "colour": 1}', "colour"),
        ("all.json", '{"schema": "imgpolicy.register/1", "people": [{"id": "a b", "name": "x"}]}', "people, row 1"),
    ],
)
def test_what_is_no_export_is_said_in_a_line(imgpolicy: Run, folder: Path, name: str, data: str, said: str) -> None:
    ran = load(imgpolicy, folder, name, data)
    assert (ran.code, said in ran.err) == (0 if not said else 4, True), ran.err


@pytest.mark.slow
def test_nothing_to_import_is_said(imgpolicy: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    for name in ("empty", "none.json", "none.csv"):
        ran = imgpolicy("register", "import", name, folder=folder)
        assert (ran.code, ran.err.count("\n")) == (4, 1)


@pytest.mark.slow
def test_a_picture_that_is_missing_stops_everything(imgpolicy: Run, folder: Path) -> None:
    portable = folder / "portable"
    shutil.copytree(sample() / "consent_db", portable)
    (portable / "photographs" / "eileen_collins.jpg").unlink()
    ran = imgpolicy("register", "import", portable, folder=folder)
    assert (ran.code, "faces.csv, row 2, column photograph:" in ran.err) == (4, True)
    assert people(imgpolicy) == []


def test_tables_go_into_a_folder_that_is_there(imgpolicy: Run, folder: Path) -> None:
    assert imgpolicy("register", "export", "--format", "csv", folder=folder).code == 2
    assert imgpolicy("register", "export", "--format", "csv", "-o", "nowhere").code == 2


@pytest.mark.parametrize("order", [("given", "withdrawn"), ("withdrawn", "given")])
def test_rows_without_a_time_are_one_moment_and_the_denial_wins(
    imgpolicy: Run, folder: Path, order: tuple[str, str]
) -> None:
    assert load(imgpolicy, folder, "people.csv", f"{PEOPLE}anna,Anna,,,\n").code == 0
    rows = {"given": "anna,publication,given,any,any,\n", "withdrawn": "anna,publication,withdrawn,,,no\n"}
    table = "person,kind,state,channels,purposes,reason\n" + "".join(rows[state] for state in order)
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        covered = heard(consents_of(workspace, "anna"), Posting(channel="website", purpose="news"))
    assert covered.status is CoverStatus.WITHDRAWN


@pytest.mark.parametrize("cell", ['"signed form', '"signed "form"', '"signed form"x'])
def test_a_quote_that_would_swallow_rows_keeps_the_table_out(imgpolicy: Run, folder: Path, cell: str) -> None:
    assert load(imgpolicy, folder, "people.csv", f"{PEOPLE}anna,Anna,,,\n").code == 0
    table = (
        f"person,kind,state,channels,purposes,reason\nanna,publication,given,any,any,{cell}\n"
        "anna,publication,withdrawn,,,no\n"
    )
    ran = load(imgpolicy, folder, "consents.csv", table)
    assert (ran.code, "cannot be read as CSV" in ran.err) == (4, True)
