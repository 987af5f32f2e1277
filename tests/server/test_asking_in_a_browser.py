"""Asking and being asked in a real browser: on a phone, in both languages, and without script."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from tests.server.asking import answer, said_of, to_ask_with
from tests.server.browser import browser, needs_chromium, send, sign_in, violations, visitor
from tests.server.running import Served, served_here
from tests.service.asked import ALL_YES, FORM, HOW

from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.service import asking, cards, people, posts, signing
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

PHONE = 360
FIVE_PEOPLE = Path(__file__).parents[2] / "docs" / "five-people.md"


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return to_ask_with(demo, tmp_path_factory.mktemp("asking") / "work")


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
    for path in ("/requests", "/ending", "/forms/new", f"/forms/{kept.id}"):
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
        begun, acts = time.monotonic(), 3  # choose, send, open
        for one in five:
            officer.click("summary[data-key=n]")
            officer.fill("#person", one)
            officer.click("form[action$='/people'] button")
            officer.wait_for_selector("#counts:not([data-events])")
            acts += 3
        officer.keyboard.press("o")
        officer.wait_for_url("**/ask")
        for one in five:
            officer.check(f"input[name='person-{one}']")
        officer.click("main button.main")
        acts += 1 + len(five) + 1
        assert officer.locator("[data-link]").count() == 5
        assert officer.locator("a[href^=mailto]").count() == 5
        assert violations(officer) == []
        assert time.monotonic() - begun < 60
        assert f"These are {acts} acts." in FIVE_PEOPLE.read_text(encoding="utf-8")


def test_a_photograph_that_comes_along_is_learnt_once_a_keeper_saw_whose_it_is(
    desk: Served, chromium: Browser, keeper: Page, folder: Path, tmp_path: Path
) -> None:
    two = folder / "pictures" / "two_people.jpg"
    alone = tmp_path / "me.jpg"
    with Image.open(two) as both:
        both.crop((512, 0, both.width, both.height)).save(alone)
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        people.add(workspace, Person(id="gro", name="Gro Bang"), adult_by="Karen")
        (made,) = asking.ask(workspace, "gro", HOW)
    with visitor(chromium, "da-DK", PHONE, refused=(422,)) as phone:
        phone.goto(f"{desk.address}/sign/{made.secret}?lang=da")
        assert violations(phone) == []
        answer(phone, "yes", "no", "no", "yes")
        phone.fill("#name", "Gro Bang")
        phone.set_input_files("[name=photograph]", str(two))
        phone.click("button.main")
        phone.wait_for_selector("[role=alert]")
        assert "intet ansigt kan indlæses" in phone.locator("[role=alert]").inner_text()
        assert phone.locator("input:checked").count() == 4
        phone.set_input_files("[name=photograph]", str(alone))
        phone.click("button.main")
        phone.wait_for_url("**/receipt/**")
    keeper.goto(f"{desk.address}/requests")
    assert violations(keeper) == []
    card = keeper.locator(".card", has=keeper.locator("h3", has_text="Gro Bang"))
    source = card.locator("img").get_attribute("src") or ""
    with Image.open(io.BytesIO(keeper.request.get(f"{desk.address}{source}").body())) as shown:
        assert max(shown.size) <= 480
    card.locator("button.main").click()
    keeper.wait_for_url("**/requests*")
    assert keeper.locator("#portraits").count() == 0
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        assert len(cards.card(workspace, "gro").faces) == 1
    with visitor(chromium) as stranger:
        stranger.goto(f"{desk.address}{source}")
        assert "/sign-in" in stranger.url


def test_a_keeper_ties_twelve_answers_of_an_event_to_people_takes_one_back_and_ticks_off_the_post(
    desk: Served, keeper: Page, folder: Path
) -> None:
    guests = [f"guest {number}" for number in range(1, 13)]
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        shared = asking.ask_by_one_link(workspace, HOW)
        for name in guests:
            people.add(workspace, Person(id=name.replace(" ", "-"), name=name), adult_by="Karen")
            signing.sign(workspace, shared.secret, replace(ALL_YES, name=name, recognition=False), "en")
    for name in guests:
        keeper.goto(f"{desk.address}/requests")
        card = keeper.locator(".card", has=keeper.get_by_role("heading", name=name, exact=True))
        card.locator("[name=person]").fill(name.replace(" ", "-"))
        card.locator("[name=how]").fill("they stood before me")
        card.locator("button.main").click()
        keeper.wait_for_url(f"**/people/{name.replace(' ', '-')}")
    keeper.goto(f"{desk.address}/requests")
    assert keeper.locator("[name=how]").count() == 0
    given = {[one.state.value for one in said_of(folder, name.replace(" ", "-"))].count("given") for name in guests}
    assert given == {2}  # a record a purpose
    named = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="news", origin=Origin.OWN, people=("guest-7",))
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        posts.record_post(workspace, str(folder / "pictures" / "meadow.jpg"), named, "https://example.org/posts/7")
    keeper.goto(f"{desk.address}/people/guest-7/deny?kind=publication")
    keeper.check("input[value=withdrawn]")
    keeper.check("input[value=all]")
    keeper.fill("#reason", "asked by phone")
    keeper.click("button:has-text('See what it reaches')")
    assert keeper.locator("text=Posts that must come down: 1").count() == 1
    keeper.click("button:has-text('Record it')")
    keeper.check("label:has-text('https://example.org/posts/7') input")
    keeper.click("button:has-text('The ticked ones are down')")
    assert keeper.locator("text=Posts that it reached and that are down: 1").count() == 1
