"""A class is learnt at the desk in a real browser: by a keeper, on a phone, in Danish, with script and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.classes import archive, eileen, grace
from tests.server.browser import browser, needs_chromium, password_of, sign_in, violations, visitor
from tests.server.running import Served, served_here

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.register.desk_files import desk_folder
from imgpolicy.service import accounts, cards, grants, people
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

TARGETS = """() => [...document.querySelectorAll("main a.button, main button, main input, main .ticks label")]
    .filter((one) => one.checkVisibility() && !one.matches("[type=checkbox]"))
    .map((one) => one.getBoundingClientRect().height)"""
DONE = "#lesson:not([data-events])"


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    found = Path(shutil.copytree(demo, tmp_path / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="kurt", name="Kurt", role=AccountRole.KEEPER), password=password_of("kurt"))
        for person in (Person(id="grace", name="Grace Hopper"), Person(id="twin", name="Søren Ø. Collins")):
            people.add(workspace, person, adult_by="Kim")
            yes = Consent(person=person.id, kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
            grants.state_consent(workspace, yes)
        people.add(workspace, Person(id="guest", name="Somebody"), adult_by="Kim")
    return found


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served_here(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def packed(folder: Path) -> Path:
    pictures = folder / "pictures"
    file = folder / "3A.zip"
    file.write_bytes(
        archive(
            {
                "3A/Grace Hopper/1.jpg": grace(pictures),
                "3A/Grace Hopper/2.jpg": grace(pictures, light=0.8),
                "3A/Søren Ø. Collins/1.jpg": eileen(pictures),
                "3A/guest/1.jpg": grace(pictures),
                "3A/Nobody/1.jpg": grace(pictures),
                "3A/guest/notes.txt": b"x",
            }
        )
    )
    return file


def faces(folder: Path) -> dict[str, int]:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return {who: len(cards.card(workspace, who).faces) for who in ("eileen", "grace", "twin", "guest")}


def uploads(folder: Path) -> int:
    place = desk_folder(folder / "consent_db" / "register.sqlite")
    return len(list(place.iterdir())) if place.exists() else 0


def fits(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert min(page.evaluate(TARGETS)) >= 48
    assert page.locator("html").get_attribute("lang") == "da"


def test_a_keeper_learns_a_class_on_a_phone_in_danish(
    desk: Served, chromium: Browser, folder: Path, packed: Path
) -> None:
    with visitor(chromium, "da-DK", 360) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/people")
        page.click("text=Indlær en klasse")
        fits(page)
        page.set_input_files("#archive", str(packed))
        page.click("main button.main")
        page.wait_for_selector(DONE)
        fits(page)
        said = page.locator("tbody tr").all_inner_texts()
        assert len(said) == 4
        assert "Ville blive indlært: 2" in said[0]
        assert "Nobody" in said[1]
        assert "Intet indlæres" in said[1]
        assert "Ligner Eileen Collins" in said[2]
        assert "biometrisk samtykke" in said[3]
        assert "notes.txt" in page.locator("details").inner_html()
        assert page.locator("input:checked").count() == 0
        assert faces(folder) == {"eileen": 1, "grace": 0, "twin": 0, "guest": 0}
        assert uploads(folder) == 1
        page.click("text=Indlær dem (1)")
        page.wait_for_selector(f"{DONE} .good")
        fits(page)
        assert "Indlært: 2" in page.locator("tbody tr").first.inner_text()
    assert faces(folder) == {"eileen": 1, "grace": 2, "twin": 0, "guest": 0}
    assert uploads(folder) == 0


def test_without_script_one_that_looks_like_another_is_learnt_where_that_is_ticked(
    desk: Served, chromium: Browser, folder: Path, packed: Path
) -> None:
    with visitor(chromium, "en-GB", 1280, script=False) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/learn-class")
        page.set_input_files("#archive", str(packed))
        page.click("main button.main")
        page.wait_for_selector(DONE)
        page.check("label:has-text('Learn Søren Ø. Collins all the same') input")
        page.click("main button.main")
        page.wait_for_selector(f"{DONE} .good")
    assert faces(folder) == {"eileen": 1, "grace": 2, "twin": 1, "guest": 0}


def test_what_is_no_archive_is_refused_and_what_is_dropped_is_gone(
    desk: Served, chromium: Browser, folder: Path, packed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"no archive")
    with visitor(chromium) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/learn-class")
        page.set_input_files("#archive", str(other))
        page.click("main button.main")
        page.wait_for_selector(f"{DONE} .bad")
        assert uploads(folder) == 0
        page.click("text=Learn another class")
        page.set_input_files("#archive", str(packed))
        page.click("main button.main")
        page.wait_for_selector(DONE)
        page.click("text=Drop it, and send another")
        page.wait_for_selector("#archive")
    assert uploads(folder) == 0
    assert faces(folder)["grace"] == 0
