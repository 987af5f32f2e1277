"""The desk sends by itself what is due by mail, as the policy says, and is ended while a server is slow to answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from tests.server.running import free_port
from tests.service.asked import HOW, add_everybody
from tests.service.test_mailing import Post
from tests.service.test_reminding import passed, policy

from imgpolicy.server import app
from imgpolicy.server.settings import Settings
from imgpolicy.service import asking
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Place, Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as workspace:
        add_everybody(workspace)
        (asked,) = asking.ask(workspace, "signe", HOW)
        passed(workspace, asked.request, 25)
    return tmp_path


@pytest.fixture
def silent() -> Iterator[int]:
    """A server that takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def settings(file: Path) -> Settings:
    return Settings(place=Place(policy_file=str(file)))


def test_it_reminds_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setattr(app, "UPKEEP_SECONDS", 0.1)
    file = policy(folder, controller.server.sockets[0].getsockname()[1])  # type: ignore[union-attr]  # it is started
    with app.running_desk(settings(file)):
        until = time.monotonic() + 30
        while not post.taken and time.monotonic() < until:
            time.sleep(0.05)
    controller.stop()
    assert post.to == ["signe@example.org"]


def test_other_work_goes_on_while_a_server_is_silent(
    folder: Path, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "UPKEEP_SECONDS", 0.1)
    monkeypatch.setattr("imgpolicy.mail._SECONDS", 3)
    looked = threading.Event()
    monkeypatch.setattr("imgpolicy.service.asking.expire", lambda _: looked.set())
    with app.running_desk(settings(policy(folder, silent))):
        assert looked.wait(30)
        looked.clear()
        assert looked.wait(2)
