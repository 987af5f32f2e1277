"""Asking an identity provider who somebody is: what it says is relied on when all of it holds, and else not at all."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey
from tests.providing import CLIENT, SECRET, Claims, providing, rsa
from tests.providing import Provider as Theirs

from imgpolicy import oidc
from imgpolicy.errors import DeniedError, RequestError
from imgpolicy.oidc import Begun, Client, Provider, Somebody

REDIRECT = "http://127.0.0.1:8710/sign-in/oidc"


@pytest.fixture
def theirs() -> Iterator[Theirs]:
    with providing() as one:
        yield one


@pytest.fixture
def ours(theirs: Theirs) -> Provider:
    return Provider(Client(issuer=theirs.issuer, client=CLIENT, secret=SECRET))


def gone_and_back(ours: Provider, theirs: Theirs) -> Somebody:
    address, begun = ours.begin(REDIRECT)
    return ours.finish(REDIRECT, theirs.authorised(address), begun)


def test_whom_a_good_token_names_it_is(ours: Provider, theirs: Theirs) -> None:
    assert gone_and_back(ours, theirs) == Somebody(issuer=theirs.issuer, subject="1234", email=None)
    theirs.claims = {"email": "MKL@example.org", "email_verified": True}
    assert gone_and_back(ours, theirs).email == "mkl@example.org"
    assert theirs.asked.count("/.well-known/openid-configuration") == theirs.asked.count("/jwks") == 1


@pytest.mark.parametrize("verified", [None, False, "true", 1, {"is": True}])
def test_a_mail_address_that_was_not_verified_is_none(ours: Provider, theirs: Theirs, verified: object) -> None:
    theirs.claims = {"email": "mkl@example.org", "email_verified": verified}
    assert gone_and_back(ours, theirs).email is None


def test_each_way_there_is_another(ours: Provider) -> None:
    ways = [ours.begin(REDIRECT)[1] for _ in range(3)]
    assert len({word for way in ways for word in (way.state, way.nonce, way.verifier)}) == 9
    assert all(word not in repr(ways) for way in ways for word in (way.state, way.nonce, way.verifier))


NOW = int(time.time())
OTHER = rsa("one")
CURVE = ECKey.generate_key("P-256", {"kid": "one"})


def parts(algorithm: str, claims: Claims) -> str:
    both = ({"alg": algorithm, "kid": "one"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in both)


def unsigned(claims: Claims) -> str:
    return f"{parts('none', claims)}."


def by_secret(secret: bytes) -> Callable[[Claims], str]:
    def sign(claims: Claims) -> str:
        signed = parts("HS256", claims)
        mark = urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).decode().rstrip("=")
        return f"{signed}.{mark}"

    return sign


def by(key: RSAKey | ECKey, algorithm: str) -> Callable[[Claims], str]:
    return lambda claims: jwt.encode({"alg": algorithm, "kid": "one"}, claims, key)


WRONG: dict[str, tuple[Claims, str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "another issuer"),
    "an issuer with a slash more": ({"iss": "ISSUER/"}, "another issuer"),
    "another audience": ({"aud": "another"}, "for another program"),
    "no audience": ({"aud": []}, "for another program"),
    "several audiences and nobody named": ({"aud": [CLIENT, "another"]}, "for another program"),
    "several audiences and another named": ({"aud": [CLIENT, "another"], "azp": "another"}, "for another program"),
    "our audience and another named": ({"azp": "another"}, "for another program"),
    "expired": ({"exp": NOW - 120, "iat": NOW - 400}, "too old"),
    "made long ago": ({"iat": NOW - 3600}, "too old"),
    "made in a time to come": ({"iat": NOW + 86_400}, "a time to come"),
    "not to be used yet": ({"nbf": NOW + 86_400}, "a time to come"),
    "another nonce": ({"nonce": "another"}, "answers another question"),
    "no nonce": ({"nonce": None}, "answers another question"),
    "no subject": ({"sub": ""}, "names nobody"),
    "a long subject": ({"sub": "1" * 256}, "names nobody"),
    "a subject that is a number": ({"sub": 1234}, "no token"),
    "an end that is text": ({"exp": "never"}, "no token"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_says_something_wrong_is_refused(ours: Provider, theirs: Theirs, name: str) -> None:
    claims, reason = WRONG[name]
    theirs.claims = {
        key: str(value).replace("ISSUER", theirs.issuer) if key == "iss" else value for key, value in claims.items()
    }
    with pytest.raises(DeniedError, match=reason):
        gone_and_back(ours, theirs)


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_token_that_lacks_something_is_refused(ours: Provider, theirs: Theirs, missing: str) -> None:
    theirs.without = (missing,)
    with pytest.raises(DeniedError, match="not to be relied on"):
        gone_and_back(ours, theirs)


def test_several_audiences_are_taken_when_we_are_the_one_it_is_for(ours: Provider, theirs: Theirs) -> None:
    theirs.claims = {"aud": ["another", CLIENT], "azp": CLIENT}
    assert gone_and_back(ours, theirs).subject == "1234"


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (unsigned, "a way that is not allowed"),
        (by_secret(SECRET.encode()), "a way that is not allowed"),
        (by(OTHER, "RS256"), "signed by nobody known"),
        (by(CURVE, "ES256"), "signed by nobody known"),
        (lambda _: "", "no token"),
        (lambda _: "a.b.c", "no token"),
        (lambda _: "x" * 40_000, "no token"),
        (lambda _: "e30.e30.e30", "not to be relied on"),
    ],
)
def test_a_token_that_is_not_signed_by_the_provider_is_refused(
    ours: Provider, theirs: Theirs, sign: Callable[[Claims], str], reason: str
) -> None:
    theirs.sign = sign
    with pytest.raises(DeniedError, match=reason):
        gone_and_back(ours, theirs)


def test_a_public_key_is_no_secret_to_sign_with(ours: Provider, theirs: Theirs) -> None:
    theirs.sign = by_secret(theirs.key.as_pem(private=False))
    with pytest.raises(DeniedError, match="a way that is not allowed"):
        gone_and_back(ours, theirs)


def test_a_shared_secret_among_the_keys_signs_nothing(ours: Provider, theirs: Theirs) -> None:
    theirs.published = [{"kty": "oct", "kid": "one", "k": urlsafe_b64encode(b"secret" * 6).decode()}]
    theirs.sign = by_secret(b"secret" * 6)
    with pytest.raises(DeniedError, match="not to be relied on"):
        gone_and_back(ours, theirs)


@pytest.mark.filterwarnings("ignore:Key size")
def test_a_weak_key_signs_nothing(ours: Provider, theirs: Theirs) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    weak = RSAKey.import_key(generate_private_key(65537, 1024), {"kid": "one"})  # what is refused
    theirs.published, theirs.key = [dict(weak.as_dict(private=False))], weak
    theirs.sign = lambda claims: jws.serialize_compact(
        {"alg": "RS256", "kid": "one"}, json.dumps(claims).encode(), weak
    )
    with pytest.raises(DeniedError, match="signed by nobody known"):
        gone_and_back(ours, theirs)


def test_a_key_that_the_token_brings_along_is_not_used(ours: Provider, theirs: Theirs) -> None:
    header = {"alg": "RS256", "kid": "one", "jwk": OTHER.as_dict(private=False), "jku": f"{theirs.issuer}/evil"}
    theirs.sign = lambda claims: jws.serialize_compact(header, json.dumps(claims).encode(), OTHER)
    with pytest.raises(DeniedError, match="not to be relied on"):
        gone_and_back(ours, theirs)
    assert f"{theirs.issuer}/evil" not in theirs.asked


def test_curves_are_taken_too(ours: Provider, theirs: Theirs) -> None:
    theirs.published, theirs.sign = [dict(CURVE.as_dict(private=False))], by(CURVE, "ES256")
    assert gone_and_back(ours, theirs).subject == "1234"


def test_new_keys_are_asked_for_and_not_at_every_token(
    ours: Provider, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_and_back(ours, theirs)
    theirs.key = rsa("two")
    theirs.published = [dict(theirs.key.as_dict(private=False))]
    for _ in range(3):
        with pytest.raises(DeniedError, match="signed by nobody known"):
            gone_and_back(ours, theirs)
    assert theirs.asked.count("/jwks") == 1
    monkeypatch.setattr(oidc, "_AGAIN", -1.0)
    assert gone_and_back(ours, theirs).subject == "1234"


@pytest.mark.parametrize(
    "answer",
    [
        *({"state": "another"}, {"state": ""}, {"error": "access_denied"}, {"code": ""}, {"code": "x" * 40_000}),
        *({"iss": "https://evil.example"}, {"code": "guessed"}),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(ours: Provider, theirs: Theirs, answer: dict[str, str]) -> None:
    address, begun = ours.begin(REDIRECT)
    with pytest.raises(DeniedError) as refused:
        ours.finish(REDIRECT, {**theirs.authorised(address), **answer}, begun)
    assert "\n" not in str(refused.value)


def test_a_code_that_was_used_is_refused(ours: Provider, theirs: Theirs) -> None:
    address, begun = ours.begin(REDIRECT)
    answer = theirs.authorised(address)
    ours.finish(REDIRECT, answer, begun)
    with pytest.raises(DeniedError, match="it answers 400"):
        ours.finish(REDIRECT, answer, begun)


def test_a_code_of_another_way_is_of_no_use(ours: Provider, theirs: Theirs) -> None:
    stolen = theirs.authorised(ours.begin(REDIRECT)[0])["code"]
    address, begun = ours.begin(REDIRECT)
    with pytest.raises(DeniedError):
        ours.finish(REDIRECT, {**theirs.authorised(address), "code": stolen}, begun)


def test_a_provider_that_names_itself_in_answers_does_so_in_each(ours: Provider, theirs: Theirs) -> None:
    theirs.discovery = {"authorization_response_iss_parameter_supported": True}
    address, begun = ours.begin(REDIRECT)
    answer = theirs.authorised(address)
    with pytest.raises(DeniedError, match="another issuer"):
        ours.finish(REDIRECT, answer, begun)
    assert ours.finish(REDIRECT, {**answer, "iss": theirs.issuer}, begun).subject == "1234"


def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(ours: Provider, theirs: Theirs) -> None:
    theirs.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert gone_and_back(ours, theirs).subject == "1234"


@pytest.mark.parametrize(
    ("discovery", "reason"),
    [
        ({"issuer": "https://evil.example"}, "another issuer"),
        ({"token_endpoint": "http://evil.example/token"}, "without TLS"),
        ({"jwks_uri": "file:///etc/passwd"}, "without TLS"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "without TLS"),
        ({"token_endpoint": None}, "in another form"),
    ],
)
def test_a_provider_that_lies_of_itself_is_not_asked(
    ours: Provider, theirs: Theirs, discovery: Claims, reason: str
) -> None:
    theirs.discovery = discovery
    with pytest.raises(DeniedError, match=reason):
        ours.begin(REDIRECT)


def test_one_that_does_not_answer_is_left_alone_for_a_while(
    ours: Provider, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs.discovery = {"token_endpoint": None}
    said = set()
    for _ in range(5):
        with pytest.raises(DeniedError) as refused:
            ours.begin(REDIRECT)
        said.add(str(refused.value))
    assert len(said) == len(theirs.asked) == 1
    theirs.discovery = {}
    monkeypatch.setattr(oidc, "_REST", 0.0)
    assert gone_and_back(ours, theirs).subject == "1234"


def test_one_that_is_not_there_is_said_to_be_so() -> None:
    ours = Provider(Client(issuer="http://127.0.0.1:9", client=CLIENT, secret=SECRET))
    with pytest.raises(DeniedError, match="cannot be reached"):
        ours.begin(REDIRECT)


@pytest.mark.parametrize(
    "issuer",
    [
        *("http://login.example.org", "login.example.org", "", "https://", "https://a@login.example.org"),
        *("https://login.example.org?a=b", "https://login.example.org#a", "https://[::1", "ftp://127.0.0.1"),
    ],
)
def test_what_is_no_issuer_is_refused(issuer: str) -> None:
    with pytest.raises(RequestError, match="issuer"):
        Provider(Client(issuer=issuer, client=CLIENT, secret=SECRET))


def test_the_secret_is_shown_nowhere(ours: Provider) -> None:
    client = Client(issuer="https://login.example.org", client=CLIENT, secret=SECRET)
    assert SECRET not in repr(client) + repr(replace(client, client="b")) + repr(ours) + repr(vars(ours))
    assert "abc" not in repr(Begun(state="abc", nonce="abc", verifier="abc"))
