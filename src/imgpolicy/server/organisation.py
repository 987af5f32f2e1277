"""Coming in by one's organisation: out to its identity provider, and back with what that says.

sign-in page ─► /sign-in/oidc/start: a ticket in a cookie ─► provider ─► /sign-in/oidc: the ticket, once ─► session

The ticket is a cookie of ten minutes with `SameSite=Lax`: a strict one would not come back from the provider's site. It
signs nobody in. The session's own cookie is strict, so that the way back ends on a page of ours that leads on: browsers
send no strict cookie along a chain that another site began.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.errors import DeniedError, RegisterError
from imgpolicy.oidc import Begun
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.context import Desk
from imgpolicy.server.guard import reader_language, set_session
from imgpolicy.server.pages import open_page
from imgpolicy.server.signing_in import BACK, TOO_OFTEN, form_page
from imgpolicy.server.tickets import TICKET_SECONDS
from imgpolicy.service import organisation

LOST = phrase("Signing in took too long, or began in another browser: try again.")


async def start(request: Request) -> Response:
    """Send the browser to the provider, with a ticket for the way back."""
    desk: Desk = request.app.state.desk
    if desk.provider is None:
        return Response(status_code=404)
    if request.method != "GET":  # a look ahead uses no ticket up
        return Response(status_code=405)
    if not desk.addresses.allows(_where(request)):
        return form_page(request, TOO_OFTEN, status=429)
    try:
        async with desk.asking:
            address, begun = await run_in_threadpool(organisation.begin, desk.provider, _back(desk))
    except DeniedError as error:
        return form_page(request, message_of(error), status=502)
    response = RedirectResponse(address, status_code=303)
    ticket = desk.tickets.ticket({"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier})
    response.set_cookie(
        _cookie(desk), ticket, max_age=TICKET_SECONDS, httponly=True, samesite="lax", secure=desk.settings.secure
    )
    return response


async def back(request: Request) -> Response:
    """Open a session for whom the provider names, when this browser went there, just now, and for the first time."""
    desk: Desk = request.app.state.desk
    if desk.provider is None:
        return Response(status_code=404)
    if request.method != "GET":  # a look ahead uses no ticket up
        return Response(status_code=405)
    if not desk.addresses.allows(_where(request)):
        return form_page(request, TOO_OFTEN, status=429)
    answer = dict(request.query_params)
    kept = desk.tickets.back(request.cookies.get(_cookie(desk), ""), answer.get("state", ""))
    if kept is None:
        return _without_ticket(desk, form_page(request, LOST, status=403))
    begun = Begun(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
    try:
        async with desk.asking:
            secret = await run_in_threadpool(
                organisation.sign_in, desk.workspace, desk.provider, _back(desk), answer, begun
            )
    except (DeniedError, RegisterError) as error:
        status = 503 if isinstance(error, RegisterError) else 403
        return _without_ticket(desk, form_page(request, message_of(error), status=status))
    response = open_page(reader_language(request), "signed_in.html", {})
    set_session(desk, response, secret)
    return _without_ticket(desk, response)


def _without_ticket(desk: Desk, response: Response) -> Response:
    response.delete_cookie(_cookie(desk), secure=desk.settings.secure, httponly=True, samesite="lax")
    return response


def _back(desk: Desk) -> str:
    """Where the provider sends the browser back to: it has to know this address."""
    return desk.settings.address.rstrip("/") + BACK


def _cookie(desk: Desk) -> str:
    return "__Host-imgpolicy-organisation" if desk.settings.secure else f"imgpolicy-organisation-{desk.settings.port}"


def _where(request: Request) -> str:
    return request.client.host if request.client else ""


OPEN = (Route(f"{BACK}/start", start, methods=["GET"]), Route(BACK, back, methods=["GET"]))
"""What is open to everybody who reaches the desk."""
