"""The page of a report in a real browser: it looks as meant, complains of nothing and asks nobody for anything."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.wire.test_report import report

from imgpolicy.domain.geometry import Box
from imgpolicy.picture import load
from imgpolicy.render import Shown
from imgpolicy.render.html import reports_html
from imgpolicy.render.preview import preview

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MAGENTA = (255, 0, 255)
RED = (255, 64, 64)
_OWN = "not an origin"
FACE = Box(120, 60, 180, 130)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


def browse(page: Path, folder: Path) -> tuple[NDArray[np.uint8], str, list[str]]:
    """What the browser shows, what it writes to its console, and the addresses that it asked for."""
    screenshot, network = folder / "page.png", folder / "network.json"
    command = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--disable-background-networking", "--disable-component-update", "--no-first-run", "--no-pings"),
        *("--disable-sync", "--disable-extensions", "--disable-default-apps", f"--user-data-dir={folder / 'profile'}"),
        *("--enable-logging=stderr", f"--log-net-log={network}", "--window-size=1000,1600"),
        *(f"--screenshot={screenshot}", page.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    events = json.loads(network.read_text())["events"]
    # A request of the browser's own says that no page began it; the picture's data URL is part of the page.
    begun = [event["params"] for event in events if event.get("params", {}).get("initiator", _OWN) != _OWN]
    asked = {str(request["url"]) for request in begun}
    shown = np.asarray(Image.open(screenshot).convert("RGB"))
    return shown, console, sorted(url for url in asked if not url.startswith("data:"))


def around(shown: NDArray[np.uint8], colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of everything that has about this colour."""
    rows, columns = np.nonzero((np.abs(shown.astype(int) - colour) < 40).all(axis=2))
    assert rows.size, f"nothing of {colour} is shown"
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[NDArray[np.uint8], str, list[str]]:
    folder = tmp_path_factory.mktemp("browser")
    drawn = Image.new("RGB", (400, 300), (40, 90, 60))
    drawn.paste(MAGENTA, (FACE.left, FACE.top, FACE.right, FACE.bottom))
    drawn.save(folder / "drawn.png")
    picture = load((folder / "drawn.png").read_bytes(), "drawn.png")
    finding = replace(report().findings[0], box=FACE)
    size = replace(report("<script>fetch('http://example.org/')</script>").picture, width=400, height=300)
    found = replace(report(), picture=size, findings=(finding,), faces=(replace(report().faces[0], box=FACE),))
    page = folder / "report.html"
    before = Shown(replace(found, findings=()), preview(picture, [FACE]))
    page.write_text(reports_html([Shown(found, preview(picture, []), before=before)]))
    return browse(page, folder)


@pytest.mark.slow
def test_the_box_is_drawn_where_the_face_is(seen: tuple[NDArray[np.uint8], str, list[str]]) -> None:
    shown, _, _ = seen
    face, box = around(shown, MAGENTA), around(shown, RED)
    assert max(abs(a - b) for a, b in zip(face, box, strict=True)) <= 3


def test_the_browser_complains_of_nothing(seen: tuple[NDArray[np.uint8], str, list[str]]) -> None:
    _, console, _ = seen
    assert not console


@pytest.mark.slow
def test_a_page_that_asked_somebody_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text('<script>console.log("hello")</script><img src="http://example.invalid/a.png">')
    _, console, asked = browse(page, tmp_path)
    assert asked == ["http://example.invalid/a.png"]
    assert "hello" in console


def test_the_page_asks_nobody_for_anything(seen: tuple[NDArray[np.uint8], str, list[str]]) -> None:
    _, _, asked = seen
    assert asked == []
