"""Take the pictures of the README anew: `python -m tools.screenshots`. Needs the extra `test` and chromium.

They show pictures of the sample that are drawn.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from tests.server.browser import browser, send, visitor
from tests.server.running import served

from imgpolicy.service.scaffold import lay_out_demo

ASSETS = Path(__file__).parent.parent / "docs" / "assets"
NAMES = ("meadow.jpg", "desk.jpg", "poster.jpg", "shop.jpg")
POSTING = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")
WIDTH, HEIGHT, COLOURS = 1000, 700, 160


def main() -> None:
    """Take both."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "work"
        lay_out_demo(folder)
        (ASSETS / "desk.png").write_bytes(small(desk(folder)))
        (ASSETS / "report.png").write_bytes(small(report(folder)))


def desk(folder: Path) -> bytes:
    """The desk, after a few pictures were dropped."""
    with served(folder) as desk, browser() as started, visitor(started, width=WIDTH) as page:
        page.goto(f"{desk.address}{desk.link}")
        send(page, [folder / "pictures" / name for name in NAMES])
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return page.screenshot()


def report(folder: Path) -> bytes:
    """The report on a picture in which a password can be read."""
    command = (sys.executable, "-m", "imgpolicy", "check", "pictures/desk.jpg", *POSTING)
    subprocess.run([*command, "--format", "html", "--output", "report.html"], cwd=folder, check=False)  # noqa: S603  # ours
    with browser() as started, visitor(started, width=WIDTH) as page:
        page.goto((folder / "report.html").as_uri())
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return page.screenshot()


def small(taken: bytes) -> bytes:
    """The picture with few colours, which a page needs no more of."""
    data = io.BytesIO()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS).save(data, "PNG", optimize=True)
    return data.getvalue()


if __name__ == "__main__":
    main()
