"""People at the desk: who may do what, and what a form cannot be made to say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.running import Form, Served, served, signed_in, token_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.person import Person
from imgpolicy.service import accounts, cards, people
from imgpolicy.service.workspace import Workspace

ROLES = {"kurt": AccountRole.KEEPER, "olga": AccountRole.POSTER, "rita": AccountRole.READER}
HOSTILE = "<script>alert('Asta')</script>"
YES = {"kind": "publication", "channel:facebook": "yes", "purpose:pr": "yes", "given_by": "parent"}
NO = {"kind": "publication", "how": "withdrawn", "what": "all", "given_by": "parent", "reason": "by mail"}


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(demo, tmp_path_factory.mktemp("people") / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        for login, role in ROLES.items():
            account = Account(id=login, name=login.title(), role=role)
            accounts.add(workspace, account, password=f"the password of {login}")
        people.add(workspace, Person(id="parent", name="A parent"))
        people.add(workspace, Person(id="kid", name=HOSTILE, guardians=frozenset({"parent"})))
    return found


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def kurt(desk: Served) -> Iterator[httpx.Client]:
    with signed_in(desk, "kurt") as client:
        yield client


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        yield opened


def filled(client: httpx.Client, path: str, **said: str) -> httpx.Response:
    """The answer to the form at this path, its hidden fields as the page has them."""
    fields = {"token": token_of(client.get("/people/kid")), **said}
    return client.post(path.partition("?")[0], data=fields)


def granted(client: httpx.Client, person: str = "kid", **said: str) -> httpx.Response:
    """The answer to the form for a yes, its token first, as the page has it."""
    page = client.get(f"/people/{person}/grant?kind=publication")
    fields = {**Form(page.text).fields, **YES, **said}
    token = fields.pop("token")
    parts = {"token": (None, token), **{name: (None, one) for name, one in fields.items()}}
    return client.post(f"/people/{person}/grant", files=parts)


@pytest.mark.parametrize("login", ["olga", "rita"])
def test_who_keeps_nobody_reads_the_card_and_changes_nothing(desk: Served, login: str) -> None:
    with signed_in(desk, login) as client:
        page = client.get("/people/kid")
        assert page.status_code == 200
        assert "/people/kid/grant" not in page.text
        for path in ("/add-person", *(f"/people/kid/{one}" for one in ("edit", "grant", "deny", "erase"))):
            assert client.get(path).status_code == 403, path
        assert client.get("/people/eileen/everything.json").status_code == 403
        token = token_of(page)
        for path in ("add-person", "taken-down", "people/kid/edit", "people/kid/deny", "people/kid/forget-faces"):
            assert client.post(f"/{path}", data={"token": token}).status_code == 403, path


def test_a_name_is_text_on_every_page_that_shows_it(kurt: httpx.Client) -> None:
    for path in ("", "/edit", "/grant?kind=publication", "/deny?kind=biometric", "/erase"):
        page = kurt.get(f"/people/kid{path}").text
        assert HOSTILE not in page, path
        assert "&lt;script&gt;alert" in page, path


def test_a_form_that_is_refused_comes_back_as_it_was_filled(kurt: httpx.Client) -> None:
    answer = filled(kurt, "/add-person", id="kid", name="Somebody Else", relation="guest")
    assert answer.status_code == 409
    assert "there is a person" in answer.text
    assert 'value="Somebody Else"' in answer.text


def test_somebody_is_added_with_guardians_by_name_and_put_right(kurt: httpx.Client, workspace: Workspace) -> None:
    added = filled(kurt, "/add-person", id="pupil-1", name="A pupil", born="2018-05-01", guardians="A parent\n")
    assert added.headers["location"] == "/people/pupil-1"
    assert people.show(workspace, "pupil-1").person.guardians == {"parent"}
    refused = filled(kurt, "/people/pupil-1/edit", name="A pupil", born="", guardians="parent")
    assert "not taken away" in refused.text
    edited = filled(kurt, "/people/pupil-1/edit", name="Another name", born="2018-05-02", guardians="")
    assert edited.status_code == 303
    known = people.show(workspace, "pupil-1").person
    assert (known.name, known.guardians, len(known.former_guardians)) == ("Another name", frozenset(), 1)


def test_a_yes_is_kept_once_however_often_the_form_is_sent(kurt: httpx.Client, workspace: Workspace) -> None:
    page = kurt.get("/people/kid/grant?kind=publication")
    assert "checked" not in page.text
    record = Form(page.text).fields["record"]
    first, second = (granted(kurt, record=record) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] == f"/people/kid/said/{record}"
    assert [one.id for one in cards.card(workspace, "kid").consents] == [record]


def test_a_yes_of_a_child_says_who_gave_it(kurt: httpx.Client) -> None:
    answer = granted(kurt, given_by="")
    assert answer.status_code == 422
    assert "say who said it" in answer.text


def test_a_form_with_a_file_is_held_to_its_token(kurt: httpx.Client, workspace: Workspace) -> None:
    before = cards.card(workspace, "kid").consents
    assert granted(kurt, token="0" * 64).status_code == 403
    token = token_of(kurt.get("/people/kid"))
    late = [("evidence", ("form.pdf", b"x")), ("token", (None, token.encode()))]
    assert kurt.post("/people/kid/grant", files=late).status_code == 403
    assert cards.card(workspace, "kid").consents == before


def test_proof_is_given_back_to_keepers_and_under_its_own_person(kurt: httpx.Client, workspace: Workspace) -> None:
    page = kurt.get("/people/eileen/grant?kind=publication")
    fields = {**Form(page.text).fields, **YES, "given_by": ""}
    parts = [("token", (None, fields.pop("token"))), *((name, (None, one)) for name, one in fields.items())]
    answer = kurt.post("/people/eileen/grant", files=[*parts, ("evidence", ("../a form.pdf", b"the form"))])
    assert answer.status_code == 303
    (file,) = cards.card(workspace, "eileen").evidence
    assert file.name == "a form.pdf"
    assert kurt.get(f"/people/eileen/evidence/{file.id}").content == b"the form"
    assert kurt.get(f"/people/kid/evidence/{file.id}").status_code == 404


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"what": "some"}, "tick channels or purposes"),
        ({"what": "all", "channel:facebook": "yes"}, "none for a no to all"),
        ({"what": "record"}, "choose the record"),
        ({"what": ""}, "say whether it is of all"),
        ({"how": "given"}, "say how it ends"),
        ({"given_by": "eileen"}, "is not the guardian"),
        ({"what": "some", "channel:myspace": "yes"}, "does not know the channel"),
    ],
)
def test_a_no_that_says_less_than_was_meant_is_refused_before_it_is_kept(
    kurt: httpx.Client, workspace: Workspace, said: dict[str, str], why: str
) -> None:
    before = cards.card(workspace, "kid").consents
    for confirmed in ({}, {"confirmed": "yes"}):
        answer = filled(kurt, "/people/kid/deny", **{**NO, **said, **confirmed})
        assert answer.status_code in {409, 422}
        assert why in answer.text
    assert cards.card(workspace, "kid").consents == before


def test_a_no_shows_what_it_reaches_and_is_kept_when_that_is_confirmed(
    kurt: httpx.Client, workspace: Workspace
) -> None:
    granted(kurt)
    before = cards.card(workspace, "kid").consents
    shown = filled(kurt, "/people/kid/deny", **NO, record="c-no")
    assert "Consents that end" in shown.text
    assert cards.card(workspace, "kid").consents == before
    fields = Form(shown.text).fields
    assert fields["reason"] == "by mail"
    assert kurt.post("/people/kid/deny", data=fields).headers["location"] == "/people/kid/said/c-no"
    assert cards.card(workspace, "kid").consents[-1].id == "c-no"


def test_a_record_is_found_under_its_own_person_alone(kurt: httpx.Client, workspace: Workspace) -> None:
    record = cards.card(workspace, "eileen").consents[0].id
    assert kurt.get(f"/people/eileen/said/{record}").status_code == 200
    assert kurt.get(f"/people/kid/said/{record}").status_code == 404
    assert filled(kurt, f"/people/kid/said/{record}/error", reason="a slip").status_code == 409


def test_who_is_erased_was_typed(kurt: httpx.Client, workspace: Workspace) -> None:
    people.add(workspace, Person(id="gone", name="Somebody"))
    assert "type the id gone" in filled(kurt, "/people/gone/erase", typed="Somebody").text
    assert people.show(workspace, "gone").person.name == "Somebody"
    assert "gone is erased" in filled(kurt, "/people/gone/erase", typed="gone").text
    assert kurt.get("/people/gone").status_code == 404


def test_a_guardian_whose_word_counts_is_not_erased_and_the_page_says_why(kurt: httpx.Client) -> None:
    answer = filled(kurt, "/people/parent/erase", typed="parent")
    assert answer.status_code == 409
    assert "guardian" in answer.text


def test_all_that_is_held_is_a_file_to_keep(kurt: httpx.Client) -> None:
    for form, begins in (("json", b"{"), ("html", b"<!")):
        answer = kurt.get(f"/people/eileen/everything.{form}")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content.startswith(begins)
    assert kurt.get("/people/eileen/everything.exe").status_code == 404


def test_ticks_that_name_nothing_take_nothing_down(kurt: httpx.Client) -> None:
    assert "tick the posts" in filled(kurt, "/taken-down").text
    assert filled(kurt, "/taken-down", **{"task:t-none": "yes"}).status_code == 409
    assert "tick the faces" in filled(kurt, "/people/eileen/forget-faces", **{"face:x": "yes"}).text


def test_a_yes_is_undone_at_once_and_a_no_is_not(kurt: httpx.Client, workspace: Workspace) -> None:
    people.add(workspace, Person(id="undone", name="Somebody"), adult_by="Kim")
    said = kurt.get(granted(kurt, "undone", given_by="").headers["location"])
    form = {"token": token_of(said), "act": Form(said.text).fields["act"], "back": "https://elsewhere.example/"}
    assert kurt.post("/undo", data=form).headers["location"] == "/"
    assert [one.state.value for one in cards.card(workspace, "undone").consents] == ["given", "entered in error"]
    assert kurt.post("/undo", data=form).status_code == 422
    no = filled(kurt, "/people/undone/deny", **{**NO, "given_by": "", "record": "c-stays", "confirmed": "yes"})
    assert 'action="/undo"' not in kurt.get(no.headers["location"]).text
