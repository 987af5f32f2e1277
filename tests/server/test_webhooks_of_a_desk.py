"""The desk tells webhooks by itself, shows admins how that went, and is ended while somebody is slow to answer."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.receiving import Receiver, receiving, status
from tests.service.doors import YES

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.webhook import EventKind
from imgpolicy.server import app
from imgpolicy.server.settings import Settings
from imgpolicy.service import accounts, grants, webhooks
from imgpolicy.service.workspace import Place, Workspace

pytestmark = pytest.mark.slow

WITHDRAWN = replace(YES, id="c-no", state=ConsentState.WITHDRAWN, scope=Scope(), reason="asked")


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "work"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def announced(folder: Path, receiver: Receiver) -> None:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        webhooks.add(workspace, receiver.url, frozenset({EventKind.WITHDRAWN}))
        grants.state_consent(workspace, WITHDRAWN)
        for role in (AccountRole.ADMIN, AccountRole.READER):
            made = Account(id=role.value, name=role.value.title(), role=role)
            accounts.add(workspace, made, password=f"the password of {role}")


def settings(folder: Path) -> Settings:
    return Settings(place=Place(policy_file=str(folder / "imgpolicy.toml")))


async def log_page(desk: Starlette, base: str, role: str) -> str:
    """The page on the log as somebody of this role sees it."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk), base_url=base) as client:
        form = {"login": role, "password": f"the password of {role}"}
        assert (await client.post("/sign-in", data=form, headers={"origin": base})).status_code == 303
        return (await client.get("/log")).text


def test_it_sends_what_waits_and_shows_admins_alone_what_came_of_it(
    folder: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced(folder, receiver)
    receiver.answer = lambda handler: status(handler, 503)
    monkeypatch.setattr(app, "UPKEEP_SECONDS", 0.1)
    with app.running_desk(settings(folder)) as running:
        until = time.monotonic() + 30
        while not receiver.posts and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)  # until it has written down what came of it
        assert len(receiver.posts) == 1
        base = settings(folder).address.rstrip("/")
        for role, shown in (("admin", True), ("reader", False)):
            page = asyncio.run(log_page(app.application(running), base, role))
            assert (receiver.url in page, "it answers 503" in page) == (shown, shown)


def test_it_is_ended_in_time_while_somebody_is_slow(
    folder: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced(folder, receiver)
    receiver.answer = lambda _: time.sleep(20)
    monkeypatch.setattr(app, "UPKEEP_SECONDS", 0.1)
    with app.running_desk(settings(folder)):
        until = time.monotonic() + 30
        while not receiver.posts and time.monotonic() < until:
            time.sleep(0.05)
        ended = time.monotonic()
    assert time.monotonic() - ended < 10
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        assert [one.waiting for one in webhooks.webhooks(workspace)] == [1]
