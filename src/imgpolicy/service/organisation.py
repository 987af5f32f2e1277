"""Signing in by the identity provider of one's organisation, to the account that an admin bound one to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from imgpolicy.errors import DeniedError, RequestError
from imgpolicy.files import read_open, readable_by_others
from imgpolicy.oidc import Begun, Client, Provider
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

SECRET = "IMGPOLICY_OIDC_SECRET"  # noqa: S105  # no secret: the variable that has it
_LONGEST_SECRET = 10_000


def client_of(issuer: str, client: str, secret_file: Path | None) -> Client:
    """The desk as the provider knows it: by the secret in this file, else in the environment variable `SECRET`.

    RequestError where there is none, and for a file that cannot be read, or that others may read.
    """
    secret = os.environ.get(SECRET, "") if secret_file is None else _secret_in(secret_file)
    if not secret:
        raise RequestError(
            phrase(
                "the desk's secret at the provider is not known: set {secret}, or give --oidc-secret-file",
                secret=SECRET,
            )
        )
    return Client(issuer=issuer, client=client, secret=secret)


def _secret_in(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            if readable_by_others(opened):
                raise RequestError(phrase("{file}: others may read this secret; run: chmod 600 {file}", file=str(file)))
            return read_open(opened, _LONGEST_SECRET).decode().strip()
    except OSError as error:
        raise RequestError(
            phrase("{file}: the secret cannot be read ({reason})", file=str(file), reason=reason_of(error))
        ) from error
    except UnicodeDecodeError as error:
        raise RequestError(phrase("{file}: this is no secret, which is text", file=str(file))) from error


def provider_of(client: Client) -> Provider:
    """The provider; RequestError where its issuer is no address, or what verifies its tokens is not installed."""
    return Provider(client)


def begin(provider: Provider, redirect: str) -> tuple[str, Begun]:
    """Where the browser is to go, and what it is to bring back to `redirect`; DeniedError when it cannot be asked."""
    return provider.begin(redirect)


def sign_in(workspace: Workspace, provider: Provider, redirect: str, answer: Mapping[str, str], begun: Begun) -> str:
    """The secret of a new session for whom the provider names; DeniedError when it names nobody who may come in.

    RegisterError when the register was altered.
    """
    who = provider.finish(redirect, answer, begun)
    secret = accounts.sign_in_as(workspace, who.issuer, who.subject, who.email)
    if secret is None:
        raise DeniedError(phrase("no account here is yours by your organisation: ask an admin to bind one to you"))
    return secret
