"""How the desk is started, and what it refuses to be started as."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from imgpolicy.errors import RequestError
from imgpolicy.oidc import Client
from imgpolicy.phrase import phrase
from imgpolicy.pool import Bounds
from imgpolicy.service.workspace import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the desk listens, and who stands between it and the browser.

    `certificate` and `key` are the files of its own TLS; `proxy` is the name, perhaps with a port, under which a
    reverse proxy with TLS hands on what it is asked. `oidc` is the desk as an identity provider knows it.
    """

    place: Place
    host: str = "127.0.0.1"
    port: int = 8710
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = None
    oidc: Client | None = None
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def loopback(self) -> bool:
        """Whether nobody but this machine reaches it, and nobody hands it on."""
        return self.proxy is None and _is_loopback(self.host)

    @property
    def secure(self) -> bool:
        """Whether browsers speak TLS to it."""
        return self.certificate is not None or self.proxy is not None

    @property
    def origins(self) -> frozenset[str]:
        """What a browser calls the place where its pages come from."""
        scheme = "https" if self.secure else "http"
        return frozenset(f"{scheme}://{host}" for host in self.hosts)

    @property
    def hosts(self) -> frozenset[str]:
        """The names that it answers to, as a browser writes them."""
        if self.proxy is not None:
            return frozenset({self.proxy.lower()})
        names = ("127.0.0.1", "localhost", "[::1]") if self.loopback else (_written(self.host),)
        usual = 443 if self.secure else 80
        return frozenset(name if self.port == usual else f"{name}:{self.port}" for name in names)

    @property
    def address(self) -> str:
        """The address of its first page."""
        scheme = "https" if self.secure else "http"
        host = self.proxy or (f"127.0.0.1:{self.port}" if self.loopback else f"{_written(self.host)}:{self.port}")
        return f"{scheme}://{host}/"


def accept(settings: Settings, accounts: int) -> None:
    """Nothing, when the desk may be started so, with so many accounts; else RequestError."""
    if (settings.certificate is None) != (settings.key is None):
        raise RequestError(phrase("TLS takes a certificate and its key: give --tls-certificate and --tls-key"))
    if settings.loopback:
        return
    if not settings.secure:
        raise RequestError(
            phrase(
                "others reach {host}: give --tls-certificate and --tls-key, or --behind-proxy NAME for the proxy"
                " that speaks TLS",
                host=settings.host,
            )
        )
    if not accounts:
        raise RequestError(
            phrase("others reach this desk, and nobody has an account: add one with `imgpolicy account add`")
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _written(host: str) -> str:
    """The host as it stands in an address: brackets around an IPv6 one."""
    return f"[{host}]" if ":" in host else host.lower()
