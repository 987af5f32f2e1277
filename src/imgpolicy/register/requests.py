"""Consent forms, requests and answers as they are kept: each sealed with whose it is, and held against the log.

Of a link there is a keyed digest alone: with the database and without the key nobody makes one, opens one again, or
makes it somebody else's.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Protocol

import msgspec

from imgpolicy.domain.form import Form
from imgpolicy.domain.log import Action
from imgpolicy.domain.request import OPEN, Answer, ConsentRequest, RequestState
from imgpolicy.domain.request_forms import answer_form, form_form, request_form
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.people import person_key
from imgpolicy.register.sql.requests import AnswerRow, FormRow, RequestRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

_SECRET_BYTES = 32
_LONGEST_SECRET = 200
_REQUESTS = (Action.ASK, Action.CHANGE_REQUEST)
_ANSWERS = (Action.ANSWER, Action.CHANGE_ANSWER)


class _Key(Protocol):
    """What seals: a person's key, or the register's own where nobody is known yet."""

    def seal(self, place: str, data: bytes) -> bytes: ...
    def unseal(self, place: str, sealed: bytes) -> bytes: ...


def add_form(unit: UnitOfWork, form: Form) -> Form:
    """The form as it is kept: the next version of its name."""
    number = max((one.number for one in forms(unit) if one.name == form.name), default=0) + 1
    form = replace(form, number=number)
    sealed = unit.vault.seal(f"form.details:{form.id}", msgspec.json.encode(form))
    unit.sql.requests.insert([FormRow(form.id, sealed)])
    unit.log(Action.ADD_FORM, form.id, form_form(form))
    return form


def forms(unit: UnitOfWork) -> tuple[Form, ...]:
    """Every version of every form, by name and number."""
    found = (opened_form(unit, row) for row in unit.sql.requests.find(FormRow))
    return tuple(sorted(found, key=lambda one: (one.name, one.number)))


def form(unit: UnitOfWork, name: str) -> Form:
    """The newest version of the form of this name, or the version of this id; RegisterError when there is none."""
    every = forms(unit)
    named = [one for one in every if one.id == name] or [one for one in every if one.name == name]
    if not named:
        raise RegisterError(phrase("there is no form {name}: `imgpolicy form list` shows them", name=repr(name[:80])))
    return named[-1]


def opened_form(unit: UnitOfWork, row: FormRow) -> Form:
    """The form of this row; RegisterError when it was altered."""
    return msgspec.json.decode(unit.vault.unseal(f"form.details:{row.id}", row.details), type=Form)


def add_request(unit: UnitOfWork, request: ConsentRequest) -> str:
    """The secret of the link of a new request: it is nowhere kept, and cannot be shown again."""
    secret = new_secret()
    digest = _digest(unit, "sign", secret)
    unit.sql.requests.insert([_request_row(unit, request, digest)])
    unit.log(Action.ASK, request.id, request_form(request, digest))
    return secret


def renew_link(unit: UnitOfWork, request: ConsentRequest) -> str:
    """The secret of another link of the same request, as it is from now on; the former one leads nowhere any more."""
    secret = new_secret()
    put_link(unit, request, secret)
    return secret


def new_secret() -> str:
    """The secret of a link that is no request's yet."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def put_link(unit: UnitOfWork, request: ConsentRequest, secret: str) -> None:
    """Keep the request as it is from now on, its link the one with this secret; the former one leads nowhere."""
    _put_request(unit, request, _digest(unit, "sign", secret))


def keep_request(unit: UnitOfWork, request: ConsentRequest) -> ConsentRequest:
    """The request as it is from now on; its link stays what it was."""
    _put_request(unit, request, _request_at(unit, request.id).digest)
    return request


def change_request(unit: UnitOfWork, request: ConsentRequest, state: RequestState) -> ConsentRequest:
    """The request in its new state."""
    changed = replace(request, state=state, changed=dt.datetime.now(dt.UTC))
    _put_request(unit, changed, _request_at(unit, request.id).digest)
    return changed


def await_portrait(unit: UnitOfWork, request: ConsentRequest, answer_id: str) -> ConsentRequest:
    """The request, with whose answer of this id a portrait came."""
    return _pictured(unit, request, answer_id)


def drop_portrait(unit: UnitOfWork, answer_id: str) -> None:
    """Let go of the portrait that came with an answer, where there is one."""
    found = answer(unit, answer_id)
    if found.portrait is not None:
        change_answer(unit, replace(found, portrait=None))
    asked = request(unit, found.request)
    if asked.pictured == answer_id:
        _pictured(unit, asked, None)


def drop_portraits(unit: UnitOfWork, person: str) -> None:
    """Let go of every portrait that came with an answer about this person."""
    for asked in requests(unit, person):
        if asked.pictured is not None:
            drop_portrait(unit, asked.pictured)


def close_requests(unit: UnitOfWork) -> None:
    """Take back every request that is open: its link leads nowhere any more."""
    for one in requests(unit):
        if one.state in OPEN:
            change_request(unit, one, RequestState.REVOKED)


def request(unit: UnitOfWork, request_id: str) -> ConsentRequest:
    """The request of this id; RegisterError when there is none, or it is not what was recorded last."""
    return _relied_request(unit, _request_at(unit, request_id))


def request_by(unit: UnitOfWork, secret: str) -> ConsentRequest | None:
    """The request whose link has this secret; None when there is none. RegisterError when it was altered."""
    for row in unit.sql.requests.find(RequestRow, "digest", _digest(unit, "sign", secret)):
        return _relied_request(unit, row)
    return None


def requests(unit: UnitOfWork, person: str | None = None) -> tuple[ConsentRequest, ...]:
    """The requests about a person, or all, in the order in which they were made."""
    where = () if person is None else ("person", person)
    found = (opened_request(unit, row) for row in unit.sql.requests.find(RequestRow, *where))
    return tuple(sorted(found, key=lambda one: (one.made, one.id)))


def opened_request(unit: UnitOfWork, row: RequestRow) -> ConsentRequest:
    """The request of this row; RegisterError when it was altered."""
    details = _key(unit, row.person).unseal(_request_place(row.id, row.digest), row.details)
    return msgspec.json.decode(details, type=ConsentRequest)


def remove_request(unit: UnitOfWork, request_id: str) -> None:
    """Let go of a request, and of the answers to it."""
    for row in unit.sql.requests.find(AnswerRow, "request", request_id):
        remove_answer(unit, row.id)
    unit.sql.requests.delete(RequestRow, "id", request_id)
    unit.log(Action.REMOVE_REQUEST, request_id, request_id.encode())


def add_answer(unit: UnitOfWork, answer: Answer) -> str:
    """The secret of the receipt of a new answer."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    digest = _digest(unit, "receipt", secret)
    unit.sql.requests.insert([_answer_row(unit, answer, digest)])
    unit.log(Action.ANSWER, answer.id, answer_form(answer, digest))
    return secret


def change_answer(unit: UnitOfWork, answer: Answer) -> Answer:
    """The answer as it is from now on; sealed with the key of whom it is about, once that is known."""
    digest = _answer_at(unit, answer.id).digest
    unit.sql.requests.delete(AnswerRow, "id", answer.id)
    unit.sql.requests.insert([_answer_row(unit, answer, digest)])
    unit.log(Action.CHANGE_ANSWER, answer.id, answer_form(answer, digest))
    return answer


def remove_answer(unit: UnitOfWork, answer_id: str) -> None:
    """Let go of an answer."""
    unit.sql.requests.delete(AnswerRow, "id", answer_id)
    unit.log(Action.REMOVE_ANSWER, answer_id, answer_id.encode())


def answer(unit: UnitOfWork, answer_id: str) -> Answer:
    """The answer of this id; RegisterError when there is none, or it is not what was recorded last."""
    return _relied_answer(unit, _answer_at(unit, answer_id))


def answer_by(unit: UnitOfWork, secret: str) -> Answer | None:
    """The answer whose receipt has this secret; None when there is none. RegisterError when it was altered."""
    for row in unit.sql.requests.find(AnswerRow, "digest", _digest(unit, "receipt", secret)):
        return _relied_answer(unit, row)
    return None


def count_answers(unit: UnitOfWork, request_id: str) -> int:
    """How many answers to a request are kept."""
    return unit.sql.requests.answers_to(request_id)


def answers_of(unit: UnitOfWork, person: str) -> tuple[Answer, ...]:
    """The answers about a person, in the order in which they came."""
    return _in_order(opened_answer(unit, row) for row in unit.sql.requests.find(AnswerRow, "person", person))


def unanswered(unit: UnitOfWork, but: Collection[str]) -> tuple[ConsentRequest, ...]:
    """The requests to which there is no answer but those with these ids; no other is opened for it."""
    answered = {row.request for row in unit.sql.requests.find(AnswerRow) if row.id not in but}
    rows = (row for row in unit.sql.requests.find(RequestRow) if row.id not in answered)
    return tuple(opened_request(unit, row) for row in rows)


def unconfirmed(unit: UnitOfWork) -> tuple[Answer, ...]:
    """The answers of which nobody said who gave them, in the order in which they came."""
    return _in_order(opened_answer(unit, row) for row in unit.sql.requests.unconfirmed())


def opened_answer(unit: UnitOfWork, row: AnswerRow) -> Answer:
    """The answer of this row; RegisterError when it was altered."""
    details = _key(unit, row.person).unseal(_answer_place(row.id, row.request, row.digest), row.details)
    return msgspec.json.decode(details, type=Answer)


def forget_requests(unit: UnitOfWork, person: str) -> None:
    """Remove the requests about a person, and what was answered."""
    for answered in unit.sql.requests.find(AnswerRow, "person", person):
        remove_answer(unit, answered.id)
    for asked in unit.sql.requests.find(RequestRow, "person", person):
        remove_request(unit, asked.id)


def _relied_request(unit: UnitOfWork, row: RequestRow) -> ConsentRequest:
    found = opened_request(unit, row)
    unit.hold(phrase("the request {id}", id=repr(row.id)), row.id, _REQUESTS, request_form(found, row.digest))
    return found


def _relied_answer(unit: UnitOfWork, row: AnswerRow) -> Answer:
    found = opened_answer(unit, row)
    unit.hold(phrase("the answer {id}", id=repr(row.id)), row.id, _ANSWERS, answer_form(found, row.digest))
    return found


def _request_at(unit: UnitOfWork, request_id: str) -> RequestRow:
    for row in unit.sql.requests.find(RequestRow, "id", request_id):
        return row
    raise RegisterError(
        phrase("there is no request {id}: `imgpolicy request list` shows them", id=repr(request_id[:80]))
    )


def _answer_at(unit: UnitOfWork, answer_id: str) -> AnswerRow:
    for row in unit.sql.requests.find(AnswerRow, "id", answer_id):
        return row
    raise RegisterError(phrase("there is no answer {id}", id=repr(answer_id[:80])))


def _pictured(unit: UnitOfWork, request: ConsentRequest, answer_id: str | None) -> ConsentRequest:
    changed = replace(request, pictured=answer_id)
    _put_request(unit, changed, _request_at(unit, request.id).digest)
    return changed


def _put_request(unit: UnitOfWork, request: ConsentRequest, digest: str) -> None:
    row = _request_row(unit, request, digest)
    unit.sql.requests.update(RequestRow, request.id, {"digest": digest, "details": row.details})
    unit.log(Action.CHANGE_REQUEST, request.id, request_form(request, digest))


def _request_row(unit: UnitOfWork, request: ConsentRequest, digest: str) -> RequestRow:
    document = padded(msgspec.json.encode(request))
    sealed = _key(unit, request.person).seal(_request_place(request.id, digest), document)
    return RequestRow(request.id, request.person, digest, sealed)


def _answer_row(unit: UnitOfWork, answer: Answer, digest: str) -> AnswerRow:
    document = padded(msgspec.json.encode(answer))
    sealed = _key(unit, answer.person).seal(_answer_place(answer.id, answer.request, digest), document)
    return AnswerRow(answer.id, answer.request, answer.person, digest, sealed)


def _key(unit: UnitOfWork, person: str | None) -> _Key:
    return unit.vault if person is None else person_key(unit, person)


def _request_place(request_id: str, digest: str) -> str:
    return f"consent_request.details:{request_id}:{digest}"


def _answer_place(answer_id: str, request: str, digest: str) -> str:
    return f"consent_answer.details:{answer_id}:{request}:{digest}"


def _digest(unit: UnitOfWork, of: str, secret: str) -> str:
    return unit.vault.digest(f"{of}\0{secret[:_LONGEST_SECRET]}".encode(errors="backslashreplace"))


def _in_order(found: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))
