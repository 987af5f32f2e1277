"""Fetching from real servers on this machine: what arrives whole is given, all else is one line."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.errors import PictureError
from imgpolicy.fetch import FetchLimits, fetch, is_public, shown

BODY = bytes(range(256)) * 1000
SOON = FetchLimits(seconds=0.5)


class Server(BaseHTTPRequestHandler):
    """Answers as its path says; what it was asked stands in `asked`."""

    asked: list[tuple[str, str | None, str | None]] = []  # noqa: RUF012  # a fresh one for each server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        self.asked.append((self.path, self.headers["Authorization"], self.headers["Accept-Encoding"]))
        answer: Callable[[], None] = getattr(self, f"answer_{path}", self.answer_missing)
        answer()

    def head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer_picture(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.wfile.write(BODY)

    def answer_unsized(self) -> None:
        self.head(200)
        self.wfile.write(BODY)

    def answer_missing(self) -> None:
        self.head(404, Content_Length="0")

    def answer_moved(self) -> None:
        self.head(302, Location="/picture", Content_Length="0")

    def answer_loop(self) -> None:
        self.head(302, Location="/loop", Content_Length="0")

    def answer_elsewhere(self) -> None:
        self.head(302, Location="file:///etc/passwd", Content_Length="0")

    def answer_endless_redirect(self) -> None:
        self.head(302, Location="/picture")
        self.drip(b"x" * 1000, pause=0)

    def answer_bent(self) -> None:
        self.head(302, Location="http://[", Content_Length="0")

    def answer_compressed(self) -> None:
        body = gzip.compress(BODY)
        self.head(200, Content_Encoding="gzip", Content_Length=str(len(body)))
        self.wfile.write(body)

    def answer_huge(self) -> None:
        self.head(200, Content_Length=str(10**12))

    def answer_endless(self) -> None:
        self.head(200)
        self.drip(b"x" * 1000, pause=0)

    def answer_short(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.wfile.write(BODY[:100])

    def answer_slow(self) -> None:
        self.head(200, Content_Length=str(len(BODY)))
        self.drip(b"x", pause=0.02)

    def answer_slow_unsized(self) -> None:
        self.head(200)
        self.drip(b"x", pause=0.02)

    def answer_slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        self.drip(b"x", pause=0.02)

    def answer_nonsense(self) -> None:
        self.wfile.write(b"\x00\x01 not http \r\n\r\n")

    def drip(self, drop: bytes, pause: float) -> None:
        """Sends until the client hangs up."""
        end = time.monotonic() + 10
        try:
            while time.monotonic() < end:
                self.wfile.write(drop)
                time.sleep(pause)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("FreshServer", (Server,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def at(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}/{path}"


def failure(url: str, limits: FetchLimits | None = None) -> str:
    """The one line that fetching this URL from a permitted host ends with."""
    with pytest.raises(PictureError) as caught:
        fetch(url, allow_private_hosts=True, limits=limits or FetchLimits())
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("path", ["picture", "unsized", "moved", "picture?size=large"])
def test_a_picture_arrives_as_it_was_sent(server: ThreadingHTTPServer, path: str) -> None:
    assert fetch(at(server, path), allow_private_hosts=True) == BODY


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nothing", "the server answers 404"),
        ("loop", "more than 5 redirects"),
        ("elsewhere", "not http or https"),
        ("bent", "not a URL"),
        ("compressed", "compressed"),
        ("huge", "more than the limit of 100,000,000 bytes"),
        ("short", "broke off"),
        ("nonsense", "broke off"),
    ],
)
def test_what_cannot_be_had_is_one_line_that_names_the_url(server: ThreadingHTTPServer, path: str, reason: str) -> None:
    said = failure(at(server, path))
    assert said.startswith(at(server, path) + ": ")
    assert reason in said


def test_an_endless_body_ends_at_the_limit(server: ThreadingHTTPServer) -> None:
    assert "more than the limit of 200,000 bytes" in failure(at(server, "endless"), FetchLimits(max_bytes=200_000))


def test_a_body_of_exactly_the_limit_is_taken(server: ThreadingHTTPServer) -> None:
    limits = FetchLimits(max_bytes=len(BODY))
    assert fetch(at(server, "unsized"), allow_private_hosts=True, limits=limits) == BODY
    assert "limit" in failure(at(server, "unsized"), FetchLimits(max_bytes=len(BODY) - 1))


def test_the_body_of_a_redirect_is_not_read(server: ThreadingHTTPServer) -> None:
    assert fetch(at(server, "endless_redirect"), allow_private_hosts=True) == BODY


@pytest.mark.parametrize("path", ["slow", "slow_unsized", "slow_head"])
def test_a_server_that_drips_is_left_in_time(server: ThreadingHTTPServer, path: str) -> None:
    start = time.monotonic()
    assert "took longer than 0.5 seconds" in failure(at(server, path), SOON)
    assert time.monotonic() - start < 3


def test_a_server_that_is_silent_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "took longer" in failure(f"http://127.0.0.1:{silent.getsockname()[1]}/", SOON)


def test_a_drip_during_the_tls_handshake_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "took longer" in failure(f"https://127.0.0.1:{silent.getsockname()[1]}/", SOON)


def test_https_needs_a_server_that_speaks_it(server: ThreadingHTTPServer) -> None:
    assert "no secure connection" in failure(at(server, "picture").replace("http:", "https:"))


def test_a_closed_port_and_an_unknown_host_are_said_to_be_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "cannot be reached" in failure(f"http://127.0.0.1:{port}/")
    assert "no such host" in failure(f"http://{'x' * 70}.example/")


@pytest.mark.parametrize("url", ["http://", "http:///x.jpg", "http://[", "http://a:99999/", "ftp://a/b", "file:///x"])
def test_what_is_no_http_url_is_refused(url: str) -> None:
    assert "://" in failure(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
def test_private_addresses_are_refused_before_anything_is_sent(server: ThreadingHTTPServer, host: str) -> None:
    with pytest.raises(PictureError, match="private address"):
        fetch(f"http://{host}:{server.server_port}/picture")
    assert vars(server.RequestHandlerClass)["asked"] == []


def test_the_address_is_checked_where_a_redirect_leads(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first address passes for a public one; what the redirect leads to is looked at anew.
    monkeypatch.setattr("imgpolicy.fetch.is_public", lambda address: address == "127.0.0.1")
    handler = type("Away", (Server,), {"answer_away": lambda self: self.head(302, Location="http://[::1]:1/")})
    server.RequestHandlerClass = handler
    with pytest.raises(PictureError, match="private address"):
        fetch(at(server, "away"))


def test_a_name_that_changes_its_address_gains_nothing(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    resolve = socket.getaddrinfo

    def rebinding(host: str, port: int, **kinds: int) -> object:
        return resolve(next(answers) if host == "changing.example" else host, port, **kinds)

    connected: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address[0]))
    with pytest.raises(PictureError):
        fetch(f"http://changing.example:{server.server_port}/picture", limits=SOON)
    assert connected == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("0.0.0.0", False),
        ("224.0.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("192.0.1.1", True),
        ("2002:c058:6301::1", False),
        ("3fff::1", False),
        ("3fff:0fff::1", False),
        ("3fff:1000::1", True),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("2001:db8::1", False),
        ("4000::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2002:5db8:d822::", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("64:ff9b:1::7f00:1", False),
        ("2001:0:53aa:64c::1", False),
    ],
)
def test_only_addresses_in_the_public_internet_are_public(address: str, public: bool) -> None:  # noqa: FBT001
    assert is_public(address) is public


def test_user_password_query_and_fragment_stay_out_of_messages_and_logs(
    server: ThreadingHTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"http://ann:hunter2@127.0.0.1:{server.server_port}/nothing?token=s3cret#part"
    with caplog.at_level(logging.INFO):
        said = failure(url)
    assert said.startswith(at(server, "nothing") + ": ")
    assert not any(secret in said + caplog.text for secret in ("ann", "hunter2", "s3cret", "part"))


def test_user_and_password_reach_the_server_that_they_are_for(server: ThreadingHTTPServer) -> None:
    fetch(f"http://ann:pw@127.0.0.1:{server.server_port}/picture", allow_private_hosts=True)
    assert vars(server.RequestHandlerClass)["asked"] == [("/picture", "Basic YW5uOnB3", "identity")]


def test_proxies_of_the_environment_are_not_asked(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(at(server, "picture"), allow_private_hosts=True) == BODY


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a/b.jpg?x=1#y", "https://example.org/a/b.jpg"),
        ("https://ann:pw@example.org:8443/b.jpg", "https://example.org:8443/b.jpg"),
        ("http://[2001:db8::1]:80/b.jpg", "http://[2001:db8::1]:80/b.jpg"),
        ("http://ann:se/cret@example.org/", "http://…"),
        ("http://example.org/\x1b[31m\u202egpj.b", r"http://example.org/\x1b[31m\u202egpj.b"),
        ("http://[", "http://…"),
    ],
)
def test_a_url_is_shown_without_what_is_secret_or_unprintable(url: str, name: str) -> None:
    assert shown(url) == name


@given(st.text(max_size=60))
def test_any_text_can_be_shown_on_one_line(text: str) -> None:
    assert shown(f"http://{text}").isprintable()
