"""A desk that runs, as `imgpolicy serve` starts it, and what asks it for pages."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import httpx
import uvicorn

from imgpolicy.server.app import application, running_desk
from imgpolicy.server.context import Desk
from imgpolicy.server.settings import Settings
from imgpolicy.service.workspace import Place

COMMAND = "import sys\nfrom imgpolicy.cli.main import main\nsys.exit(main())\n"


@dataclass(frozen=True, slots=True)
class Served:
    """A desk that runs: its address, without a slash behind it, and the path by which whoever started it signs in."""

    address: str
    link: str

    def client(self) -> httpx.Client:
        """Somebody who asks for pages as a browser does, and is not signed in."""
        return httpx.Client(base_url=self.address, headers={"accept": "text/html"}, timeout=60)


@dataclass(frozen=True, slots=True)
class ServedApart(Served):
    """A desk in a process of its own."""

    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def served(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[ServedApart]:
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


@contextlib.contextmanager
def served_here(folder: Path) -> Iterator[Served]:
    """A desk over the policy in this folder in a thread of the test's own process, which sees which lines it runs."""
    settings = Settings(place=Place(policy_file=str(folder / "imgpolicy.toml")), port=free_port())
    with running_desk(settings) as running, answering(running):
        assert running.start is not None
        yield Served(settings.address.rstrip("/"), f"/start/{running.start.secret}")


@contextlib.contextmanager
def answering(running: Desk) -> Iterator[None]:
    """Answer for a desk until the block ends."""
    config = uvicorn.Config(application(running), port=running.settings.port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _started(process: subprocess.Popen[bytes], said: Path) -> ServedApart:
    """The desk once it answers; AssertionError with what it said when it ends before."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        found = re.search(r"(https?://[^/\s]+)(/\S*)", said.read_text())
        with contextlib.suppress(httpx.TransportError):
            if found and httpx.get(f"{found.group(1)}/sign-in").is_success:
                return ServedApart(found.group(1), found.group(2), process)
        time.sleep(0.1)
    raise AssertionError(said.read_text())


@contextlib.contextmanager
def signed_in(desk: Served, login: str) -> Iterator[httpx.Client]:
    """A client of whoever has this login, whose password is the usual one."""
    with desk.client() as client:
        client.headers["origin"] = desk.address
        form = {"login": login, "password": f"the password of {login}"}
        assert client.post("/sign-in", data=form).status_code == 303
        yield client


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
