"""Webhooks from the withdrawal to the receiver: signed, at least once, and whoever is slow keeps nobody waiting."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from tests.receiving import Post, Receiver, drip, receiving, status
from tests.register.support import EILEEN, GRACE, no, yes
from tests.server.running import COMMAND, free_port
from tests.support import Run, asked

from imgpolicy.domain.webhook import EventKind
from imgpolicy.errors import RegisterError
from imgpolicy.register.maintenance import verify
from imgpolicy.sending import send
from imgpolicy.server.api.description import EVENTS, description
from imgpolicy.service import grants, people, webhooks
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.webhook import signed_headers

ALL = frozenset(EventKind)
HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "desk.md"
Check = Callable[[dict[str, str], bytes, str], tuple[str, dict[str, object]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path)
    return tmp_path


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    """A register with two people."""
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        for one in (EILEEN, GRACE):
            people.add(opened, one)
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[dt.timedelta]:
    """By how much later it is for whoever sends."""
    by = [dt.timedelta()]
    monkeypatch.setattr(webhooks, "_now", lambda: dt.datetime.now(dt.UTC) + by[0])
    return by


@pytest.fixture(scope="module")
def check() -> Check:
    """The check that the documentation has receivers do."""
    (code,) = re.findall(r"```python\n(import base64\n.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code.strip().splitlines()) <= 20
    scope: dict[str, Check] = {}
    exec(compile(code, str(HOWTO), "exec"), scope)  # as whoever copies it does
    return scope["checked"]


def test_a_signature_is_that_of_the_standard() -> None:
    # The example of the specification's own reference implementations.
    secret, at = "plJ3nmyCDGBKInavdOK15jsl", dt.datetime.fromtimestamp(1731705121, dt.UTC)
    body = b'{"event_type":"ping","data":{"success":true}}'
    headers = signed_headers("msg_loFOjxBNrRLzqYUf", at, base64.b64decode(secret), body)
    assert headers["webhook-signature"] == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_a_withdrawal_reaches_the_receiver_who_knows_it_by_its_signature(
    workspace: Workspace, receiver: Receiver, check: Check
) -> None:
    _, secret = webhooks.add(workspace, receiver.url, ALL)
    assert secret.startswith("whsec_")
    denial = grants.state_consent(workspace, no()).consent
    assert webhooks.deliver(workspace) == webhooks.Round(taken=1, failed=0, waiting=0)
    (post,) = receiver.posts
    event, told = check(post.headers, post.body, secret)
    assert event == post.headers["webhook-id"]
    assert told["type"] == "withdrawn"
    assert told["data"] == {"cause": "withdrawn", "consent": denial.id, "licence": None, "publications": []}
    assert webhooks.deliver(workspace).taken == 0


def test_what_was_made_up_altered_or_kept_back_does_not_pass_the_check(
    workspace: Workspace, receiver: Receiver, check: Check
) -> None:
    added, secret = webhooks.add(workspace, receiver.url, ALL)
    assert webhooks.try_out(workspace, added.id).took
    (post,) = receiver.posts
    other = webhooks.add(workspace, receiver.url, ALL)[1]
    early = str(int(post.headers["webhook-timestamp"]) - 301)
    for headers, body, key in (
        (post.headers, post.body + b" ", secret),
        (post.headers, post.body, other),
        ({**post.headers, "webhook-id": "e-0"}, post.body, secret),
        ({**post.headers, "webhook-timestamp": early}, post.body, secret),
        ({**post.headers, "webhook-signature": "v1,"}, post.body, secret),
        ({**post.headers, "webhook-signature": "v2," + post.headers["webhook-signature"][3:]}, post.body, secret),
    ):
        with pytest.raises(ValueError, match="signed"):
            check(headers, body, key)
    old = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6)
    own = base64.b64decode(secret.removeprefix("whsec_"))
    with pytest.raises(ValueError, match="old"):
        check(signed_headers("e-1", old, own, post.body), post.body, secret)


def test_what_was_not_taken_is_sent_again_with_the_same_id_and_body(
    workspace: Workspace, receiver: Receiver, later: list[dt.timedelta]
) -> None:
    webhooks.add(workspace, receiver.url, ALL)
    grants.state_consent(workspace, no())
    receiver.answer = lambda handler: status(handler, 500)
    assert webhooks.deliver(workspace) == webhooks.Round(taken=0, failed=1, waiting=1)
    assert webhooks.deliver(workspace) == webhooks.Round(taken=0, failed=0, waiting=1)
    (course,) = webhooks.webhooks(workspace)
    assert course.last is not None
    assert (course.waiting, course.last.answer) == (1, "it answers 500")
    later[0], receiver.answer = dt.timedelta(minutes=2), lambda handler: status(handler, 200)
    assert webhooks.deliver(workspace) == webhooks.Round(taken=1, failed=0, waiting=0)
    first, second = receiver.posts
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_where_nobody_is_the_reason_is_kept(workspace: Workspace) -> None:
    webhooks.add(workspace, f"http://127.0.0.1:{free_port()}/", ALL)
    grants.state_consent(workspace, no())
    assert webhooks.deliver(workspace).failed == 1
    (course,) = webhooks.webhooks(workspace)
    assert course.last is not None
    assert "cannot be reached" in str(course.last.answer)


def test_after_three_days_it_is_given_up_and_shown(
    workspace: Workspace, receiver: Receiver, later: list[dt.timedelta]
) -> None:
    webhooks.add(workspace, receiver.url, ALL)
    grants.state_consent(workspace, no())
    receiver.answer = lambda handler: status(handler, 500)
    for hours in range(80):
        later[0] = dt.timedelta(hours=hours)
        webhooks.deliver(workspace)
    (course,) = webhooks.webhooks(workspace)
    assert (course.waiting, course.given_up) == (0, 1)
    assert 8 < len(receiver.posts) < 20
    assert len({one.headers["webhook-id"] for one in receiver.posts}) == 1
    assert asked(workspace.register, verify).whole


@pytest.mark.skipif(sys.platform == "win32", reason="no process is killed like this there")
def test_who_is_killed_after_sending_sends_it_again_under_the_same_id(
    workspace: Workspace, receiver: Receiver, folder: Path, later: list[dt.timedelta]
) -> None:
    webhooks.add(workspace, receiver.url, ALL)
    grants.state_consent(workspace, no())
    killed: list[subprocess.Popen[bytes]] = []

    def kill(handler: object) -> None:
        del handler
        os.kill(killed[0].pid, signal.SIGKILL)

    receiver.answer = kill
    words = [sys.executable, "-c", COMMAND, "webhook", "deliver"]
    killed.append(subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    assert killed[0].wait(60) == -signal.SIGKILL
    (course,) = webhooks.webhooks(workspace)
    assert course.waiting == 1
    later[0], receiver.answer = dt.timedelta(minutes=2), lambda handler: status(handler, 200)
    assert webhooks.deliver(workspace).taken == 1
    first, second = receiver.posts
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert asked(workspace.register, verify).whole


def test_who_is_slow_keeps_nobody_waiting(
    workspace: Workspace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "send", partial(send, seconds=0.5))
    with receiving() as slow:
        slow.answer = drip
        webhooks.add(workspace, slow.url, ALL)
        webhooks.add(workspace, receiver.url, ALL)
        for person in ("eileen", "grace"):
            grants.state_consent(workspace, no(person))
        began = time.monotonic()
        done = webhooks.deliver(workspace)
        assert time.monotonic() - began < 3
        assert (done.taken, done.failed, done.waiting) == (2, 1, 2)
        assert len(slow.posts) == 1
        monkeypatch.setattr(webhooks, "DELIVERY_SECONDS", 0.0)
        assert webhooks.deliver(workspace).failed == 0


def test_nothing_is_sent_once_whoever_asked_for_it_ends(workspace: Workspace, receiver: Receiver) -> None:
    webhooks.add(workspace, receiver.url, ALL)
    grants.state_consent(workspace, no())
    assert webhooks.deliver(workspace, go_on=lambda: False).waiting == 1
    assert receiver.posts == []


def test_what_ends_within_the_days_of_the_policy_is_told_once_a_day(workspace: Workspace, receiver: Receiver) -> None:
    assert not webhooks.remind(workspace)  # nobody is to be told
    webhooks.add(workspace, receiver.url, frozenset({EventKind.DUE}))
    assert not webhooks.remind(workspace)  # nothing ends
    with workspace.register.reading() as unit:
        today = unit.today()
    for days in (29, 40):
        grants.state_consent(workspace, yes(until=today + dt.timedelta(days=days)))
    assert [webhooks.remind(workspace) for _ in range(2)] == [True, False]
    webhooks.deliver(workspace)
    (post,) = receiver.posts
    data = json.loads(post.body)["data"]
    assert (data["days"], len(data["consents"])) == (30, 1)


def told(workspace: Workspace, receiver: Receiver) -> list[Post]:
    """One event of each type, sent."""
    added, _ = webhooks.add(workspace, receiver.url, ALL)
    with workspace.register.reading() as unit:
        today = unit.today()
    grants.state_consent(workspace, yes(until=today + dt.timedelta(days=3)))
    grants.state_consent(workspace, no("grace"))
    webhooks.remind(workspace)
    webhooks.try_out(workspace, added.id)
    webhooks.deliver(workspace)
    return receiver.posts


def test_what_is_sent_is_what_the_interface_describes(workspace: Workspace, receiver: Receiver) -> None:
    document = json.loads(json.dumps(description()))
    sent = {json.loads(post.body)["type"]: post for post in told(workspace, receiver)}
    assert sent.keys() == EVENTS.keys() == document["webhooks"].keys()
    for name, post in sent.items():
        described = document["webhooks"][name]["post"]
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(
            json.loads(post.body)
        )
        assert {one["name"] for one in described["parameters"]} <= post.headers.keys()
        assert post.headers["content-type"] == "application/json"
        assert not re.search(rb"eileen|grace|collins|hopper", post.body, re.IGNORECASE)


def test_one_that_was_removed_while_it_waited_is_told_nothing(workspace: Workspace, receiver: Receiver) -> None:
    added, _ = webhooks.add(workspace, receiver.url, ALL)
    grants.state_consent(workspace, no())
    webhooks.remove(workspace, added.id)
    assert webhooks.deliver(workspace).waiting == 0
    assert receiver.posts == []
    with pytest.raises(RegisterError, match="there is no webhook"):
        webhooks.try_out(workspace, added.id)


@pytest.mark.usefixtures("workspace")
def test_the_commands_do_the_same(imgpolicy: Run, folder: Path, receiver: Receiver, check: Check) -> None:
    ran = partial(imgpolicy, folder=folder)
    added = ran("webhook", "add", receiver.url, "--event", "withdrawn")
    assert added.code == 0
    secret = added.out.strip()
    (found,) = json.loads(ran("webhook", "list", "--format", "json").out)
    assert (found["url"], found["events"], found["waiting"]) == (receiver.url, ["withdrawn"], 0)
    assert secret not in ran("webhook", "list").out
    assert ran("consent", "withdraw", "eileen", "--reason", "asked", "--yes").code == 0
    assert ran("webhook", "deliver").code == 0
    assert ran("webhook", "test", found["id"]).code == 0
    types = [check(post.headers, post.body, secret)[1]["type"] for post in receiver.posts]
    assert types == ["withdrawn", "test"]
    receiver.answer = lambda handler: status(handler, 503)
    failed = ran("webhook", "test", found["id"])
    assert (failed.code, failed.out.strip()) == (4, "not taken: it answers 503")
    assert ran("webhook", "remove", found["id"]).code == 0
    assert json.loads(ran("webhook", "list", "--format", "json").out) == []
    refused = ran("webhook", "add", "http://cms.example.org/")
    assert refused.code != 0
    assert "over https alone" in refused.err
