"""Send links by mail: to the address on record, in the language of the request, with what a link is and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imgpolicy import mail
from imgpolicy.domain.form import Form
from imgpolicy.errors import RequestError
from imgpolicy.language import Language, LanguageCode, language
from imgpolicy.phrase import message_of, phrase
from imgpolicy.register import requests as kept
from imgpolicy.register.people import person
from imgpolicy.service.asking import Asked, link_of
from imgpolicy.service.workspace import Workspace

_AGAIN = phrase("You were asked before. The link that you got then leads nowhere any more: take this one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What became of one mail: `why` says why it was not taken, None where it was."""

    asked: Asked
    why: str | None = None


def accept_mail(workspace: Workspace) -> None:
    """Nothing, when the policy names a mail server; else RequestError."""
    if workspace.kept.mail is None:
        raise RequestError(phrase("the policy names no mail server: say `host` and `sender` in [mail]"))


def mail_links(workspace: Workspace, begins: str, asked: Sequence[Asked]) -> tuple[Mailed, ...]:
    """What became of each: the link of a request is sent to the address that it was made for.

    One that fails keeps no other from being sent, and its link is still the one that was made. RequestError when the
    policy names no mail server.
    """
    accept_mail(workspace)
    return tuple(mail_link(workspace, begins, one) for one in asked)


def mail_link(workspace: Workspace, begins: str, asked: Asked) -> Mailed:
    """What became of one: the link of a request is sent, or reminds of it. The policy names a server."""
    policy, request = workspace.kept.mail, asked.request
    assert policy is not None
    if request.email is None:
        return Mailed(asked=asked, why=phrase("there is no address on record"))
    with workspace.register.reading() as unit:
        form = kept.form(unit, request.form)
        name = None if request.person is None else person(unit, request.person).name
    spoken = (
        language(LanguageCode(request.language))
        if request.language in set(LanguageCode)
        else language(LanguageCode.ENGLISH)
    )
    title = form.wording(request.language).title
    subject = spoken.word("Reminder: {title}", title=title) if request.reminds else title
    text = letter(form, name, link_of(begins, asked), asked, spoken)
    try:
        mail.send(policy, request.email, subject, text)
    except RequestError as error:
        return Mailed(asked=asked, why=message_of(error))
    return Mailed(asked=asked)


def letter(form: Form, name: str | None, link: str, asked: Asked, spoken: Language) -> str:
    """What is written: who asks, about whom, the link, until when, and that no is as good as yes."""
    word, wording = spoken.word, form.wording(asked.request.language)
    lines = [
        wording.title,
        wording.about,
        *([word("This is about {name}.", name=name)] if name is not None else []),
        *([spoken.say(_AGAIN)] if asked.request.reminds else []),
        word("Here you read what it is for, and say yes or no to each use:"),
        link,
        word("The link is for you alone and holds until {day}.", day=asked.request.ends.date().isoformat()),
        word("It is up to you. To say no, or not to answer, has no consequences."),
        f"{form.controller}, {form.contact}",
    ]
    return "\n\n".join(lines) + "\n"
