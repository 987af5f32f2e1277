"""The tray of a batch: who sees its faces, who names them, and what is learnt of whom."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.running import Form, Served, served, signed_in, token_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.service import accounts, cards, grants, people, posts
from imgpolicy.service.workspace import Workspace

ROLES = {"kurt": AccountRole.KEEPER, "olga": AccountRole.POSTER, "piet": AccountRole.POSTER}
STATED = {"profile": "", "channel": "facebook", "role": "employee", "purpose": "pr", "origin": "own"}
OFFER = "learn this face"


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    found = Path(shutil.copytree(demo, tmp_path / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        for login, role in ROLES.items():
            account = Account(id=login, name=login.title(), role=role)
            accounts.add(workspace, account, password=f"the password of {login}")
        people.add(workspace, Person(id="grace", name="Grace Hopper", relation="guest"), adult_by="Kim")
        people.add(workspace, Person(id="grace-2", name="Grace Kelly"), adult_by="Kim")
        yes = Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
        grants.state_consent(workspace, yes)
    return found


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


def laid(client: httpx.Client, folder: Path, *names: str) -> tuple[str, list[str]]:
    """The address of a batch with these pictures, and the pictures' addresses, once all are judged."""
    fields = {"token": token_of(client.get("/check")), **STATED}
    parts = [(name, (None, value.encode())) for name, value in fields.items()]
    files = [("pictures", (name, (folder / "pictures" / name).read_bytes())) for name in names]
    address = client.post("/batches", files=[*parts, *files]).headers["location"]
    until(lambda: "data-events" not in client.get(address).text)
    return address, re.findall(r'href="(/items/[^"/]+)" id="row-', client.get(address).text)


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it never became so")


def quiet(client: httpx.Client, address: str) -> str:
    """The page of the tray once nothing is being done."""
    until(lambda: "data-events" not in client.get(f"{address}/faces").text)
    return client.get(f"{address}/faces").text


def named(client: httpx.Client, item: str, face: int, person: str) -> httpx.Response:
    return client.post(f"{item}/faces/{face}", data={"token": token_of(client.get("/check")), "person": person})


def test_a_face_is_shown_to_whoever_may_see_the_picture(desk: Served, folder: Path) -> None:
    with signed_in(desk, "olga") as olga, signed_in(desk, "piet") as piet:
        address, (item,) = laid(olga, folder, "two_people.jpg")
        page = olga.get(f"{address}/faces")
        assert f'src="{item}/faces/2.jpg' in page.text
        assert f'src="{item}/faces/1.jpg' not in page.text
        assert olga.get(f"{item}/faces/2.jpg").headers["content-type"] == "image/jpeg"
        assert olga.get(f"{item}/faces/1.jpg").headers["location"] == "/static/none.svg"
        assert olga.get(f"{item}/faces/x.jpg").status_code == 404
        assert piet.get(f"{item}/faces/2.jpg").status_code == 403
        assert piet.get(f"{address}/faces").status_code == 403
        assert named(piet, item, 2, "grace").status_code == 403


def test_naming_one_leaves_the_others_as_they_are_and_fills_nothing_in(desk: Served, folder: Path) -> None:
    with signed_in(desk, "olga") as olga:
        address, items = laid(olga, folder, "two_people.jpg", "two_people.jpg")
        before = olga.get(f"{address}/faces").text
        assert before.index(items[0]) < before.index(items[1])
        assert named(olga, items[0], 2, "Grace Hopper").headers["location"].startswith(f"{address}/faces#")
        after = quiet(olga, address)
        assert f"{items[1]}/faces/2" in after
        assert "Grace Hopper is named in the picture" in after
        assert OFFER not in after  # a poster keeps nobody
        assert 'value="grace' not in after
        assert 'value="Grace' not in after
        assert "grace" in olga.get(items[0]).text or f'{items[0]}/faces/2"' not in after


@pytest.mark.parametrize("said", ["Grace", "nobody", " ", "<b>"])
def test_who_is_nobody_is_not_named(desk: Served, folder: Path, said: str) -> None:
    with signed_in(desk, "olga") as olga:
        address, (item,) = laid(olga, folder, "two_people.jpg")
        answer = named(olga, item, 2, said)
        assert answer.status_code == 409
        assert "there is nobody" in answer.text
        assert "<b>" not in answer.text
        assert named(olga, item, 1, "grace").status_code == 422
        assert f"{item}/faces/2" in quiet(olga, address)


def test_a_keeper_has_the_face_learnt_by_one_more_act_and_the_batch_is_judged_again(desk: Served, folder: Path) -> None:
    with signed_in(desk, "kurt") as kurt, signed_in(desk, "olga") as olga:
        address, items = laid(kurt, folder, "two_people.jpg", "two_people.jpg")
        named(kurt, items[0], 2, "grace")
        page = kurt.get(f"{address}/faces")
        assert OFFER in page.text
        act = Form(page.text).fields["act"]
        assert olga.post("/learn", data={"token": token_of(olga.get("/check")), "act": act}).status_code == 403
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            assert cards.card(workspace, "grace").faces == ()
            form = {"token": token_of(page), "act": act}
            assert kurt.post("/learn", data=form).status_code == 303
            assert OFFER not in quiet(kurt, address)
            assert len(cards.card(workspace, "grace").faces) == 1
            assert kurt.post("/learn", data=form).status_code == 422
            quiet(kurt, address)
            assert len(cards.card(workspace, "grace").faces) == 1
        assert "There is no face here that nobody knows" in quiet(kurt, address)


def test_who_did_not_agree_is_named_and_not_offered_to_be_learnt(desk: Served, folder: Path) -> None:
    with signed_in(desk, "kurt") as kurt:
        address, (item,) = laid(kurt, folder, "two_people.jpg")
        named(kurt, item, 2, "grace-2")
        page = kurt.get(f"{address}/faces").text
        assert "Grace Kelly is named" in page
        assert OFFER not in page


def act_of(page: str) -> str:
    return Form(page).fields["act"]


def undone(client: httpx.Client, act: str) -> httpx.Response:
    return client.post("/undo", data={"token": token_of(client.get("/check")), "act": act, "back": "/people"})


def test_a_recorded_post_is_undone_at_the_page(desk: Served, folder: Path) -> None:
    with signed_in(desk, "kurt") as kurt:
        address, (item,) = laid(kurt, folder, "meadow.jpg")
        quiet(kurt, address)
        said = {"token": token_of(kurt.get("/check")), "url": "https://example.org/posts/1"}
        kurt.post(f"{item}/post", data=said)
        page = quiet(kurt, address)
        assert "The picture is recorded as posted." in page
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            assert len(posts.posts(workspace).publications) == 1
            assert undone(kurt, act_of(page)).status_code == 303
            assert posts.posts(workspace).publications == ()
        assert "The picture is recorded as posted." not in quiet(kurt, address)


def test_naming_and_learning_are_undone_by_whoever_did_them_and_once(desk: Served, folder: Path) -> None:
    with signed_in(desk, "kurt") as kurt, signed_in(desk, "olga") as olga:
        address, (item,) = laid(kurt, folder, "two_people.jpg")
        named(kurt, item, 2, "grace")
        act = act_of(quiet(kurt, address))
        assert undone(olga, act).status_code == 422
        assert undone(kurt, act).headers["location"] == "/people"
        assert "is named in the picture" not in quiet(kurt, address)
        assert undone(kurt, act).status_code == 422
        named(kurt, item, 2, "grace")
        form = {"token": token_of(kurt.get("/check")), "act": act_of(quiet(kurt, address))}
        kurt.post("/learn", data=form)
        assert "There is no face here that nobody knows" in quiet(kurt, address)
        assert undone(kurt, form["act"]).status_code == 422  # what was done last is another act
        assert undone(kurt, act_of(kurt.get(f"{address}/faces").text)).status_code == 303
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            assert cards.card(workspace, "grace").faces == ()


def test_naming_is_not_undone_under_another_channel(desk: Served, folder: Path) -> None:
    with signed_in(desk, "kurt") as kurt:
        address, (item,) = laid(kurt, folder, "two_people.jpg")
        named(kurt, item, 2, "grace")
        act = act_of(quiet(kurt, address))
        kurt.post(f"{item}/change", data={"token": token_of(kurt.get("/check")), "channel": "website"})
        refused = undone(kurt, act)
        assert refused.status_code == 422
        assert "something else was done" in refused.text


def test_names_are_proposed_to_whoever_signed_in(desk: Served) -> None:
    with signed_in(desk, "olga") as olga, desk.client() as stranger:
        found = olga.get("/names", params={"q": "GRACE h"}).json()
        assert found == [{"id": "grace", "name": "Grace Hopper", "relation": "guest"}]
        assert olga.get("/names", params={"q": "g"}).json() == []
        assert stranger.get("/names?q=grace", headers={"accept": "application/json"}).status_code == 401
