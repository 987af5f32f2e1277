"""Who somebody is to the identity provider of their organisation, by OpenID Connect.

begin ─► the browser goes to the provider, and comes back with a code ─► finish: code for token ─► verified ─► Somebody

It is the authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207).
All that the provider, and whoever sends the browser back, says is taken for hostile until the token is verified.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from imgpolicy.domain.account import check_issuer, comparable_email, is_subject, is_this_machine
from imgpolicy.errors import DeniedError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.sending import ask

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = frozenset({f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)})
"""How an ID token may be signed (RFC 7518): with a key that the provider alone has, and never by a shared secret."""

LEEWAY = 60.0
"""Seconds by which clocks may differ."""

FRESH = 600.0
"""A token that was made longer ago than so many seconds is of another time."""

_KEEP = 3600.0
"""Seconds after which the provider is asked anew where its addresses and keys are."""

_AGAIN = 30.0
"""Seconds before which it is not asked anew for its keys, whatever key a token names."""

_REST = 10.0
"""Seconds for which a provider is not asked again that did not answer as it should."""

_LONGEST = 32_000
_SMALLEST_MODULUS = 256
"""Bytes of an RSA key's modulus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The desk as the provider knows it: by this name and secret, at this provider."""

    issuer: str
    client: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What binds the way back to the way there; it is for the browser alone that went."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Who it is: what the issuer calls them, and their mail address where it verified that."""

    issuer: str
    subject: str
    email: str | None


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Keys(msgspec.Struct, frozen=True, kw_only=True):
    keys: list[dict[str, object]]


class _Tokens(msgspec.Struct, frozen=True, kw_only=True):
    id_token: str


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an ID token says, as far as it is asked for."""

    iss: str
    sub: str
    aud: str | list[str]
    exp: int | float
    iat: int | float
    nbf: int | float = 0
    nonce: str | None = None
    azp: str | None = None
    email: object = None
    email_verified: object = None


Document = TypeVar("Document", _Known, _Keys, _Tokens)


class Provider:
    """An identity provider, with what it said of itself for an hour. It is asked when somebody first signs in by it."""

    def __init__(self, client: Client) -> None:
        """RequestError where the issuer is no address of one, or what verifies tokens is not installed."""
        check_issuer(client.issuer)
        try:
            import joserfc  # noqa: F401  # whether it is there
        except ImportError as error:
            raise RequestError(
                phrase("signing in by an organisation is an extra: pip install 'imgpolicy[oidc]'")
            ) from error
        self._client = client
        self._lock = threading.Lock()
        self._known: tuple[float, _Known] | None = None
        self._failed: tuple[float, DeniedError] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self, redirect: str) -> tuple[str, Begun]:
        """Where the browser is to go, and what it is to bring back; DeniedError when the provider cannot be asked."""
        begun = Begun(state=_random(), nonce=_random(), verifier=_random())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._client.client,
                "redirect_uri": redirect,
                "scope": "openid email",
                "state": begun.state,
                "nonce": begun.nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        address = self._addresses().authorization_endpoint
        return f"{address}{'&' if urlsplit(address).query else '?'}{query}", begun

    def finish(self, redirect: str, answer: Mapping[str, str], begun: Begun) -> Somebody:
        """Who came back with this answer; DeniedError for an answer or a token that is not to be relied on."""
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise untrusted(phrase("it answers another question"))
        known = self._addresses()
        issuer = answer.get("iss")
        if issuer != known.issuer and (issuer is not None or known.authorization_response_iss_parameter_supported):
            raise untrusted(phrase("it is of another issuer"))
        code = answer.get("code", "")
        if "error" in answer or not 1 <= len(code) <= _LONGEST:
            raise DeniedError(phrase("your organisation did not sign you in: try again, or ask there"))
        return self._verified(self._token(known, redirect, code, begun), begun)

    def _token(self, known: _Known, redirect: str, code: str, begun: Begun) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": begun.verifier,
        }
        headers = {}
        if "client_secret_basic" in known.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(self._client.client)}:{quote_plus(self._client.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client.client, "client_secret": self._client.secret}
        return _document(known.token_endpoint, _Tokens, form=form, headers=headers).id_token

    def _verified(self, token: str, begun: Begun) -> Somebody:
        """Whom the token names, once its signature and all that it says were checked."""
        claims, now = self._claims(token), time.time()
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if not hmac.compare_digest(claims.iss.encode(), self._client.issuer.encode()):
            raise untrusted(phrase("it is of another issuer"))
        for_us = self._client.client in audience and claims.azp in {None, self._client.client}
        if not for_us or (len(audience) > 1 and claims.azp is None):
            raise untrusted(phrase("it is for another program"))
        if claims.exp <= now - LEEWAY or claims.iat <= now - FRESH:
            raise untrusted(phrase("it is too old"))
        if max(claims.iat, claims.nbf) > now + LEEWAY:
            raise untrusted(phrase("it is of a time to come: do the clocks agree?"))
        if not hmac.compare_digest((claims.nonce or "").encode(), begun.nonce.encode()):
            raise untrusted(phrase("it answers another question"))
        if not is_subject(claims.sub):
            raise untrusted(phrase("it names nobody"))
        email = claims.email if claims.email_verified is True and isinstance(claims.email, str) else ""
        return Somebody(issuer=claims.iss, subject=claims.sub, email=comparable_email(email))

    def _claims(self, token: str) -> _Claims:
        """What the token says, signed as it is allowed by a key of the provider's."""
        from joserfc import errors, jwt

        if len(token) > _LONGEST:
            raise untrusted(phrase("it is no token"))
        try:
            try:
                found = jwt.decode(token, self._signers(), algorithms=ALGORITHMS)
            except errors.InvalidKeyIdError:  # it has other keys since
                found = jwt.decode(token, self._signers(anew=_AGAIN), algorithms=ALGORITHMS)
            return msgspec.convert(found.claims, type=_Claims)
        except (errors.UnsupportedAlgorithmError, errors.MissingAlgorithmError) as error:
            raise untrusted(phrase("it is signed in a way that is not allowed")) from error
        except (errors.BadSignatureError, errors.InvalidKeyIdError, errors.KeyParameterError) as error:
            raise untrusted(phrase("it is signed by nobody known")) from error
        except (errors.JoseError, msgspec.ValidationError, ValueError, RecursionError) as error:
            raise untrusted(phrase("it is no token")) from error

    def _addresses(self) -> _Known:
        """What the provider says of itself; one that does not answer is left alone for a while, since others wait."""
        with self._lock:
            now = time.monotonic()
            if self._known is not None and now - self._known[0] <= _KEEP:
                return self._known[1]
            if self._failed is not None and now - self._failed[0] < _REST:
                raise DeniedError(*self._failed[1].args)
            try:
                place = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
                known = self._accepted(_document(place, _Known))
            except DeniedError as error:
                self._failed = time.monotonic(), error
                raise
            self._known = time.monotonic(), known
            return known

    def _accepted(self, known: _Known) -> _Known:
        """What the provider says of itself, when it is this provider, and reached as safely as it says."""
        if known.issuer != self._client.issuer:
            raise untrusted(phrase("it is of another issuer"))
        here = is_this_machine(urlsplit(self._client.issuer).hostname or "")
        for address in (known.authorization_endpoint, known.token_endpoint, known.jwks_uri):
            if not _is_safe(address, here=here):
                raise untrusted(phrase("it leads to an address without TLS"))
        return known

    def _signers(self, *, anew: float = _KEEP) -> KeySet:
        """The keys that the provider signs with, asked for again when that is so many seconds ago."""
        address = self._addresses().jwks_uri
        with self._lock:
            if self._keys is None or time.monotonic() - self._keys[0] > anew:
                self._keys = time.monotonic(), _key_set(_document(address, _Keys))
            return self._keys[1]


def untrusted(reason: str) -> DeniedError:
    """The refusal of what came back, in one line."""
    return DeniedError(
        phrase(
            "what your organisation's sign-in answered is not to be relied on ({reason}): tell an admin", reason=reason
        )
    )


def _document(
    address: str,
    kind: type[Document],
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Document:
    """What the provider answers there; DeniedError in one line when it answers something else, or nothing."""
    reply = ask(address, {"Accept": "application/json", **(headers or {})}, form)
    reason = reply.said
    if reply.status == 200:
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            reason = phrase("it answers in another form")
    raise DeniedError(
        phrase("your organisation's sign-in does not answer as it should ({reason}): try again later", reason=reason)
    )


def _key_set(found: _Keys) -> KeySet:
    """The keys that signatures may be checked by: none that is a shared secret, for another use, or weak."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, KeySet

    keys = []
    for one in found.keys:
        if one.get("kty") in {"RSA", "EC"} and one.get("use", "sig") == "sig" and not _is_weak(one):
            try:
                keys.append(JWKRegistry.import_key({name: str(one[name]) for name in _PUBLIC if name in one}))
            except (JoseError, ValueError, TypeError):  # one that cannot be read keeps no other
                continue
    return KeySet(keys)


_PUBLIC = frozenset({"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"})


def _is_weak(key: Mapping[str, object]) -> bool:
    modulus = str(key.get("n", "")).rstrip("=")
    return key.get("kty") == "RSA" and len(modulus) * 6 // 8 < _SMALLEST_MODULUS


def _is_safe(address: str, *, here: bool) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and here and is_this_machine(host)))


def _random() -> str:
    return secrets.token_urlsafe(32)
