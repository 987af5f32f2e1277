"""The tray in a real browser: by keys alone, on a phone and a screen, in both languages, and without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.server.browser import browser, needs_chromium, password_of, send, sign_in, violations, visitor
from tests.server.running import Served, served
from tests.server.test_people_in_a_browser import TARGETS

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.service import accounts, cards, grants, people
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

TWO = "two_people.jpg"


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    found = Path(shutil.copytree(demo, tmp_path / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        kurt = Account(id="kurt", name="Kurt", role=AccountRole.KEEPER)
        accounts.add(workspace, kurt, password=password_of("kurt"))
        people.add(workspace, Person(id="grace", name="Grace Hopper"), adult_by="Kim")
        yes = Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
        grants.state_consent(workspace, yes)
    return found


@pytest.fixture
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def learnt(folder: Path) -> int:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return len(cards.card(workspace, "grace").faces)


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("da-DK", 360)])
def test_a_keeper_names_and_has_learnt_by_keys_alone(
    desk: Served, chromium: Browser, folder: Path, language: str, width: int
) -> None:
    with visitor(chromium, language, width) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/check")
        send(page, [folder / "pictures" / TWO, folder / "pictures" / "meadow.jpg"])
        page.keyboard.press("w")
        page.wait_for_url("**/faces")
        page.wait_for_load_state("load")
        accept(page, width)
        page.keyboard.press("n")
        page.keyboard.type("hopp")
        page.wait_for_selector("#names option[value=grace]", state="attached")
        page.keyboard.press("Control+A")
        page.keyboard.type("grace hopper")
        page.keyboard.press("Enter")
        page.wait_for_selector("#bar")
        page.wait_for_load_state("load")
        accept(page, width)
        assert learnt(folder) == 0
        page.keyboard.press("e")
        page.wait_for_selector("#bar:not(:has([data-key=e]))")
        page.wait_for_selector("#tray-state:not([data-events])")
        assert page.locator(".tray li:visible").count() == 0
        assert learnt(folder) == 1
        accept(page, width)
        page.keyboard.press("z")
        page.wait_for_selector("#bar", state="detached")
        assert learnt(folder) == 0


def accept(page: Page, width: int) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 360:
        assert min(page.evaluate(TARGETS), default=48) >= 48


def test_the_tray_works_without_script(desk: Served, chromium: Browser, folder: Path) -> None:
    with visitor(chromium, script=False) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/check")
        page.set_input_files("#pictures", str(folder / "pictures" / TWO))
        page.click("form[data-send] button.main")
        again(page, "text=Who is this?")
        page.click("text=Who is this?")
        assert page.locator("input[name=person]").input_value() == ""
        page.fill("input[name=person]", "grace")
        page.click("text=That is them")
        page.click("#bar button:has-text('Undo')")
        again(page, "input[name=person]")
        page.fill("input[name=person]", "grace")
        page.click("text=That is them")
        page.click("text=learn this face")
        again(page, "text=There is no face here that nobody knows")
        assert learnt(folder) == 1


def again(page: Page, selector: str) -> None:
    """Open the page again until it shows this."""
    for _ in range(200):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(300)
        page.reload()
    raise AssertionError(selector)
