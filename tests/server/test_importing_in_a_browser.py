"""A table of people and consents is imported at the desk in a real browser: sent, shown row by row, and confirmed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.server.browser import browser, needs_chromium, password_of, sign_in, violations, visitor
from tests.server.running import Served, served_here

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.person import Person
from imgpolicy.register.desk_files import desk_folder
from imgpolicy.service import accounts, people
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

TABLE = "id;navn;fødselsdato\neileen;Eileen M. Collins;\nanna;Anna Åberg;2018-01-02\n"
TARGETS = """() => [...document.querySelectorAll("main a.button, main button, main input, main .ticks label")]
    .filter((one) => one.checkVisibility() && !one.matches("[type=checkbox]"))
    .map((one) => one.getBoundingClientRect().height)"""


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    found = Path(shutil.copytree(demo, tmp_path / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="kurt", name="Kurt", role=AccountRole.KEEPER), password=password_of("kurt"))
    return found


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served_here(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def names(folder: Path) -> dict[str, str]:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return {one.id: one.name for one in people.everybody(workspace)}


def send(page: Page, desk: Served, name: str, text: str, *, update: bool = True) -> None:
    page.goto(f"{desk.address}/import-people")
    if update:
        page.check("input[name=update]")
    page.set_input_files("#table", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    page.click("main button.main")


def fits(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert min(page.evaluate(TARGETS)) >= 48
    assert page.locator("html").get_attribute("lang") == "da"


def test_a_keeper_imports_a_table_on_a_phone_in_danish(desk: Served, chromium: Browser, folder: Path) -> None:
    with visitor(chromium, "da-DK", 360) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/people")
        page.click("text=Indlæs en tabel")
        assert page.locator("input:checked").count() == 0
        fits(page)
        send(page, desk, "personer.csv", TABLE)
        fits(page)
        changed, new = page.locator("tbody tr").all_inner_texts()
        assert "navn: Eileen Collins → Eileen M. Collins" in " ".join(changed.split())
        assert "ny person" in new.lower()
        assert "Anna Åberg" in new
        assert names(folder) == {"eileen": "Eileen Collins"}
        page.click("text=Indlæs disse rækker (2)")
        assert "Indlæst: 1 nye, 1 rettet." in page.locator(".good").inner_text()
        fits(page)
    assert names(folder) == {"eileen": "Eileen M. Collins", "anna": "Anna Åberg"}
    assert list(desk_folder(folder / "consent_db" / "register.sqlite").iterdir()) == []


def test_what_was_shown_on_another_state_of_the_register_is_shown_again_and_not_imported(
    desk: Served, chromium: Browser, folder: Path
) -> None:
    with visitor(chromium, script=False, refused=(422,)) as page:
        sign_in(page, desk.address, "kurt")
        send(page, desk, "people.csv", TABLE.replace("navn", "name").replace("fødselsdato", "born"))
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            people.add(workspace, Person(id="bo", name="Bo"))
            people.edit(workspace, "eileen", people.PersonChange(name="Eileen Marie Collins"))
        page.click("text=Import these rows (2)")
        assert "changed since this was shown" in page.locator("[role=alert]").inner_text()
        assert names(folder)["eileen"] == "Eileen Marie Collins"
        assert "Eileen Marie Collins" in page.locator("tbody tr").first.inner_text()
        page.click("text=Import these rows (2)")
    assert names(folder)["eileen"] == "Eileen M. Collins"


def test_a_table_with_something_wrong_is_not_imported_and_the_page_says_where(
    desk: Served, chromium: Browser, folder: Path
) -> None:
    with visitor(chromium) as page:
        sign_in(page, desk.address, "kurt")
        send(page, desk, "people.csv", TABLE, update=False)
        assert "row 2" in page.locator(".bad").inner_text()
        assert page.locator("text=Import these rows").count() == 0
        page.click("text=Drop it, and send another")
        send(page, desk, "faces.csv", "person,photograph\neileen,/etc/passwd\n")
        assert "people.csv, consents.csv" in page.locator("[role=alert]").inner_text()
    assert names(folder) == {"eileen": "Eileen Collins"}
