"""The pages of those who ask: forms, links to one person or to many, what became of each, and whose the answers are.

A link is shown once, on the page that made it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.form import Form, Use, Wording
from imgpolicy.domain.person import Person
from imgpolicy.domain.request import MOST_DAYS, PERSONAL_DAYS, RequestState, Whom
from imgpolicy.errors import RequestError
from imgpolicy.language import ENGLISH
from imgpolicy.phrase import phrase
from imgpolicy.render.consent_form import shown_form
from imgpolicy.render.qr import QrCode, qr_code
from imgpolicy.server.checking import answer_kept, item_of
from imgpolicy.server.context import LANGUAGES, Asked, done_by_worker
from imgpolicy.server.guard import Guarded
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.pages import page, problem
from imgpolicy.service import asking, confirming, learning, mailing, people
from imgpolicy.service.confirming import Word
from imgpolicy.wire.report import report_in

STATES = {
    RequestState.REQUESTED: phrase("asked, not opened yet"),
    RequestState.OPENED: phrase("opened, not answered yet"),
    RequestState.GIVEN: phrase("said yes"),
    RequestState.GIVEN_IN_PART: phrase("said yes to some"),
    RequestState.REFUSED: phrase("said no"),
    RequestState.REVOKED: phrase("taken back"),
    RequestState.EXPIRED: phrase("not answered in time"),
}
"""What people read of each state."""

SENT = phrase("The link was sent.")

_SHOWN = 200
"""Requests on one page, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A link that was just made, its QR code, and who is to have it; `text` is what to write to them."""

    name: str
    link: str = field(repr=False)
    qr: QrCode = field(repr=False)
    mail: str = field(repr=False)
    sent: str
    until: object


def requests(asked: Asked) -> Response:
    """Answers whose nobody said yet, everything that was asked, and the forms to ask with."""
    workspace = asked.workspace
    found = asking.requests(workspace)
    values = {
        "found": found[:_SHOWN],
        "states": {state.value: asked.language.say(said) for state, said in STATES.items()},
        "open_states": {RequestState.REQUESTED.value, RequestState.OPENED.value},
        "unconfirmed": asking.unconfirmed(workspace),
        "portraits": learning.portraits(workspace),
        "forms": _newest(asking.forms(workspace)),
        "people": people.everybody(workspace),
        "person": asked.request.query_params.get("person", ""),
        "days": PERSONAL_DAYS,
        "mails": workspace.kept.mail is not None,
        "most_days": MOST_DAYS,
        "second": workspace.kept.second_person,
        "child": Whom.CHILD,
    }
    return page(asked, "requests.html", values)


def ask(asked: Asked) -> Response:
    """Make a link for one person, or for each who speaks for them, or one that many use; show it."""
    begins, form = _begins(asked), asked.form
    if form.get("many"):
        made = [asking.ask_by_one_link(asked.workspace, _how(asked))]
    else:
        made = list(asking.ask(asked.workspace, people.named(asked.workspace, form.get("person", "")), _how(asked)))
    return _links(asked, begins, made)


def ask_those_in(asked: Asked) -> Response:
    """Make a link for each who was ticked of those that the answer on a picture names."""
    begins, found = _begins(asked), item_of(asked)
    chosen = [name.removeprefix("person-") for name in asked.form if name.startswith("person-")]
    named = {one.id for one in _named_in(asked)}
    if not chosen or not set(chosen) <= named:
        raise RequestError(phrase("tick at least one of those who are in the picture"))
    made = [one for person in chosen for one in asking.ask(asked.workspace, person, _how(asked))]
    return _links(asked, begins, made, back=f"/items/{found.item.id}")


def whom_to_ask(asked: Asked) -> Response:
    """Those whom the answer on a picture names, to be ticked, and the forms to ask with."""
    found = item_of(asked)
    values = {
        "item": found.item.id,
        "named": _named_in(asked),
        "forms": _newest(asking.forms(asked.workspace)),
        "days": PERSONAL_DAYS,
        "mails": asked.workspace.kept.mail is not None,
    }
    return page(asked, "ask.html", values)


def resend(asked: Asked) -> Response:
    """Make another link of an open request, and show it."""
    begins = _begins(asked)
    return _links(asked, begins, [asking.resend(asked.workspace, asked.request.path_params["request"])])


def revoke(asked: Asked) -> Response:
    """Take an open request back."""
    asking.revoke(asked.workspace, asked.request.path_params["request"])
    return RedirectResponse("/requests", status_code=303)


def confirm(asked: Asked) -> Response:
    """Say whose an answer is."""
    form = asked.form
    person, speaker = people.named(asked.workspace, form.get("person", "")), form.get("guardian", "")
    word = Word(by=asked.caller.account.name, how=form.get("how", ""), second=form.get("second") or None)
    known = people.named(asked.workspace, speaker) if speaker else None
    confirming.confirm(asked.workspace, asked.request.path_params["answer"], person, word, speaker=known)
    return RedirectResponse(f"/people/{person}", status_code=303)


def discard(asked: Asked) -> Response:
    """Let go of an answer that nobody here gave."""
    form = asked.form
    word = Word(by=asked.caller.account.name, how=form.get("how", ""), second=form.get("second") or None)
    confirming.discard(asked.workspace, asked.request.path_params["answer"], word)
    return RedirectResponse("/requests", status_code=303)


def portrait(asked: Asked) -> Response:
    """The portrait that came with an answer."""
    found = learning.portrait_with(asked.workspace, asked.request.path_params["answer"])
    return Response(found, media_type="image/jpeg", headers={"cache-control": "no-store"})


async def _learnt(asked: Asked) -> Response:
    answer = asked.request.path_params["answer"]
    job = Job(account=asked.caller.account.id, batch="", item=answer, verb=Verb.LEARN)
    try:
        await done_by_worker(asked.desk, job)
    except RequestError as error:
        return problem(asked, error)
    return RedirectResponse("/requests#portraits", status_code=303)


def learn(asked: Asked) -> Awaitable[Response]:
    """Have the face learnt from a portrait of which somebody saw whose it is."""
    return _learnt(asked)


def drop(asked: Asked) -> Response:
    """Let go of a portrait that is not theirs."""
    learning.drop_portrait(asked.workspace, asked.request.path_params["answer"])
    return RedirectResponse("/requests#portraits", status_code=303)


def form_page(asked: Asked) -> Response:
    """One version of a form as it is read, and what another version is written from."""
    found = asking.form(asked.workspace, asked.request.path_params["form"])
    shown = [shown_form(found, LANGUAGES.get(code, ENGLISH), Whom.ADULT, recognition=True) for code in found.languages]
    return page(asked, "form.html", {**_editor(asked), "form": found, "shown": shown, "filled": found})


def new_form(asked: Asked) -> Response:
    """An empty form to fill in."""
    return page(asked, "form.html", {**_editor(asked), "form": None, "shown": (), "filled": None})


def add_form(asked: Asked) -> Response:
    """Keep a form as the next version of its name."""
    kept = asking.add_form(asked.workspace, _form(asked))
    return RedirectResponse(f"/forms/{kept.id}", status_code=303)


def _editor(asked: Asked) -> dict[str, object]:
    policy = asked.workspace.policy
    return {
        "channels": sorted(policy.channels),
        "purposes": sorted(policy.purposes),
        "controller": policy.controller or "",
        "codes": tuple(LANGUAGES),
        "chosen": Use,
    }


def _form(asked: Asked) -> Form:
    """What was filled in; what is left out the service says."""
    sent = asked.form
    uses = tuple(
        Use(channel=channel, purpose=purpose)
        for channel in sorted(asked.workspace.policy.channels)
        for purpose in sorted(asked.workspace.policy.purposes)
        if f"use:{channel}:{purpose}" in sent
    )
    wordings = tuple(
        Wording(language=code, title=title, about=sent.get(f"about-{code}", "").strip(), uses=("",) * len(uses))
        for code in LANGUAGES
        if (title := sent.get(f"title-{code}", "").strip())
    )
    months = sent.get("months", "")
    if months and not (months.isascii() and months.isdecimal() and len(months) < 4):
        raise RequestError(phrase("for how many months is said as a number"))
    return Form(
        name=sent.get("name", "").strip(),
        uses=uses,
        wordings=wordings,
        controller=sent.get("controller", "").strip(),
        contact=sent.get("contact", "").strip(),
        months=int(months) if months else None,
        biometric="biometric" in sent,
    )


def _how(asked: Asked) -> asking.Asking:
    form = asked.form
    days = form.get("days", str(PERSONAL_DAYS))
    if not (days.isascii() and days.isdecimal() and len(days) < 4):
        raise RequestError(phrase("for how many days is said as a number"))
    return asking.Asking(
        form=form.get("form", ""),
        by=asked.caller.account.name,
        language=form.get("language") or None,
        days=int(days),
        occasion=form.get("occasion", "").strip() or None,
    )


def _begins(asked: Asked) -> str:
    """What links begin with: the desk's own address, where the policy names none."""
    return asking.links_begin(asked.workspace, asked.desk.settings.address.rstrip("/"))


def _links(asked: Asked, begins: str, made: Sequence[asking.Asked], *, back: str = "/requests") -> Response:
    mailed = mailing.mail_links(asked.workspace, begins, made) if asked.form.get("mail") else ()
    said = {one.asked.request.id: asked.language.say(one.why or SENT) for one in mailed}
    names = {one.id: one.name for one in people.everybody(asked.workspace)}
    shown = []
    for one in made:
        who, link = one.request.speaker or one.request.person, asking.link_of(begins, one)
        name = one.request.occasion or "" if who is None else names.get(who, who)
        shown.append(
            Made(
                name=name,
                link=link,
                qr=qr_code(link),
                mail=one.request.email or "",
                sent=said.get(one.request.id, ""),
                until=one.request.ends.date(),
            )
        )
    reachable = not asked.desk.settings.loopback or asked.workspace.kept.forms.address is not None
    return page(asked, "links.html", {"made": shown, "back": back, "reachable": reachable})


def _named_in(asked: Asked) -> list[Person]:
    """Those whom the answer on the picture names, in its order."""
    report = report_in(answer_kept(asked, item_of(asked)))
    ids = [face.person for face in report.faces] + [one.person for one in report.declared]
    known = {one.id: one for one in people.everybody(asked.workspace)}
    return [known[one] for one in dict.fromkeys(ids) if one is not None and one in known]


def _newest(forms: Sequence[Form]) -> list[Form]:
    """The newest version of each."""
    return list({one.name: one for one in forms}.values())


PAGES = (
    Guarded(path="/requests", page=requests, right=Right.KEEP),
    Guarded(path="/requests", page=ask, right=Right.KEEP, method="POST"),
    Guarded(path="/requests/{request}/resend", page=resend, right=Right.KEEP, method="POST"),
    Guarded(path="/requests/{request}/revoke", page=revoke, right=Right.KEEP, method="POST"),
    Guarded(path="/answers/{answer}/confirm", page=confirm, right=Right.KEEP, method="POST"),
    Guarded(path="/answers/{answer}/discard", page=discard, right=Right.KEEP, method="POST"),
    Guarded(path="/answers/{answer}/portrait", page=portrait, right=Right.KEEP),
    Guarded(path="/answers/{answer}/learn", page=learn, right=Right.KEEP, method="POST"),
    Guarded(path="/answers/{answer}/drop", page=drop, right=Right.KEEP, method="POST"),
    Guarded(path="/forms/new", page=new_form, right=Right.KEEP),
    Guarded(path="/forms", page=add_form, right=Right.KEEP, method="POST"),
    Guarded(path="/forms/{form}", page=form_page, right=Right.KEEP),
    Guarded(path="/items/{item}/ask", page=whom_to_ask, right=Right.CHECK),
    Guarded(path="/items/{item}/ask", page=ask_those_in, right=Right.CHECK, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
