"""Tables of people and consents that are sent: what each row does is shown, and that is what is imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workbooks import rows, workbook

from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.service import people, transfer
from imgpolicy.service.workspace import Workspace

PEOPLE = b"id,name,relation\nanna,Anna,pupil\neileen,Eileen M. Collins,guest speaker\n"
CONSENTS = b"id,person,kind,state,channels,purposes\nc-1,eileen,publication,withdrawn,,\n,eileen,biometric,given,,\n"


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        yield opened


def test_each_row_is_shown_from_and_to_and_nothing_is_kept(workspace: Workspace) -> None:
    head = workspace.register.head()
    shown = transfer.preview_table(workspace, "people.csv", PEOPLE, update=True)
    assert [(one.person, str(one.what)) for one in shown.planned] == [("anna", "new person"), ("eileen", "changed")]
    assert [(one.column, one.before, one.after) for one in shown.planned[1].changes] == [
        ("name", "Eileen Collins", "Eileen M. Collins")
    ]
    assert {one.column: one.after for one in shown.planned[0].changes} == {
        "id": "anna",
        "name": "Anna",
        "relation": "pupil",
    }
    assert workspace.register.head() == head
    done = transfer.import_table(workspace, "people.csv", PEOPLE, update=True, state=shown.state)
    assert (done.problems, sum(done.imported.values()), sum(done.changed.values())) == ((), 1, 1)
    again = transfer.preview_table(workspace, "people.csv", PEOPLE, update=True)
    assert (again.planned, again.same) == ((), 2)


def test_statements_are_shown_with_all_that_they_say(workspace: Workspace) -> None:
    shown = transfer.preview_table(workspace, "consents.csv", CONSENTS)
    assert shown.problems == ()
    said = [{cell.column: cell.after for cell in one.changes} for one in shown.planned]
    assert {(one["kind"], one["state"]) for one in said} == {("publication", "withdrawn"), ("biometric", "given")}
    assert {one.name for one in shown.planned} == {"Eileen Collins"}


def test_what_the_table_does_not_say_is_not_granted(workspace: Workspace) -> None:
    shown = transfer.preview_table(workspace, "consents.csv", b"person,kind,state\neileen,publication,\n")
    assert shown.planned == ()
    assert any("column state: is empty" in line for line in shown.problems)


def test_a_register_that_changed_since_takes_nothing(workspace: Workspace) -> None:
    shown = transfer.preview_table(workspace, "people.csv", PEOPLE, update=True)
    people.edit(workspace, "eileen", people.PersonChange(relation="astronaut"))
    with pytest.raises(RequestError, match="changed since this was shown"):
        transfer.import_table(workspace, "people.csv", PEOPLE, update=True, state=shown.state)
    assert [one.id for one in people.everybody(workspace)] == ["eileen"]


def test_with_a_problem_nothing_is_imported(workspace: Workspace) -> None:
    shown = transfer.preview_table(workspace, "people.csv", PEOPLE)
    assert shown.problems
    done = transfer.import_table(workspace, "people.csv", PEOPLE, update=False, state=shown.state)
    assert done.problems
    assert [one.id for one in people.everybody(workspace)] == ["eileen"]


@pytest.mark.parametrize("name", ["faces.csv", "works.csv", "licences.csv", "register.json", "people.html", "people"])
def test_nothing_is_sent_that_leads_to_files(workspace: Workspace, name: str) -> None:
    with pytest.raises(RegisterError, match=r"what is sent is called people\.csv, consents\.csv"):
        transfer.preview_table(workspace, name, b"person,photograph\neileen,/etc/passwd\n")


def test_what_nobody_would_look_at_is_not_shown(workspace: Workspace) -> None:
    many = b"id,name\n" + b"".join(b"p%d,Somebody\n" % number for number in range(1_001))
    with pytest.raises(RegisterError, match="more than 1,000 rows"):
        transfer.preview_table(workspace, "people.csv", many)
    with pytest.raises(RequestError, match="at most 5 MB"):
        transfer.preview_table(workspace, "people.csv", bytes(5_000_001))


def test_a_workbook_has_a_sheet_for_each(workspace: Workspace) -> None:
    data = workbook(
        {
            "personer": rows(("id", "navn"), ("anna", "Anna Sørensen")),
            "samtykker": rows(("person", "slags", "status"), ("anna", "biometri", "givet")),
        }
    )
    shown = transfer.preview_table(workspace, "Klasse 3A.xlsx", data)
    assert shown.problems == ()
    assert [(one.name, str(one.what)) for one in shown.planned] == [
        ("Anna Sørensen", "new person"),
        ("Anna Sørensen", "new statement"),
    ]
    with pytest.raises(RegisterError, match="is no table or one twice"):
        transfer.preview_table(workspace, "x.xlsx", workbook({"Ark1": rows(("id", "navn")), "Ark2": rows(("id",))}))
