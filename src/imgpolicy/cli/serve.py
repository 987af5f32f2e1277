"""`imgpolicy serve`: the desk, a page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.oidc import Client
    from imgpolicy.server.settings import Settings


@grouped
def serve(  # options of a command
    *,
    place: common.Place,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8710,
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate to speak TLS with, in PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key.")] = None,
    behind_proxy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name under which a reverse proxy with TLS hands requests on.")
    ] = None,
    oidc_issuer: Annotated[
        str | None, typer.Option(metavar="URL", help="Identity provider by which people of your organisation sign in.")
    ] = None,
    oidc_client: Annotated[str | None, typer.Option(metavar="ID", help="What the provider calls this desk.")] = None,
    oidc_secret_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File with its secret there; else IMGPOLICY_OIDC_SECRET has it."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=16, help="How many pictures are looked at at once.")] = 2,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link, and open no browser.")] = False,
) -> int:
    """Open the desk: a page on which pictures are dropped, judged, mended and handed on. Ctrl-C ends it."""
    from imgpolicy.pool import Bounds
    from imgpolicy.server.settings import Settings
    from imgpolicy.service.workspace import Place

    return _run(
        Settings(
            place=Place(policy_file=str(place.policy_file), register_url=place.register),
            host=host,
            port=port,
            certificate=tls_certificate,
            key=tls_key,
            proxy=behind_proxy,
            oidc=_client(oidc_issuer, oidc_client, oidc_secret_file),
            bounds=Bounds(workers=workers),
        ),
        browser=not no_browser,
    )


def _client(issuer: str | None, client: str | None, secret_file: Path | None) -> Client | None:
    """The desk as an identity provider knows it; None where nobody signs in by one. RequestError for a part of it."""
    from imgpolicy.service.organisation import client_of

    if issuer is None and client is None and secret_file is None:
        return None
    if issuer is None or client is None:
        raise RequestError(phrase("signing in by an organisation takes --oidc-issuer and --oidc-client"))
    return client_of(issuer, client, secret_file)


def open_desk(policy_file: Path) -> int:
    """The exit code of a desk over this policy, on this machine alone."""
    from imgpolicy.server.settings import Settings
    from imgpolicy.service.workspace import Place

    return _run(Settings(place=Place(policy_file=str(policy_file))), browser=True)


def _run(settings: Settings, *, browser: bool) -> int:
    try:
        from imgpolicy.server.app import serve as run
    except ModuleNotFoundError as error:
        raise RequestError(phrase("the desk is an extra: pip install 'imgpolicy[server]'")) from error
    run(settings, common.remark, browser=browser)
    return Exit.GO
