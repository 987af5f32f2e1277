"""Who comes in, and how: by the link that the program printed, by account and password, and out again."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.domain.account import Right
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.answers import inside
from imgpolicy.server.context import LANGUAGES, Asked, Desk
from imgpolicy.server.guard import (
    FORM,
    LANGUAGE_COOKIE,
    Guarded,
    cookie_name,
    reader_language,
    set_session,
)
from imgpolicy.server.pages import open_page
from imgpolicy.server.security import is_our_own
from imgpolicy.server.uploads import whole_body
from imgpolicy.service import accounts

WRONG = phrase("This account and password do not fit.")
TOO_OFTEN = phrase("Too many attempts: wait a minute and try again.")
USED = phrase("This link was used, or is too old: start the desk again for a new one.")
FOREIGN = phrase("This was not sent by a page of this desk: open the page and try again.")

BACK = "/sign-in/oidc"
"""Where the provider of an organisation sends the browser back to."""

_YEAR = 365 * 24 * 3600


async def start(request: Request) -> Response:
    """Sign in by the link that the program printed: once."""
    desk: Desk = request.app.state.desk
    if request.method != "GET":  # a look ahead does not use the link up
        return Response(status_code=405)
    if desk.start is None or desk.starter is None or not desk.start.use(request.path_params["secret"]):
        return form_page(request, USED, status=403)
    secret = await run_in_threadpool(accounts.open_session, desk.workspace, desk.starter)
    response = RedirectResponse("/", status_code=303)
    set_session(desk, response, secret)
    return response


async def ask(request: Request) -> Response:
    """The form for account and password."""
    return form_page(request)


async def sign_in(request: Request) -> Response:
    """Open a session for whoever knows the password of an account."""
    desk: Desk = request.app.state.desk
    if not is_our_own(request.headers, desk.settings.origins):
        return form_page(request, FOREIGN, status=403)
    stated = dict(parse_qsl((await whole_body(request.stream(), FORM)).decode("utf-8", "replace")))
    login, password = stated.get("login", "")[:64], stated.get("password", "")[:200]
    where = request.client.host if request.client else ""
    if not (desk.addresses.allows(where) and desk.tries.allows(login)):
        return form_page(request, TOO_OFTEN, status=429)
    try:
        secret = await run_in_threadpool(accounts.sign_in, desk.workspace, login, password)
    except RegisterError as error:  # the register was altered: nobody is let in by it
        return form_page(request, message_of(error), status=503)
    if secret is None:
        return form_page(request, WRONG, status=403)
    response = RedirectResponse("/", status_code=303)
    set_session(desk, response, secret)
    return response


async def language(request: Request) -> Response:
    """Keep the language that the reader chose."""
    desk: Desk = request.app.state.desk
    if not is_our_own(request.headers, desk.settings.origins):
        return form_page(request, FOREIGN, status=403)
    stated = dict(parse_qsl((await whole_body(request.stream(), FORM)).decode("utf-8", "replace")))
    code = stated.get("language", "")
    response = RedirectResponse(inside(stated.get("back", "")), status_code=303)
    if code in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=_YEAR, httponly=True, samesite="strict", secure=desk.settings.secure
        )
    return response


def sign_out(asked: Asked) -> Response:
    """End the session."""
    name = cookie_name(asked.desk)
    accounts.sign_out(asked.desk.workspace, asked.request.cookies.get(name, ""))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(name, path="/", secure=asked.desk.settings.secure, httponly=True, samesite="strict")
    return response


def first_page(asked: Asked) -> Response:
    """The page that somebody needs first."""
    return RedirectResponse("/check" if Right.CHECK in asked.caller.rights else "/people", status_code=303)


def form_page(request: Request, message: str = "", status: int = 200) -> Response:
    """The page to sign in at, with what went wrong."""
    desk: Desk = request.app.state.desk
    spoken = reader_language(request)
    address = desk.settings.address.rstrip("/") + BACK + "/start"
    values = {
        "message": spoken.say(message),
        "by_link": desk.start is not None,
        "by_organisation": None if desk.provider is None else address,
    }
    return open_page(spoken, "sign_in.html", values, status=status)


OPEN = (
    Route("/start/{secret}", start, methods=["GET"]),
    Route("/sign-in", ask, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/language", language, methods=["POST"]),
)
"""What is open to everybody who reaches the desk."""

PAGES = (
    Guarded(path="/", page=first_page, right=Right.SEE),
    Guarded(path="/sign-out", page=sign_out, right=Right.SEE, method="POST"),
)
"""The pages of those who are signed in."""
