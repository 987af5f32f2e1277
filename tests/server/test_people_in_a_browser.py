"""People at the desk in a real browser: a keeper, in both languages, on a phone and a screen, and without script."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.server.browser import browser, needs_chromium, password_of, sign_in, violations, visitor
from tests.server.running import Served, served_here

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.scope import Scope
from imgpolicy.service import accounts, cards, grants, people, posts
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

PICTURES = Scope(channels=frozenset({"facebook", "website"}), purposes=frozenset({"pr", "news"}))
POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
KID = "/people/kid"
PAGES = (
    "/people",
    "/add-person",
    KID,
    *(f"{KID}/{one}" for one in ("edit", "erase", "grant?kind=publication", "grant?kind=biometric")),
    *(f"{KID}/{one}" for one in ("deny?kind=publication", "deny?kind=biometric", "said/c-yes", "said/c-yes/error")),
)
TARGETS = """() => [...document.querySelectorAll("main a.button, main button, main select, main .ticks label")]
    .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(demo, tmp_path_factory.mktemp("people") / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="kurt", name="Kurt", role=AccountRole.KEEPER), password=password_of("kurt"))
        people.add(workspace, Person(id="parent", name="A parent"))
        kid = Person(id="kid", name="A child", born=dt.date(2018, 1, 1), guardians=frozenset({"parent"}))
        people.add(workspace, kid)
        ends = workspace.kept.consents.today() + dt.timedelta(days=20)
        yes = Consent(
            id="c-yes",
            person="kid",
            kind=ConsentKind.PUBLICATION,
            state=ConsentState.GIVEN,
            scope=PICTURES,
            given_by="parent",
            valid_until=ends,
        )
        form = grants.Proof(name="form.pdf", content=b"the form")
        notice = grants.NoticeText(version="2", language="da", text="Vi vil gerne vise billeder.")
        grants.state_consent(workspace, yes, proof=[form], notice=notice)
        portrait = found / "pictures" / "portrait.jpg"
        posts.record_post(workspace, str(portrait), POSTING, "https://example.org/posts/1")
    return found


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Served]:
    with served_here(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.parametrize("language", ["en-GB", "da-DK"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_on_people_are_for_everybody(desk: Served, chromium: Browser, language: str, width: int) -> None:
    with visitor(chromium, language, width) as page:
        sign_in(page, desk.address, "kurt")
        for path in PAGES:
            page.goto(f"{desk.address}{path}")
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.locator("html").get_attribute("lang") == language[:2]
            if width == 360:
                assert min(page.evaluate(TARGETS), default=48) >= 48, path


def test_a_keeper_without_script_adds_somebody_writes_down_yes_and_no_and_takes_the_post_down(
    desk: Served, chromium: Browser, folder: Path, tmp_path: Path
) -> None:
    form = tmp_path / "form.pdf"
    form.write_bytes(b"the signed form")
    with visitor(chromium, script=False) as page:
        sign_in(page, desk.address, "kurt")
        page.goto(f"{desk.address}/people")
        page.click("text=Add somebody")
        page.fill("#name", "Ada Byron")
        page.fill("#adult_by", "Kurt")
        page.click("text=Add them")
        say_yes(page, form)
        with Workspace.open(folder / "imgpolicy.toml") as workspace:
            person_id = people.named(workspace, "Ada Byron")
            (file,) = cards.card(workspace, person_id).evidence
            assert (file.name, file.size) == ("form.pdf", len(b"the signed form"))
            named = Posting(
                channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, people=(person_id,)
            )
            meadow = str(folder / "pictures" / "meadow.jpg")
            posts.record_post(workspace, meadow, named, "https://example.org/posts/ada")
        take_back(page)
        assert page.locator("text=Posts that it reached and that are down: 1").count() == 1
        page.click("text=To Ada Byron")
        assert page.locator("text=taken down").count() == 1
        assert "Posts that are up: 0" in page.content()


def say_yes(page: Page, form: Path) -> None:
    page.click("main a:has-text('Yes to pictures')")
    assert page.locator("input:checked").count() == 0
    page.check("input[name='channel:facebook']")
    page.check("input[name='purpose:pr']")
    page.set_input_files("#evidence", str(form))
    page.click("button:has-text('Record the yes')")
    assert page.locator("text=form.pdf").count() == 1
    page.click("text=To Ada Byron")


def take_back(page: Page) -> None:
    page.click("main a:has-text('No to pictures')")
    assert page.locator("input:checked").count() == 0
    page.check("input[value=withdrawn]")
    page.check("input[value=all]")
    page.fill("#reason", "asked by phone")
    page.click("button:has-text('See what it reaches')")
    assert page.locator("text=Posts that must come down: 1").count() == 1
    assert page.locator("text=https://example.org/posts/ada").count() == 1
    page.click("button:has-text('Record it')")
    page.check("label:has-text('https://example.org/posts/ada') input")
    page.click("button:has-text('The ticked ones are down')")
