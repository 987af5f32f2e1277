"""Tables that are imported again: people follow them, what says the same is passed over, and no denial is lost."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from tests.support import Ran, Run, heard

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.presets import sample
from imgpolicy.service.grants import consents_of
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace

PEOPLE = "id,name,relation,born,guardian\n"
CONSENTS = "person,kind,state,channels,purposes,reason,at\n"
YES, NO = "ann,publication,given,any,any,,", "ann,publication,withdrawn,,,asked,"


@pytest.fixture
def folder(imgpolicy: Run, tmp_path: Path) -> Path:
    """A working folder with Ann and Bo, and Kid, who is Bo's ward."""
    assert imgpolicy("init", tmp_path).code == 0
    rows = "ann,Ann,pupil,,\nkid,Kid,,2016-05-01,bo\nbo,Bo,,,\n"
    assert load(imgpolicy, tmp_path, "people.csv", PEOPLE + rows).code == 0
    return tmp_path


def load(imgpolicy: Run, folder: Path, name: str, text: str, *words: str) -> Ran:
    (folder / name).write_text(text, encoding="utf-8")
    return imgpolicy("register", "import", name, *words, folder=folder)


def person(imgpolicy: Run, name: str) -> dict[str, str | None]:
    listed: list[dict[str, str | None]] = json.loads(imgpolicy("person", "list", "--format", "json").out)
    return next(one for one in listed if one["id"] == name)


def head(folder: Path) -> str:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return workspace.register.head()


def status(folder: Path, name: str = "ann") -> CoverStatus:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return heard(consents_of(workspace, name), Posting(channel="website", purpose="news")).status


def test_a_change_is_told_before_it_is_made(imgpolicy: Run, folder: Path) -> None:
    before = head(folder)
    table = "id,name,relation\nann,Ann,staff\nbo,Bo,\ncara,Cara,\n"
    tried = load(imgpolicy, folder, "people.csv", table, "--update", "--dry-run")
    assert tried.out == "ann: relation 'pupil' -> 'staff'\npeople.csv: 1 could be imported, 1 could be changed\n"
    assert head(folder) == before
    done = imgpolicy("register", "import", "people.csv", "--update")
    assert done.out == "ann: relation 'pupil' -> 'staff'\npeople.csv: 1 imported, 1 changed\n"
    assert person(imgpolicy, "ann")["relation"] == "staff"


def test_columns_that_are_not_there_and_empty_cells_change_nothing(imgpolicy: Run, folder: Path) -> None:
    before = person(imgpolicy, "kid")
    ran = load(imgpolicy, folder, "people.csv", "id,name,born\nkid,Little Kid,\n", "--update")
    assert ran.out.startswith("kid: name 'Kid' -> 'Little Kid'\n")
    assert person(imgpolicy, "kid") == {**before, "name": "Little Kid"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("kid,Kid,,,kid", "column guardian: 'kid' cannot be their own guardian"),
        ("kid,Kid,,,nobody", "column guardian: there is nobody 'nobody'"),
        ("ann,Ann,,,\nann,Anna,,,", "column id: 'ann' stands in two rows"),
    ],
)
def test_what_nobody_may_change_by_hand_no_table_changes(imgpolicy: Run, folder: Path, row: str, said: str) -> None:
    before = head(folder)
    ran = load(imgpolicy, folder, "people.csv", f"{PEOPLE}{row}\n", "--update")
    assert (ran.code, ran.out, said in ran.err) == (4, "", True), ran.err
    assert head(folder) == before


def test_without_update_an_id_that_is_taken_is_a_problem(imgpolicy: Run, folder: Path) -> None:
    ran = load(imgpolicy, folder, "people.csv", f"{PEOPLE}ann,Ann,staff,,\n")
    assert (ran.code, "there is a person 'ann' already" in ran.err) == (4, True)


def test_a_consent_on_record_is_passed_over_or_refused_and_never_changed(imgpolicy: Run, folder: Path) -> None:
    table = f"id,{CONSENTS}c-1,{YES}2026-01-05\n"
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    before = head(folder)
    assert load(imgpolicy, folder, "consents.csv", table, "--update").out == "consents.csv: 0 imported\n"
    for other in (table.replace("any,any", "any,news"), table.replace("01-05", "01-06"), table.replace("ann,", "bo,")):
        ran = load(imgpolicy, folder, "consents.csv", other, "--update")
        assert (ran.code, "'c-1'" in ran.err) == (4, True), ran.err
    assert head(folder) == before


@pytest.mark.parametrize("at", ["", "2026-03-01", "2026-03-01T12:00:00+00:00"])
def test_a_denial_that_is_on_record_is_passed_over(imgpolicy: Run, folder: Path, at: str) -> None:
    table = f"{CONSENTS}{YES}2026-01-05\n{NO}{at}\n"
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    before = head(folder)
    assert load(imgpolicy, folder, "consents.csv", table, "--update").code == 0
    assert (head(folder), status(folder)) == (before, CoverStatus.WITHDRAWN)


def test_a_denial_without_a_time_counts_again_after_a_yes(imgpolicy: Run, folder: Path) -> None:
    table = f"{CONSENTS}{NO}\n"
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    imgpolicy("consent", "grant", "ann", "--kind", "publication", "--channel", "any", "--purpose", "any")
    assert status(folder) is CoverStatus.COVERED
    assert load(imgpolicy, folder, "consents.csv", table, "--update").out == "consents.csv: 1 imported\n"
    assert status(folder) is CoverStatus.WITHDRAWN


def test_a_denial_without_a_time_counts_again_after_one_that_was_entered_in_error(imgpolicy: Run, folder: Path) -> None:
    """A table says no today; that a no on record was a slip says nothing of it. A yes that was a slip stays one."""
    for row, end in ((NO, CoverStatus.WITHDRAWN), (YES, CoverStatus.OUT_OF_SCOPE)):
        who = row.replace("ann", "bo") if row is YES else row
        name = who.partition(",")[0]
        table = f"{CONSENTS}{name},publication,given,intranet,any,,2026-01-05\n{who}\n"
        assert load(imgpolicy, folder, "consents.csv", table).code == 0
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            slip = max(consents_of(workspace, name), key=lambda one: one.at)
        marked = imgpolicy("consent", "entered-in-error", slip.id, "--by", "Kim", "--reason", "a slip", folder=folder)
        assert marked.code == 0
        assert load(imgpolicy, folder, "consents.csv", table, "--update").code == 0
        assert status(folder, name) is end


def test_a_day_in_a_table_is_one_of_the_policys_time_zone(imgpolicy: Run, folder: Path) -> None:
    policy = folder / "imgpolicy.toml"
    policy.write_text('time_zone = "America/Adak"\n' + policy.read_text(encoding="utf-8"), encoding="utf-8")
    assert load(imgpolicy, folder, "consents.csv", f"{CONSENTS}{YES}2026-01-05\n{NO}2026-01-05\n").code == 0
    with Workspace.open(policy) as workspace:
        given, denied = consents_of(workspace, "ann")
    assert given.at == dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)
    assert denied.at.replace(microsecond=0) == dt.datetime(2026, 1, 6, 9, 59, 59, tzinfo=dt.UTC)


def test_a_denial_with_a_time_counts_once(imgpolicy: Run, folder: Path) -> None:
    table = f"{CONSENTS}{NO}2026-03-01\n"
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    imgpolicy("consent", "grant", "ann", "--kind", "publication", "--channel", "any", "--purpose", "any")
    assert load(imgpolicy, folder, "consents.csv", table, "--update").out == "consents.csv: 0 imported\n"
    assert status(folder) is CoverStatus.COVERED


def test_a_yes_that_was_taken_back_is_not_revived(imgpolicy: Run, folder: Path) -> None:
    table = f"{CONSENTS}{YES}\n"
    assert load(imgpolicy, folder, "consents.csv", table).code == 0
    imgpolicy("consent", "withdraw", "ann", "--reason", "asked")
    assert load(imgpolicy, folder, "consents.csv", table, "--update").out == "consents.csv: 0 imported\n"
    assert status(folder) is CoverStatus.WITHDRAWN


@pytest.mark.parametrize("order", [1, -1])
def test_within_a_day_the_denial_wins(imgpolicy: Run, folder: Path, order: int) -> None:
    rows = [f"{YES}2026-03-01", f"{NO}2026-03-01"][::order]
    assert load(imgpolicy, folder, "consents.csv", CONSENTS + "\n".join(rows) + "\n").code == 0
    assert status(folder) is CoverStatus.WITHDRAWN


def test_a_denial_of_today_is_stated_by_now(imgpolicy: Run, folder: Path) -> None:
    today = dt.datetime.now().astimezone().date()
    assert load(imgpolicy, folder, "consents.csv", f"{CONSENTS}{YES}2026-03-01\n{NO}{today}\n").code == 0
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        assert all(consent.at <= dt.datetime.now(dt.UTC) for consent in consents_of(workspace, "ann"))
    assert status(folder) is CoverStatus.WITHDRAWN


@pytest.mark.parametrize("name", ["consents.csv", "all.json"])
def test_what_is_still_to_come_is_refused(imgpolicy: Run, folder: Path, name: str) -> None:
    consent = {"pii_principal_id": "ann", "kind": "publication", "event_state": "refused"}
    document = {"schema": "imgpolicy.register/1", "consents": [{**consent, "event_time": "2999-01-01T00:00:00Z"}]}
    text = json.dumps(document) if name == "all.json" else f"{CONSENTS}{NO}2999-01-01\n"
    ran = load(imgpolicy, folder, name, text)
    assert (ran.code, "lies in the future" in ran.err) == (4, True), ran.err


LICENCES = "work,licensor,channels,purposes"
LICENCE = "harbour-at-dusk,The Gallery,any,any"


@pytest.mark.slow
def test_a_licence_is_passed_over_and_ended_by_hand_alone(imgpolicy: Run, own_demo: Path) -> None:
    table = f"{LICENCES}\n{LICENCE}\n"
    assert load(imgpolicy, own_demo, "licences.csv", table).code == 0
    before = head(own_demo)
    assert load(imgpolicy, own_demo, "licences.csv", table, "--update").out == "licences.csv: 0 imported\n"
    ended = f"{LICENCES},ended,end_reason\n{LICENCE},2026-01-01,sold\n"
    ran = load(imgpolicy, own_demo, "licences.csv", ended, "--update")
    assert (ran.code, "is on record and not ended: `imgpolicy licence end" in ran.err) == (4, True), ran.err
    assert head(own_demo) == before
    (made,) = json.loads(imgpolicy("licence", "list", "--format", "json").out)
    imgpolicy("licence", "end", made["id"], "--reason", "sold")
    assert load(imgpolicy, own_demo, "licences.csv", table, "--update").out == "licences.csv: 0 imported\n"


@pytest.mark.slow
def test_a_work_that_is_called_differently_is_refused(imgpolicy: Run, own_demo: Path) -> None:
    header = "kind,title,owner,file\n"
    row = "work,Harbour at dusk,The Harbour Gallery,harbour.png"
    shutil.copyfile(sample() / "consent_db" / "artwork" / "harbour.png", own_demo / "harbour.png")
    assert load(imgpolicy, own_demo, "works.csv", f"{header}{row}\n", "--update").out == "works.csv: 0 imported\n"
    for other in (row.replace("dusk", "dawn"), row.replace("work,", "restricted,"), row.replace("The ", "")):
        ran = load(imgpolicy, own_demo, "works.csv", f"{header}{other}\n", "--update")
        assert (ran.code, "this picture is in the register already" in ran.err) == (4, True), ran.err


@pytest.mark.slow
def test_new_rows_of_every_table_come_in_beside_what_is_there(imgpolicy: Run, own_demo: Path) -> None:
    pictures = own_demo / "pictures"
    tables = {
        "people.csv": "id,name\neileen,Eileen Collins\ngrace,Grace Hopper\n",
        "consents.csv": "person,kind,state\ngrace,biometric,given\n",
        "works.csv": f"kind,title,file\nwork,Meadow,{pictures}/meadow.jpg\nown logo,Sign,{pictures}/logo.png\n",
        "licences.csv": f"id,{LICENCES}\nl-1,{LICENCE}\nl-2,meadow,Somebody,any,any\n",
        "faces.csv": f"person,photograph,face\ngrace,{pictures}/two_people.jpg,2\n",
    }
    (own_demo / "tables").mkdir()
    for name, text in tables.items():
        (own_demo / "tables" / name).write_text(text, encoding="utf-8")
    done = imgpolicy("register", "import", "tables", "--update", folder=own_demo)
    counts = {"people": 1, "consents": 1, "works": 2, "licences": 2, "faces": 1}
    assert (done.out, done.err) == ("".join(f"{name}.csv: {count} imported\n" for name, count in counts.items()), "")
    before = head(own_demo)
    again = imgpolicy("register", "import", "tables", "--update")
    assert (again.out, again.err) == ("".join(f"{name}.csv: 0 imported\n" for name in counts), "")
    other = tables["licences.csv"].replace("Somebody", "Somebody else")
    ran = load(imgpolicy, own_demo, "licences.csv", other, "--update")
    assert (ran.code, "row 3, column work: 'l-2' is on record and says something else" in ran.err) == (4, True)
    assert head(own_demo) == before


def test_rows_of_one_work_call_it_the_same(imgpolicy: Run, folder: Path) -> None:
    rows = "".join(f"w,work,{title},{digit * 64}\n" for title, digit in (("A", "a"), ("A", "b"), ("B", "c")))
    ran = load(imgpolicy, folder, "works.csv", f"id,kind,title,sha256\n{rows}")
    assert (ran.code, "row 4, column id: is that of row 2, which calls" in ran.err) == (4, True), ran.err


def test_a_document_names_nobody_twice(imgpolicy: Run, folder: Path) -> None:
    people = [{"id": "ann", "name": name} for name in ("Ann", "Anna")]
    text = json.dumps({"schema": "imgpolicy.register/1", "people": people})
    ran = load(imgpolicy, folder, "all.json", text, "--update")
    assert (ran.code, ran.err.count("'ann' stands there twice")) == (4, 2), ran.err


@pytest.mark.slow
def test_a_whole_register_comes_in_again_as_nothing_new(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "form.pdf").write_bytes(b"the form")
    (own_demo / "notice.txt").write_text("We ask")
    good = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
    grant = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "x", "--purpose", "pr")
    imgpolicy(*grant, "--evidence", "form.pdf", "--notice", "notice.txt", folder=own_demo)
    imgpolicy("check", "pictures/portrait.jpg", *good, "--record", "--publish", "https://example.org/1")
    licence = ("licence", "add", "harbour-at-dusk", "--licensor", "The Gallery", "--channel", "x", "--purpose", "pr")
    imgpolicy(*licence, "--evidence", "form.pdf")
    (made,) = json.loads(imgpolicy("licence", "list", "--format", "json").out)
    imgpolicy("licence", "end", made["id"], "--reason", "sold")
    by = ("--by", "Anna Editor", "--reason", "a poster")
    imgpolicy("face", "dismiss", "pictures/portrait.jpg", "--as", "artwork", *by)
    imgpolicy("consent", "withdraw", "eileen", "--channel", "website", "--reason", "asked")
    (own_demo / "tables").mkdir()
    assert imgpolicy("register", "export", "-o", "all.json").code == 0
    assert imgpolicy("register", "export", "--format", "csv", "-o", "tables").code == 0
    before = head(own_demo)
    for name in ("all.json", "tables"):
        ran = imgpolicy("register", "import", name, "--update", folder=own_demo)
        assert (ran.code, ran.err) == (0, ""), ran.err
        assert all(line.endswith(": 0 imported") for line in ran.out.splitlines()), ran.out
    assert head(own_demo) == before


@pytest.mark.slow
def test_the_sample_comes_in_again_with_its_photographs_and_artwork(own_demo: Path) -> None:
    before = head(own_demo)
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        done = import_register(workspace, sample() / "consent_db", update=True)
    assert (done.problems, sum(done.imported.values())) == ((), 0)
    assert head(own_demo) == before
