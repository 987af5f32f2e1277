"""Coming in to the desk by one's organisation: whoever an account is bound to does, and nothing else opens it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import expect
from tests.providing import CLIENT, SECRET, Claims, Provider, providing, rsa
from tests.server.browser import WAIT, browser, needs_chromium, violations
from tests.server.running import free_port, served, token_of
from tests.support import Run
from tests.test_oidc import by_secret, unsigned

from imgpolicy.domain.account import Account, AccountRole, Identity
from imgpolicy.domain.log import Action
from imgpolicy.oidc import Client
from imgpolicy.server.app import application, running_desk
from imgpolicy.server.context import Desk
from imgpolicy.server.settings import Settings
from imgpolicy.server.tickets import TICKET_SECONDS, Tickets
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Place, Workspace

slow = pytest.mark.slow
old_ways = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""The provider of these tests calls what its own libraries advise against."""

BASE = "http://127.0.0.1:8710"
BACK = "/sign-in/oidc"
TICKET = "imgpolicy-organisation-8710"
SESSION = "imgpolicy-8710"
Step = Callable[[httpx.AsyncClient, dict[str, str]], None]


@pytest.fixture(scope="module")
def theirs() -> Iterator[Provider]:
    with providing() as one:
        yield one


@pytest.fixture(scope="module")
def desk(demo: Path, theirs: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk at which mkl signs in as 1234 of the organisation, and ejb's account ended."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("desk") / "work"))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        for login, subject in (("mkl", "1234"), ("ejb", "5678")):
            accounts.add(workspace, Account(id=login, name=login.upper(), role=AccountRole.READER))
            accounts.bind(workspace, login, Identity(issuer=theirs.issuer, subject=subject))
        accounts.add(workspace, Account(id="new", name="New", role=AccountRole.READER))
        accounts.bind(workspace, "new", Identity(issuer=theirs.issuer, email="new@example.org"))
        accounts.end(workspace, "ejb")
    place = Place(policy_file=str(folder / "imgpolicy.toml"))
    with running_desk(Settings(place=place, oidc=Client(issuer=theirs.issuer, client=CLIENT, secret=SECRET))) as one:
        yield one


@pytest.fixture(autouse=True)
def as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """The provider does everything right again for the next test."""
    yield
    if "theirs" in request.fixturenames:
        theirs: Provider = request.getfixturevalue("theirs")
        theirs.claims, theirs.without, theirs.sign = {}, (), None


def went(desk: Desk, theirs: Provider, step: Step | None = None) -> tuple[httpx.Response, httpx.AsyncClient]:
    """What a browser is answered that went to the provider and came back; `step` meddles with it in between."""

    async def go() -> tuple[httpx.Response, httpx.AsyncClient]:
        desk.addresses._full_at.clear()  # many sign in here
        transport = httpx.ASGITransport(application(desk))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            out = await client.get(f"{BACK}/start")
            assert out.status_code == 303
            answer = theirs.authorised(out.headers["location"])
            if step is not None:
                step(client, answer)
            return await client.get(f"{BACK}?{urlencode(answer)}"), client

    return asyncio.run(go())


def refused(answer: httpx.Response) -> str:
    """The one line that the sign-in page says; no session came with it, and the ticket is gone."""
    (line,) = re.findall(r'role="alert">([^<]*)<', answer.text)
    assert answer.status_code == 403
    assert not any(name.startswith(SESSION) for name in answer.cookies)
    assert f'{TICKET}=""' in answer.headers["set-cookie"]
    assert "\n" not in line
    return unescape(line)


@slow
def test_whoever_an_account_is_bound_to_comes_in(desk: Desk, theirs: Provider) -> None:
    answer, client = went(desk, theirs)
    assert answer.status_code == 200
    cookies = answer.headers.get_list("set-cookie")
    (session,) = (one.lower() for one in cookies if one.startswith(f"{SESSION}="))
    assert "samesite=strict" in session
    assert "httponly" in session
    caller = accounts.session_of(desk.workspace, client.cookies[SESSION])
    assert caller is not None
    assert caller.account.id == "mkl"
    with desk.workspace.register.reading() as unit:
        last = list(unit.sql.journal.entries())[-1]
        assert (last.action, last.by) == (Action.SIGN_IN_OIDC, unit.vault.pseudonym("mkl"))
    assert 'content="0; url=/"' in answer.text


@slow
def test_the_ticket_is_short_and_lax_and_tells_nothing_to_scripts(desk: Desk) -> None:
    async def begun() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application(desk)), base_url=BASE) as client:
            return await client.get(f"{BACK}/start")

    cookie = asyncio.run(begun()).headers["set-cookie"].lower()
    for part in (f"max-age={TICKET_SECONDS}", "samesite=lax", "httponly", "path=/"):
        assert part in cookie


NOW = int(time.time())
WRONG: dict[str, tuple[Claims, str]] = {
    "somebody unknown": ({"sub": "9999"}, "no account here is yours"),
    "an account that ended": ({"sub": "5678"}, "no account here is yours"),
    "a mail address that was not verified": (
        {"sub": "9999", "email": "new@example.org", "email_verified": False},
        "no account here is yours",
    ),
    "another issuer": ({"iss": "https://evil.example"}, "another issuer"),
    "another audience": ({"aud": "another"}, "for another program"),
    "another party": ({"aud": [CLIENT, "another"], "azp": "another"}, "for another program"),
    "expired": ({"exp": NOW - 120}, "too old"),
    "another nonce": ({"nonce": "another"}, "answers another question"),
}


@slow
@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_says_something_wrong_opens_nothing(desk: Desk, theirs: Provider, name: str) -> None:
    theirs.claims, reason = WRONG[name]
    assert reason in refused(went(desk, theirs)[0])


@slow
@pytest.mark.parametrize("sign", [unsigned, by_secret(SECRET.encode())], ids=["none", "HS256"])
def test_a_token_without_the_providers_signature_opens_nothing(
    desk: Desk, theirs: Provider, sign: Callable[[Claims], str]
) -> None:
    theirs.sign = sign
    assert "a way that is not allowed" in refused(went(desk, theirs)[0])


@slow
def test_a_token_of_another_key_opens_nothing(desk: Desk, theirs: Provider) -> None:
    theirs.key, own = rsa("one"), theirs.key
    try:
        assert "signed by nobody known" in refused(went(desk, theirs)[0])
    finally:
        theirs.key = own


def without_ticket(client: httpx.AsyncClient, _: dict[str, str]) -> None:
    client.cookies.clear()


def altered_ticket(client: httpx.AsyncClient, _: dict[str, str]) -> None:
    ticket = client.cookies[TICKET]
    client.cookies.clear()
    client.cookies[TICKET] = ticket[:-1] + ("0" if ticket[-1] != "0" else "1")


def another_state(_: httpx.AsyncClient, answer: dict[str, str]) -> None:
    answer["state"] = "another"


@slow
@pytest.mark.parametrize("step", [without_ticket, altered_ticket, another_state])
def test_whoever_did_not_go_there_does_not_come_back(desk: Desk, theirs: Provider, step: Step) -> None:
    asked = len(theirs.asked)
    assert "began in another browser" in refused(went(desk, theirs, step)[0])
    assert "/token" not in theirs.asked[asked:]


@slow
def test_the_way_back_of_another_browser_signs_nobody_in(desk: Desk, theirs: Provider) -> None:
    """An attacker has somebody come back with a code of their own account."""
    stolen: dict[str, str] = {}
    went(desk, theirs, lambda _, answer: stolen.update(answer))

    def come_back(_: httpx.AsyncClient, answer: dict[str, str]) -> None:
        answer.update(stolen)

    assert "began in another browser" in refused(went(desk, theirs, come_back)[0])


@slow
def test_nobody_comes_back_twice(desk: Desk, theirs: Provider) -> None:
    kept: dict[str, str] = {}

    def keep(client: httpx.AsyncClient, answer: dict[str, str]) -> None:
        kept.update(answer, ticket=client.cookies[TICKET])

    assert went(desk, theirs, keep)[0].status_code == 200

    def again(client: httpx.AsyncClient, answer: dict[str, str]) -> None:
        client.cookies.clear()
        client.cookies[TICKET] = kept["ticket"]
        answer.update(state=kept["state"], code=kept["code"])

    assert "began in another browser" in refused(went(desk, theirs, again)[0])

    def same_code(_: httpx.AsyncClient, answer: dict[str, str]) -> None:
        answer["code"] = kept["code"]

    assert "it answers 400" in refused(went(desk, theirs, same_code)[0])


@slow
def test_who_says_no_there_reads_it_here(desk: Desk, theirs: Provider) -> None:
    def deny(_: httpx.AsyncClient, answer: dict[str, str]) -> None:
        del answer["code"]
        answer["error"] = "access_denied"
        answer["error_description"] = "<b>hello</b>"

    answer, _ = went(desk, theirs, deny)
    assert "did not sign you in" in refused(answer)
    assert "hello" not in answer.text


def test_a_ticket_is_of_this_desk_in_time_and_for_once() -> None:
    now = [0.0]
    tickets = Tickets(clock=lambda: now[0])
    ticket = tickets.ticket({"state": "a", "nonce": "b"})
    assert tickets.back(ticket, "b") is None
    assert Tickets().back(ticket, "a") is None
    for other in ("", ".", "a.b", "ä.ö", ticket + "0", ticket.replace(".", ".."), "x" * 3000):
        assert tickets.back(other, "a") is None
    assert tickets.back(ticket, "a") == {"state": "a", "nonce": "b"}
    assert tickets.back(ticket, "a") is None
    late = tickets.ticket({"state": "c"})
    now[0] = TICKET_SECONDS
    assert tickets.back(late, "c") is None


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "work"))


def bound(folder: Path, issuer: str, email: str) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="mkl", name="Mette", role=AccountRole.READER))
        accounts.bind(workspace, "mkl", Identity(issuer=issuer, email=email))


ENVIRONMENT = {"IMGPOLICY_OIDC_SECRET": "a secret"}
SOMEBODY = User(sub="subject-1", claims={"email": "mkl@example.org", "email_verified": True})


@slow
@old_ways
def test_with_a_real_provider_from_its_page_to_ours(folder: Path) -> None:
    with run_server_in_thread(user_claims=[SOMEBODY], require_nonce=True) as provider:
        issuer = f"http://localhost:{provider.server_port}"
        bound(folder, issuer, "mkl@example.org")
        options = ("--oidc-issuer", issuer, "--oidc-client", "desk")
        with served(folder, *options, environment=ENVIRONMENT) as running, running.client() as client:
            assert f'href="{running.address}{BACK}/start"' in client.get("/sign-in").text
            out = client.get(f"{BACK}/start")
            back = client.post(out.headers["location"], data={"sub": "subject-1"}).headers["location"]
            assert parse_qs(urlsplit(back).query).keys() >= {"code", "state"}
            assert client.get(back).status_code == 200
            assert client.get("/people").status_code == 200
            form = {"token": token_of(client.get("/people"))}
            assert client.post("/sign-out", data=form, headers={"origin": running.address}).status_code == 303
            assert client.get("/people").status_code == 303


@slow
@needs_chromium
@old_ways
def test_in_a_browser_the_way_back_from_another_site_ends_signed_in(folder: Path) -> None:
    """The provider is at another site than the desk: no strict cookie comes along from there."""
    with run_server_in_thread(user_claims=[SOMEBODY]) as provider, browser() as chromium:
        issuer = f"http://localhost:{provider.server_port}"
        bound(folder, issuer, "mkl@example.org")
        options = ("--oidc-issuer", issuer, "--oidc-client", "desk")
        with served(folder, *options, environment=ENVIRONMENT) as running:
            page = chromium.new_context(locale="da-DK").new_page()
            page.set_default_timeout(WAIT)
            page.goto(f"{running.address}/sign-in")
            assert violations(page) == []
            page.click("text=Log ind med din organisation")
            page.fill('input[name="sub"]', "subject-1")
            page.click('button:has-text("Authorize")')
            page.wait_for_selector("header.top nav")
            expect(page).to_have_url(f"{running.address}/people")


def test_the_secret_is_in_no_option_and_a_part_alone_is_refused(
    imgpolicy: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("IMGPOLICY_OIDC_SECRET", raising=False)
    words = ("serve", "--no-browser", "--port", str(free_port()))
    known = ("--oidc-issuer", "https://login.example.org", "--oidc-client", "desk")
    secret = tmp_path / "secret"
    secret.write_text("a secret\n")
    secret.chmod(0o644)
    for options, said in (
        (known[:2], "takes --oidc-issuer and --oidc-client"),
        (known[2:], "takes --oidc-issuer and --oidc-client"),
        (known, "set IMGPOLICY_OIDC_SECRET, or give --oidc-secret-file"),
        ((*known, "--oidc-secret-file", str(tmp_path / "none")), "the secret cannot be read"),
        ((*known, "--oidc-secret-file", str(secret)), "others may read this secret"),
    ):
        ran = imgpolicy(*words, *options, folder=folder)
        assert (ran.code, said in ran.err, ran.err.count("\n")) == (2, True, 1), ran.err
    monkeypatch.setenv("IMGPOLICY_OIDC_SECRET", "a secret")
    ran = imgpolicy(*words, "--oidc-issuer", "http://login.example.org", "--oidc-client", "desk", folder=folder)
    assert (ran.code, "over https alone" in ran.err) == (2, True)


def test_without_the_extra_one_line_says_what_to_install(
    imgpolicy: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "joserfc", None)
    monkeypatch.setenv("IMGPOLICY_OIDC_SECRET", "a secret")
    words = ("serve", "--no-browser", "--port", str(free_port()))
    ran = imgpolicy(*words, "--oidc-issuer", "https://a.example", "--oidc-client", "desk", folder=folder)
    assert (ran.code, "pip install 'imgpolicy[oidc]'" in ran.err, ran.err.count("\n")) == (2, True, 1)
    assert json.loads(imgpolicy("account", "list", "--format", "json", folder=folder).out) is not None
