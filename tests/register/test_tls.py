"""A server whose certificate must hold: what `sslmode` and `sslrootcert` in a URL make of it."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.register.support import KEY

from imgpolicy.errors import RegisterError
from imgpolicy.register.register import Register

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
    """The server's certificate, and another's."""
    folder = tmp_path_factory.mktemp("certificates")
    return {host: certificate(folder, host) for host in ("localhost", "other")}


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
