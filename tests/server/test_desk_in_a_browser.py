"""The desk in a real browser: an officer and a reviewer, in both languages, by keys, and without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page
from tests.server.browser import browser, needs_chromium, password_of, send, sign_in, violations, visitor
from tests.server.running import Served, served

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.webhook import EventKind
from imgpolicy.service import accounts, webhooks
from imgpolicy.service.workspace import Workspace

pytestmark = [pytest.mark.slow, needs_chromium]

PEOPLE = {"olga": AccountRole.POSTER, "rita": AccountRole.REVIEWER, "anna": AccountRole.ADMIN}
PAGES = ("/check", "/batches", "/queue", "/people", "/people/eileen", "/works", "/policy", "/log")


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(demo, tmp_path_factory.mktemp("desk") / "work"))
    with Workspace.open(found / "imgpolicy.toml") as workspace:
        for login, role in PEOPLE.items():
            made = Account(id=login, name=login.title(), role=role)
            accounts.add(workspace, made, password=password_of(login))
        webhooks.add(workspace, "https://cms.example.org/hook", frozenset(EventKind))
    return found


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def officer(desk: Served, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium) as page:
        sign_in(page, desk.address, "olga")
        yield page


def drawings(folder: Path, count: int, *, location: bool) -> list[Path]:
    """Drawings that show nobody, each another, some of which say where they were made."""
    made = []
    for number in range(count):
        picture = Image.new("RGB", (640, 480), (60 + 3 * number, 120, 180))
        ImageDraw.Draw(picture).ellipse((40 + 9 * number, 90, 240 + 9 * number, 330), fill=(240, 200 - 4 * number, 80))
        exif = Image.Exif()
        if location:
            exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.0), 3: "E", 4: (12.0, 34.0, 6.0)})
        made.append(folder / f"{'place' if location else 'plain'}-{number:02}.jpg")
        picture.save(made[-1], exif=exif)
    return made


def test_an_officer_drops_thirty_pictures_mends_and_posts_twenty(
    officer: Page, desk: Served, folder: Path, tmp_path: Path
) -> None:
    plain, placed = drawings(tmp_path, 10, location=False), drawings(tmp_path, 10, location=True)
    people = []
    for number in range(10):
        people.append(tmp_path / f"people-{number}.jpg")
        Image.open(folder / "pictures" / "two_people.jpg").save(people[-1], quality=80 + number)
    officer.goto(f"{desk.address}/check")
    send(officer, [*plain, *placed, *people])
    assert officer.locator("#list a.row").count() == 30
    assert officer.locator("#list a.row.no-go").count() == 20
    rows = [row.get_attribute("href") or "" for row in officer.locator("#list a.row").all()]
    names = [row.inner_text() for row in officer.locator("#list a.row").all()]
    to_post = [href for href, name in zip(rows, names, strict=True) if "people" not in name]
    for number, href in enumerate(to_post):
        officer.goto(f"{desk.address}{href}")
        if officer.locator("[data-key=c]").count():
            officer.keyboard.press("c")
            officer.wait_for_selector("#item .notice.good")
            assert officer.locator("#picture-name .go").count() == 1
        officer.fill("#url", f"https://example.org/posts/{number}")
        officer.click("form[action$='/post'] button")
        officer.wait_for_selector(f"text=https://example.org/posts/{number}")
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        from imgpolicy.service.posts import posts

        urls = {one.url for one in posts(workspace).publications}
    assert {f"https://example.org/posts/{number}" for number in range(20)} <= urls


def test_a_clean_picture_is_fetched_and_undone(officer: Page, desk: Served, tmp_path: Path) -> None:
    (picture,) = drawings(tmp_path, 1, location=True)
    officer.goto(f"{desk.address}/check")
    send(officer, [picture])
    officer.keyboard.press("c")
    officer.wait_for_selector("#item .notice.good")
    with officer.expect_download() as download:
        officer.click("#item a[download]")
    data = download.value.path().read_bytes()
    assert b"GPS" not in data
    with Image.open(download.value.path()) as fetched:
        assert not fetched.getexif().get_ifd(0x8825)
    officer.keyboard.press("u")
    officer.wait_for_selector("#picture-name .no-go")
    assert officer.locator("#item a[download]").count() == 0


def test_a_reviewer_decides_ten_by_keyboard_alone(
    officer: Page, desk: Served, chromium: Browser, tmp_path: Path
) -> None:
    pictures = drawings(tmp_path, 10, location=True)
    officer.goto(f"{desk.address}/check")
    send(officer, pictures)
    for href in [row.get_attribute("href") for row in officer.locator("#list a.row").all()]:
        officer.goto(f"{desk.address}{href}")
        officer.keyboard.press("q")
        officer.wait_for_selector("#item:not(:has([data-key=q]))")
    with visitor(chromium) as reviewer:
        sign_in(reviewer, desk.address, "rita")
        reviewer.goto(f"{desk.address}/queue")
        waiting = reviewer.locator("#list a.row").count()
        assert waiting == 10
        for number in range(10):
            reviewer.wait_for_load_state("load")  # keys are heard once the page's script runs
            reviewer.keyboard.press("a")
            reviewer.keyboard.type(f"the place is public, {number}")
            reviewer.keyboard.press("Enter")
            left = 9 - number
            reviewer.wait_for_selector(f"h1:has-text('{left}')" if left else "text=Nobody waits for a decision")
        assert reviewer.locator("#list a.row").count() == 0
    officer.reload()
    assert officer.locator("text=accepted by a reviewer").count() == 10


@pytest.mark.parametrize("language", ["en-GB", "da-DK"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_for_everybody(desk: Served, chromium: Browser, folder: Path, language: str, width: int) -> None:
    with visitor(chromium, language, width) as page:
        page.goto(f"{desk.address}/sign-in")
        assert violations(page) == []
        sign_in(page, desk.address, "anna")
        page.goto(f"{desk.address}/check")
        send(page, [folder / "pictures" / "two_people.jpg", folder / "pictures" / "with_location.jpg"])
        address = page.url
        for path in (*(f"{desk.address}{path}" for path in PAGES), address, f"{desk.address}/people/nobody-here"):
            if not path.endswith("nobody-here"):
                page.goto(path)
                assert violations(page) == [], path
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert page.locator("html").get_attribute("lang") == language[:2]


def test_all_of_it_works_without_script(desk: Served, chromium: Browser, tmp_path: Path) -> None:
    pictures = drawings(tmp_path, 2, location=True)
    with visitor(chromium, script=False) as page:
        sign_in(page, desk.address, "olga")
        page.goto(f"{desk.address}/check")
        page.set_input_files("#pictures", [str(picture) for picture in pictures])
        page.click("form[data-send] button.main")
        for _ in range(200):
            if page.locator("#list a.row.no-go").count() == 2:
                break
            page.wait_for_timeout(300)
            page.reload()
        page.click("#list a.row >> nth=0")
        page.click("text=Do all that can be done")
        for _ in range(200):
            if page.locator("#picture-name .go").count():
                break
            page.wait_for_timeout(300)
            page.reload()
        page.fill("#url", "https://example.org/posts/without-script")
        page.click("text=Record the post")
        for _ in range(200):
            if page.locator("text=https://example.org/posts/without-script").count():
                break
            page.wait_for_timeout(300)
            page.reload()
        assert page.locator("#item .notice.good").count() >= 1
