"""The pages of those who are asked: a form behind a link, and a receipt that shows and takes back.

Nobody here is signed in: whoever has the link is taken for who it was given to. Its secret stands in no log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.domain.form import ShownForm
from imgpolicy.domain.request import Said, Whom
from imgpolicy.errors import BadRequestError, DeniedError, ImgPolicyError, RequestError
from imgpolicy.language import Language
from imgpolicy.phrase import message_of, phrase
from imgpolicy.render.receipt import receipt_pdf
from imgpolicy.render.signature import signature_png
from imgpolicy.server.answers import download, status_of
from imgpolicy.server.context import LANGUAGES, Desk
from imgpolicy.server.guard import fields_of, reader_language
from imgpolicy.server.pages import open_page
from imgpolicy.server.security import is_our_own
from imgpolicy.server.signing_in import FOREIGN, TOO_OFTEN
from imgpolicy.service import signing

YES, NO = "yes", "no"
GONE = phrase("This link was used, was taken back, or is over. Ask whoever sent it for another.")
NO_RECEIPT = phrase("There is no such receipt. Write to whoever asked you.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who followed a link: its secret, what they chose to read in, and what they sent."""

    request: Request
    desk: Desk
    secret: str = field(repr=False)
    language: Language
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


Page = Callable[[Visit], Response]


def _open(page: Page, *, takes_form: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """The page for whoever has the link: bounded, and where it changes something sent by a page of ours."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        spoken = _language(request)
        where = request.client.host if request.client else ""
        if not desk.links.allows(where):
            return _problem(spoken, spoken.say(TOO_OFTEN), 429)
        try:
            if takes_form and not is_our_own(request.headers, desk.settings.origins):
                raise DeniedError(FOREIGN)
            sent = await fields_of(request) if takes_form else {}
            secret = request.path_params["secret"]
            visit = Visit(request=request, desk=desk, secret=secret, language=spoken, form=sent)
            return await run_in_threadpool(page, visit)
        except ImgPolicyError as error:
            return _problem(spoken, spoken.say(message_of(error)), status_of(error, request.method))
        except ClientDisconnect:  # nobody is there any more to be answered
            return Response(status_code=400)

    return endpoint


def read_form(visit: Visit) -> Response:
    """The form, or first the question for whom somebody answers, where many use the link."""
    found = signing.opened(visit.desk.workspace, visit.secret)
    if found is None:
        return _problem(visit.language, visit.language.say(GONE), 404)
    return _form(visit, found)


def answer(visit: Visit) -> Response:
    """Keep what was answered, once; what is left open is asked for again, with all else as it was filled in."""
    found = signing.opened(visit.desk.workspace, visit.secret)
    if found is None:
        return _problem(visit.language, visit.language.say(GONE), 409)
    whom = _whom(visit, found)
    if whom is None:
        return _form(visit, found)
    shown = signing.shown(visit.desk.workspace, found, whom, visit.language.code.value)
    try:
        said = _said(visit, shown, whom)
        signed = signing.sign(visit.desk.workspace, visit.secret, said, visit.language.code.value)
    except ImgPolicyError as error:
        return _form(visit, found, visit.language.say(message_of(error)), status_of(error, "POST"))
    address = f"/receipt/{signed.secret}?lang={visit.language.code.value}"
    return RedirectResponse(address, status_code=303)


def read_receipt(visit: Visit) -> Response:
    """What was answered, and what of it stands."""
    held = signing.receipt(visit.desk.workspace, visit.secret)
    if held is None:
        return _problem(visit.language, visit.language.say(NO_RECEIPT), 404)
    shown = signing.shown_to(held, visit.language.code.value)
    values = {"held": held, "shown": shown, "secret": visit.secret, "languages_here": held.form.languages}
    return open_page(visit.language, "receipt.html", values)


def take_back(visit: Visit) -> Response:
    """Take back all that was allowed, or that the face is recognised."""
    what = visit.form.get("what", "")
    if what not in {"all", "face"}:
        raise BadRequestError(phrase("say what is to be taken back"))
    signing.take_back(visit.desk.workspace, visit.secret, of_the_face_alone=what == "face")
    address = f"/receipt/{visit.secret}?lang={visit.language.code.value}"
    return RedirectResponse(address, status_code=303)


def keep_receipt(visit: Visit) -> Response:
    """The receipt as a PDF, with the link that takes back."""
    held = signing.receipt(visit.desk.workspace, visit.secret)
    if held is None:
        return _problem(visit.language, visit.language.say(NO_RECEIPT), 404)
    shown = signing.shown_to(held, visit.language.code.value)
    begins = visit.desk.workspace.kept.forms.address or visit.desk.settings.address.rstrip("/")
    link = f"{begins}/receipt/{visit.secret}"
    return download(f"{held.answer.id}.pdf", receipt_pdf(held.answer, held.form, shown, link, visit.language))


def _form(visit: Visit, found: signing.Opened, message: str = "", status: int = 200) -> Response:
    whom = _whom(visit, found)
    values: dict[str, object] = {
        "message": message,
        "secret": visit.secret,
        "filled": visit.form,
        "languages_here": [code for code in found.form.languages if code in LANGUAGES],
        "controller": found.form.controller,
    }
    if whom is None:
        asked = found.form.wording(visit.language.code.value)
        return open_page(visit.language, "whom.html", {**values, "wording": asked}, status=status)
    shown = signing.shown(visit.desk.workspace, found, whom, visit.language.code.value)
    of_child = whom is Whom.CHILD
    more = {"shown": shown, "whom": whom.value, "name": found.name, "of_child": of_child, "shared": found.whom is None}
    return open_page(visit.language, "sign.html", {**values, **more}, status=status)


def _whom(visit: Visit, found: signing.Opened) -> Whom | None:
    """For whom somebody answers: the request says it, or they do."""
    stated = visit.form.get("for") or visit.request.query_params.get("for", "")
    return found.whom or (Whom(stated) if stated in set(Whom) else None)


def _said(visit: Visit, shown: ShownForm, whom: Whom) -> Said:
    """What was filled in; a question without an answer is answered neither way."""
    form = visit.form
    answers = {question.use: form.get(f"use-{number}") for number, question in enumerate(shown.questions)}
    face = form.get("face")
    return Said(
        whom=whom,
        name=form.get("name", "").strip(),
        child=form.get("child", "").strip() if whom is Whom.CHILD else None,
        born=_day(form.get("born", "")),
        yes=tuple(use for use, said in answers.items() if said == YES and use is not None),
        no=tuple(use for use, said in answers.items() if said == NO and use is not None),
        recognition={YES: True, NO: False}.get(face or ""),
        signature=signature_png(form.get("strokes", "")),
    )


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(phrase("a birth date is written YYYY-MM-DD")) from error


def _language(request: Request) -> Language:
    chosen = request.query_params.get("lang", "")
    return LANGUAGES[chosen] if chosen in LANGUAGES else reader_language(request)


def _problem(spoken: Language, message: str, status: int) -> Response:
    return open_page(spoken, "gone.html", {"message": message}, status=status)


OPEN = (
    Route("/sign/{secret}", _open(read_form), methods=["GET"]),
    Route("/sign/{secret}", _open(answer, takes_form=True), methods=["POST"]),
    Route("/receipt/{secret}", _open(read_receipt), methods=["GET"]),
    Route("/receipt/{secret}", _open(take_back, takes_form=True), methods=["POST"]),
    Route("/receipt/{secret}/receipt.pdf", _open(keep_receipt), methods=["GET"]),
)
"""What is open to whoever has a link."""
