"""Consent forms, requests and answers as JSON."""

from __future__ import annotations

import datetime as dt
import tomllib

import msgspec

from imgpolicy.domain.form import Form, Use, Wording
from imgpolicy.domain.request import Answer, ConsentRequest, RequestState
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase


class UseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel and a purpose, in the words of the policy."""

    channel: str
    purpose: str


class WordingWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form in one language; `uses` are the words for each use in its order, an empty one for the usual words."""

    language: str
    title: str
    about: str
    uses: list[str] = []
    complaint: str | None = None


class FormWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form; `months` or `until` says for how long what is signed holds."""

    name: str
    uses: list[UseWire] = []
    wordings: list[WordingWire] = []
    controller: str = ""
    contact: str = ""
    months: int | None = None
    until: dt.date | None = None
    biometric: bool = False


class KeptFormWire(FormWire, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a form that is kept."""

    id: str
    number: int


class RequestWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request; its link is nowhere kept. `person` is null for a link that many use, `speaker` where it is they."""

    id: str
    form: str
    person: str | None
    speaker: str | None
    language: str
    made: dt.datetime
    ends: dt.datetime
    by: str
    email: str | None
    occasion: str | None
    reminded: dt.datetime | None = None
    state: RequestState


class AnswerWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was answered: the uses that were allowed, and those that were not. `consents` are the records of it."""

    id: str
    request: str
    form: str
    language: str
    at: dt.datetime
    whom: str
    name: str
    child: str | None
    born: dt.date | None
    yes: list[UseWire]
    no: list[UseWire]
    recognition: bool | None
    signature: bytes | None
    person: str | None
    speaker: str | None
    consents: list[str]
    confirmed_by: str | None
    confirmed_how: str | None
    withdrawn: dt.datetime | None
    portrait: bytes | None


class PortraitWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photograph of a face that came with an answer, and whose it should be."""

    answer: str
    person: str
    name: str
    at: dt.datetime


def form_in_toml(text: str, file: str) -> FormWire:
    """The form that is written in a TOML file; RequestError in one line for whatever is wrong with it."""
    try:
        return msgspec.convert(tomllib.loads(text), type=FormWire)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RequestError(phrase("{file}: {what}", file=file, what=" ".join(str(error).split()))) from error


def form_from(wire: FormWire) -> Form:
    """The form as it was written."""
    uses = tuple(Use(channel=one.channel, purpose=one.purpose) for one in wire.uses)
    return Form(
        name=wire.name,
        uses=uses,
        wordings=tuple(_wording(one, len(uses)) for one in wire.wordings),
        controller=wire.controller,
        contact=wire.contact,
        months=wire.months,
        until=wire.until,
        biometric=wire.biometric,
    )


def form_wire(form: Form) -> KeptFormWire:
    """The form as it is written."""
    return KeptFormWire(
        id=form.id,
        number=form.number,
        name=form.name,
        uses=_uses(form.uses),
        wordings=[
            WordingWire(
                language=one.language, title=one.title, about=one.about, uses=list(one.uses), complaint=one.complaint
            )
            for one in form.wordings
        ],
        controller=form.controller,
        contact=form.contact,
        months=form.months,
        until=form.until,
        biometric=form.biometric,
    )


def request_wire(request: ConsentRequest, now: dt.datetime) -> RequestWire:
    """The request as it is written, with what became of it until then."""
    return RequestWire(
        id=request.id,
        form=request.form,
        person=request.person,
        speaker=request.speaker,
        language=request.language,
        made=request.made,
        ends=request.ends,
        by=request.by,
        email=request.email,
        occasion=request.occasion,
        reminded=request.reminded,
        state=request.state_at(now),
    )


def answer_wire(answer: Answer) -> AnswerWire:
    """The answer as it is written."""
    said, confirmed = answer.said, answer.confirmed
    return AnswerWire(
        id=answer.id,
        request=answer.request,
        form=answer.form,
        language=answer.language,
        at=answer.at,
        whom=said.whom.value,
        name=said.name,
        child=said.child,
        born=said.born,
        yes=_uses(said.yes),
        no=_uses(said.no),
        recognition=said.recognition,
        signature=said.signature,
        person=answer.person,
        speaker=answer.speaker,
        consents=list(answer.consents),
        confirmed_by=None if confirmed is None else confirmed.by,
        confirmed_how=None if confirmed is None else confirmed.how,
        withdrawn=answer.withdrawn,
        portrait=answer.portrait,
    )


def _wording(wire: WordingWire, uses: int) -> Wording:
    """A text whose questions have no words has the usual ones."""
    return Wording(
        language=wire.language,
        title=wire.title,
        about=wire.about,
        uses=tuple(wire.uses) or ("",) * uses,
        complaint=wire.complaint,
    )


def _uses(uses: tuple[Use, ...]) -> list[UseWire]:
    return [UseWire(channel=one.channel, purpose=one.purpose) for one in uses]
