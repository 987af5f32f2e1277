"""Asking and being asked in a real browser: on a phone, in both languages, and without script."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.server.browser import browser, needs_chromium, password_of, send, sign_in, violations, visitor
from tests.server.running import Served, served_here
from tests.service.asked import FORM, HOW, add_everybody
from tests.support import asked as ask_of

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.register.statements import consents
from imgpolicy.service import accounts, asking, people
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

PEOPLE = {"olga": AccountRole.POSTER, "karen": AccountRole.KEEPER}
PHONE = 360


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(demo, tmp_path_factory.mktemp("asking") / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        add_everybody(workspace)
        for login, role in PEOPLE.items():
            accounts.add(workspace, Account(id=login, name=login.title(), role=role), password=password_of(login))
    return found


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Served]:
    with served_here(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def keeper(desk: Served, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium) as page:
        sign_in(page, desk.address, "karen")
        yield page


def said_of(folder: Path, person: str) -> tuple[Consent, ...]:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return ask_of(workspace.register, consents, person)


def link_of(page: Page) -> str:
    return page.locator("[data-link]").first.get_attribute("href") or ""


def answer(page: Page, *choices: str) -> None:
    """Choose yes or no at each question, in their order."""
    for number, choice in enumerate(choices):
        page.locator("fieldset .yn").nth(number).locator(f"input[value={choice}]").check(force=True)


def test_a_guardian_signs_for_a_child_from_a_qr_code_and_takes_it_back_by_the_receipt(
    desk: Served, chromium: Browser, keeper: Page, folder: Path
) -> None:
    keeper.goto(f"{desk.address}/requests")
    keeper.fill("#occasion", "Summer party")
    keeper.click("button[name=many]")
    assert keeper.locator("svg.qr").count() == 1
    link = link_of(keeper)
    with visitor(chromium, "da-DK", PHONE) as phone:
        phone.goto(f"{link}?lang=da")
        assert violations(phone) == []
        phone.click("text=For et barn, som jeg er værge for")
        assert phone.locator("h1").inner_text() == "Må vi vise billeder af dig?"
        assert phone.locator("input:checked").count() == 0
        assert violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
        answer(phone, "yes", "no", "yes")
        phone.fill("#name", "Mor Holm")
        phone.fill("#child", "Ida Holm")
        phone.fill("#born", "2018-05-01")
        box = phone.locator("canvas").bounding_box()
        assert box is not None
        phone.locator("canvas").scroll_into_view_if_needed()
        phone.locator("canvas").hover()
        phone.mouse.down()
        phone.mouse.move(200, 500, steps=5)
        phone.mouse.up()
        phone.click("button.main")
        phone.wait_for_url("**/receipt/**")
        receipt = phone.url
        assert violations(phone) == []
        assert phone.locator(".card .no-go").all_inner_texts() == ["Nej"]
    assert [one.state.value for one in said_of(folder, "ida")] == ["refused"]  # a no counts at once
    keeper.goto(f"{desk.address}/requests")
    assert violations(keeper) == []
    card = keeper.locator(".card", has=keeper.locator("h3", has_text="Ida Holm"))
    card.locator("[name=person]").fill("ida")
    card.locator("[name=guardian]").fill("mor")
    card.locator("[name=how]").fill("I know them both")
    card.locator("button.main").click()
    keeper.wait_for_url("**/people/ida")
    states = [one.state.value for one in said_of(folder, "ida")]
    assert (states.count("given"), states.count("refused"), states.count("entered in error")) == (2, 2, 1)
    with visitor(chromium, "da-DK", PHONE, script=False) as phone:
        phone.goto(receipt)
        with phone.expect_download() as download:
            phone.click("text=Gem den som PDF")
        assert download.value.path().read_bytes().startswith(b"%PDF")
        phone.click("text=Træk alt tilbage, som jeg har tilladt")
        phone.wait_for_selector("[role=status]")
    assert [one.state.value for one in said_of(folder, "ida")].count("withdrawn") == 2


def test_a_person_answers_without_script_and_what_is_left_open_is_asked_again(
    desk: Served, chromium: Browser, folder: Path
) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        (made,) = asking.ask(workspace, "signe", replace(HOW, language="en"))
    with visitor(chromium, "en-GB", PHONE, script=False, refused=(404, 422)) as phone:
        phone.goto(f"{desk.address}/sign/{made.secret}")
        assert phone.locator("[data-signature]").is_hidden()
        assert phone.locator("fieldset .yn").count() == 4
        phone.locator("form").evaluate("form => form.noValidate = true")
        answer(phone, "yes", "yes", "yes")
        phone.fill("#name", "Signe Holm")
        phone.click("button.main")
        assert "may be recognised" in phone.locator("[role=alert]").inner_text()
        assert phone.locator("input:checked").count() == 3
        answer(phone, "yes", "yes", "yes", "no")
        phone.click("button.main")
        phone.wait_for_url("**/receipt/**")
        phone.goto(f"{desk.address}/sign/{made.secret}")
        assert phone.locator("[role=alert]").count() == 1
    assert len(said_of(folder, "signe")) == 3


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_for_asking_can_be_used_by_everybody(desk: Served, keeper: Page, width: int, folder: Path) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        kept = asking.form(workspace, FORM.name)
    keeper.set_viewport_size({"width": width, "height": 900})
    for path in ("/requests", "/forms/new", f"/forms/{kept.id}"):
        keeper.goto(f"{desk.address}{path}")
        assert violations(keeper) == [], path
        assert keeper.evaluate("document.documentElement.scrollWidth") <= width


def test_a_keeper_writes_a_form_that_leaves_nothing_out(desk: Served, keeper: Page) -> None:
    keeper.goto(f"{desk.address}/forms/new")
    assert keeper.locator("input[type=checkbox]:checked").count() == 0
    keeper.fill("#name", "new")
    keeper.fill("#title-en", "May we?")
    keeper.fill("#about-en", "Pictures of the choir.")
    keeper.check("input[name='use:facebook:pr']")
    keeper.fill("#months", "12")
    keeper.fill("#controller", "The library")
    keeper.fill("#contact", "x")
    keeper.click("main button.main")
    keeper.wait_for_url("**/forms/f-*")
    assert "12" in keeper.locator("article").inner_text()


def test_an_officer_asks_those_in_a_picture(desk: Served, chromium: Browser, folder: Path, tmp_path: Path) -> None:
    picture = tmp_path / "five.jpg"
    shutil.copy(folder / "pictures" / "two_people.jpg", picture)
    five = [f"five-{number}" for number in range(5)]
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        for one in five:
            adult = Adulthood(by="Karen", on=workspace.kept.consents.today())
            people.add(workspace, Person(id=one, name=one.title(), adult=adult, email=f"{one}@example.org"))
    with visitor(chromium) as officer:
        sign_in(officer, desk.address, "olga")
        officer.goto(f"{desk.address}/check")
        send(officer, [picture])
        officer.click("#list a.row")
        begun, clicks = time.monotonic(), 0
        for one in five:
            officer.click("summary[data-key=n]")
            officer.fill("#person", one)
            officer.click("form[action$='/people'] button")
            officer.wait_for_selector("#counts:not([data-events])")
            clicks += 3
        officer.keyboard.press("o")
        officer.wait_for_url("**/ask")
        for one in five:
            officer.check(f"input[name='person-{one}']")
        officer.click("main button.main")
        assert officer.locator("[data-link]").count() == 5
        assert officer.locator("a[href^=mailto]").count() == 5
        assert violations(officer) == []
        assert time.monotonic() - begun < 60
