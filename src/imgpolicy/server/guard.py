"""Every page behind its guard: who asks, whether they may, and whether their own page sent what they ask for.

request ─► limits ─► session ─► right ─► origin and token where something changes ─► page ─► answer, or one line
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.domain.account import Caller, Right
from imgpolicy.errors import BadRequestError, DeniedError, ImgPolicyError, RegisterError
from imgpolicy.language import ENGLISH, Language
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.context import LANGUAGES, Asked, Desk
from imgpolicy.server.pages import problem
from imgpolicy.server.security import form_token, is_our_own, same
from imgpolicy.server.uploads import whole_body
from imgpolicy.service import accounts

COOKIE = "imgpolicy"
SECURE_COOKIE = "__Host-imgpolicy"
LANGUAGE_COOKIE = "language"
TOKEN = "token"  # noqa: S105  # the name of a form's field
"""The field of every form that carries its token."""

FORM, FIELDS = 100_000, 100
"""Bytes and fields of a form that carries no files."""

Page = Callable[[Asked], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A page, where it is, and the right that it takes. `takes_files` ones read what was sent by themselves."""

    path: str
    page: Page
    right: Right
    method: str = "GET"
    takes_files: bool = False

    def route(self) -> Route:
        """The page as the server's own."""
        return Route(self.path, _endpoint(self), methods=[self.method])


def _endpoint(guarded: Guarded) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        secret = request.cookies.get(cookie_name(desk), "")
        try:
            caller = await run_in_threadpool(accounts.session_of, desk.workspace, secret) if secret else None
        except RegisterError as error:  # the register was altered: nobody is let in by it
            return Response(
                f"{reader_language(request).say(message_of(error))}\n", status_code=503, media_type="text/plain"
            )
        if caller is None:
            return _sign_in_first(request)
        asked = _asked(request, desk, caller, secret)
        try:
            accounts.need(caller, guarded.right)
            if guarded.method == "POST":
                asked = await _accepted(asked, guarded)
            # A page that waits gives back what is to be awaited here; any other does its work in a thread of its own.
            found = await run_in_threadpool(guarded.page, asked)
            return found if isinstance(found, Response) else await found
        except ImgPolicyError as error:
            return problem(asked, error)
        except ClientDisconnect:  # nobody is there any more to be answered
            return Response(status_code=400)

    return endpoint


def _asked(request: Request, desk: Desk, caller: Caller, secret: str) -> Asked:
    return Asked(
        request=request,
        desk=desk,
        caller=caller,
        workspace=desk.workspace.acting_as(caller.account.id),
        language=reader_language(request),
        token=form_token(secret),
    )


async def _accepted(asked: Asked, guarded: Guarded) -> Asked:
    """The request with its form; DeniedError when it was not sent by a page of ours."""
    headers = asked.request.headers
    if not is_our_own(headers, asked.desk.settings.origins):
        raise DeniedError(phrase("this was not sent by a page of this desk: open the page and try again"))
    if guarded.takes_files:
        # Its first field is the token, which the page asks for before it takes a file.
        return asked
    form = await fields_of(asked.request)
    accept_token(asked, form.get(TOKEN, ""))
    return replace(asked, form=form)


def accept_token(asked: Asked, token: str) -> None:
    """Nothing, when this is the token of the session's forms; else DeniedError."""
    if not same(token, asked.token):
        raise DeniedError(phrase("this form is not of this session: open the page and try again"))


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a form without files; BadRequestError for any other, and for one that is too large."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise BadRequestError(phrase("this is no form of this desk: open the page and try again"))
    body = await whole_body(request.stream(), FORM)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError as error:
        raise BadRequestError(phrase("the form has more than {fields} fields", fields=FIELDS)) from error


def _sign_in_first(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/sign-in", status_code=303)
    return Response(reader_language(request).word("Sign in first.\n"), status_code=401, media_type="text/plain")


def cookie_name(desk: Desk) -> str:
    """The name of the session's cookie; over TLS browsers hold it to this host and path by its prefix.

    Without TLS the port is in it: browsers send the cookies of one port to all others of the same host.
    """
    return SECURE_COOKIE if desk.settings.secure else f"{COOKIE}-{desk.settings.port}"


def set_session(desk: Desk, response: Response, secret: str) -> None:
    """Have the browser keep the session until it is closed."""
    response.set_cookie(
        cookie_name(desk), secret, httponly=True, samesite="strict", secure=desk.settings.secure, path="/"
    )


def reader_language(request: Request) -> Language:
    """The language that the reader chose, else the first of ours that the browser asks for; English else."""
    chosen = LANGUAGES.get(request.cookies.get(LANGUAGE_COOKIE, ""))
    if chosen is not None:
        return chosen
    for part in request.headers.get("accept-language", "")[:200].split(","):
        code = part.split(";")[0].strip().split("-")[0].casefold()
        if code in LANGUAGES:
            return LANGUAGES[code]
    return ENGLISH
