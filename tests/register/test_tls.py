"""A server whose certificate must hold: what `sslmode` and `sslrootcert` in a URL make of it."""

from __future__ import annotations

import base64
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.postgres import PASSWORD, Server
from tests.register.support import EILEEN, KEY
from tests.support import Run, asked

from imgpolicy.errors import RegisterError
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.sql.servers import server_engine

ELSEWHERE = "db.example.org"
"""A name that is no loopback address; what it leads to is on this machine, and nobody can know that."""

REACHED = "does not let this user in"
_REFUSAL = b"SFATAL\0C28P01\0Mno\0\0"


def certificate(folder: Path, host: str) -> Path:
    """A new certificate for this host, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{host}.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The certificates of the server, of another, and of one on another machine."""
    folder = tmp_path_factory.mktemp("certificates")
    return {host: certificate(folder, host) for host in ("localhost", "other", ELSEWHERE)}


@pytest.fixture(params=["localhost"])
def port(request: pytest.FixtureRequest, certificates: dict[str, Path]) -> Iterator[int]:
    """The port of a server that speaks TLS, shows the certificate for the host given, and lets nobody in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates[request.param])
    with socket.create_server(("localhost", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening, context))
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def answer(listening: socket.socket, context: ssl.SSLContext) -> None:
    """Answer one client: TLS is to be had, and whoever it is may not come in."""
    listening.settimeout(10)
    client, _ = listening.accept()
    with client:
        assert client.recv(8) == b"\0\0\0\x08\x04\xd2\x16\x2f"  # the request for TLS
        client.sendall(b"S")
        try:
            with context.wrap_socket(client, server_side=True) as secure:
                secure.recv(1000)
                secure.sendall(b"E" + (4 + len(_REFUSAL)).to_bytes(4) + _REFUSAL)
        except OSError:  # the client did not like the certificate
            return


def said(port: int, query: str) -> str:
    """What opening a register there is refused with."""
    with pytest.raises(RegisterError) as refused:
        Register.open(f"postgresql://user:secret@localhost:{port}/register?{query}", KEY)
    return str(refused.value)


@pytest.mark.parametrize("mode", ["allow", "prefer", "require"])
def test_unless_it_is_asked_for_the_certificate_is_not_verified(port: int, mode: str) -> None:
    assert REACHED in said(port, f"sslmode={mode}")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_certificate_that_nobody_vouches_for_does_not_hold(port: int, mode: str) -> None:
    assert "the server's certificate does not hold" in said(port, f"sslmode={mode}")


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_one_that_is_vouched_for_does(port: int, mode: str, certificates: dict[str, Path]) -> None:
    assert REACHED in said(port, f"sslmode={mode}&sslrootcert={certificates['localhost']}")


@pytest.mark.parametrize("port", ["other"], indirect=True)
@pytest.mark.parametrize(("mode", "expected"), [("verify-ca", REACHED), ("verify-full", "does not hold")])
def test_the_name_in_it_counts_where_it_is_asked_for(
    port: int, mode: str, expected: str, certificates: dict[str, Path]
) -> None:
    assert expected in said(port, f"sslmode={mode}&sslrootcert={certificates['other']}")


def test_a_certificate_that_another_is_vouched_for_by_does_not_hold(port: int, certificates: dict[str, Path]) -> None:
    assert "does not hold" in said(port, f"sslmode=require&sslrootcert={certificates['other']}")


# -- on another machine ---------------------------------------------------------------------------------------------


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    find = socket.getaddrinfo

    def found(host: str, *args: int, **named: int) -> object:
        return find("localhost" if host == ELSEWHERE else host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def behind_tls(server: Server, on_the_server: str, certificates: dict[str, Path]) -> Iterator[str]:
    """The end of the URL of a register on a PostgreSQL server that is reached through TLS."""
    database = server.name_of(server.new_database(on_the_server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates[ELSEWHERE])
    with socket.create_server(("localhost", 0)) as listening:
        threading.Thread(target=relay, args=(listening, context, server.port), daemon=True).start()
        yield f"{listening.getsockname()[1]}/{database}"


def relay(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Speak TLS with each client, and hand what it says on to the server at this port, until nobody listens."""
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        assert client.recv(8) == b"\0\0\0\x08\x04\xd2\x16\x2f"
        client.sendall(b"S")
        try:
            secure = context.wrap_socket(client, server_side=True)
        except OSError:
            continue
        onward = socket.create_connection(("localhost", port))
        for ends in ((secure, onward), (onward, secure)):
            threading.Thread(target=hand_on, args=ends, daemon=True).start()


def hand_on(one: socket.socket, other: socket.socket) -> None:
    """All that one end says to the other, until it says no more."""
    try:
        while said := one.recv(65536):
            other.sendall(said)
        other.shutdown(socket.SHUT_WR)
    except OSError:  # the other end has gone
        return


@pytest.mark.slow
@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("mode", ["", "sslmode=verify-full&", "sslmode=verify-ca&", "sslmode=require&"])
def test_a_server_on_another_machine_is_asked_through_tls(
    behind_tls: str, mode: str, certificates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    query = f"{mode}sslrootcert={certificates[ELSEWHERE]}"
    with Register.open(f"postgresql://postgres@{ELSEWHERE}:{behind_tls}?{query}", KEY) as register:
        assert asked(register, one_person, "eileen") == EILEEN
        assert not register.unproved


@pytest.mark.slow
@pytest.mark.usefixtures("_elsewhere")
def test_its_certificate_must_hold_when_nothing_is_said(behind_tls: str, certificates: dict[str, Path]) -> None:
    for query in ("", f"?sslrootcert={certificates['other']}"):
        with pytest.raises(RegisterError, match="the server's certificate does not hold"):
            Register.open(f"postgresql://postgres:{PASSWORD}@{ELSEWHERE}:{behind_tls}{query}", KEY)
    with Register.open(f"postgresql://postgres:{PASSWORD}@{ELSEWHERE}:{behind_tls}?sslmode=require", KEY) as register:
        assert asked(register, one_person, "eileen") == EILEEN
        assert register.unproved


@pytest.mark.slow
@pytest.mark.usefixtures("_elsewhere")
def test_one_without_tls_is_not_used(server: Server, on_the_server: str) -> None:
    url = f"postgresql://postgres:{PASSWORD}@{ELSEWHERE}:{server.port}/{on_the_server}"
    with pytest.raises(RegisterError, match="the server offers no TLS"):
        Register.open(url, KEY)


@pytest.mark.parametrize("host", [ELSEWHERE, "192.0.2.1", "[2001:db8::1]", "0.0.0.0", "127.1", "localhost.example.org"])
@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
@pytest.mark.parametrize("password", [":secret", ""])
def test_no_password_goes_there_without_tls(
    host: str, mode: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was connected to"))
    monkeypatch.setenv("PGPASSWORD", "secret")
    for url in (
        f"postgresql://user{password}@{host}/register?sslmode={mode}",
        f"postgresql://user{password}@/register?host={host.strip('[]')}&sslmode={mode}",
    ):
        with pytest.raises(RegisterError) as refused:
            Register.open(url, KEY)
        assert "unencrypted" in str(refused.value)
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "[::1]", "LOCALHOST", ""])
def test_on_this_machine_none_is_needed(host: str) -> None:
    for query in ("", "?sslmode=disable"):
        engine = server_engine(sa.make_url(f"postgresql://user@{host}/register{query}"), "a register")
        engine.dispose()


def test_a_localhost_that_leads_elsewhere_is_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    with pytest.raises(RegisterError, match="unencrypted"):
        Register.open("postgresql://user:secret@localhost/register?sslmode=prefer", KEY)


@pytest.mark.slow
@pytest.mark.usefixtures("_elsewhere")
def test_a_server_that_proves_nothing_is_told(
    behind_tls: str, imgpolicy: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert imgpolicy("init", tmp_path, folder=tmp_path).code == 0
    monkeypatch.setenv("IMGPOLICY_KEY", base64.b64encode(KEY).decode())
    url = f"postgresql://postgres:{PASSWORD}@{ELSEWHERE}:{behind_tls}?sslmode=require"
    ran = imgpolicy("person", "list", "--register", url)
    assert (ran.code, "Eileen" in ran.out) == (0, True)
    assert ran.err.startswith("imgpolicy: sslmode=require asks the register's server for no proof")
    assert ran.err.count("\n") == 1
