"""A real browser that works at a desk as people do."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DONE = "#counts:not([data-events])"
"""Of a batch whose pictures are all judged."""

WAIT = 120_000
"""Milliseconds: other tests may keep the machine busy."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Chromium; everything runs as root in the continuous integration, hence without its sandbox."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@contextlib.contextmanager
def visitor(
    started: Browser, language: str = "en-GB", width: int = 1280, *, script: bool = True, refused: tuple[int, ...] = ()
) -> Iterator[Page]:
    """A page of somebody who speaks this language; what the browser complains of fails the test.

    Answers with a status among `refused` are what the test asks for.
    """
    context: BrowserContext = started.new_context(
        locale=language, viewport={"width": width, "height": 900}, java_script_enabled=script, accept_downloads=True
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [one for one in complaints if not any(f"status of {status} " in one for status in refused)] == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page, a line a finding."""
    found = Axe().run(page, options=AXE)
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


def sign_in(page: Page, address: str, login: str) -> None:
    """Sign in by account and password, as `desks.PASSWORD` has them."""
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password_of(login))
    page.click("main button.main")
    page.wait_for_selector("header.top nav")


def password_of(login: str) -> str:
    """The password of an account that a test made."""
    return f"the password of {login}"


def send(page: Page, pictures: list[Path]) -> None:
    """Choose pictures on the first page and wait until all of them are judged."""
    page.set_input_files("#pictures", [str(picture) for picture in pictures])
    page.click("form[data-send] button.main")
    page.wait_for_url("**/batches/*")
    page.wait_for_selector(DONE)
