"""A consent that is given on a phone and taken back a week later: by a clock that was set, on a desk of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from tests.server.asking import answer, link_of, said_of, to_ask_with
from tests.server.browser import browser, needs_chromium, sign_in, violations, visitor
from tests.server.running import Served, served_here

from imgpolicy.domain.consent import ConsentState

pytestmark = [pytest.mark.slow, needs_chromium]

PHONE = 360


def test_a_guardian_signs_for_a_child_from_a_qr_code_and_takes_it_back_by_the_receipt_a_week_later(
    demo: Path, tmp_path: Path
) -> None:
    folder = to_ask_with(demo, tmp_path / "work")
    with served_here(folder) as desk, browser() as chromium, visitor(chromium) as keeper:
        sign_in(keeper, desk.address, "karen")
        signs_and_takes_back(desk, chromium, keeper, folder)


def signs_and_takes_back(desk: Served, chromium: Browser, keeper: Page, folder: Path) -> None:
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
    in_a_week = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    with time_machine.travel(in_a_week), visitor(chromium, "da-DK", PHONE, script=False) as phone:
        phone.goto(receipt)
        with phone.expect_download() as download:
            phone.click("text=Gem den som PDF")
        assert download.value.path().read_bytes().startswith(b"%PDF")
        phone.click("text=Træk alt tilbage, som jeg har tilladt")
        phone.wait_for_selector("[role=status]")
    taken_back = [one for one in said_of(folder, "ida") if one.state is ConsentState.WITHDRAWN]
    assert [one.at.date() for one in taken_back] == [in_a_week.date()] * 2
