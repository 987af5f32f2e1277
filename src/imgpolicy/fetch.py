"""Pictures behind http and https URLs: `fetch` gives the bytes or raises `PictureError`.

The URL, and every server that it leads to, is taken for hostile: it may point into the own network, redirect for ever,
send without end or drop by drop. No message holds the user, the password or the query of a URL.
"""

from __future__ import annotations

import contextlib
import io
import ipaddress
import socket
import threading
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

from requests import Request, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException, SSLError, Timeout
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Silent

from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.text import printable

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Protocol assignments, relays and documentation (IANA's special-purpose registries), which not every Python knows."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "imgpolicy", "Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"}
_CHUNK = 1 << 16
_SILENCE = 10.0


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """How much one picture may cost: bytes of the body, seconds from first to last, redirects followed.

    The system's own limit on looking a name up comes on top of the seconds. `packed` takes a body that the server
    packed by gzip, unasked, and leaves it so: some do that with files which are packed already.
    """

    max_bytes: int = MAX_BYTES
    seconds: float = 30.0
    redirects: int = 5
    packed: bool = False


def fetch(url: str, *, allow_private_hosts: bool = False, limits: FetchLimits = FetchLimits()) -> bytes:
    """The bytes that an http or https URL leads to, as the server sent them.

    Addresses outside the public internet are refused unless `allow_private_hosts`. Raises PictureError, which names
    the URL as `shown` does.
    """
    with Door(limits.seconds, allow_private_hosts=allow_private_hosts) as door, adapter_of(door) as adapter:
        try:
            return door.in_time(_follow(adapter, url, limits))
        except (RequestException, HTTPError, OSError, ValueError, Refused) as error:
            slow = phrase("took longer than {seconds} seconds", seconds=f"{limits.seconds:g}")
            reason = slow if door.shut else reason_of(error)
            raise PictureError(phrase("{name}: {reason}", name=shown(url), reason=reason)) from None


def shown(url: str) -> str:
    """The URL without user, password, query and fragment, in printable characters."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:  # what stands where a port should may be part of a password
        return f"{printable(url.partition(':')[0], limit=8)}://…"
    host = parts.hostname or ""
    return printable(f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}")


class Refused(Exception):  # noqa: N818  # it says what happened
    """This URL, or what it led to, is not fetched; the message says why."""


class Door:
    """The only way out: it connects to public addresses alone, and hangs up when the time is over."""

    def __init__(self, seconds: float, *, allow_private_hosts: bool) -> None:
        self.shut = False
        self._allow_private_hosts = allow_private_hosts
        self._end = time.monotonic() + seconds
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of the host that answers; each is looked at before it is used."""
        try:
            addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Refused(phrase("there is no such host")) from None
        why = ""
        for family, kind, protocol, _, address in addresses:
            if not (self._allow_private_hosts or is_public(str(address[0]))):
                raise Refused(phrase("leads to a private address; --allow-private-hosts permits it"))
            try:
                return self._dialled(socket.socket(family, kind, protocol), address)
            except OSError as error:
                why = error.strerror or phrase("it is silent")
        raise Refused(phrase("the server cannot be reached ({reason})", reason=why))

    def in_time(self, data: bytes) -> bytes:
        """The data, when it is whole: a body without a length looks complete when the line was cut."""
        if self.shut:
            raise Refused(phrase("too late"))
        return data

    def _dialled(self, line: socket.socket, address: tuple[str | bytes | int, ...]) -> socket.socket:
        try:
            line.settimeout(max(0.001, min(_SILENCE, self._end - time.monotonic())))
            line.connect(address)
            with self._lock:
                self._lines.append(line.dup())  # a second handle: TLS takes the first one over
        except OSError:
            line.close()
            raise
        if self.shut:  # the time ran out in between
            self._hang_up()
        return line

    def _hang_up(self) -> None:
        self.shut = True
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)


def is_public(address: str) -> bool:
    """True for an IP address in the public internet, also when it is an IPv6 address that stands for an IPv4 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is None:
            return ip in _GLOBAL_UNICAST and ip.is_global and not _is_special(ip)
        ip = inner
    return ip.is_global and not _is_special(ip) and not (ip.is_multicast or ip.is_reserved)


def _is_special(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(ip.version == network.version and ip in network for network in _SPECIAL)


def adapter_of(door: Door) -> contextlib.closing[HTTPAdapter]:
    """The adapter of requests whose connections go through the door; it knows no proxies, cookies and netrc."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return door.connect(self._dns_host, self.port or 80)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return door.connect(self._dns_host, self.port or 443)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return contextlib.closing(adapter)


def _follow(adapter: HTTPAdapter, url: str, limits: FetchLimits) -> bytes:
    """The body that the URL leads to."""
    for _ in range(limits.redirects + 1):
        with contextlib.closing(_get(adapter, url)) as response:
            target = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or target is None:
                return _body(response, limits)
        url = urljoin(url, target)
    raise Refused(phrase("more than {most} redirects", most=limits.redirects))


def _get(adapter: HTTPAdapter, url: str) -> Response:
    """The answer's head; the body is still to be read."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused(phrase("leads to something that is not http or https"))
    request = Request("GET", url, headers=_HEADERS).prepare()
    return adapter.send(request, stream=True, timeout=(_SILENCE, _SILENCE), verify=True)


def _body(response: Response, limits: FetchLimits) -> bytes:
    taken = {"identity", "gzip", "x-gzip"} if limits.packed else {"identity"}
    if response.status_code != 200:
        raise Refused(phrase("the server answers {code}", code=response.status_code))
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in taken:
        raise Refused(phrase("the server sends it compressed, which was not asked for"))
    if (response.raw.length_remaining or 0) > limits.max_bytes:
        raise Refused(phrase("more than the limit of {most} bytes", most=f"{limits.max_bytes:,}"))
    data = io.BytesIO()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        data.write(chunk)
        if data.tell() > limits.max_bytes:
            raise Refused(phrase("more than the limit of {most} bytes", most=f"{limits.max_bytes:,}"))
    return data.getvalue()


def reason_of(error: Exception) -> str:
    """What went wrong in a few words; the errors of the libraries themselves may hold the whole URL."""
    match error:
        case Refused():
            return message_of(error)
        case Timeout() | Silent():
            return phrase("the server was silent for {seconds} seconds", seconds=f"{_SILENCE:g}")
        case SSLError():
            return phrase("no secure connection: the server's certificate or protocol is not acceptable")
        case ValueError():
            return phrase("not a URL that can be fetched")
        case _:
            return phrase("the connection broke off")
