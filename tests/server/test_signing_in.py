"""Who comes in to a desk that runs, and by what: nothing of it is open to anybody else."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.running import Served, served, token_of

from imgpolicy.domain.account import RIGHTS, Account, AccountRole
from imgpolicy.server.app import PAGES
from imgpolicy.server.security import HEADERS
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk") / "work"
    shutil.copytree(demo, folder)
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        for role in AccountRole:
            account = Account(id=role.value, name=role.value.title(), role=role)
            accounts.add(workspace, account, password=f"the password of {role.value}")
    with served(folder) as running:
        yield running


@pytest.fixture
def stranger(desk: Served) -> Iterator[httpx.Client]:
    with desk.client() as client:
        yield client


@contextlib.contextmanager
def signed_in(desk: Served, role: str) -> Iterator[httpx.Client]:
    with desk.client() as client:
        form = {"login": role, "password": f"the password of {role}"}
        answer = client.post("/sign-in", data=form, headers={"origin": desk.address})
        assert answer.status_code == 303, answer.text
        yield client


def test_the_link_that_was_printed_signs_in_once(desk: Served, stranger: httpx.Client) -> None:
    first = stranger.get(desk.link)
    assert first.status_code == 303
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/people").status_code == 200
    with desk.client() as other:
        assert other.get(desk.link).status_code == 403
        assert other.get("/people").status_code == 303


def test_every_page_asks_to_sign_in_first(stranger: httpx.Client) -> None:
    for page in PAGES:
        path = page.path.replace("{", "").replace("}", "")
        answer = stranger.request(page.method, path, headers={"origin": str(stranger.base_url).rstrip("/")})
        assert answer.status_code in {303, 401}, page
        assert "location" not in answer.headers or answer.headers["location"] == "/sign-in"


@pytest.mark.parametrize("role", ["reader", "poster", "reviewer", "keeper", "admin"])
def test_a_role_opens_its_pages_and_no_others(desk: Served, role: str) -> None:
    rights = RIGHTS[AccountRole(role)]
    with signed_in(desk, role) as client:
        for page in PAGES:
            if page.method == "GET" and "{" not in page.path and page.path != "/":
                answer = client.get(page.path)
                assert answer.status_code == (200 if page.right in rights else 403), page


def test_a_form_without_our_origin_or_without_its_token_changes_nothing(desk: Served) -> None:
    with signed_in(desk, "admin") as client:
        token = token_of(client.get("/people"))
        for origin, sent in [
            (None, token),
            ("http://evil.example", token),
            (desk.address, ""),
            (desk.address, "0" * 64),
        ]:
            headers = {} if origin is None else {"origin": origin}
            answer = client.post("/sign-out", data={"token": sent}, headers=headers)
            assert answer.status_code == 403
        assert client.get("/people").status_code == 200
        assert client.post("/sign-out", data={"token": token}, headers={"origin": desk.address}).status_code == 303
        assert client.get("/people").status_code == 303


def test_the_token_of_another_session_is_no_token(desk: Served) -> None:
    with signed_in(desk, "admin") as one, signed_in(desk, "keeper") as other:
        token = token_of(other.get("/people"))
        answer = one.post("/sign-out", data={"token": token}, headers={"origin": desk.address})
        assert answer.status_code == 403


def test_passwords_that_do_not_fit_are_refused_alike_and_not_often(desk: Served, stranger: httpx.Client) -> None:
    said, statuses = set(), []
    for login in ("reader-2", "nobody"):
        for _ in range(7):
            form = {"login": login, "password": "something else that is long"}
            answer = stranger.post("/sign-in", data=form, headers={"origin": desk.address})
            said.add(answer.text)
            statuses.append(answer.status_code)
    assert set(statuses) == {403, 429}
    assert statuses[-1] == 429
    assert len(said) == 2  # that they do not fit, and that it is too often


def test_another_host_is_answered_nothing(stranger: httpx.Client) -> None:
    answer = stranger.get("/sign-in", headers={"host": "evil.example"})
    assert answer.status_code == 421


def test_every_answer_carries_the_headers(stranger: httpx.Client) -> None:
    for path in ("/sign-in", "/nowhere", "/static/desk.css", "/people"):
        answer = stranger.get(path)
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert answer.headers[name] == value, path


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_the_choice_of_a_language_leads_nowhere_else(desk: Served, stranger: httpx.Client, back: str) -> None:
    form = {"language": "da", "back": back}
    answer = stranger.post("/language", data=form, headers={"origin": desk.address})
    assert answer.headers["location"] == "/"
    assert "Adgangskode" in stranger.get("/sign-in").text


def test_the_browsers_language_is_spoken(stranger: httpx.Client) -> None:
    assert 'lang="da"' in stranger.get("/sign-in", headers={"accept-language": "fr, da-DK;q=0.8, en;q=0.5"}).text
    assert 'lang="en"' in stranger.get("/sign-in", headers={"accept-language": "fr"}).text


@pytest.mark.parametrize(
    ("language", "denied", "missing"),
    [("da", "har ikke rettigheden decide", "der er ingen"), ("en", "may not decide", "there is nobody")],
)
def test_a_refusal_at_a_page_is_in_the_readers_language(desk: Served, language: str, denied: str, missing: str) -> None:
    with signed_in(desk, "reader") as reader:
        answer = reader.get("/queue", headers={"accept-language": language})
        assert (answer.status_code, f"reader (reader) {denied}" in answer.text) == (403, True)
        answer = reader.get("/people/nobody", headers={"accept-language": language})
        assert (answer.status_code, missing in answer.text) == (404, True)
