"""PostgreSQL's URLs, as its own tools write them, in the words of the driver (pg8000), and how it connects.

What a URL may say besides user, host, port and database: `host` (a name, or the folder of the server's socket),
`port`, `sslmode` and `sslrootcert`, each as libpq means it (PostgreSQL's documentation, section 32.1.2). Beyond this
machine all goes through TLS: `sslmode` is `verify-full` when nothing is said, and what may do without is refused.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase, reason_of

if TYPE_CHECKING:
    ConnectArgument = str | ssl.SSLContext | bool | None

DRIVER = "postgresql+pg8000"
PASSWORD_VARIABLE = "PGPASSWORD"  # noqa: S105  # the variable's name

_NAMES = frozenset({"postgresql", "postgres"})
_PORT = 5432
_KNOWN = ("host", "port", "sslmode", "sslrootcert")
_LOCALHOST = "localhost"
_UNVERIFIED = frozenset({"allow", "prefer"})
_VERIFIED = frozenset({"verify-ca", "verify-full"})
_MODES = ("disable", *sorted(_UNVERIFIED), "require", *sorted(_VERIFIED))


def is_server(url: sa.URL) -> bool:
    """True for a URL of PostgreSQL."""
    return url.get_backend_name() in _NAMES


def server_engine(url: sa.URL, place: str, environ: Mapping[str, str] = os.environ) -> sa.Engine:
    """The engine for a server's URL; nothing is connected yet. `place` names it in messages.

    A password that the URL leaves out is taken from PGPASSWORD. Raises RegisterError for what the URL may not say,
    ImportError without the driver.
    """
    options = _options(url)
    if not url.username:
        raise RegisterError(phrase("the register's URL names no user; write postgresql://user@host/database"))
    host = _host(url, options)
    port = int(options["port"]) if options.get("port", "").isdecimal() else url.port or _PORT
    folder = host if host is not None and host.startswith("/") else None
    arguments: dict[str, ConnectArgument] = {"password": url.password or environ.get(PASSWORD_VARIABLE, "")}
    if folder is not None:
        arguments |= {"unix_sock": f"{folder}/.s.PGSQL.{port}", "ssl_context": False}
    else:
        mode = options.get("sslmode")
        arguments["ssl_context"] = _tls(_mode_within(mode) if _within(host) else _mode_beyond(mode), options)
    plain = sa.URL.create(
        DRIVER,
        username=url.username,
        host=None if folder else host,
        port=None if folder else port,
        database=url.database,
    )
    _keep_quiet()
    engine = sa.create_engine(plain, hide_parameters=True, connect_args=arguments)
    sa.event.listen(engine, "do_connect", _connector(place))
    return engine


def _keep_quiet() -> None:
    """Let nothing be written of a connection that cannot be closed, where nobody asked for a log: it was cut."""
    pools = logging.getLogger("sqlalchemy.pool")
    if not pools.handlers:
        pools.addHandler(logging.NullHandler())


def may_be_another(url: sa.URL) -> bool:
    """Whether whoever stands between could be taken for the server: one beyond this machine that proves nothing."""
    options = _options(url)
    return options.get("sslmode") == "require" and "sslrootcert" not in options and not _within(_host(url, options))


def _host(url: sa.URL, options: Mapping[str, str]) -> str | None:
    return options.get("host", url.host)


def _options(url: sa.URL) -> dict[str, str]:
    """What stands behind the question mark."""
    options: dict[str, str] = {}
    for name, value in url.query.items():
        if name not in _KNOWN or not isinstance(value, str):
            raise RegisterError(
                phrase(
                    "the register's URL says {name} in a way that is not known: known are {known}, each once",
                    name=repr(name),
                    known=", ".join(_KNOWN),
                )
            )
        options[name] = value
    if not options.get("port", "0").isdecimal():
        raise RegisterError(phrase("the port in the register's URL is no number"))
    return options


def _within(host: str | None) -> bool:
    """Whether the server is on this machine: no host, `localhost` where that is, or a loopback address.

    Any other name is beyond it, whatever it leads to now: when the driver asks again it may lead elsewhere.
    """
    try:
        if host is None or host.casefold() == _LOCALHOST:
            found = [place[4][0] for place in socket.getaddrinfo(_LOCALHOST, None, type=socket.SOCK_STREAM)]
            return all(ipaddress.ip_address(address).is_loopback for address in found)
        return ipaddress.ip_address(host).is_loopback
    except (OSError, ValueError):
        return False


def _mode_within(mode: str | None) -> str:
    return "prefer" if mode is None else mode


def _mode_beyond(mode: str | None) -> str:
    """The mode on the way to another machine; RegisterError for those that may do without TLS."""
    if mode == "disable" or mode in _UNVERIFIED:
        raise RegisterError(
            phrase(
                "sslmode={mode} in the register's URL would let password and register through the network unencrypted:"
                " leave it out, with sslrootcert=FILE for an authority of your own, or let a tunnel begin at localhost",
                mode=mode,
            )
        )
    return "verify-full" if mode is None else mode


def _tls(mode: str, options: Mapping[str, str]) -> ssl.SSLContext | bool | None:
    """What the driver is given: False is without TLS, None is TLS where the server has it, unverified."""
    authorities = options.get("sslrootcert")
    if mode not in _MODES:
        raise RegisterError(phrase("sslmode in the register's URL is one of {modes}", modes=", ".join(_MODES)))
    if mode == "disable":
        return False
    if mode in _UNVERIFIED and authorities is None:
        return None
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise RegisterError(
            phrase("sslrootcert in the register's URL cannot be read ({reason})", reason=reason_of(error))
        ) from error
    # With certificates to hold it against, the server's is verified (libpq does so for `require` too).
    context.check_hostname = mode == "verify-full"
    if mode not in _VERIFIED and authorities is None:
        context.verify_mode = ssl.CERT_NONE
    return context


def _connector(
    place: str,
) -> Callable[[sa.Dialect, ConnectionPoolEntry, tuple[object, ...], dict[str, object]], DBAPIConnection]:
    """How each connection is made; what the driver lets through as it comes is a RegisterError in one line."""

    def connect(
        dialect: sa.Dialect, _record: ConnectionPoolEntry, positional: tuple[object, ...], named: dict[str, object]
    ) -> DBAPIConnection:
        try:
            return dialect.connect(*positional, **named)
        except ssl.SSLCertVerificationError as error:
            raise RegisterError(
                phrase(
                    "{place}: the server's certificate does not hold ({reason})",
                    place=place,
                    reason=error.verify_message,
                )
            ) from error
        except (OSError, ValueError, LookupError, struct.error) as error:
            raise RegisterError(
                phrase("{place}: what answers there is no PostgreSQL server that can be used", place=place)
            ) from error

    return connect
