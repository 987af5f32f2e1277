"""An identity provider on this machine that does as a test tells it, wrong things too."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "desk", "the secret of the desk: 100 %"
Claims = dict[str, object]


def rsa(name: str) -> RSAKey:
    """A key of this name."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@dataclass
class Provider:
    """The provider: what it says of itself and of somebody, and how it signs that."""

    issuer: str
    key: RSAKey
    published: list[dict[str, object]]
    discovery: Claims = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)
    without: tuple[str, ...] = ()
    sign: Callable[[Claims], str] | None = None
    nonces: dict[str, str] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorised(self, address: str) -> dict[str, str]:
        """What the browser brings back that was sent to this address."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.nonces)}"
        self.nonces[code], self.challenges[code] = query["nonce"], query["code_challenge"]
        self.redirects[code] = query["redirect_uri"]
        return {"code": code, "state": query["state"]}

    def token(self, nonce: str) -> str:
        """The ID token for a sign-in with this nonce."""
        now = int(time.time())
        whole: Claims = {
            "iss": self.issuer,
            "sub": "1234",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            **self.claims,
        }
        claims = {name: value for name, value in whole.items() if name not in self.without}
        if self.sign is not None:
            return self.sign(claims)
        return str(jwt.encode({"alg": "RS256", "kid": self.key.kid or ""}, claims, self.key))

    def redeemed(self, form: dict[str, str], authorization: str) -> Claims | None:
        """The answer to a code: once, with the secret, the verifier and the address that belong to it."""
        pair = base64.b64encode(b"desk:the+secret+of+the+desk%3A+100+%25").decode()
        known = authorization == f"Basic {pair}" or (form.get("client_id"), form.get("client_secret")) == (
            CLIENT,
            SECRET,
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        fits = (
            known
            and self.challenges.pop(form["code"], None) == challenge.rstrip("=")
            and self.redirects[form["code"]] == form["redirect_uri"]
            and form["grant_type"] == "authorization_code"
        )
        return {"token_type": "Bearer", "id_token": self.token(self.nonces[form["code"]])} if fits else None


@contextlib.contextmanager
def providing(host: str = "127.0.0.1") -> Iterator[Provider]:
    """A provider that does everything right, until it is told otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                self._say(200, {**described(), **provider.discovery})
            elif self.path == "/jwks":
                self._say(200, {"keys": provider.published})
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            found = provider.redeemed(form, self.headers.get("Authorization", ""))
            self._say(400 if found is None else 200, found or {"error": "invalid_grant"})

        def _say(self, status: int, document: Claims) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            """Say nothing."""

    def described() -> Claims:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    key = rsa("one")
    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    provider = Provider(f"http://{host}:{server.server_address[1]}", key, [dict(key.as_dict(private=False))])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
