"""A desk that runs, as `imgpolicy serve` starts it, and what asks it for pages."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import httpx

COMMAND = "import sys\nfrom imgpolicy.cli.main import main\nsys.exit(main())\n"


@dataclass(frozen=True, slots=True)
class Served:
    """A desk that runs: its address, without a slash behind it, and the path by which whoever started it signs in."""

    address: str
    link: str
    process: subprocess.Popen[bytes]

    def client(self) -> httpx.Client:
        """Somebody who asks for pages as a browser does, and is not signed in."""
        return httpx.Client(base_url=self.address, headers={"accept": "text/html"}, timeout=60)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def served(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A desk over the policy in this folder, until the block ends; Ctrl-C ends it."""
    words = ("serve", "--no-browser", "--port", str(free_port()), *options)
    said = folder / "desk.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield _started(process, said)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _started(process: subprocess.Popen[bytes], said: Path) -> Served:
    """The desk once it answers; AssertionError with what it said when it ends before."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        found = re.search(r"(https?://[^/\s]+)(/\S*)", said.read_text())
        with contextlib.suppress(httpx.TransportError):
            if found and httpx.get(f"{found.group(1)}/sign-in").is_success:
                return Served(found.group(1), found.group(2), process)
        time.sleep(0.1)
    raise AssertionError(said.read_text())


class Form(HTMLParser):
    """The hidden fields of a page's forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = dict(attrs)
        if tag == "input" and one.get("type") == "hidden" and one.get("name"):
            self.fields[str(one["name"])] = one.get("value") or ""


def token_of(page: httpx.Response) -> str:
    """The token that the page's forms carry."""
    return Form(page.text).fields["token"]
