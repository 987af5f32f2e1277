"""Ask people for consents: forms, links to one person or to many, and what became of each.

form ─► request with a link ─► `signing`: what is answered is on record
Nobody sees a link twice: who lost it is given another, and the former leads nowhere any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.form import Form, check_form
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.person import Person
from imgpolicy.domain.request import (
    MOST_DAYS,
    PERSONAL_DAYS,
    UNCONFIRMED_DAYS,
    Answer,
    ConsentRequest,
    RequestState,
)
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.speakers import Stage, stage
from imgpolicy.domain.validate import check_line
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register import requests as kept
from imgpolicy.register.people import person
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.grants import accept_words
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How somebody is asked: with the form of this name, by whom, in which of its languages, and for so many days.

    Without a language it is the form's first. `occasion` says in words from where they are asked, such as an event.
    With `by_mail` the links are for `reminding.remind` to send, and nobody is asked so who has no address on record.
    """

    form: str
    by: str = field(repr=False)
    language: str | None = None
    days: int = PERSONAL_DAYS
    occasion: str | None = None
    by_mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, and the secret of its link: it is shown now or never."""

    request: ConsentRequest
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A request, what became of it until now, and the name of whom it is about; None for a link that many use."""

    request: ConsentRequest
    state: RequestState
    form: Form
    name: str | None = field(repr=False)


def add_form(workspace: Workspace, form: Form) -> Form:
    """The form as it is kept, as the next version of its name; what was signed before stays what it was.

    RequestError for a form that leaves out what people must be told, or names a channel or purpose that the policy does
    not know.
    """
    check_form(form)
    today = workspace.kept.consents.today()
    if form.until is not None and form.until < today:
        raise RequestError(phrase("the form would hold until {day}, which is over", day=form.until.isoformat()))
    for use in form.uses:
        scope = Scope(channels=frozenset({use.channel}), purposes=frozenset({use.purpose}))
        accept_words(
            workspace.kept,
            Consent(person="-", kind=ConsentKind.PUBLICATION, state=ConsentState.REQUESTED, scope=scope),
        )
    with workspace.register.writing() as unit:
        return kept.add_form(unit, replace(form, id=new_id("f")))


def forms(workspace: Workspace) -> tuple[Form, ...]:
    """Every version of every form, by name and number."""
    with workspace.register.reading() as unit:
        return kept.forms(unit)


def form(workspace: Workspace, name: str) -> Form:
    """The newest version of the form of this name, or the version of this id; RegisterError when there is none."""
    with workspace.register.reading() as unit:
        return kept.form(unit, name)


def ask(workspace: Workspace, person_id: str, how: Asking) -> tuple[Asked, ...]:
    """A request, with a link of its own, to each who must say yes for this person: they, their guardians, or all.

    RequestError for so many days, or for a minor without a guardian; RegisterError when they are not there.
    """
    accept(how)
    with workspace.register.writing() as unit:
        about, asked = person(unit, person_id), kept.form(unit, how.form)
        return tuple(_asked(unit, _request(asked, how, person_id, speaker)) for speaker in _speakers(unit, about))


def ask_by_one_link(workspace: Workspace, how: Asking) -> Asked:
    """A request whose link many use, as by a QR code at an event: nobody knows who answers it until somebody says so.

    RequestError for so many days, or without an occasion.
    """
    accept(how)
    if how.occasion is None:
        raise RequestError(phrase("a link that many use is for an occasion: say which"))
    with workspace.register.writing() as unit:
        return _asked(unit, _request(kept.form(unit, how.form), how))


def links_begin(workspace: Workspace, address: str | None = None) -> str:
    """What links begin with: the address that the policy names, else this one; RequestError where neither is known.

    To be asked for before anybody is asked: a link is shown once.
    """
    begins = workspace.kept.forms.address or address
    if begins is None:
        raise RequestError(phrase("the policy does not say what links begin with: set `address` in [forms]"))
    return begins


def link_of(begins: str, asked: Asked) -> str:
    """The link of a request."""
    return f"{begins}/sign/{asked.secret}"


def resend(workspace: Workspace, request_id: str) -> Asked:
    """The request with another link: the former one leads nowhere any more. RequestError when it is not open."""
    with workspace.register.writing() as unit:
        request = _open(unit, request_id)
        now = dt.datetime.now(dt.UTC)
        renewed = replace(request, state=RequestState.REQUESTED, changed=now, unsent=False, tried=None)
        return Asked(request=renewed, secret=kept.renew_link(unit, renewed))


def revoke(workspace: Workspace, request_id: str) -> ConsentRequest:
    """The request, taken back: its link leads nowhere any more. RequestError when it is not open."""
    with workspace.register.writing() as unit:
        return kept.change_request(unit, _open(unit, request_id), RequestState.REVOKED)


def requests(workspace: Workspace, person_id: str | None = None) -> tuple[Standing, ...]:
    """The requests about a person, or all, the newest first."""
    now = dt.datetime.now(dt.UTC)
    with workspace.register.reading() as unit:
        if person_id is not None:
            person(unit, person_id)
        versions = {one.id: one for one in kept.forms(unit)}
        found = kept.requests(unit, person_id)
        names = {one.person: person(unit, one.person).name for one in found if one.person is not None}
    return tuple(
        Standing(
            request=one,
            state=one.state_at(now),
            form=versions[one.form],
            name=None if one.person is None else names[one.person],
        )
        for one in reversed(found)
    )


def unconfirmed(workspace: Workspace) -> tuple[Answer, ...]:
    """The answers of which nobody said who gave them: they cover nobody. In the order in which they came."""
    with workspace.register.reading() as unit:
        return kept.unconfirmed(unit)


def expire(workspace: Workspace) -> int:
    """How many requests, answers and portraits are gone: those that nobody answered, knew whose, or looked at.

    A request goes so many days after its end, an answer and a portrait as many after it came.
    """
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=UNCONFIRMED_DAYS)
    with workspace.register.reading() as unit:
        gone = _past(unit, past)
    if not gone.count:
        return 0
    with workspace.register.writing() as unit:
        gone = _past(unit, past)
        for answer in gone.answers:
            kept.remove_answer(unit, answer)
        for request in gone.requests:
            kept.remove_request(unit, request)
        for pictured in gone.pictured:
            kept.drop_portrait(unit, pictured)
    return gone.count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """The ids of answers and requests that go, and of the answers whose portrait does."""

    answers: list[str]
    requests: list[str]
    pictured: list[str]

    @property
    def count(self) -> int:
        return len(self.answers) + len(self.requests) + len(self.pictured)


def _past(unit: UnitOfWork, past: dt.datetime) -> _Gone:
    answers = [one.id for one in kept.unconfirmed(unit) if one.at < past]
    return _Gone(
        answers=answers,
        requests=[one.id for one in kept.unanswered(unit, answers) if one.ends < past],
        pictured=[
            one.pictured
            for one in kept.requests(unit)
            if one.pictured is not None and one.changed is not None and one.changed < past
        ],
    )


def accept(how: Asking) -> None:
    """Nothing, when somebody may be asked so; RequestError for so many days, and words that are no line."""
    if not 1 <= how.days <= MOST_DAYS:
        raise RequestError(phrase("a link holds for 1 to {most} days", most=MOST_DAYS))
    check_line(how.by, phrase("the name of whoever asks"))
    if how.occasion is not None:
        check_line(how.occasion, phrase("the occasion"))


def _speakers(unit: UnitOfWork, about: Person) -> Iterator[str | None]:
    """Who is asked: a guardian by id, and None for the person."""
    who = stage(about, unit.policy.today(), unit.policy)
    if who is not Stage.ADULT and not about.guardians:
        raise RequestError(
            phrase(
                "{person} is a minor and has no guardian on record: `imgpolicy person edit` names one", person=about.id
            )
        )
    if who is not Stage.ADULT:
        yield from sorted(about.guardians)
    if who is not Stage.CHILD:
        yield None


def _request(asked: Form, how: Asking, person_id: str | None = None, speaker: str | None = None) -> ConsentRequest:
    now = dt.datetime.now(dt.UTC)
    return ConsentRequest(
        form=asked.id,
        person=person_id,
        speaker=speaker,
        language=how.language if how.language in asked.languages else asked.languages[0],
        made=now,
        ends=now + dt.timedelta(days=how.days),
        by=how.by,
        occasion=how.occasion,
        unsent=how.by_mail,
    )


def _asked(unit: UnitOfWork, request: ConsentRequest) -> Asked:
    who = request.speaker or request.person
    email = None if who is None else person(unit, who).email
    if request.unsent and email is None:
        raise RequestError(phrase("{person} has no mail address on record", person=who or ""))
    request = replace(request, email=email)
    return Asked(request=request, secret=kept.add_request(unit, request))


def _open(unit: UnitOfWork, request_id: str) -> ConsentRequest:
    request, now = kept.request(unit, request_id), dt.datetime.now(dt.UTC)
    if not request.is_open(now):
        raise RequestError(
            phrase(
                "the request {id} is {state}, and not open any more", id=request.id, state=request.state_at(now).value
            )
        )
    return request
