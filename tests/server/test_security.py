"""What holds for every request before any page sees it."""

from __future__ import annotations

import asyncio
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.errors import RequestError
from imgpolicy.server.security import (
    HEADERS,
    Guarded,
    Limiter,
    Rate,
    StartLink,
    form_token,
    is_our_own,
    same,
)
from imgpolicy.server.settings import Settings, accept
from imgpolicy.service.workspace import Place

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

ORIGINS = frozenset({"http://127.0.0.1:8710"})


def settings(host: str = "127.0.0.1", proxy: str | None = None, tls: str | None = None) -> Settings:
    from pathlib import Path

    file = None if tls is None else Path(tls)
    return Settings(place=Place(policy_file="imgpolicy.toml"), host=host, proxy=proxy, certificate=file, key=file)


# Where it may be started


def test_on_this_machine_alone_it_starts_without_accounts() -> None:
    accept(settings(), accounts=0)
    accept(settings("::1"), accounts=0)
    accept(settings("localhost"), accounts=0)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "desk.example.org"])
def test_others_reach_it_over_tls_and_with_accounts_alone(host: str) -> None:
    with pytest.raises(RequestError, match="tls-certificate"):
        accept(settings(host), accounts=3)
    with pytest.raises(RequestError, match="account add"):
        accept(settings(host, tls="cert.pem"), accounts=0)
    accept(settings(host, tls="cert.pem"), accounts=1)


def test_a_proxy_hands_on_what_others_ask_so_accounts_are_needed_on_this_machine_too() -> None:
    with pytest.raises(RequestError, match="account add"):
        accept(settings(proxy="desk.example.org"), accounts=0)
    accept(settings(proxy="desk.example.org"), accounts=1)


def test_a_certificate_without_its_key_is_refused() -> None:
    from pathlib import Path

    with pytest.raises(RequestError, match="tls-key"):
        accept(Settings(place=Place(policy_file=""), certificate=Path("cert.pem")), accounts=1)


# Which name it answers to, and what it says with every answer


async def _inner(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def asked(hosts: list[bytes]) -> tuple[int, dict[str, str], bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "headers": [(b"host", host) for host in hosts]}
    asyncio.run(Guarded(_inner, settings().hosts, secure=False)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize("host", [b"127.0.0.1:8710", b"localhost:8710", b"[::1]:8710", b"LOCALHOST:8710"])
def test_its_own_names_are_answered(host: bytes) -> None:
    assert asked([host])[2] == b"inside"


@pytest.mark.parametrize(
    "hosts",
    [[], [b""], [b"evil.example"], [b"127.0.0.1"], [b"127.0.0.1:8711"], [b"127.0.0.1:8710", b"evil.example"]],
)
def test_any_other_name_goes_no_further(hosts: list[bytes]) -> None:
    status, _, body = asked(hosts)
    assert status == 421
    assert b"inside" not in body


@pytest.mark.parametrize("hosts", [[b"127.0.0.1:8710"], [b"evil.example"]])
def test_every_answer_carries_its_headers(hosts: list[bytes]) -> None:
    headers = asked(hosts)[1]
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


# Where a request that changes something comes from


def test_a_request_of_our_own_page_is_taken() -> None:
    assert is_our_own({"origin": "http://127.0.0.1:8710"}, ORIGINS)
    assert is_our_own({"origin": "http://127.0.0.1:8710", "sec-fetch-site": "same-origin"}, ORIGINS)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8710"},
        {"origin": "http://127.0.0.1:8711"},
        {"origin": "http://127.0.0.1:8710.evil.example"},
        {"origin": "http://127.0.0.1:8710", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:8710", "sec-fetch-site": "same-site"},
    ],
)
def test_any_other_is_refused(headers: dict[str, str]) -> None:
    assert not is_our_own(headers, ORIGINS)


SECRETS = st.text(string.ascii_letters + string.digits, min_size=20, max_size=60)


@given(SECRETS, SECRETS)
def test_the_token_of_a_form_is_its_sessions_alone(one: str, other: str) -> None:
    assert same(form_token(one), form_token(one))
    assert same(form_token(one), form_token(other)) == (one == other)
    assert one not in form_token(one)


# How often


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_one_each_so_many_seconds() -> None:
    clock = Clock()
    limiter = Limiter(Rate(at_once=3, seconds=10), clock)
    assert [limiter.allows("anna") for _ in range(5)] == [True, True, True, False, False]
    assert limiter.allows("bo")
    clock.now += 10
    assert [limiter.allows("anna") for _ in range(2)] == [True, False]
    clock.now += 1000
    assert [limiter.allows("anna") for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 20), max_size=60))
def test_never_more_than_the_rate_in_any_stretch_of_time(waits: list[float]) -> None:
    clock, times = Clock(), []
    limiter = Limiter(Rate(at_once=3, seconds=10), clock)
    for wait in waits:
        clock.now += wait
        if limiter.allows("anna"):
            times.append(clock.now)
    for start in range(len(times)):
        for end in range(start, len(times)):
            assert end - start + 1 <= 3 + (times[end] - times[start]) / 10 + 1e-6


def test_a_limiter_forgets_rather_than_grows() -> None:
    limiter = Limiter(Rate(at_once=1, seconds=10), most=5)
    for number in range(100):
        limiter.allows(str(number))
    assert limiter.allows("0")


# The link of whoever started it


def test_the_link_signs_in_once() -> None:
    link = StartLink(secret="the secret of the link", until=300, clock=Clock())
    assert link.use("the secret of the link")
    assert not link.use("the secret of the link")


def test_a_link_that_is_too_old_does_not() -> None:
    clock = Clock()
    link = StartLink(secret="the secret of the link", until=300, clock=clock)
    clock.now = 300
    assert not link.use("the secret of the link")


@given(SECRETS, SECRETS)
def test_any_other_link_does_not_and_leaves_the_right_one_as_it_is(secret: str, other: str) -> None:
    link = StartLink(secret=secret, until=300, clock=Clock())
    if other != secret:
        assert not link.use(other)
        assert link.use(secret)


def test_the_secret_is_in_no_representation() -> None:
    assert "hidden" not in repr(StartLink(secret="hidden", until=1))
