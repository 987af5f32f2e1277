"""Strangers who look alike, put together and named at once at the desk: on a phone, in Danish."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.server.asking import to_ask_with
from tests.server.browser import browser, needs_chromium, send, sign_in, violations, visitor
from tests.server.running import served_here
from tests.service.test_grouping import strangers, turned_on

from imgpolicy.service import desk
from imgpolicy.service.judging import NamedBytes
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import open_picture
from imgpolicy.wire.report import report_in

pytestmark = [pytest.mark.slow, needs_chromium]

PHONE = 360


def test_a_stranger_on_several_pictures_is_ticked_by_hand_and_named_once(demo: Path, tmp_path: Path) -> None:
    folder = to_ask_with(demo, tmp_path / "work")
    policy = turned_on(folder)
    files = []
    for name, data in strangers(demo).items():
        (tmp_path / name).write_bytes(data)
        files.append(tmp_path / name)
    with Workspace.open(policy) as workspace:
        seen = workspace.engine.faces(open_picture(NamedBytes(files[0].read_bytes(), "one.jpg")))
    with served_here(folder) as running, browser() as chromium, visitor(chromium, "da-DK", PHONE) as page:
        sign_in(page, running.address, "olga")
        page.goto(f"{running.address}/check")
        send(page, files)
        batch = page.url.rpartition("/")[2].partition("?")[0]
        page.goto(f"{running.address}/batches/{batch}/faces")
        assert page.locator("#alike").count() == 0
        page.click("text=Saml dem, der ligner hinanden")
        page.wait_for_selector("#tray-state:not([data-events])")
        page.goto(f"{running.address}/batches/{batch}/faces")
        group = page.locator("section[aria-labelledby=alike]")
        assert group.locator("img").count() == 3
        assert group.locator("input:checked").count() == 0
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert [number for one in seen for number in one.vector[:8] if f"{number:.6f}"[:8] in page.content()] == []
        for number in (0, 1):
            group.locator("input[type=checkbox]").nth(number).check()
        group.locator("input[name=person]").fill("signe")
        group.locator("button").click()
        page.wait_for_selector("#tray-state:not([data-events])")
    with Workspace.open(policy) as workspace:
        answers = [desk.item(workspace, one.id).answers["en"] for one in desk.items(workspace, batch)]
    assert [[one.person for one in report_in(one).declared] for one in answers] == [["signe"], ["signe"], []]
