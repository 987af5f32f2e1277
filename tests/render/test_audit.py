"""The page of an archive: one file in which nothing is fetched, that finds among a hundred thousand pictures."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from pathlib import Path

import pytest
from tests.server.browser import browser, needs_chromium, violations, visitor

from imgpolicy.domain.dossier import Archived
from imgpolicy.domain.verdict import Verdict
from imgpolicy.language import LanguageCode, language
from imgpolicy.phrase import phrase
from imgpolicy.render.audit import audit_page

AT = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
TITLES = {"P102": phrase("Somebody said no")}


def line(number: int, **changes: object) -> Archived:
    usual: dict[str, object] = {
        "id": f"{number:032x}",
        "name": f"2026/IMG_{number:06}.jpg",
        "verdict": Verdict(number % 3),
        "codes": ((), ("M101",), ("M101", "P102"))[number % 3],
        "people": (f"person-{number % 40}",) if number % 3 else (),
        "until": None,
        "at": AT,
        "readable": True,
    }
    return Archived(**{**usual, **changes})  # type: ignore[arg-type]


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script id="rows" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_nothing_that_a_file_is_called_ends_the_data() -> None:
    name = "</script><img src=x onerror=alert(1)>\u202e&amp;.jpg"
    page = audit_page([line(1, name=name)], {})
    assert page.count("<script") == 2
    assert "<img" not in page
    rows = data_of(page)["rows"]
    assert isinstance(rows, list)
    assert rows[0][0] == name.replace("\u202e", "\\u202e")


def test_only_its_own_script_runs_and_nothing_is_fetched() -> None:
    page = audit_page([line(1)], {})
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "http" not in page.replace("http-equiv", "")


def test_it_is_in_the_reader_s_language() -> None:
    page = audit_page([line(1)], TITLES, language(LanguageCode.DANISH))
    assert '<html lang="da">' in page
    assert "Navnet på filen" in page
    assert "{first} til {last} af {count}" in page


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_a_hundred_thousand_are_searched_in_a_moment(tmp_path: Path, width: int) -> None:
    file = tmp_path / "index.html"
    file.write_text(audit_page((line(number) for number in range(100_000)), TITLES))
    with browser() as started, visitor(started, width=width) as page:
        page.context.set_offline(True)
        begun = time.monotonic()
        page.goto(file.as_uri())
        assert page.text_content("#count") == "1 to 100 of 100000 found, of 100000 in all"
        loaded = time.monotonic() - begun
        begun = time.monotonic()
        page.select_option("#verdict", "2")
        page.locator("#count", has_text="of 33333 found").wait_for()
        page.select_option("#rule", "P102")
        page.fill("#text", "img_0000")
        page.locator("#count", has_text="of 33 found").wait_for()
        filtered = time.monotonic() - begun
        page.fill("#text", "")
        page.select_option("#person", label="person-5")
        page.locator("#count", has_text="of 834 found").wait_for()
        page.click("#after")
        assert page.text_content("#count") == "101 to 200 of 834 found, of 100000 in all"
        assert page.locator("#found tbody tr").count() == 100
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.select_option("#verdict", "0")
        page.locator("#count", has_text="0 to 0 of 0").wait_for()
        assert page.is_disabled("#before")
        assert page.is_disabled("#after")
    assert loaded < 20  # measured: 0.6 s, of 3.5 MB; other tests may keep the machine busy
    assert filtered < 20  # measured: 0.6 s, of which 0.1 s waits for what is typed
