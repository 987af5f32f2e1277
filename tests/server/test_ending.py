"""What ends at the desk: a page for keepers, and a calendar for whoever knows a feed's address, which opens no more."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from tests.server.running import Served, served, token_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.scope import Scope
from imgpolicy.service import accounts, grants
from imgpolicy.service.workspace import Workspace

YES = Consent(
    person="eileen",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.GIVEN,
    scope=Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"})),
    valid_until=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30),
)


@pytest.fixture(scope="module")
def desk(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("ending") / "work"))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        grants.state_consent(workspace, YES)
        account = Account(id="rita", name="Rita", role=AccountRole.READER)
        accounts.add(workspace, account, password="the password of rita")
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def admin(desk: Served) -> Iterator[httpx.Client]:
    with desk.client() as client:
        client.headers["origin"] = desk.address
        assert client.get(desk.link).status_code == 303
        yield client


def made(client: httpx.Client) -> str:
    """The path of a new feed, which the page shows once."""
    page = client.post("/ending/feed", data={"token": token_of(client.get("/ending"))})
    (address,) = re.findall(r'<a href="[^"]*(/calendar/[^"]+)" data-link>', page.text)
    assert address not in client.get("/ending").text
    return str(address).replace("&amp;", "&")


def test_what_ends_stands_on_the_page_and_leads_to_whom_it_is_about(admin: httpx.Client) -> None:
    page = admin.get("/ending").text
    assert '<a href="/people/eileen">The consent of eileen ends</a>' in page
    assert 'href="/ending" aria-current="page"' in page


def test_a_calendar_program_reads_a_feed_without_signing_in(desk: Served, admin: httpx.Client) -> None:
    address = made(admin)
    with desk.client() as program:
        answer = program.get(address)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        summaries = [str(one["SUMMARY"]) for one in Calendar.from_ical(answer.content).walk("VEVENT")]
        assert "The consent of eileen ends" in summaries
        assert "Samtykket fra eileen udløber" in program.get(address.replace("=en", "=da")).text
        assert program.get("/people", headers={"accept": "text/calendar"}).status_code == 401
    assert "Eileen" not in answer.text


def test_its_secret_opens_no_page_and_no_call(desk: Served, admin: httpx.Client) -> None:
    secret = made(admin).split("/")[2].partition(".ics")[0]
    with desk.client() as thief:
        thief.headers["authorization"] = f"Bearer {secret}"
        described = admin.get("/api/v1/openapi.json").json()["paths"]
        for path, methods in described.items():
            if "get" in methods:
                asked = thief.get("/api/v1" + re.sub(r"\{[^}]*\}", "eileen", path))
                assert asked.status_code == 403, path
        assert thief.get("/ending").status_code == 303
        thief.cookies.set(f"imgpolicy-{desk.address.rpartition(':')[2]}", secret)
        assert thief.get("/ending").status_code == 303


def test_another_takes_its_place_and_one_that_ended_leads_nowhere(desk: Served, admin: httpx.Client) -> None:
    first, second = made(admin), made(admin)
    with desk.client() as program:
        assert [program.get(one).status_code for one in (first, second)] == [404, 200]
        assert admin.post("/ending/feed/end", data={"token": token_of(admin.get("/ending"))}).status_code == 303
        for path in (second, second.replace("imgp_", "imgp_x"), "/calendar/.ics", "/calendar/a/b.ics"):
            assert program.get(path).status_code == 404, path
        assert program.post(second).status_code == 405


def test_who_keeps_nothing_follows_nothing(desk: Served) -> None:
    with desk.client() as client:
        client.headers["origin"] = desk.address
        assert client.post("/sign-in", data={"login": "rita", "password": "the password of rita"}).status_code == 303
        page = client.get("/people")
        assert "/ending" not in page.text
        assert client.get("/ending").status_code == 403
        assert client.post("/ending/feed", data={"token": token_of(page)}).status_code == 403
