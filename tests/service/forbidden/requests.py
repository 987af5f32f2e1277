"""Consents that are asked for, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.service.asked import FORM, HOW, NEWS, SAID
from tests.service.doors import ADDRESS, LINK, Forbidden, No

from imgpolicy.domain.form import Use
from imgpolicy.service import asking, confirming, idling, learning, mailing, reminding, renewing, signing
from imgpolicy.service.confirming import Word
from imgpolicy.service.workspace import Workspace

EXPORT = No("requests and answers are in no export")
BROWSER = No("a link is followed in a browser: tests/server asks it")
WORD = Word(by="Anna", how="I know her")

Call = Callable[[Workspace, Path], object]


def row(
    asks: str, what: str, said: str, call: Call, typed: str | No, *, policy: tuple[str, str] = ("", "")
) -> Forbidden:
    return Forbidden(asks=asks, what=what, said=said, call=call, typed=typed, brought=EXPORT, policy=policy)


def link(at: Path) -> str:
    return (at / LINK).read_text()


REQUESTS = (
    row(
        "asking.add_form",
        "a form that says not who answers",
        "says nothing of who answers",
        lambda ws, _: asking.add_form(ws, replace(FORM, controller="")),
        "form add no-controller.toml",
    ),
    row(
        "asking.add_form",
        "a form for a channel that the policy does not know",
        "does not know the channel 'myspace'",
        lambda ws, _: asking.add_form(ws, replace(FORM, uses=(Use(channel="myspace", purpose="pr"), *FORM.uses[1:]))),
        "form add myspace.toml",
    ),
    row(
        "asking.form",
        "a form that is not there",
        "no form",
        lambda ws, _: asking.form(ws, "nothing"),
        "form show nothing",
    ),
    row(
        "asking.ask",
        "to ask with a form that is not there",
        "no form",
        lambda ws, _: asking.ask(ws, "guest", replace(HOW, form="nothing")),
        "request person guest --form nothing --by Mette",
    ),
    row(
        "asking.ask_by_one_link",
        "a link that holds for ever",
        "for 1 to 90 days",
        lambda ws, _: asking.ask_by_one_link(ws, replace(HOW, days=91)),
        "request many --form school --by Mette --occasion party --days 91",
    ),
    row(
        "asking.links_begin",
        "links that lead nowhere",
        "what links begin with",
        lambda ws, _: asking.links_begin(ws),
        "request person guest --form school --by Mette",
        policy=(ADDRESS, ""),
    ),
    row(
        "renewing.ask_anew",
        "to ask anew with links that hold for ever",
        "for 1 to 90 days",
        lambda ws, _: renewing.ask_anew(ws, replace(HOW, days=91)),
        "request renew --form school --by Mette --days 91",
    ),
    row(
        "mailing.accept_mail",
        "to send mail by no server",
        "names no mail server",
        lambda ws, _: mailing.accept_mail(ws),
        "request person guest --form school --by Mette --mail",
    ),
    row(
        "mailing.mail_links",
        "to send links by no server",
        "names no mail server",
        lambda ws, _: mailing.mail_links(ws, "https://consent.example.org", ()),
        "request person guest --form school --by Mette --mail",
    ),
    row(
        "idling.tell",
        "to send what is idle to nobody",
        "names nobody who is told",
        lambda ws, _: idling.tell(ws),
        "register idle --mail",
    ),
    row(
        "reminding.remind",
        "to remind people by no server",
        "names no mail server",
        lambda ws, _: reminding.remind(ws),
        "request remind",
    ),
    row(
        "asking.requests",
        "the requests of nobody",
        "nobody",
        lambda ws, _: asking.requests(ws, "nobody"),
        "request list nobody",
    ),
    row(
        "asking.resend",
        "another link of what was answered",
        "not open any more",
        lambda ws, _: asking.resend(ws, "q-done"),
        "request resend q-done",
    ),
    row(
        "asking.resend",
        "another link of nothing",
        "no request",
        lambda ws, _: asking.resend(ws, "q-nothing"),
        "request resend q-nothing",
    ),
    row(
        "asking.revoke",
        "to take back what was answered",
        "not open any more",
        lambda ws, _: asking.revoke(ws, "q-done"),
        "request revoke q-done",
    ),
    row(
        "asking.revoke",
        "to take back nothing",
        "no request",
        lambda ws, _: asking.revoke(ws, "q-nothing"),
        "request revoke q-nothing",
    ),
    row(
        "signing.sign",
        "to sign by no link",
        "this link was used",
        lambda ws, _: signing.sign(ws, "x" * 43, SAID, "en"),
        BROWSER,
    ),
    row(
        "signing.sign",
        "to leave a question open",
        "say yes or no to each",
        lambda ws, at: signing.sign(ws, link(at), replace(SAID, yes=(NEWS,), no=(), recognition=None), "en"),
        BROWSER,
    ),
    row(
        "signing.take_back",
        "to take back by no receipt",
        "no such receipt",
        lambda ws, _: signing.take_back(ws, "x" * 43),
        BROWSER,
    ),
    row(
        "signing.sign",
        "to send a photograph without a yes to recognition",
        "only with a yes to recognition",
        lambda ws, at: signing.sign(ws, link(at), replace(SAID, recognition=None), "en", portrait=b"JPEG"),
        BROWSER,
    ),
    row(
        "learning.portrait",
        "to send what is no photograph",
        "no face can be learnt",
        lambda ws, _: learning.portrait(ws, b"none"),
        BROWSER,
    ),
    row(
        "learning.portrait_with",
        "a photograph that did not come",
        "no photograph waits",
        lambda ws, _: learning.portrait_with(ws, "a-done"),
        "request portrait a-done -o out.jpg",
    ),
    row(
        "learning.learn_portrait",
        "to learn a photograph that did not come",
        "no photograph waits",
        lambda ws, _: learning.learn_portrait(ws, "a-done"),
        "request learn a-done",
    ),
    row(
        "learning.drop_portrait",
        "to delete a photograph that did not come",
        "no photograph waits",
        lambda ws, _: learning.drop_portrait(ws, "a-done"),
        "request drop a-done",
    ),
    row(
        "confirming.confirm",
        "to say again whose an answer is",
        "known already",
        lambda ws, _: confirming.confirm(ws, "a-done", "guest", WORD),
        "request confirm a-done guest --by Anna --how 'I know her'",
    ),
    row(
        "confirming.confirm",
        "to lift a no of somebody else without a second person",
        "two people",
        lambda ws, _: confirming.confirm(ws, "a-nobody", "guest", WORD),
        "request confirm a-nobody guest --by Anna --how 'I know her'",
    ),
    row(
        "confirming.confirm",
        "to say whose no answer is",
        "no answer",
        lambda ws, _: confirming.confirm(ws, "a-nothing", "guest", WORD),
        "request confirm a-nothing guest --by Anna --how 'I know her'",
    ),
    row(
        "confirming.discard",
        "to let go of a no without a second person",
        "two people",
        lambda ws, _: confirming.discard(ws, "a-nobody", WORD),
        "request discard a-nobody --by Anna --reason 'a joke'",
    ),
    row(
        "confirming.discard",
        "to let go of no answer",
        "no answer",
        lambda ws, _: confirming.discard(ws, "a-nothing", WORD),
        "request discard a-nothing --by Anna --reason 'a joke'",
    ),
)
