"""The pages of those who are asked: a form behind a link, and a receipt that shows and takes back.

Nobody here is signed in: whoever has the link is taken for who it was given to. Its secret stands in no log.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from imgpolicy.domain.form import ShownForm
from imgpolicy.domain.request import UNCONFIRMED_DAYS, Said, Whom
from imgpolicy.errors import BadRequestError, DeniedError, ImgPolicyError, RequestError
from imgpolicy.language import Language
from imgpolicy.phrase import message_of, phrase
from imgpolicy.render.receipt import receipt_pdf
from imgpolicy.render.signature import signature_png
from imgpolicy.server.answers import download, status_of
from imgpolicy.server.context import LANGUAGES, SENDING_SECONDS, Desk, done_by_worker
from imgpolicy.server.guard import FORM, fields_of, reader_language
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.pages import open_page
from imgpolicy.server.security import is_our_own
from imgpolicy.server.signing_in import FOREIGN, TOO_OFTEN
from imgpolicy.server.uploads import Parts, whole_body
from imgpolicy.service import signing

YES, NO = "yes", "no"

PHOTOGRAPH = 20_000_000
"""Bytes of a photograph that comes along: more than a phone's has."""

GONE = phrase("This link was used, was taken back, or is over. Ask whoever sent it for another.")
NO_RECEIPT = phrase("There is no such receipt. Write to whoever asked you.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who followed a link: its secret, what they chose to read in, and what they sent.

    `portrait` is what a worker made of a photograph that they sent along with a yes to recognition, `refusal` why it
    made nothing of it.
    """

    request: Request
    desk: Desk
    secret: str = field(repr=False)
    language: Language
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    portrait: bytes | None = field(default=None, repr=False)
    refusal: RequestError | None = None


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
            visit = Visit(request=request, desk=desk, secret=request.path_params["secret"], language=spoken)
            if takes_form:
                visit = await _with_form(visit)
            return await run_in_threadpool(page, visit)
        except ImgPolicyError as error:
            return _problem(spoken, spoken.say(message_of(error)), status_of(error, request.method))
        except ClientDisconnect:  # nobody is there any more to be answered
            return Response(status_code=400)

    return endpoint


async def _with_form(visit: Visit) -> Visit:
    """The visit with what was sent. A photograph is looked at after a yes to recognition, else it goes unseen."""
    request = visit.request
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return replace(visit, form=await fields_of(request))
    async with visit.desk.sending:  # so many photographs at once are held in memory
        form, photograph = await _parts(request)
        visit = replace(visit, form=form)
        if not photograph or form.get("face") != YES:
            return visit
        found = await run_in_threadpool(signing.opened, visit.desk.workspace, visit.secret)
        if found is None or not found.portrait:
            return visit
        job = Job(account="", batch="", item=secrets.token_hex(8), verb=Verb.PORTRAY, data=photograph)
        try:
            return replace(visit, portrait=await done_by_worker(visit.desk, job))
        except RequestError as error:
            return replace(visit, refusal=error)


async def _parts(request: Request) -> tuple[Mapping[str, str], bytes]:
    """The fields of a form and the one file in it; BadRequestError when it is no form of ours, or too large."""
    fields: dict[str, str] = {}
    photograph = b""
    parts = Parts(request.headers.get("content-type", ""), FORM)
    try:
        async with asyncio.timeout(SENDING_SECONDS):
            body = await whole_body(request.stream(), PHOTOGRAPH + FORM)
    except TimeoutError as error:
        raise RequestError(phrase("this took too long to come in: send it again")) from error
    for part in parts.feed(body):
        if part.file is None:
            fields[part.name] = part.data.decode("utf-8", "replace")
        elif part.name == "photograph":
            photograph = part.data
    return fields, photograph


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
        if visit.refusal is not None:
            raise visit.refusal
        said, code = _said(visit, shown, whom), visit.language.code.value
        signed = signing.sign(visit.desk.workspace, visit.secret, said, code, portrait=visit.portrait)
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
    more: dict[str, object] = {
        "shown": shown,
        "whom": whom.value,
        "name": found.name,
        "of_child": whom is Whom.CHILD,
        "shared": found.whom is None,
        "portrait": found.portrait,
        "portrait_days": UNCONFIRMED_DAYS,
    }
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
