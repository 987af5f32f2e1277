"""One POST to real servers on this machine: taken or not, in bounded time, and nothing else is asked."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.receiving import Answer, Receiver, drip, receiving, status

from imgpolicy.sending import Sent, send


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.mark.parametrize("code", [200, 202, 204, 299])
def test_any_status_that_says_yes_is_taken(receiver: Receiver, code: int) -> None:
    receiver.answer = lambda handler: status(handler, code)
    assert send(receiver.url, {"X-One": "1"}, b"body") == Sent(took=True, answer=f"it answers {code}")
    (post,) = receiver.posts
    assert (post.path, post.headers["x-one"], post.body) == ("/hook", "1", b"body")


@pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_is_not_and_no_redirect_is_followed(receiver: Receiver, code: int) -> None:
    receiver.answer = lambda handler: status(handler, code, Location=f"{receiver.url}/elsewhere")
    assert send(receiver.url, {}, b"{}") == Sent(took=False, answer=f"it answers {code}")
    assert [one.path for one in receiver.posts] == ["/hook"]


def silent(_: object) -> None:
    time.sleep(3)


def endless_line(handler: object) -> None:
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 " + b"x" * 10_000_000)  # type: ignore[attr-defined]  # a request's


@pytest.mark.parametrize("answer", [drip, silent])
def test_whoever_drips_or_says_nothing_is_left_in_time(receiver: Receiver, answer: Answer) -> None:
    receiver.answer = answer
    began = time.monotonic()
    assert send(receiver.url, {}, b"{}", seconds=0.5) == Sent(took=False, answer="took longer than 0.5 seconds")
    assert time.monotonic() - began < 2


def test_a_line_without_end_is_no_answer(receiver: Receiver) -> None:
    receiver.answer = endless_line
    assert not send(receiver.url, {}, b"{}", seconds=2).took


def test_an_endless_body_is_not_read(receiver: Receiver) -> None:
    def answer(handler: object) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]  # a request's
            while True:
                handler.wfile.write(b"x" * 100_000)  # type: ignore[attr-defined]  # a request's

    receiver.answer = answer
    began = time.monotonic()
    assert send(receiver.url, {}, b"{}", seconds=5).took
    assert time.monotonic() - began < 2


def test_a_port_at_which_nobody_is_and_a_name_that_nobody_has_are_said_to_be_so() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    assert "cannot be reached" in send(f"http://127.0.0.1:{port}/", {}, b"{}").answer
    assert send("https://nobody.invalid/", {}, b"{}").answer == "there is no such host"


def test_https_takes_a_server_that_proves_who_it_is(receiver: Receiver) -> None:
    sent = send(receiver.url.replace("http:", "https:"), {}, b"{}")
    assert not sent.took
    assert receiver.posts == []


def test_neither_a_proxy_nor_a_password_file_is_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert send(receiver.url, {}, b"{}").took
    assert "authorization" not in receiver.posts[0].headers


def test_the_address_stands_in_no_answer(receiver: Receiver) -> None:
    for url in (f"{receiver.url}?token=secret-word", "http://127.0.0.1:9/secret-word", "http://[secret-word"):
        assert "secret-word" not in send(url, {}, b"{}").answer
